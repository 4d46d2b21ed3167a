package main

import (
	"maps"
	"slices"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/run"
)

// own refuses outputs that would replace files of the run or each other, or
// have names that cannot be.
func (s *session[F]) own() error {
	if s.recorder.ReplacesRun() {
		return usage("weights.npz is written in any case; give another name", "train.save_weights_path: %s is a file of the run", s.recorder.Weights)
	}
	if s.recorder.Collide() {
		return usage("give another name", "train.save_weights_path: %s is a file of train.training_weights_path, too", s.recorder.Weights)
	}
	return s.recorder.Possible()
}

// mayWrite finds out, before anything is changed, whether all outputs can be
// written that come after so many updates.
func (s *session[F]) mayWrite(updates int) error {
	standing, err := s.recorder.Standing(updates)
	if err != nil {
		return err
	}
	for _, f := range standing {
		if err := s.mayReplace(f.Path, f.Weights); err != nil {
			return err
		}
	}
	return nil
}

// mayReplace refuses to replace what stands under the name of an output, unless
// it is of this run or may be overwritten. What the experiment reads never may.
func (s *session[F]) mayReplace(path string, weights bool) error {
	as, err := disk.ReadAs(s.disk, path)
	switch {
	case err != nil:
		return err
	case as != "":
		return readByExperiment(as, "an output of the run")
	case s.overwrite:
		return nil
	}
	link, err := s.folder().IsLink(path)
	switch {
	case link || err != nil:
		return err
	case s.goesOn == nil && !s.again:
		return usage("give another name, or --overwrite", "%s is there already", path)
	}
	ours := false
	if weights {
		ours, err = s.folder().IsOf(path, s.alike)
	} else {
		var state run.State
		state, err = s.recorder.MetricState(path)
		ours = state == run.Same
	}
	if err == nil && !ours {
		return &run.ForeignError{Path: path}
	}
	return err
}

// alike says of the experiment in a weight file whether it trains to the same
// weights as this one.
func (s *session[F]) alike(text string) bool {
	return experiment.SameTraining(text, string(s.experiment.Resolved())) ||
		s.replaces != nil && experiment.SameTraining(text, string(s.replaces.Resolved()))
}

// lacking are the files that are not there or not as they should be of a run
// that is at its end. Files that are not of this run are an error.
func (s *session[F]) lacking() (list []string, err error) {
	states, err := s.recorder.States(s.alike)
	if err != nil {
		return nil, err
	}
	for name, state := range states {
		if state == run.Foreign {
			return nil, &run.ForeignError{Path: s.folder().File(name)}
		}
	}
	missing, err := s.matrixStates()
	if s.reason == "" || err != nil {
		return nil, err
	}
	text := string(s.experiment.ResolvedFor(s.out))
	if text != s.goesOn.Text {
		states[run.MetricsFile] = run.Other // of a test as it was
	}
	outputs, err := s.recorder.OutputStates(s.alike)
	if err != nil {
		return nil, err
	}
	maps.Copy(states, outputs)
	for _, name := range slices.Sorted(maps.Keys(states)) {
		if states[name] != run.Same {
			list = append(list, name)
		}
	}
	if text != s.goesOn.recorded {
		list = append(list, run.ExperimentFile)
	}
	return append(list, missing...), nil
}

// matrixStates are the files of large matrices that are to be written. Where
// another one stands that is not of the run that is replaced, it is an error.
func (s *session[F]) matrixStates() (missing []string, err error) {
	var old []string
	if s.replaces != nil {
		old = s.replaces.MatrixNames(s.out)
	}
	matrices := s.experiment.Matrices(s.out)
	for _, name := range slices.Sorted(maps.Keys(matrices)) {
		state, err := s.folder().MatrixState(experiment.MatricesFolder, name, matrices[name])
		switch {
		case err != nil && !slices.Contains(old, name):
			return nil, err
		case state != run.Same:
			missing = append(missing, experiment.MatricesFolder+"/"+name)
		}
	}
	return missing, nil
}
