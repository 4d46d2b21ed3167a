package main

import (
	"context"
	"fmt"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/run"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
)

type trainOptions struct {
	experimentFlags
	overwrite bool
}

func newTrain(s streams) *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a network, then test it",
		Long: `Train the network of an experiment and test it. Without -c the embedded Hello
World is trained. The run folder receives experiment.yaml (the experiment as it
ran), weights.npz (in the original's format), losses.csv and metrics.json.`,
		Example: "  psychrnn train\n  psychrnn train -c my.yaml -o runs/first --seed 2",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.read(settings(c)); err != nil {
				return err
			}
			return runTrain(c, o, s)
		},
	}
	o.register(c)
	c.Flags().StringP("out", "o", "", "run folder `DIR` (default runs/NAME)")
	environment(c.Flags(), "out")
	c.Flags().BoolVar(&o.overwrite, "overwrite", false, "replace the run that the folder holds")
	return c
}

func runTrain(c *cobra.Command, o trainOptions, s streams) error {
	start := time.Now()
	e, err := o.load(c)
	if err != nil {
		return err
	}
	if o.out == "" {
		o.out = filepath.Join("runs", e.Name)
	}
	if e.Precision == "float64" {
		return trainIn(c.Context(), o, s, e, kernel.Plain[float64](), start)
	}
	return trainIn(c.Context(), o, s, e, kernel.Plain[float32](), start)
}

// trainIn trains in precision F.
func trainIn[F kernel.Float](ctx context.Context, o trainOptions, s streams, e *experiment.Experiment, set *kernel.Set[F], start time.Time) error {
	t, err := experiment.NewTraining(e, set, o.threads)
	if err != nil {
		return err
	}
	defer t.Close()
	folder, err := run.Create(o.out, o.overwrite)
	if err != nil {
		return err
	}
	if err := folder.WriteText(run.ExperimentFile, e.Resolved()); err != nil {
		return err
	}
	losses := run.NewLosses()
	last := &latest{}
	show := newProgress(o.runFlags, s.err, e.Config.Task.N_batch, e.Train.Updates(e.Config.Task.N_batch))
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	began := time.Now()
	trainErr := t.Run(run.Observers{losses, last, show, untilDone(ctx.Done())})
	show.Close()
	metrics := run.Metrics{
		TrainingSeconds:       time.Since(began).Seconds(),
		InitializationSeconds: began.Sub(start).Seconds(),
		Threads:               o.threads,
		Seed:                  e.Seed.EncodeStrict(),
		Version:               version,
		Numerics:              set.Name,
		StopReason:            "training_iters",
	}
	file, err := t.File(version)
	if err != nil {
		return err
	}
	if err := folder.WriteWeights(run.WeightsFile, file); err != nil {
		return err
	}
	if err := folder.WriteText(run.LossesFile, losses.Bytes()); err != nil {
		return err
	}
	if trainErr != nil {
		return trainErr
	}
	metrics.Updates, metrics.Trials = last.Update, last.Trials
	if ctx.Err() != nil {
		return &failure{statusInterrupted, fmt.Sprintf("interrupted after update %d; the weights so far are in %s", last.Update, folder.File(run.WeightsFile)), ""}
	}
	show.Finished()
	result, err := t.Test()
	if err != nil {
		return err
	}
	if last.Loss != nil {
		metrics.Loss = last.Loss.Total()
	}
	metrics.Accuracy, metrics.TestLoss, metrics.TestTrials = result.Accuracy(), result.Loss, result.Trials
	metrics.AccuracyLow, metrics.AccuracyHigh = task.Wilson(result.Correct, result.Trials)
	metrics.PeakMemoryBytes = run.PeakMemory()
	text, err := run.JSON(metrics)
	if err != nil {
		return err
	}
	if err := folder.WriteText(run.MetricsFile, text); err != nil {
		return err
	}
	return printTest(s.out, o.logFormat == "json", result, folder.Path)
}

// latest remembers what the loop told last.
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
