package run

import (
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/npz"
	"psychrnn/internal/train"
)

// ordered is a source that notes which files are there when it is asked.
type ordered struct {
	t      *testing.T
	folder string
	asked  map[string][]string

	finished train.Reason
}

func (o ordered) note(what string) { o.asked[what] = names(o.t, o.folder) }

func (o ordered) Weights(string) (*npz.File, error) {
	o.note("weights")
	return &npz.File{}, nil
}

func (o ordered) Checkpoint(string) *npz.File {
	o.note("checkpoint")
	return &npz.File{}
}

func (o ordered) Losses() []train.Progress {
	o.note("losses")
	return nil
}

func (o ordered) Measurements() []train.Measurement {
	o.note("measurements")
	return []train.Measurement{{Update: 2, Trials: 16, Purpose: "performance", Value: 1}}
}

func (o ordered) Progress() train.Progress { return train.Progress{} }

func (o ordered) Finished() train.Reason { return o.finished }

func (o ordered) Metric() npz.Array { return npz.ArrayOf([]int{0, 2}, []float64{}) }

// The checkpoint is written first: whenever a run is killed, it is no older
// than what follows from it.
func TestCheckpointFirst(t *testing.T) {
	folder := t.TempDir()
	o := ordered{t, folder, map[string][]string{}, ""}
	r := &Recorder{Folder: Folder{Path: folder, Disk: disk.OS{}}, Source: o, Show: unseen{}}
	if _, err := r.Observe(train.Event{What: train.CheckpointDue}); err != nil {
		t.Fatal(err)
	}
	same(t, "files", map[string][]string{
		"checkpoint": nil, "weights": {CheckpointFile}, "losses": {CheckpointFile, WeightsFile},
		"measurements": {CheckpointFile, LossesFile, WeightsFile},
	}, o.asked)
}

// What was lost beside a checkpoint comes back: of a passed curriculum the
// metric as well.
func TestRewrite(t *testing.T) {
	for finished, want := range map[train.Reason][]string{
		"":                     {LossesFile, PerformanceFile, WeightsFile},
		train.TrialsDone:       {LossesFile, PerformanceFile, WeightsFile},
		train.CurriculumPassed: {LossesFile, "metric.npy", PerformanceFile, WeightsFile},
	} {
		folder := t.TempDir()
		r := &Recorder{
			Folder: Folder{Path: folder, Disk: disk.OS{}}, Outputs: Outputs{Metric: "metric"},
			Source: ordered{t, folder, map[string][]string{}, finished}, Show: unseen{},
		}
		if err := r.Rewrite(); err != nil {
			t.Fatal(err)
		}
		same(t, "files", want, names(t, folder))
	}
}

// A run that goes on is complete no more.
func TestContinue(t *testing.T) {
	folder := t.TempDir()
	for _, name := range append([]string{disk.TemporaryName(WeightsFile)}, files...) {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := (Folder{Path: folder, Disk: disk.OS{}}).Continue(); err != nil {
		t.Fatal(err)
	}
	same(t, "files", []string{CheckpointFile, ExperimentFile, LossesFile, PerformanceFile, WeightsFile}, names(t, folder))
}

// unseen is told of outputs and shows nothing.
type unseen struct{}

func (unseen) Saved(string, string) {}
