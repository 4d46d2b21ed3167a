package main

// The command check: an experiment looked at before it is trained. The verdict comes first;
// all that is printed is an experiment file again.

import (
	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/memory"
	"psychrnn/internal/report"
	"psychrnn/internal/session"
	"psychrnn/internal/ui"
)

func newCheck(s ui.Streams) *cobra.Command {
	var o experimentFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Look at an experiment before training it",
		Long: `Read an experiment, draw a batch, make the first update, and compare the gradient
with differences of the loss along random directions. The verdict comes first,
then the experiment with all defaults; all of it is an experiment file again. 1000
trials of each stage and of the test are looked at; fewer, which is said, where they
have very many values. Exit
status 1 if the gradient is wrong, 2 if the file is, 4 if the first update leads
to NaN or infinity.`,
		Example: "  psychrnn check -c my.yaml\n  psychrnn check -c my.yaml --set model.kind=lstm",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return runCheck(c, o) },
	}
	o.register(c, s, "seed", "of all random numbers")
	return c
}

func runCheck(c *cobra.Command, o experimentFlags) error {
	if err := o.Given(); err != nil {
		return err
	}
	e, err := o.Load(experiment.Load, effect.OfTraining)
	if err != nil {
		return err
	}
	takes := session.TrainingMemory(e, o.threads)
	if err := memory.Afford(takes); err != nil {
		return err
	}
	if err := memory.Afford(session.CheckMemory(e)); err != nil {
		return err
	}
	double, err := kernels[float64]()
	if err != nil {
		return err
	}
	defer o.Programs(e, c.Context()).Close()
	var found session.Check
	err = inPrecision(e.Precision,
		func(set *kernel.Set[float32]) error {
			return session.CheckExperiment(&found, e, set, double, o.threads)
		},
		func(set *kernel.Set[float64]) error {
			return session.CheckExperiment(&found, e, set, double, o.threads)
		})
	if err != nil {
		return err
	}
	o.WarnFaults(found.Warnings)
	if err := o.Result(report.NewCheckResult(found, o.threads, o.threadsBy, takes)); err != nil {
		return err
	}
	if err := o.Result(report.Resolved{Event: "experiment", Text: string(e.Printed("."))}); err != nil {
		return err
	}
	return report.Untrainable(found, e.Precision)
}
