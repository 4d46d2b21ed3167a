package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"psychrnn/internal/disk"
	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/strict"
	"psychrnn/internal/train"
)

type trainOptions struct {
	experimentFlags
	overwrite bool
	resume    bool
	again     bool   // the run in the folder was ended before its first checkpoint
	release   func() // lets other programs into the folder; nil: it is not held
	require   bool
	stopAfter string
	limit     time.Duration // of the run, 0: none
	began     time.Time
	latest    *latest // what SIGUSR1 prints
	plain     bool
}

func newTrain(s streams) *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a network, then test it",
		Long: `Train the network of an experiment and test it. Without -c the embedded Hello
World is trained. The run folder receives experiment.yaml (the experiment as it
ran), weights.npz (in the original's format), losses.csv, performance.csv (what
was measured, if anything was), checkpoint.npz and, at the very end, metrics.json.

SIGINT, SIGTERM, SIGHUP or SIGUSR2 finishes the update, writes the checkpoint and
ends with status 75, whether anybody reads what is printed or not; a second one
ends the program at once. SIGUSR1 prints the progress. With --resume a run goes
on from its checkpoint, to the same bits as one that was never interrupted; where
there is no checkpoint it starts anew, and where the run is complete it ends at
once. Without -c it is the experiment in the folder that goes on.`,
		Example:     "  psychrnn train\n  psychrnn train -c my.yaml -o runs/first --seed 2\n  psychrnn example hello | psychrnn train -c - --set model.N_rec=100\n  psychrnn train -c my.yaml -o runs/first --resume --stop-after 3h50m\n  psychrnn train -o runs/first --resume --set train.training_iters=100000",
		Args:        noArguments,
		Annotations: map[string]string{finishing: "yes"},
		RunE: func(c *cobra.Command, _ []string) error {
			o.began = time.Now()
			if err := o.read(c, s); err != nil {
				return err
			}
			if err := o.check(); err != nil {
				return err
			}
			defer o.limitTime()()
			defer o.showOnDemand()()
			return runTrain(c.Context(), c, o)
		},
	}
	o.register(c, "seed", "of all random numbers")
	c.Flags().StringVarP(&o.out, "out", "o", "", "run folder `DIR` (default runs/NAME)")
	environment(c.Flags(), "out")
	c.Flags().BoolVar(&o.overwrite, "overwrite", false, "replace the run that the folder holds")
	c.Flags().BoolVar(&o.resume, "resume", false, "go on from the checkpoint in the folder, if there is one")
	c.Flags().StringVar(&o.stopAfter, "stop-after", "", "write the checkpoint and end with status 75 after `TIME`, such as 3h50m")
	c.Flags().BoolVar(&o.require, "require-performance", false, "end with status 3 if training ends below performance_cutoff or before the\ncurriculum's last stage is passed")
	plainFlag(c.Flags(), &o.plain)
	o.registerPermission(c)
	return c
}

func runTrain(ctx context.Context, c *cobra.Command, o trainOptions) error {
	e, begun, err := o.open(c)
	defer o.letGo()
	if err != nil {
		return err
	}
	if o.require && e.Train.PerformanceCutoff == nil && e.Curriculum == nil {
		return usage("give train.performance_cutoff or a curriculum", "--require-performance, but the experiment asks for no performance")
	}
	if begun == nil {
		if err := o.checkFolder(e); err != nil {
			return err
		}
	} else if err := o.goOn(e, begun); err != nil {
		return err
	}
	if err := afford(session.TrainingMemory(e, o.threads)); err != nil {
		return err
	}
	return inPrecision(e.Precision,
		func(set *kernel.Set[float32]) error { return trainIn(ctx, o, e, begun, set) },
		func(set *kernel.Set[float64]) error { return trainIn(ctx, o, e, begun, set) })
}

