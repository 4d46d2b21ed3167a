package main

// The commands below task: the built-in tasks, and trials of an experiment as a table.

import (
	"encoding/csv"
	"fmt"

	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/session"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
	"psychrnn/internal/ui"
	"psychrnn/internal/visible"
)

func newTask(s ui.Streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "task",
		Short: "List and show the built-in tasks, and preview trials",
		Long: `A task is a definition in YAML, the built-in ones too: print one, change it, and
put it into an experiment. docs/tasks.md tells the language.`,
		Example: "  psychrnn task list\n  psychrnn task show perceptual_discrimination\n  psychrnn task preview -c my.yaml",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fault.Known(args[0], commandNames(c), c.CommandPath()+" "), "there is no command %q", c.CommandPath()+" "+args[0])
			}
			return c.Help()
		},
	}
	c.AddCommand(newTaskList(s), newTaskShow(s), newTaskPreview(s))
	return c
}

func newTaskList(s ui.Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the built-in tasks",
		Example: "  psychrnn task list",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			for _, name := range task.BuiltInNames() {
				p, err := plan.FromText("{kind: " + name + ", dt: 10, tau: 100, T: 2000, N_batch: 1}")
				if err != nil {
					return err
				}
				in, out := p.Channels()
				if _, err := fmt.Fprintf(s.Out, "%s: %d inputs, %d outputs\n    %s\n    %s\n", name, in, out, p.Config.About, p.Config.Reference); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func newTaskShow(s ui.Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "show NAME",
		Short:   "Print the definition of a built-in task",
		Long:    "Print the definition of a built-in task: what stands under task in an experiment,\nbeside dt, tau, T and N_batch.",
		Example: "  psychrnn task show perceptual_discrimination > my-task.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("psychrnn task list names them", "task show prints one task, but %d were named", len(args))
			}
			text := task.BuiltInText(args[0])
			if text == "" {
				hint := fault.Known(args[0], task.BuiltInNames(), "")
				if exampleOf(args[0]) != "" {
					hint = args[0] + " is an example: psychrnn example " + args[0]
				}
				return usage(hint, "there is no built-in task %q", args[0])
			}
			_, err := s.Out.Write([]byte(text))
			return err
		},
		ValidArgsFunction: among(task.BuiltInNames()...),
	}
}

func newTaskPreview(s ui.Streams) *cobra.Command {
	var o experimentFlags
	trials := 3
	c := &cobra.Command{
		Use:   "preview",
		Short: "Print the first trials of an experiment as CSV",
		Long: `Print the first trials that training would see as CSV: a row for every step, with
inputs, targets, mask, the periods it lies in, and the variables of the trial.`,
		Example: "  psychrnn task preview -c my.yaml > trials.csv\n  psychrnn task preview -c my.yaml --trials 1 --set task.coherence=0.5",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.Given(); err != nil {
				return err
			}
			e, err := o.Load(experiment.LoadTrained, effect.OfPreview)
			if err != nil {
				return err
			}
			set, err := kernels[float64]()
			if err != nil {
				return err
			}
			defer o.Programs(e, c.Context()).Close()
			table := csv.NewWriter(s.Out)
			row := func(cells []string) error {
				for k := range cells {
					cells[k] = visible.Line(cells[k])
				}
				return table.Write(cells)
			}
			if err := session.Preview(e, set, trials, row); err != nil {
				return err
			}
			table.Flush()
			return table.Error()
		},
	}
	o.register(c, s, "seed", "of all random numbers")
	addNumber(c.Flags(), &trials, "trials", `min:"1" max:"10000"`, "number `N` of trials")
	return c
}
