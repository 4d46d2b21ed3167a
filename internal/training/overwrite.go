package training

// A run that takes the place of another one: what that wrote is taken away, and nothing else.

import (
	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/npz"
	"psychrnn/internal/record"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
)

// findBefore reads the experiment of the run in the folder, which is replaced, or was
// ended before its first checkpoint and begins again.
func (s *job[F]) findBefore() error {
	if s.found.Text == "" {
		return nil
	}
	before, err := s.found.Experiment(s.Folder().File(run.ExperimentFile))
	switch {
	case disk.Failed(err), err != nil && !s.Overwrite:
		return err
	case err != nil:
		s.Warn("the experiment of the run that is replaced cannot be read; files that it wrote beside its own stay", "remove what you do not need")
	case s.Overwrite:
		s.replaces = before
	default:
		s.past = s.pastOf([]string{string(before.Resolved())}, before, "")
	}
	return nil
}

// clear takes away what the run that is to be overwritten wrote. Its experiment
// says what that was beside the files of every run.
func (s *job[F]) clear() error {
	if !s.Overwrite {
		return nil
	}
	// Once it goes on, it is complete no more.
	return inTurn(s.recorder.Ready, s.Folder().Continue, s.clearOutputs, s.Folder().Clear)
}

// clearOutputs takes away the files that the run had beside those of every run, but
// none that this one reads, and says what it leaves.
func (s *job[F]) clearOutputs() error {
	if s.replaces == nil {
		return nil
	}
	text := string(s.replaces.Resolved())
	var metric npz.Array
	if s.found.Reason == train.CurriculumPassed { // otherwise it was not written, or when training went on
		metric = s.found.Standing.Metric()
	}
	own := func(path string, weights bool) (bool, error) {
		if weights {
			return s.Folder().IsOf(path, func(other string) bool { return record.SameTraining(other, text) })
		}
		state, err := s.Folder().MetricState(path, metric)
		return state != run.Foreign, err
	}
	left, err := s.Folder().RemoveOutputs(outputs(s.replaces), own, s.isRead)
	for _, path := range left {
		s.Warn(path+" may be of the run that is replaced, and stays", "")
	}
	if err != nil {
		return err
	}
	return s.Folder().RemoveMatrices(experiment.MatricesFolder, s.replaces.MatrixNames(s.Out), s.isRead)
}

// isRead says whether the experiment reads a file.
func (s *job[F]) isRead(path string) (bool, error) {
	as, err := disk.ReadAs(s.Disk, path)
	return as != "", err
}