// check refuses flags that make no sense.
func (o *trainOptions) check() error {
	if o.resume && o.overwrite {
		return usage("say one of them", "--resume goes on with a run, --overwrite begins it anew")
	}
	if o.stopAfter == "" {
		return nil
	}
	seconds, ok := strict.ParseSeconds(o.stopAfter)
	const hint = "a time with its unit, such as 3h50m or 90s"
	switch {
	case !ok:
		return usage(hint, "--stop-after: %q is not a time", o.stopAfter)
	case seconds == 0:
		return usage(hint, "--stop-after: %s leaves no time to train", o.stopAfter)
	}
	o.limit = run.Seconds(seconds)
	return nil
}

// folder is the run folder. What is read there is no input of the experiment.
func (o *trainOptions) folder() run.Folder {
	return run.Folder{Path: o.out, Disk: disk.Forgetting(o.disk), Afford: affordContent}
}

// open reads the experiment, after which the run folder is named where -o does
// not, and what there is to go on from. Where no experiment is given, that of
// the run goes on.
func (o *trainOptions) open(c *cobra.Command) (e *experiment.Experiment, b *savedRun, err error) {
	load := experiment.Load
	if err := o.hold(); err != nil {
		return nil, nil, err
	}
	if o.resume && o.out != "" {
		if b, err = savedRunIn(o.folder()); err != nil {
			return nil, nil, err
		}
		if b != nil { // the files that its network was made of may be gone
			load = func(read func(string) ([]byte, error), file string, assignments []string, bounds ...experiment.Bounds) (*experiment.Experiment, error) {
				return experiment.LoadAgain(b.Saved, o.folder().File(run.ExperimentFile), read, file, assignments, bounds...)
			}
		}
	}
	if o.config != "" || o.out == "" || !o.resume {
		if e, err = o.load(c, load, effect.OfTraining); err != nil {
			return nil, nil, err
		}
	}
	if o.out == "" {
		if !filepath.IsLocal(e.Name) {
			return nil, nil, usage("change the name, or give a folder with -o", "name: %q names no folder below runs", e.Name)
		}
		o.out = filepath.Join("runs", e.Name)
		if err := o.hold(); err != nil {
			return nil, nil, err
		}
		if o.resume {
			b, err = savedRunIn(o.folder())
		}
	}
	if err != nil || !o.resume || o.config != "" {
		return e, b, err
	}
	read, bounds, file := o.readText, o.bounds(), o.folder().File(run.ExperimentFile)
	if b != nil {
		read, bounds.ReadArrays = b.Read(read, file), b.Read(bounds.ReadArrays, file)
	} else if there, err := o.folder().Has(run.ExperimentFile); !there {
		if e == nil && err == nil {
			err = usage("check the folder; to begin a run there, give its experiment with -c", "%s holds no run to go on with", o.out)
		}
		return e, nil, err
	}
	e, err = o.loadFrom(c, effect.OfTraining, func(assignments []string) (*experiment.Experiment, error) {
		return experiment.Load(read, file, assignments, bounds)
	})
	return e, b, err
}

// hold keeps other programs from training into the folder at the same time, once
// it is there.
func (o *trainOptions) hold() error {
	if o.release != nil || o.out == "" {
		return nil
	}
	if there, err := disk.IsFolder(o.disk, o.out); !there {
		return err
	}
	release, err := disk.Hold(o.disk, o.out)
	if errors.Is(err, disk.ErrHeld) {
		return fault.New(fault.Failed, "wait until it has ended, or give another folder with -o", "another program trains into %s", o.out)
	}
	o.release = release
	return err
}

func (o *trainOptions) letGo() {
	if o.release != nil {
		o.release()
	}
}

// goOn says whether the run may go on as this experiment, and by which rules.
func (o *trainOptions) goOn(e *experiment.Experiment, begun *savedRun) error {
	began, err := e.CanGoOn(begun.Saved, o.folder().File(run.ExperimentFile))
	if err != nil {
		return asFileError(o.folder().File(run.CheckpointFile), err)
	}
	if err := begun.checkRecord(o.folder()); err != nil {
		return err
	}
	files, err := o.folder().Contents()
	if err != nil {
		return err
	}
	if err := o.checkNotRead(slices.DeleteFunc(files, func(name string) bool { return name == run.ExperimentFile })); err != nil {
		return err
	}
	// The last batch may have gone beyond the training_iters of the run.
	if iters, trials := e.Train.TrainingIters, begun.Standing.Trials; iters < min(began.Train.TrainingIters, trials) {
		return usage("raise it, or begin anew with --overwrite", "train.training_iters is %d, but the run has been trained on %d trials", iters, trials)
	}
	begun.experiment = began
	unused, err := e.SettleRules(began, begun.Saved)
	if len(unused.Keys) > 0 {
		o.warn(fmt.Sprintf("training is at its end (%s), and does not go on with the new %s; the run keeps what it was trained with",
			unused.Reason, strings.Join(unused.Keys, ", ")), further(unused.Now))
	}
	return err
}

