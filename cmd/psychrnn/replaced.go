package main

import (
	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
)

// clear takes away what the run that is to be overwritten wrote beside the
// files of every run. Its experiment says what that was.
func (s *session[F]) clear() error {
	folder := s.folder()
	begun, err := folder.Has(run.ExperimentFile)
	if err == nil && !begun {
		begun, err = folder.Has(run.CheckpointFile)
	}
	if !begun {
		return err
	}
	if err := s.recorder.Ready(); err != nil {
		return err
	}
	old, err := s.replaced()
	if disk.Failed(err) {
		return err
	}
	if err != nil {
		s.warn("the experiment of the run that is replaced cannot be read; files that it wrote beside its own stay", "remove what you do not need")
		return nil
	}
	// From now on it is complete no more.
	if err := folder.Continue(); err != nil {
		return err
	}
	for _, w := range old.TrainingWeights() {
		o := outputs(old)
		o.Training, o.Every = w.Path, w.Every
		if err := s.remove(o, old, "the run that is replaced"); err != nil {
			return err
		}
	}
	return nil
}

// replaced is the experiment of the run in the folder.
func (s *session[F]) replaced() (*experiment.Experiment, error) {
	file := s.folder().File(run.ExperimentFile)
	b, err := begunIn(s.folder())
	switch {
	case disk.Failed(err):
		return nil, err
	case err == nil && b != nil:
		return b.Experiment(file)
	}
	text, err := s.readText(file)
	if err != nil {
		return nil, err
	}
	return experiment.Saved{Text: string(text)}.Experiment(file)
}

// supersede takes away what the run had written at its end under names that it
// has no more, and the metric of a curriculum that goes on.
func (s *session[F]) supersede(begun *begun) error {
	o := outputs(begun.experiment)
	o.Training = ""
	if s.reason == train.CurriculumPassed && o.Metric == s.recorder.Metric {
		o.Metric = ""
	}
	if o.Weights == s.recorder.Weights {
		o.Weights = ""
	}
	return s.remove(o, begun.experiment, "the run as it was before it went on")
}

// remove takes away outputs of a run, but no file that this one reads, and says
// what it leaves.
func (s *session[F]) remove(o run.Outputs, old *experiment.Experiment, whose string) error {
	reads := append(s.experiment.Reads(), s.config)
	left, err := s.folder().RemoveOutputs(o, string(old.Resolved()), func(path string) (kept bool, err error) {
		for _, r := range reads {
			if kept, err = disk.Same(s.disk, r, path); kept || err != nil {
				break
			}
		}
		return kept, err
	})
	for _, path := range left {
		s.warn(path+" may be of "+whose+", and stays: it lies outside its folder", "")
	}
	return err
}
