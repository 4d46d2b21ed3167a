package main

import (
	"path/filepath"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
)

// findReplaced reads the experiment of the run that is to be replaced.
func (s *session[F]) findReplaced() error {
	var err error
	if s.replaces, err = s.replaced(); disk.Failed(err) {
		return err
	}
	if err != nil {
		s.warn("the experiment of the run that is replaced cannot be read; files that it wrote beside its own stay", "remove what you do not need")
	}
	return nil
}

// clear takes away what the run that is to be overwritten wrote beside the
// files of every run. Its experiment says what that was.
func (s *session[F]) clear() error {
	if err := s.recorder.Ready(); err != nil {
		return err
	}
	// From now on it is complete no more.
	if err := s.folder().Continue(); err != nil || s.replaces == nil {
		return err
	}
	for _, w := range s.replaces.TrainingWeights() {
		o := outputs(s.replaces)
		o.Training, o.Every = w.Path, w.Every
		if err := s.remove(o, s.replaces, "the run that is replaced"); err != nil {
			return err
		}
	}
	return s.folder().RemoveMatrices(experiment.MatricesFolder, s.replaces.MatrixNames(s.out), func(path string) (bool, error) {
		as, err := disk.ReadAs(s.disk, path)
		return as != "", err
	})
}

// replaced is the experiment of the run in the folder; nil if there is none.
func (s *session[F]) replaced() (*experiment.Experiment, error) {
	file := s.folder().File(run.ExperimentFile)
	b, err := begunIn(s.folder())
	switch {
	case disk.Failed(err):
		return nil, err
	case err == nil && b != nil:
		return b.Experiment(file)
	}
	if there, err := s.folder().Has(run.ExperimentFile); !there {
		return nil, err
	}
	text, err := s.readAgain(file)
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
	text := string(old.Resolved())
	alike := func(other string) bool { return experiment.SameTraining(other, text) }
	left, err := s.folder().RemoveOutputs(o, alike, func(path string) (bool, error) {
		as, err := disk.ReadAs(s.disk, path)
		early := s.again && filepath.Ext(path) == ".npy" // a metric is written after the checkpoint
		return as != "" || early, err
	})
	for _, path := range left {
		s.warn(path+" may be of "+whose+", and stays: it lies outside its folder", "")
	}
	return err
}
