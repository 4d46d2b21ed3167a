package main

// Programs of an experiment run only if its user gave it, or allowed them.

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"psychrnn/internal/experiment"
	"psychrnn/internal/task/external"
	"psychrnn/internal/ui"
	"psychrnn/internal/visible"
)

const allowCommandsFlag = "allow-commands"

// registerPermission adds the flag that lets programs run to a command that may
// find its experiment somewhere: in a run folder, a checkpoint or a weight file,
// which may be anybody's.
func (f *experimentFlags) registerPermission(c *cobra.Command) {
	c.Flags().BoolVar(&f.allowCommands, allowCommandsFlag, false, "let the experiment run its programs (kind: command), although it was not given\nwith -c")
	environment(c.Flags(), allowCommandsFlag)
}

// run says how the experiment runs its programs, which it does if it was given
// with -c or if the flag says so. What they write on standard error is shown as it
// comes. Once ctx has ended they are not waited for long. Who is done closes them.
func (f *experimentFlags) run(e *experiment.Experiment, ctx context.Context) *external.Programs {
	programs := &external.Programs{Stop: ctx.Done(), Warn: f.Warn, Note: f.Note, Say: func(line string) {
		if f.JSON {
			f.Say(ui.Message{Event: "program", Text: line})
			return
		}
		fmt.Fprintln(f.Err, visible.Line(line))
	}}
	if e == nil { // a network alone
		return programs
	}
	if f.allowCommands {
		e.Permit()
	}
	e.Run(programs)
	return programs
}
