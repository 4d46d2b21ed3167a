package main

// The command train: its flags, and the experiment that is trained. What becomes of the run
// folder is in internal/training.

import (
	"time"

	"github.com/spf13/cobra"

	"psychrnn/internal/kernel"
	"psychrnn/internal/memory"
	"psychrnn/internal/progress"
	"psychrnn/internal/session"
	"psychrnn/internal/strict"
	"psychrnn/internal/training"
	"psychrnn/internal/ui"
)

type trainOptions struct {
	experimentFlags
	training.Options
	stopAfter string
	limit     time.Duration // of the run, 0: none
}

func newTrain(s ui.Streams) *cobra.Command {
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
			o.Began, o.Latest = time.Now(), progress.NewLatest()
			if err := o.check(); err != nil {
				return err
			}
			o.Options.Request, o.Threads, o.Version, o.Wish = &o.experimentFlags.Request, o.threads, version, o.wish()
			defer o.limitTime()()
			defer o.experimentFlags.ShowOnDemand(o.Latest)()
			return runTrain(c, &o)
		},
	}
	o.register(c, s, "seed", "of all random numbers")
	c.Flags().StringVarP(&o.Out, "out", "o", "", "run folder `DIR` (default runs/NAME)")
	environment(c.Flags(), "out")
	c.Flags().BoolVar(&o.Overwrite, "overwrite", false, "replace the run that the folder holds")
	c.Flags().BoolVar(&o.Resume, "resume", false, "go on from the checkpoint in the folder, if there is one")
	c.Flags().StringVar(&o.stopAfter, "stop-after", "", "write the checkpoint and end with status 75 after `TIME`, such as 3h50m")
	c.Flags().BoolVar(&o.Require, "require-performance", false, "end with status 3 if training ends below performance_cutoff or before the\ncurriculum's last stage is passed")
	plainFlag(c.Flags(), &o.Plain)
	o.registerPermission(c)
	return c
}

func runTrain(c *cobra.Command, o *trainOptions) error {
	e, begun, err := o.Open()
	defer o.Release()
	if err != nil {
		return err
	}
	if err := o.Admit(e, begun); err != nil {
		return err
	}
	if err := memory.Afford(session.TrainingMemory(e, o.threads)); err != nil {
		return err
	}
	programs := o.experimentFlags.Programs(e, c.Context())
	defer programs.Close()
	return inPrecision(e.Precision,
		func(set *kernel.Set[float32]) error {
			return training.Train(c.Context(), &o.Options, e, begun, programs, set)
		},
		func(set *kernel.Set[float64]) error {
			return training.Train(c.Context(), &o.Options, e, begun, programs, set)
		})
}

// check refuses flags that make no sense.
func (o *trainOptions) check() error {
	if o.Resume && o.Overwrite {
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
	o.limit = progress.Seconds(seconds)
	return nil
}

// limitTime has the program end after the time of --stop-after.
func (o *trainOptions) limitTime() (stop func()) {
	if o.limit == 0 {
		return func() {}
	}
	timer := time.AfterFunc(o.limit-time.Since(o.Began), o.experimentFlags.Ending.Ask)
	return func() { timer.Stop() }
}
