package main

// Flags of the commands that read an experiment, and of those that take a RUN. What they
// name is read by internal/loading.

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/configs"
	"psychrnn/internal/loading"
	"psychrnn/internal/machine"
	"psychrnn/internal/progress"
	"psychrnn/internal/session"
	"psychrnn/internal/ui"
)

// experimentFlags are the flags of the commands that run an experiment. Those about the
// run rather than the experiment may come from the environment too.
type experimentFlags struct {
	loading.Request
	threads   int
	threadsBy string // what decided on them
	progress  string
	format    string
}

// register adds the flags to a command, whose --seed sets a key, and has them read before
// it runs.
func (f *experimentFlags) register(c *cobra.Command, s ui.Streams, seedKey, seedMeaning string) {
	f.Streams, f.SeedKey, f.Embedded, f.Changed = s, seedKey, configs.Files.ReadFile, c.Flags().Changed
	f.TakesPlace("seed", seedKey)
	flags := c.Flags()
	flags.StringVarP(&f.Config, "config", "c", "", "experiment `FILE`, - for standard input")
	flags.StringArrayVar(&f.Set, "set", nil, "`KEY=VALUE` in place of what the file says, as train.loss_epoch=1; the value is YAML; repeatable")
	addNumber(flags, &f.Seed, "seed", "", "`SEED` "+seedMeaning+", in place of the key "+seedKey)
	f.threads, f.threadsBy = machine.Threads()
	addNumber(flags, &f.threads, "threads", `min:"1" max:"4096"`, "worker threads `N`, no more than Slurm gave by default; results do not depend on it")
	f.progress, f.format = "auto", "text"
	addChoice(flags, &f.progress, "progress", "`HOW` progress is shown: auto, plain or none", "auto", "plain", "none")
	addChoice(flags, &f.format, "log-format", "`FORMAT` of messages: text or json, one object a line", "text", "json")
	flags.BoolVarP(&f.Quiet, "quiet", "q", false, "print errors, warnings and results only")
	sizeFlag(flags, &f.MaxSize)
	environment(flags, "threads", "progress", "log-format", "quiet")
	c.PreRunE = func(c *cobra.Command, _ []string) error { return f.read(c) }
}

// read takes the settings that may come from the environment and refuses bad ones.
func (f *experimentFlags) read(c *cobra.Command) error {
	f.Program, f.Command = c.Root().Name(), strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
	if err := takeEnvironment(c); err != nil {
		return err
	}
	switch {
	case c.Flags().Changed("threads"):
		f.threadsBy = "--threads"
	case os.Getenv(variable("threads")) != "":
		f.threadsBy = variable("threads")
	}
	f.JSON = f.format == "json"
	warnOfEnvironment(f.UI, c.Root())
	return f.CheckAssignments()
}

// registerPermission adds the flag that lets programs run to a command that may
// find its experiment somewhere: in a run folder, a checkpoint or a weight file,
// which may be anybody's.
func (f *experimentFlags) registerPermission(c *cobra.Command) {
	const name = "allow-commands"
	c.Flags().BoolVar(&f.AllowCommands, name, false, "let the experiment run its programs (kind: command), although it was not given\nwith -c")
	environment(c.Flags(), name)
}

// wish is how progress is wanted.
func (f *experimentFlags) wish() progress.Wish {
	w := progress.Wish{How: f.progress, JSON: f.JSON, Messages: f.Err, Lines: f.Lines, Bar: f.Bar}
	if f.Quiet {
		w.How = "none"
	}
	return w
}

// trainedFlags are the flags of the commands that take a RUN: a run folder, or
// a weight file with its experiment inside. -c and --weights replace its parts.
type trainedFlags struct {
	experimentFlags
	outputFlags
}

const runUsage = `RUN is a run folder, or a weight file with its experiment inside. -c and
--weights replace either part; with both, RUN is not needed. The weights of the
original carry no experiment: give the task with -c.`

// register makes a command one that takes a RUN and finishes what is at hand when it is
// interrupted.
func (f *trainedFlags) register(c *cobra.Command, s ui.Streams, seedMeaning string) {
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage("see "+c.CommandPath()+" --help", "%s takes one RUN, but %d were given", c.CommandPath(), len(args))
		}
		return nil
	}
	c.ValidArgsFunction = weightFiles(1)
	c.Annotations = map[string]string{finishing: "yes"}
	f.experimentFlags.register(c, s, "test.seed", seedMeaning)
	c.Flags().StringVar(&f.Weights, "weights", "", "weight `FILE`, or the folder of a run, in place of RUN's")
	f.outputFlags.register(c.Flags(), s)
	f.registerPermission(c)
}

// load reads both parts of a RUN, for a command that will write these files.
func (f *trainedFlags) load(args []string, outputs ...string) (*session.Trained, error) {
	if err := f.CheckPlaces(outputs...); err != nil {
		return nil, err
	}
	t, err := f.Trained(args)
	if err != nil {
		return nil, err
	}
	return t, f.CheckVacant(outputs...)
}
