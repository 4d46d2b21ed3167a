package run

// The Observer that writes into the folder what is due: the checkpoint first, since all other
// files follow from it.

import (
	"io"
	"strconv"

	"psychrnn/internal/disk"
	"psychrnn/internal/npz"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Source gives what a run has come to.
type Source interface {
	Progress() train.Progress
	Finished() train.Reason
	Weights(version string) (*npz.File, error)
	Checkpoint(folder string) *npz.File
	Losses() []train.Progress
	Measurements() []train.Measurement
	Metric() npz.Array
}

// Recorder writes into the run folder what is due.
type Recorder struct {
	Folder
	Outputs
	Source  Source
	Version string
	Plain   bool                                  // weights are written without pickles
	Warn    func([]string)                        // is told of what has to be left out then
	Show    interface{ Saved(what, path string) } // is told of every output that was written

	// MayReplace refuses to replace what stands under the name of an output.
	MayReplace func(ExistingFiles) error

	metricDue bool
}

// Observe writes.
func (r *Recorder) Observe(e train.Event) (train.Action, error) {
	switch e.What {
	case train.WeightsDue:
		return train.Continue, r.saveWeights("Training weights", r.Training[0].Path+strconv.Itoa(e.Update), true)
	case train.MetricDue:
		r.metricDue = true // the checkpoint that comes at once goes before it
		r.Show.Saved(metricSaved, r.path(r.Metric))
	case train.CheckpointDue:
		// The checkpoint first: the others follow from it.
		if err := r.WriteCheckpoint(); err != nil {
			return train.Stop, err
		}
		if err := r.Write(); err != nil || !r.metricDue {
			return train.Continue, err
		}
		r.metricDue = false
		return train.Continue, r.saveMetric()
	}
	return train.Continue, nil
}

// endsCurriculum says whether the run has come to where the metric is written.
func (r *Recorder) endsCurriculum() bool { return r.Source.Finished() == train.CurriculumPassed }

// WriteCheckpoint writes all that going on needs.
func (r *Recorder) WriteCheckpoint() error {
	return r.WriteWeights(CheckpointFile, r.Source.Checkpoint(r.Path))
}

// weights are the weight file in the form that is asked for.
func (r *Recorder) weights() (*npz.File, error) {
	file, err := r.Source.Weights(r.Version)
	if err != nil || !r.Plain {
		return file, err
	}
	plain, left, err := weights.WithoutPickles(file)
	r.Warn(left)
	return plain, err
}

// Write writes weights, losses and, if there are any, measurements as they are now.
func (r *Recorder) Write() error {
	file, err := r.weights()
	if err != nil {
		return err
	}
	if err := r.WriteWeights(WeightsFile, file); err != nil {
		return err
	}
	if err := r.WriteText(LossesFile, LossTable(r.Source.Losses())); err != nil {
		return err
	}
	measurements := r.Source.Measurements()
	if len(measurements) == 0 {
		return r.removeTable(PerformanceFile)
	}
	return r.WriteText(PerformanceFile, PerformanceTable(measurements))
}

// removeTable takes a table away that is not to be there, but nothing else of its
// name.
func (r *Recorder) removeTable(name string) error {
	content, err := r.content(r.File(name))
	if _, ok := lastTrials(name, content); !ok || err != nil {
		return err
	}
	return disk.Remove(r.Disk, r.File(name))
}

// Rewrite writes the other files again as the checkpoint tells.
func (r *Recorder) Rewrite() error {
	if r.endsCurriculum() && r.Metric != "" {
		if err := r.saveMetric(); err != nil {
			return err
		}
		r.Show.Saved(metricSaved, r.path(r.Metric))
	}
	return r.Write()
}

// Finish writes what is due at the end of training.
func (r *Recorder) Finish() error {
	if r.Weights == "" {
		return nil
	}
	return r.saveWeights("Model", r.Weights, false)
}

func (r *Recorder) saveWeights(what, name string, numbered bool) error {
	file, err := r.weights()
	if err != nil {
		return err
	}
	if err := r.save(name, archiveExtension, numbered, file.Write); err != nil {
		return err
	}
	r.Show.Saved(what, r.path(name))
	return nil
}

func (r *Recorder) saveMetric() error {
	return r.save(r.Metric, arrayExtension, false, r.Source.Metric().WriteNpy)
}

// metricSaved is what is said to be saved.
const metricSaved = "Metric values"

// save writes an output, whose name may have its extension already. What somebody
// else put there in the meantime stays.
func (r *Recorder) save(name, extension string, numbered bool, write func(io.Writer) error) error {
	path := r.path(withExtension(name, extension))
	return disk.WriteInside(r.Disk, r.Path, r.File(ExperimentFile), path, func(w io.Writer) error {
		if err := write(w); err != nil {
			return err
		}
		if there, err := disk.Exists(r.Disk, path); !there || r.MayReplace == nil {
			return err
		}
		return r.MayReplace(ExistingFiles{Path: path, Weights: extension == archiveExtension, Numbered: numbered})
	})
}
