package run

import (
	"io"
	"strconv"

	"psychrnn/internal/disk"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Source gives what a run has come to.
type Source interface {
	Weights(version string) (*weights.File, error)
	Checkpoint(folder string) *weights.File
	Losses() []train.Progress
	Measurements() []train.Measurement
	Metric() weights.Array
}

// Recorder writes into the run folder what is due.
type Recorder struct {
	Folder
	Outputs
	Source  Source
	Version string
	Show    Progress
}

// Observe writes.
func (r *Recorder) Observe(e train.Event) (train.Action, error) {
	switch e.What {
	case train.WeightsDue:
		return train.Continue, r.saveWeights("Training weights", r.Training+strconv.Itoa(e.Update))
	case train.MetricDue:
		return train.Continue, r.saveMetric()
	case train.CheckpointDue:
		// The checkpoint first: the others follow from it.
		if err := r.WriteCheckpoint(); err != nil {
			return train.Stop, err
		}
		return train.Continue, r.Write()
	}
	return train.Continue, nil
}

// WriteCheckpoint writes all that going on needs.
func (r *Recorder) WriteCheckpoint() error {
	return r.WriteWeights(CheckpointFile, r.Source.Checkpoint(r.Path))
}

// Write writes weights, losses and, if there are any, measurements as they are now.
func (r *Recorder) Write() error {
	file, err := r.Source.Weights(r.Version)
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
		return disk.Remove(r.Disk, r.File(PerformanceFile))
	}
	return r.WriteText(PerformanceFile, PerformanceTable(measurements))
}

// Rewrite writes the other files again as the checkpoint tells.
func (r *Recorder) Rewrite(finished train.Reason) error {
	if finished == train.CurriculumPassed && r.Metric != "" {
		if err := r.saveMetric(); err != nil {
			return err
		}
	}
	return r.Write()
}

// Finish writes what is due at the end of training.
func (r *Recorder) Finish() error {
	if r.Weights == "" {
		return nil
	}
	return r.saveWeights("Model", r.Weights)
}

func (r *Recorder) saveWeights(what, name string) error {
	file, err := r.Source.Weights(r.Version)
	if err != nil {
		return err
	}
	return r.save(what, name, npz, file.Write)
}

func (r *Recorder) saveMetric() error {
	return r.save("Metric values", r.Metric, npy, r.Source.Metric().WriteNpy)
}

// save writes an output, whose name may have its extension already, and says so.
func (r *Recorder) save(what, name, extension string, write func(io.Writer) error) error {
	path := r.path(name)
	if err := disk.WriteInside(r.Disk, r.Path, withExtension(path, extension), write); err != nil {
		return err
	}
	r.Show.Saved(what, path)
	return nil
}
