package training

// A run that takes the place of another one: what that wrote is taken away, and nothing else.

import (
	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/record"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
)

// findReplaced reads the experiment of the run that is to be replaced, if any is.
func (s *job[F]) findReplaced() (err error) {
	if !s.Overwrite {
		return nil
	}
	if s.replaces, err = s.replaced(); disk.Failed(err) {
		return err
	}
	if err != nil {
		s.Warn("the experiment of the run that is replaced cannot be read; files that it wrote beside its own stay", "remove what you do not need")
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
	own := func(path string, weights bool) (bool, error) {
		if weights {
			return s.Folder().IsOf(path, func(other string) bool { return record.SameTraining(other, text) })
		}
		state, err := s.Folder().MetricState(path, s.replacedMetric)
		return state != run.Foreign, err
	}
	for _, o := range outputsOf(s.replaces) {
		left, err := s.Folder().RemoveOutputs(o, own, s.isRead)
		for _, path := range left {
			s.Warn(path+" may be of the run that is replaced, and stays", "")
		}
		if err != nil {
			return err
		}
	}
	return s.Folder().RemoveMatrices(experiment.MatricesFolder, s.replaces.MatrixNames(s.Out), s.isRead)
}

// isRead says whether the experiment reads a file.
func (s *job[F]) isRead(path string) (bool, error) {
	as, err := disk.ReadAs(s.Disk, path)
	return as != "", err
}

// beginsAgain finds out what the run wrote that was ended before its first
// checkpoint, if one was.
func (s *job[F]) beginsAgain() error {
	if !s.again {
		return nil
	}
	before, err := s.replaced()
	if err == nil {
		s.past = s.pastOf([]string{string(before.Resolved())}, before, "")
	}
	return err
}

// replaced is the experiment of the run in the folder; nil if there is none.
func (s *job[F]) replaced() (*experiment.Experiment, error) {
	file := s.Folder().File(run.ExperimentFile)
	b, err := SavedRunIn(s.Folder())
	switch {
	case disk.Failed(err):
		return nil, err
	case err == nil && b != nil:
		if b.Reason == train.CurriculumPassed { // otherwise it was not written, or when training went on
			s.replacedMetric = b.Metric()
		}
		return b.Experiment(file)
	}
	if there, err := s.Folder().Has(run.ExperimentFile); !there {
		return nil, err
	}
	text, err := s.readAgain(file)
	if err != nil {
		return nil, err
	}
	return experiment.Saved{Text: string(text)}.Experiment(file)
}
