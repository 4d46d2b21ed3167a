package loading

// RUN: a run folder, or a weight file with its experiment inside, and the flags that replace
// either part.

import (
	"path/filepath"

	"psychrnn/internal/disk"
	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/userfiles"
)

// runFiles are the files of a RUN; experiment is empty where it is inside the weights.
type runFiles struct{ experiment, weights string }

// locate finds the files that a RUN, at most one argument, and the flags name.
func (r *Request) locate(args []string) (files runFiles, err error) {
	if r.Weights != "" {
		if files.weights, err = userfiles.WeightsOf(r.Disk, r.Weights); err != nil {
			return files, err
		}
	}
	if len(args) == 0 {
		if r.Weights == "" {
			err = fault.New(fault.Usage, "give the folder of a run, such as runs/hello, or a weight file", "%s %s: RUN is missing", r.Program, r.Command)
		}
		return files, err
	}
	name := args[0]
	info, err := disk.Stat(r.Disk, name)
	switch {
	case err != nil:
		return files, err
	case info.IsDir():
		files.experiment = filepath.Join(name, run.ExperimentFile)
		if files.weights == "" {
			files.weights = filepath.Join(name, run.WeightsFile)
		}
	case LooksLikeExperiment(name):
		return files, fault.New(fault.Usage, "an experiment file is given by -c: "+r.Program+" "+r.Command+" RUN -c "+name, "%s is not a run folder or weight file", name)
	case files.weights == "":
		files.weights = name
	default:
		// Only the experiment is taken from this weight file.
		files.experiment = name
	}
	return files, nil
}

// weightsOf reads the weights of a RUN.
func (r *Request) weightsOf(args []string) (files runFiles, file *npz.File, err error) {
	if files, err = r.locate(args); err == nil {
		file, err = userfiles.ReadWeights(r.Disk, files.weights, r.MaxSize)
	}
	return files, file, err
}

// Trained reads both parts of a RUN.
func (r *Request) Trained(args []string) (*session.Trained, error) {
	files, file, err := r.weightsOf(args)
	if err != nil {
		return nil, err
	}
	return r.join(files, file)
}

// join reads the experiment of a RUN and joins it with the weights.
func (r *Request) join(files runFiles, file *npz.File) (*session.Trained, error) {
	r.again = func(assignments []string) (*session.Trained, error) {
		e, part, err := r.experiment(files, file, append(assignments, r.more...))
		if err != nil {
			return nil, userfiles.AboutFile(files.weights, err)
		}
		t, err := session.Join(e, part, file, files.weights)
		return t, userfiles.AboutFile(files.weights, err)
	}
	t, err := r.again(effect.AssignmentTexts(r.assignments()))
	if err != nil {
		return nil, err
	}
	e := t.Experiment()
	if err := r.willRead(e); err != nil {
		return nil, err
	}
	if r.Config != "" {
		r.heed(e)
	}
	r.tellNotes(t)
	return t, nil
}

// experiment reads the experiment: of -c, of the run folder, or inside weights.
func (r *Request) experiment(files runFiles, file *npz.File, assignments []string) (*experiment.Experiment, session.Origin, error) {
	if r.Config != "" {
		read, name := r.source()
		bounds := r.Bounds()
		var err error
		if bounds.Known, err = experiment.NetworkFacts(file, files.weights); err != nil {
			return nil, session.Origin{}, err
		}
		e, err := experiment.LoadTrained(read, name, assignments, bounds)
		if e != nil {
			e.Permit()
		}
		return e, session.Origin{Name: name, Asked: true}, err
	}
	if LooksLikeExperiment(files.experiment) {
		e, err := experiment.LoadTrained(r.ReadText, files.experiment, assignments, r.Bounds())
		return e, session.Origin{Name: files.experiment}, err
	}
	name := files.weights
	if files.experiment != "" {
		name = files.experiment
		var err error
		if file, err = userfiles.ReadWeights(r.Disk, name, r.MaxSize); err != nil {
			return nil, session.Origin{}, err
		}
	}
	e, err := experiment.Inside(file, name, assignments)
	if err == nil && e == nil {
		err = fault.New(fault.Usage, "give its task with -c FILE; psychrnn example hello prints one to start from", "%s carries no experiment", name)
	}
	return e, session.Origin{Name: "the experiment in " + name}, err
}

// tellNotes says what there is to say of weights.
func (r *Request) tellNotes(t *session.Trained) {
	r.WarnAll(t.Warnings)
	r.NoteAll(t.Notes)
}

// SayWithoutEffect warns of assignments that change nothing that the command takes from
// the experiment.
func (r *Request) SayWithoutEffect(t *session.Trained, uses func(*session.Trained) (effect.Uses, error)) error {
	list := r.assignments()
	if len(list) == 0 || t.Experiment() == nil {
		return nil
	}
	own, err := uses(t)
	if err != nil {
		return err
	}
	r.WarnFaults(effect.Without(t.Experiment(), r.Command, own, list, func(assignments []string) (*experiment.Experiment, effect.Uses, error) {
		t, err := r.again(assignments)
		if err != nil {
			return nil, nil, err
		}
		u, err := uses(t)
		return t.Experiment(), u, err
	}))
	return nil
}
