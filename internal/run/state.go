package run

import (
	"bytes"
	"encoding/json"
	"errors"

	"psychrnn/internal/disk"
	"psychrnn/internal/weights"
)

// State is how a file compares with what the run would write under its name.
type State int

// The states, of which the last is that of a file that training did not write,
// or that somebody changed: it is never replaced.
const (
	Absent State = iota
	Same
	Other // of this run at another time, or under another experiment that trains alike
	Foreign
)

// ForeignError says that something stands where training would write that it
// did not write.
type ForeignError struct{ Path string }

func (e *ForeignError) Error() string {
	return e.Path + " is not what training wrote there, and would be replaced"
}

// States are those of the files that every run has, except the experiment and
// the checkpoint. alike says of the experiment in a weight file whether it
// trains to the same weights.
func (r *Recorder) States(alike func(experiment string) bool) (map[string]State, error) {
	states := map[string]State{}
	var err error
	if states[WeightsFile], err = r.weightsState(r.File(WeightsFile), alike); err != nil {
		return nil, err
	}
	measured := r.Source.Measurements()
	for name, table := range map[string][]byte{LossesFile: LossTable(r.Source.Losses()), PerformanceFile: PerformanceTable(measured)} {
		if states[name], err = r.tableState(r.File(name), table); err != nil {
			return nil, err
		}
	}
	if len(measured) == 0 { // then there is no such file
		switch states[PerformanceFile] {
		case Absent:
			states[PerformanceFile] = Same
		case Same:
			states[PerformanceFile] = Other
		}
	}
	states[MetricsFile], err = r.metricsState()
	if err != nil {
		return nil, err
	}
	for name, state := range states {
		if state != Foreign {
			continue
		}
		if link, err := r.IsLink(r.File(name)); err != nil {
			return nil, err
		} else if link {
			states[name] = Other
		}
	}
	return states, nil
}

// content reads a file; nil if it is not there.
func (f Folder) content(path string) ([]byte, error) {
	if there, err := disk.Exists(f.Disk, path); !there {
		return nil, err
	}
	content, err := disk.ReadArrays(f.Disk, path, func(int64) error { return nil })
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}

func (r *Recorder) weightsState(path string, alike func(experiment string) bool) (State, error) {
	if there, err := disk.Exists(r.Disk, path); !there {
		return Absent, err
	}
	found, err := disk.ReadWeights(r.Disk, path, weights.Limits{})
	if errors.As(err, new(*weights.Error)) {
		return Foreign, nil
	} else if err != nil {
		return Foreign, err
	}
	want, err := r.Source.Weights(r.Version)
	if err != nil {
		return Foreign, err
	}
	is, ok := found.Provenance()
	now, _ := want.Provenance()
	switch {
	case !ok || !alike(is.Experiment):
		return Foreign, nil
	case is.Trials != now.Trials:
		return Other, nil
	case !sameArrays(found, want):
		return Foreign, nil
	case is.Experiment != now.Experiment:
		return Other, nil
	}
	return Same, nil
}

// sameArrays says whether a file has the numbers that it should have; pickled
// members may have been left out.
func sameArrays(found, want *weights.File) bool {
	for _, m := range want.Members {
		if !m.Array.Numeric() {
			continue
		}
		if is, ok := found.Get(m.Name); !ok || !is.Same(m) {
			return false
		}
	}
	return true
}

// tableState compares a table with the one that would be written now. What was
// measured last may be measured again.
func (r *Recorder) tableState(path string, now []byte) (State, error) {
	content, err := r.content(path)
	switch {
	case err != nil:
		return Foreign, err
	case content == nil:
		return Absent, nil
	case bytes.Equal(content, now):
		return Same, nil
	}
	is, want := bytes.SplitAfter(content, []byte("\n")), bytes.SplitAfter(now, []byte("\n"))
	common := max(1, min(len(is), len(want))-2) // the last piece is what follows the last line, nothing
	for k := range common {
		if !bytes.Equal(is[k], want[k]) {
			return Foreign, nil
		}
	}
	return Other, nil
}

// IsTable says whether a file of the folder is such a table of some run.
func (f Folder) IsTable(name string) (bool, error) {
	content, err := f.content(f.File(name))
	header := map[string][]byte{LossesFile: LossTable(nil), PerformanceFile: PerformanceTable(nil)}[name]
	return bytes.HasPrefix(content, header), err
}

// metricsState says whose metrics.json is: its keys say that a run wrote it, and
// its figures which one.
func (r *Recorder) metricsState() (State, error) {
	content, err := r.content(r.File(MetricsFile))
	if content == nil || err != nil {
		return Absent, err
	}
	var figures struct {
		Updates, Trials *int
		StopReason      *string `json:"stop_reason"`
		Version         *string
	}
	if json.Unmarshal(content, &figures) != nil || figures.Updates == nil || figures.Trials == nil || figures.StopReason == nil || figures.Version == nil {
		return Foreign, nil
	}
	now := r.Source.Progress()
	if *figures.Updates != now.Update || *figures.Trials != now.Trials || *figures.StopReason != string(r.Source.Finished()) {
		return Other, nil
	}
	return Same, nil
}

// OutputStates are those of the outputs that a finished run has.
func (r *Recorder) OutputStates(alike func(experiment string) bool) (map[string]State, error) {
	states := map[string]State{}
	var err error
	if r.Weights != "" {
		path := r.path(withExtension(r.Weights, npz))
		if states[path], err = r.weightsState(path, alike); err != nil {
			return nil, err
		}
	}
	if r.Metric != "" && r.endsCurriculum() {
		path := r.path(withExtension(r.Metric, npy))
		states[path], err = r.MetricState(path)
	}
	return states, err
}

// MetricState compares a file with the metric as it is now.
func (r *Recorder) MetricState(path string) (State, error) {
	content, err := r.content(path)
	if content == nil || err != nil {
		return Absent, err
	}
	var b bytes.Buffer
	if err := r.Source.Metric().WriteNpy(&b); err != nil {
		return Foreign, err
	}
	if bytes.Equal(content, b.Bytes()) {
		return Same, nil
	}
	return Foreign, nil
}
