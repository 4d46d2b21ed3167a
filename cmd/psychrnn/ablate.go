package main

// The command ablate: a trained network under lesions, on the test trials of its experiment.

import (
	"sync/atomic"

	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/kernel"
	"psychrnn/internal/lesion"
	"psychrnn/internal/memory"
	"psychrnn/internal/model"
	"psychrnn/internal/report"
	"psychrnn/internal/session"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
)

type ablateOptions struct {
	trainedFlags
	lesions []string
	save    string
	csv     string
}

func newAblate(s ui.Streams) *cobra.Command {
	var o ablateOptions
	c := &cobra.Command{
		Use:   "ablate RUN",
		Short: "Tabulate what lesions do to a trained network",
		Long: `Run trained weights on the test trials, intact and under each lesion, and print
what each does to loss and accuracy. The lesions are those of the experiment's
section ablate and of --lesion. p is the chance of such a change in which trials
are right if the lesion did nothing (McNemar's exact test).

` + runUsage,
		Example: "  psychrnn ablate runs/hello --lesion 'name: unit, each: unit'\n  psychrnn ablate runs/hello -c lesions.yaml --csv lesions.csv",
		RunE:    func(c *cobra.Command, args []string) error { return runAblate(c, o, args) },
	}
	o.register(c, s, "of the test trials")
	c.Flags().StringArrayVar(&o.lesions, "lesion", nil, "another `LESION`, as in the section ablate: 'name: late, silence: \"0:5\", window: [500, 1000]'; repeatable")
	c.Flags().StringVar(&o.save, "save", "", "write outputs and states of all trials into `FILE`, for numpy.load: arrays\nNUMBER/outputs and NUMBER/states, 0 for the intact network, then line by line of\nthe --csv table")
	c.Flags().StringVar(&o.csv, "csv", "", "write a table into `FILE`: a row for the intact network and for each lesion")
	return c
}

func runAblate(c *cobra.Command, o ablateOptions, args []string) error {
	t, err := o.load(args, o.save, o.csv)
	if err != nil {
		return err
	}
	list, err := t.Lesions(o.lesions)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return usage("write them into the section ablate of the experiment, or give --lesion 'name: unit, each: unit'", "%s: there are no lesions", c.CommandPath())
	}
	o.WarnAll(t.Nothing(list))
	err = o.SayWithoutEffect(t, func(t *session.Trained) (effect.Uses, error) {
		list, err := t.Lesions(o.lesions)
		return t.AblateUses(list), err
	})
	if err != nil {
		return err
	}
	if err := memory.Afford(t.TestMemory(o.threads, false)); err != nil {
		return err
	}
	return inPrecision(t.Experiment().Precision,
		func(set *kernel.Set[float32]) error { return ablateIn(c, o, t, list, set) },
		func(set *kernel.Set[float64]) error { return ablateIn(c, o, t, list, set) })
}

// ablateIn ablates in precision F.
func ablateIn[F kernel.Float](c *cobra.Command, o ablateOptions, t *session.Trained, list []lesion.Named, set *kernel.Set[F]) error {
	if err := o.Begin(); err != nil {
		return err
	}
	ctx, e := c.Context(), t.Experiment()
	defer o.Programs(e, ctx).Close()
	progress := o.wish().Counter((len(list)+1)*e.Test.Trials, "trials")
	defer progress.Close()
	var found session.Ablation
	var done atomic.Int64
	ablate := func(keep userfiles.Visit[F]) (err error) {
		found, err = session.AblateTrained(ctx, t, set, o.threads, list, func(lesion int, cell model.Cell[F], s *model.Workspace[F]) {
			if keep != nil {
				keep(lesion, cell, s)
			}
			progress.Count(int(done.Add(int64(s.Rows))))
		})
		return err
	}
	var err error
	if o.save != "" {
		err = userfiles.SaveLesions(o.Output(o.save), t.Network, len(list)+1, e.Test.Trials, t.Steps(), ablate)
	} else {
		err = ablate(nil)
	}
	if err != nil {
		return err
	}
	result := report.NewAblation(found)
	if o.csv != "" {
		if err := o.Output(o.csv).Write(result.WriteTable); err != nil {
			return err
		}
	}
	progress.Close()
	o.WarnAll(found.Warnings)
	if err := o.Result(result); err != nil {
		return err
	}
	return report.Finite(found.Intact)
}
