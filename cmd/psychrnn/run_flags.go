package main

// Flags of the commands that take a RUN, and the two parts that it is made of: an experiment
// and weights.

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"psychrnn/internal/disk"
	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
)

// trainedFlags are the flags of the commands that take a RUN: a run folder, or
// a weight file with its experiment inside. -c and --weights replace its parts.
type trainedFlags struct {
	experimentFlags
	outputFlags
	weights string
	more    []string // assignments of flags of a command's own
	join    func(assignments []string) (*session.Trained, error)
}

const runUsage = `RUN is a run folder, or a weight file with its experiment inside. -c and
--weights replace either part; with both, RUN is not needed. The weights of the
original carry no experiment: give the task with -c.`

func (f *trainedFlags) register(c *cobra.Command, seedKey, seedMeaning string) {
	f.experimentFlags.register(c, seedKey, seedMeaning)
	c.Flags().StringVar(&f.weights, "weights", "", "weight `FILE`, or the folder of a run, in place of RUN's")
	f.outputFlags.register(c.Flags())
	f.registerPermission(c)
}

// oneRun allows at most one argument, RUN.
func oneRun(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("see "+c.CommandPath()+" --help", "%s takes one RUN, but %d were given", c.CommandPath(), len(args))
	}
	return nil
}

// load reads both parts.
func (f *trainedFlags) load(c *cobra.Command, args []string) (*experiment.Experiment, *session.Trained, error) {
	files, err := f.locate(c, args)
	if err != nil {
		return nil, nil, err
	}
	file, err := userfiles.ReadWeights(f.Disk, files.weights, f.maxSize)
	if err != nil {
		return nil, nil, err
	}
	f.join = func(assignments []string) (*session.Trained, error) {
		e, part, err := f.experiment(files, file, append(assignments, f.more...))
		if err != nil {
			return nil, userfiles.AboutFile(files.weights, err)
		}
		t, err := session.Join(e, part, file, files.weights)
		return t, userfiles.AboutFile(files.weights, err)
	}
	t, err := f.join(effect.AssignmentTexts(f.assignments(c)))
	if err != nil {
		return nil, nil, err
	}
	if e := t.Experiment(); e != nil {
		if err := willRead(f.Disk, e); err != nil {
			return nil, nil, err
		}
	}
	if f.config != "" {
		heed(f.UI, t.Experiment())
	}
	tellNotes(f.UI, t)
	return t.Experiment(), t, nil
}

// sayWithoutEffect warns of assignments that change nothing that the command
// takes from the experiment.
func (f *trainedFlags) sayWithoutEffect(c *cobra.Command, t *session.Trained, uses func(*session.Trained) (effect.Uses, error)) error {
	list := f.assignments(c)
	if len(list) == 0 || t.Experiment() == nil {
		return nil
	}
	own, err := uses(t)
	if err != nil {
		return err
	}
	f.WarnFaults(effect.Without(t.Experiment(), commandName(c), own, list, func(assignments []string) (*experiment.Experiment, effect.Uses, error) {
		t, err := f.join(assignments)
		if err != nil {
			return nil, nil, err
		}
		u, err := uses(t)
		return t.Experiment(), u, err
	}))
	return nil
}

// tellNotes says what there is to say of weights.
func tellNotes(v ui.UI, t *session.Trained) {
	v.WarnAll(t.Warnings)
	v.NoteAll(t.Notes)
}

// runFiles are the files of a RUN; experiment is empty where it is inside the weights.
type runFiles struct{ experiment, weights string }

// locate finds the files that a RUN and the flags name.
func (f *trainedFlags) locate(c *cobra.Command, args []string) (files runFiles, err error) {
	if f.weights != "" {
		if files.weights, err = userfiles.WeightsOf(f.Disk, f.weights); err != nil {
			return files, err
		}
	}
	switch {
	case len(args) == 0 && (f.weights == "" || f.config == ""):
		if f.weights != "" {
			return files, nil
		}
		return files, usage("give the folder of a run, such as runs/hello, or a weight file", "%s: RUN is missing", c.CommandPath())
	case len(args) == 0:
		return files, nil
	}
	name := args[0]
	info, err := disk.Stat(f.Disk, name)
	switch {
	case err != nil:
		return files, err
	case info.IsDir():
		files.experiment = filepath.Join(name, run.ExperimentFile)
		if files.weights == "" {
			files.weights = filepath.Join(name, run.WeightsFile)
		}
	case isExperiment(name):
		return files, usage("an experiment file is given by -c: "+c.CommandPath()+" RUN -c "+name, "%s is not a run folder or weight file", name)
	case files.weights == "":
		files.weights = name
	default:
		// Only the experiment is taken from this weight file.
		files.experiment = name
	}
	return files, nil
}

// experiment reads the experiment: of -c, of the run folder, or inside weights.
func (f *trainedFlags) experiment(files runFiles, file *npz.File, assignments []string) (*experiment.Experiment, session.Origin, error) {
	if f.config != "" {
		e, err := experiment.LoadFor(file, files.weights, f.readInput, f.configName(), assignments, f.bounds())
		if e != nil {
			e.Permit()
		}
		return e, session.Origin{Name: f.configName(), Asked: true}, err
	}
	if isExperiment(files.experiment) {
		e, err := experiment.LoadTrained(f.readText, files.experiment, assignments, f.bounds())
		return e, session.Origin{Name: files.experiment}, err
	}
	name := files.weights
	if files.experiment != "" {
		name = files.experiment
		var err error
		if file, err = userfiles.ReadWeights(f.Disk, name, f.maxSize); err != nil {
			return nil, session.Origin{}, err
		}
	}
	e, err := experiment.Inside(file, name, assignments)
	if err == nil && e == nil {
		err = usage("give its task with -c FILE; psychrnn example hello prints one to start from", "%s carries no experiment", name)
	}
	return e, session.Origin{Name: "the experiment in " + name}, err
}
