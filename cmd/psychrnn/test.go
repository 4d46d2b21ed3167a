package main

// The command test: trained weights on fresh trials.

import (
	"context"

	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/eval"
	"psychrnn/internal/kernel"
	"psychrnn/internal/memory"
	"psychrnn/internal/report"
	"psychrnn/internal/session"
	"psychrnn/internal/ui"
)

type testOptions struct {
	trainedFlags
	save  string
	rates bool
	csv   string
}

// ratesUsage is that of --save-rates.
const ratesUsage = "write rates (what units send: the transfer function of states, or the hidden\nstates of gated networks) as well, and an LSTM's cell"

func newTest(s ui.Streams) *cobra.Command {
	var o testOptions
	c := &cobra.Command{
		Use:   "test RUN",
		Short: "Run trained weights on fresh trials",
		Long: `Run trained weights on fresh trials and print loss and accuracy with its 95 %
interval (Wilson), and with test.by a table of conditions.

` + runUsage,
		Example: "  psychrnn test runs/hello\n  psychrnn test runs/hello --set test.trials=5000 --save trials.npz --csv trials.csv\n  psychrnn test runs/hello --set 'test.by=[coherence, direction]'\n  psychrnn test -c task.yaml --weights from-the-original.npz",
		RunE:    func(c *cobra.Command, args []string) error { return runTest(c, o, args) },
	}
	o.register(c, s, "of the test trials")
	c.Flags().StringVar(&o.save, "save", "", "write the trials into `FILE`: x, y, mask, outputs, states and an array for\neach column of --csv, for numpy.load")
	c.Flags().BoolVar(&o.rates, "save-rates", false, ratesUsage)
	c.Flags().StringVar(&o.csv, "csv", "", "write a table into `FILE`: a row for each trial, with its variables, the times of\nperiods, what was chosen, and whether that was right")
	return c
}

func runTest(c *cobra.Command, o testOptions, args []string) error {
	if o.rates && o.save == "" {
		return usage("say where with --save FILE", "--save-rates: nothing is saved")
	}
	t, err := o.load(args, o.save, o.csv)
	if err != nil {
		return err
	}
	if err := o.SayWithoutEffect(t, func(t *session.Trained) (effect.Uses, error) {
		return t.TestUses(o.save != "" || o.csv != ""), nil
	}); err != nil {
		return err
	}
	if err := memory.Afford(t.TestMemory(o.threads, o.save != "")); err != nil {
		return err
	}
	if err := o.Begin(); err != nil {
		return err
	}
	ctx, e := c.Context(), t.Experiment()
	defer o.Programs(e, ctx).Close()
	return inPrecision(e.Precision,
		func(set *kernel.Set[float32]) error { return testIn(ctx, o, t, set) },
		func(set *kernel.Set[float64]) error { return testIn(ctx, o, t, set) })
}

// testIn tests in precision F.
func testIn[F kernel.Float](ctx context.Context, o testOptions, t *session.Trained, set *kernel.Set[F]) error {
	var record *eval.Record[F]
	if o.save != "" || o.csv != "" {
		record = &eval.Record[F]{Trajectories: o.save != "", AskRates: o.rates}
	}
	result, err := session.TestTrained(ctx, t, set, o.threads, record)
	if err != nil {
		return err
	}
	if o.save != "" {
		if err := o.Output(o.save).Write(record.File().Write); err != nil {
			return err
		}
	}
	if o.csv != "" {
		if err := o.Output(o.csv).Write(record.WriteTable); err != nil {
			return err
		}
	}
	if err := o.Result(report.NewTest(result)); err != nil {
		return err
	}
	return report.Finite(result)
}
