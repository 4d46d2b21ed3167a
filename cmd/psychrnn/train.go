package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
)

type trainOptions struct {
	experimentFlags
	overwrite bool
	plain     bool
}

func newTrain(s streams) *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a network, then test it",
		Long: `Train the network of an experiment and test it. Without -c the embedded Hello
World is trained. The run folder receives experiment.yaml (the experiment as it
ran), weights.npz (in the original's format), losses.csv and metrics.json.
SIGINT or SIGTERM finishes the update and writes the weights; a second one ends
the program at once.`,
		Example: "  psychrnn train\n  psychrnn train -c my.yaml -o runs/first --seed 2\n  psychrnn example hello | psychrnn train -c - --set model.N_rec=100",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.read(c, s); err != nil {
				return err
			}
			return runTrain(c, o)
		},
	}
	o.register(c, "seed", "of all random numbers")
	c.Flags().StringP("out", "o", "", "run folder `DIR` (default runs/NAME)")
	environment(c.Flags(), "out")
	c.Flags().BoolVar(&o.overwrite, "overwrite", false, "replace the run that the folder holds")
	plainFlag(c.Flags(), &o.plain)
	return c
}

func runTrain(c *cobra.Command, o trainOptions) error {
	start := time.Now()
	e, err := o.load(c, experiment.Load)
	if err != nil {
		return err
	}
	if o.out == "" {
		if !filepath.IsLocal(e.Name) {
			return usage("change the name, or give a folder with -o", "name: %q names no folder below runs", e.Name)
		}
		o.out = filepath.Join("runs", e.Name)
	}
	if err := (run.Folder{Path: o.out}).Free(o.overwrite); err != nil {
		return err
	}
	return inPrecision(e.Precision,
		func(set *kernel.Set[float32]) error { return trainIn(c.Context(), o, e, set, start) },
		func(set *kernel.Set[float64]) error { return trainIn(c.Context(), o, e, set, start) })
}

// trainIn trains in precision F.
func trainIn[F kernel.Float](ctx context.Context, o trainOptions, e *experiment.Experiment, set *kernel.Set[F], start time.Time) error {
	t, err := experiment.NewTraining(e, set, o.threads)
	if err != nil {
		return err
	}
	defer t.Close()
	folder := run.Folder{Path: o.out}
	if err := folder.Create(o.overwrite); err != nil {
		return err
	}
	if err := folder.WriteText(run.ExperimentFile, e.ResolvedFor(folder.Path)); err != nil {
		return err
	}
	losses, last := run.NewLosses(), &latest{}
	show := newProgress(o.runFlags, e.Config.Task.N_batch, e.Train.Updates(e.Config.Task.N_batch))
	ctx, stop := o.untilInterrupted(ctx)
	defer stop()
	metrics := run.Metrics{
		Threads: o.threads, Seed: e.Seed.Flat(), Version: version, Numerics: set.Numerics, StopReason: "training_iters",
	}
	began := time.Now()
	metrics.InitializationSeconds = run.Number(began.Sub(start).Seconds())
	trainErr := t.Run(run.Observers{losses, last, show, untilDone(ctx.Done())})
	metrics.TrainingSeconds = run.Number(time.Since(began).Seconds())
	show.Close()
	if err := writeTrained(o, folder, t, losses); err != nil {
		return err
	}
	if trainErr != nil {
		return trainErr
	}
	if ctx.Err() != nil {
		return interrupted(fmt.Sprintf("interrupted after update %d; the weights so far are in %s", last.Update, folder.File(run.WeightsFile)))
	}
	show.Finished()
	result, err := t.Test(ctx.Done())
	if err != nil {
		return err
	}
	metrics.Add(last.Progress, result.Evaluation)
	if err := folder.WriteMetrics(metrics); err != nil {
		return err
	}
	if err := o.result(newTestResult(result)); err != nil {
		return err
	}
	if err := o.result(written{"results", folder.Path}); err != nil {
		return err
	}
	return judged(result)
}

// writeTrained writes what training has come to.
func writeTrained[F kernel.Float](o trainOptions, folder run.Folder, t *experiment.Training[F], losses *run.Losses) error {
	file, err := t.File(version)
	if err == nil && o.plain {
		file, err = o.plainFile(file)
	}
	if err != nil {
		return err
	}
	if err := folder.WriteWeights(run.WeightsFile, file); err != nil {
		return err
	}
	return folder.WriteText(run.LossesFile, losses.Bytes())
}

// latest remembers what the loop told last, and the last loss.
type latest struct{ train.Progress }

func (l *latest) AfterUpdate(p train.Progress) train.Action {
	loss := l.Loss
	l.Progress = p
	if p.Loss == nil {
		l.Loss = loss
	}
	return train.Continue
}

// untilDone stops the loop once done is closed.
func untilDone(done <-chan struct{}) train.Observer {
	return observerFunc(func(train.Progress) train.Action {
		select {
		case <-done:
			return train.Stop
		default:
			return train.Continue
		}
	})
}

type observerFunc func(train.Progress) train.Action

func (f observerFunc) AfterUpdate(p train.Progress) train.Action { return f(p) }
