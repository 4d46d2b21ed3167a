package training

// Outputs of a run, looked at before anything is changed: none takes the place of what is not
// found to be of the run.

import (
	"errors"
	"maps"
	"slices"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/record"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
)

// checkNames refuses outputs that would replace files of the run or each other, or
// have names that cannot be.
func (s *job[F]) checkNames() error {
	for _, output := range []struct{ key, path string }{{"train.save_weights_path", s.recorder.Weights}, {"curriculum.output_file", s.recorder.Metric}} {
		if run.Nameless(output.path) {
			return fault.New(fault.Usage, "give a name, such as final", "%s: %q names no file", output.key, output.path)
		}
	}
	if within, err := s.recorder.Within(experiment.MatricesFolder); err != nil {
		return err
	} else if within {
		return fault.New(fault.Usage, "give another folder", "an output would lie in %s, which keeps matrices of the experiment", s.Folder().File(experiment.MatricesFolder))
	}
	replaces, err := s.recorder.ReplacesRun()
	if err != nil {
		return err
	}
	if replaces {
		return fault.New(fault.Usage, "weights.npz is written in any case; give another name", "train.save_weights_path: %s is a file of the run", s.recorder.Weights)
	}
	if collide, err := s.recorder.Collide(); err != nil {
		return err
	} else if collide {
		return fault.New(fault.Usage, "give another name", "train.save_weights_path: %s is a file of train.training_weights_path, too", s.recorder.Weights)
	}
	return s.recorder.Possible()
}

// checkOutputs finds out, before anything is changed, whether all outputs can be
// written that come after so many updates.
func (s *job[F]) checkOutputs(updates int) error {
	standing, err := s.recorder.Standing(updates)
	if err != nil {
		return err
	}
	for _, f := range standing {
		if err := s.mayReplace(f, false); err != nil {
			return err
		}
	}
	return nil
}

// isOurs says whether a file may be what a run that goes on has written, or will write
// once more; whole says that what would take its place is known.
func (s *job[F]) isOurs(f run.ExistingFiles, whole bool) (bool, error) {
	inside, err := s.Folder().Inside(f.Path)
	switch {
	case err != nil:
		return false, err
	case f.Numbered && !inside && !whole && s.goesOn != nil && s.goesOn.Numerics != s.numerics:
		return false, nil // the bits will differ
	case f.Numbered && (inside || !whole):
		// In the folder weights of an update are what it gave on whatever computer;
		// others are compared when their update has come.
		return s.Folder().IsOf(f.Path, s.past.Alike)
	case !inside && !whole && s.reason == "":
		return false, nil
	}
	state, err := s.recorder.OutputState(f.Path, f.Weights, *s.past)
	return state != run.Foreign, err
}

// mayReplace refuses to replace what stands under the name of an output, unless
// it may be overwritten or is found to be of the run that goes on. What the
// experiment reads never may. Outside the folder nothing is replaced by anything
// else: there a copy of the run may have its outputs, too.
func (s *job[F]) mayReplace(f run.ExistingFiles, whole bool) error {
	path := f.Path
	as, err := disk.ReadAs(s.Disk, path)
	switch {
	case err != nil:
		return err
	case as != "":
		return readByExperiment(as, "an output of the run")
	case s.Overwrite:
		return nil
	}
	link, err := s.Folder().IsLink(path)
	switch {
	case link || err != nil:
		return err
	case s.past == nil:
		return fault.New(fault.Usage, "give another name, or --overwrite", "%s is there already", path)
	}
	has, err := s.past.Has(s.Folder(), path)
	switch {
	case err != nil:
		return err
	case !has:
		return fault.New(fault.Usage, "give another name, or move the file to another place", "%s is there already, and of a name that the run did not have", path)
	}
	if is, err := s.isOurs(f, whole); is || err != nil {
		return err
	}
	if inside, err := s.Folder().Inside(path); inside || err != nil {
		return errors.Join(err, run.NotTrained(path))
	}
	return fault.New(fault.Usage, "give another name, or move the file to another place", "%s is there already, and outside its folder a run that goes on replaces nothing", path)
}

// pastOf is what is known of the run that goes on, by its experiment as it was. A
// file of it may have been written by another version of the program, which said
// more or less in the experiment.
func (s *job[F]) pastOf(texts []string, was *experiment.Experiment, reason train.Reason) *run.Past {
	texts = append(texts, string(s.experiment.Resolved()))
	return &run.Past{Reason: reason, Outputs: outputs(was), Alike: func(other string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return record.SameTraining(other, text) })
	}}
}

// lacking are the files that are not there or not as they should be of a run
// that is at its end. Files that are not of this run are an error.
func (s *job[F]) lacking() (list []string, err error) {
	states, err := s.recorder.States(*s.past)
	if err != nil {
		return nil, err
	}
	for name, state := range states {
		if state == run.Foreign {
			return nil, run.NotTrained(s.Folder().File(name))
		}
	}
	missing, err := s.matricesLacking()
	if s.reason == "" || err != nil {
		return nil, err
	}
	text := string(s.experiment.ResolvedFor(s.Out))
	if text != s.goesOn.Text || s.goesOn.Replaced != "" && s.goesOn.Replaced == s.goesOn.recorded {
		states[run.MetricsFile] = run.Other // of a test as it was
	}
	outputs, err := s.recorder.OutputStates(*s.past)
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

// checkMatrices is matricesLacking for what is to be begun.
func (s *job[F]) checkMatrices() error {
	_, err := s.matricesLacking()
	return err
}

// matricesLacking are the files of large matrices that are to be written. Where
// another one stands that is not of the run that is replaced, it is an error.
func (s *job[F]) matricesLacking() (missing []string, err error) {
	var old []string
	if s.replaces != nil {
		old = s.replaces.MatrixNames(s.Out)
	}
	matrices := s.experiment.Matrices(s.Out)
	for _, name := range slices.Sorted(maps.Keys(matrices)) {
		state, err := s.Folder().MatrixState(experiment.MatricesFolder, name, matrices[name])
		switch {
		case err != nil && !slices.Contains(old, name):
			return nil, err
		case state != run.Same:
			missing = append(missing, experiment.MatricesFolder+"/"+name)
		}
	}
	return missing, nil
}

// outputs are the files that the experiment asks for now, and those with weights that
// it asked for before.
func outputs(e *experiment.Experiment) run.Outputs {
	o := run.Outputs{Weights: e.Train.SaveWeights, Training: e.TrainingWeights(), Updates: e.MostUpdates()}
	if e.Curriculum != nil {
		o.Metric = e.Curriculum.OutputFile
	}
	return o
}