// further says how a run goes on that is at its end for these reasons.
func further(ends []train.Reason) string {
	words := map[train.Reason]string{
		train.TrialsDone:        "raise train.training_iters",
		train.CurriculumPassed:  "raise the threshold of the last stage",
		train.PerformancePassed: "raise train.performance_cutoff or leave it out",
	}
	var steps []string
	for _, reason := range ends {
		steps = append(steps, words[reason])
	}
	return "to train on, " + strings.Join(steps, ", and ")
}

// trainIn trains in precision F.
func trainIn[F kernel.Float](ctx context.Context, o trainOptions, e *experiment.Experiment, begun *savedRun, set *kernel.Set[F]) error {
	programs := o.run(e, ctx.Done())
	programs.Resumed = begun != nil
	defer programs.Close()
	t, err := session.NewTraining(e, set, o.threads)
	if err != nil {
		return err
	}
	defer t.Close()
	s := &trainSession[F]{trainOptions: o, experiment: e, programs: programs, training: t, numerics: set.Numerics}
	s.recorder = &run.Recorder{
		Folder: o.folder(), Outputs: outputs(e), Source: source[F]{t, o.plain, o.ui}, Version: version, Show: run.Silent{},
		MayReplace: s.mayBecome,
	}
	defer func() { s.letGo() }()
	if err := o.begin(); err != nil {
		return err
	}
	if begun != nil {
		err = s.resume(begun)
	} else {
		err = s.start()
	}
	if err != nil || s.complete {
		return s.outcome(err)
	}
	return s.outcome(s.run(ctx))
}

// outputs are the files that the experiment asks for now.
func outputs(e *experiment.Experiment) run.Outputs {
	o := run.Outputs{Weights: e.Train.SaveWeights, Training: e.Train.TrainingWeights, Every: e.Train.SaveTrainingEpoch, Updates: e.MostUpdates()}
	if e.Curriculum != nil {
		o.Metric = e.Curriculum.OutputFile
	}
	return o
}

// limitTime has the program end after the time of --stop-after.
func (o *trainOptions) limitTime() (stop func()) {
	if o.limit == 0 {
		return func() {}
	}
	timer := time.AfterFunc(o.limit-time.Since(o.began), o.ending.ask)
	return func() { timer.Stop() }
}

// unreached says that --require-performance was not met.
func (s *trainSession[F]) unreached() error {
	cutoff, curriculum := s.training.Unreached()
	if !cutoff && !curriculum {
		return nil
	}
	hint := "raise train.training_iters and go on with --resume, or ask for less"
	switch {
	case curriculum && s.reason == train.PerformancePassed:
		hint = fmt.Sprintf("train.performance_cutoff ended it in curriculum.stages[%d], before the last stage was passed: go on with --resume --set train.performance_cutoff=null",
			s.training.Progress().Stage)
	case cutoff && s.reason == train.CurriculumPassed:
		hint = "the last stage of the curriculum ended it below train.performance_cutoff: raise that stage's threshold and go on with --resume, or ask for less"
	}
	return fault.New(fault.Performance, hint, "training ended without reaching the performance asked for")
}

// stopped says whether training can go on later.
func (s *trainSession[F]) stopped() error {
	how := "the same command with --resume goes on"
	if !s.programs.Addressed() {
		how = "it cannot go on, since its program gives other trials every time"
	}
	return interrupted(fmt.Sprintf("interrupted after update %d; %s", s.training.Progress().Update, how))
}
