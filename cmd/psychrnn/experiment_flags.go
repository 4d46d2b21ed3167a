package main

// Flags of the commands that read an experiment, and how they read it: from a file, from
// standard input, or the one that the program carries.

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/configs"
	"psychrnn/internal/disk"
	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/machine"
	"psychrnn/internal/memory"
	"psychrnn/internal/progress"
	"psychrnn/internal/strict/yaml"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
)

// experimentFlags are the flags of the commands that run an experiment.
type experimentFlags struct {
	config  string
	set     []string
	seed    uint64
	seedKey string // what --seed sets
	inPlace []stands
	maxSize int64
	input   []byte // what standard input held, once it is read

	allowCommands bool
	runFlags
}

// runFlags are those about the run; they may come from the environment too.
type runFlags struct {
	ui.UI
	threads   int
	threadsBy string // what decided on them
	progress  string
	format    string
}

// register adds the flags to a command, whose --seed sets a key.
func (f *experimentFlags) register(c *cobra.Command, seedKey, seedMeaning string) {
	f.seedKey = seedKey
	f.inPlace = append(f.inPlace, stands{"seed", []string{seedKey}})
	flags := c.Flags()
	flags.StringVarP(&f.config, "config", "c", "", "experiment `FILE`, - for standard input")
	flags.StringArrayVar(&f.set, "set", nil, "`KEY=VALUE` in place of what the file says, as train.loss_epoch=1; the value is YAML; repeatable")
	addNumber(flags, &f.seed, "seed", "", "`SEED` "+seedMeaning+", in place of the key "+seedKey)
	f.threads, f.threadsBy = machine.Threads()
	addNumber(flags, &f.threads, "threads", `min:"1" max:"4096"`, "worker threads `N`, no more than Slurm gave by default; results do not depend on it")
	f.progress, f.format = "auto", "text"
	addChoice(flags, &f.progress, "progress", "`HOW` progress is shown: auto, plain or none", "auto", "plain", "none")
	addChoice(flags, &f.format, "log-format", "`FORMAT` of messages: text or json, one object a line", "text", "json")
	flags.BoolVarP(&f.Quiet, "quiet", "q", false, "print errors, warnings and results only")
	sizeFlag(flags, &f.maxSize)
	environment(flags, "threads", "progress", "log-format", "quiet")
}

// read takes the settings that may come from the environment and refuses bad ones.
func (f *runFlags) read(c *cobra.Command, s ui.Streams) error {
	f.Streams = s
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
	return nil
}

// assignments are what the command line puts in place of the file's values.
func (f *experimentFlags) assignments(c *cobra.Command) (list []effect.Assignment) {
	for _, text := range f.set {
		key, _ := halves(text)
		list = append(list, effect.Assignment{Flag: "--set " + key, Text: text})
	}
	if c.Flags().Changed("seed") {
		list = append(list, effect.Assignment{Flag: "--seed", Text: fmt.Sprintf("%s=%d", f.seedKey, f.seed)})
	}
	return list
}

// given refuses a command that looks at an experiment of the user's and is
// given none.
func (f *experimentFlags) given(c *cobra.Command) error {
	if f.config != "" {
		return nil
	}
	return usage("give its file with -c; psychrnn example hello > my.yaml writes one to start from", "%s: no experiment is given", c.CommandPath())
}

// loader is experiment.Load or LoadTrained.
type loader func(read func(name string) ([]byte, error), file string, assignments []string, bounds ...experiment.Bounds) (*experiment.Experiment, error)

// bounds are what reading an experiment may take.
func (f *experimentFlags) bounds() experiment.Bounds {
	return experiment.Bounds{ReadArrays: func(name string) ([]byte, error) { return userfiles.ReadArrays(f.Disk, name) }, Arrays: f.maxSize, Afford: func(m memory.Estimate) error { return memory.Afford(m, nil) }}
}

// usesOf is what a command takes from an experiment.
type usesOf func(*experiment.Experiment) effect.Uses

// load reads the experiment; without a file the embedded Hello World.
func (f *experimentFlags) load(c *cobra.Command, load loader, uses usesOf) (*experiment.Experiment, error) {
	read, name := f.readInput, f.configName()
	if f.config == "" {
		read, name = f.readHello, hello
	}
	e, err := f.loadFrom(c, uses, func(assignments []string) (*experiment.Experiment, error) {
		return load(read, name, assignments, f.bounds())
	})
	if e != nil {
		e.Permit()
	}
	return e, err
}

// loadFrom reads an experiment with the assignments of flags, and warns of
// those that change nothing that the command takes from it.
func (f *experimentFlags) loadFrom(c *cobra.Command, uses usesOf, load func(assignments []string) (*experiment.Experiment, error)) (*experiment.Experiment, error) {
	list := f.assignments(c)
	e, err := load(effect.AssignmentTexts(list))
	if err != nil {
		return nil, err
	}
	e.Resolve = f.Disk.Resolve
	if err := willRead(f.Disk, e); err != nil {
		return nil, err
	}
	heed(f.UI, e)
	f.WarnFaults(effect.Without(e, commandName(c), uses(e), list, func(assignments []string) (*experiment.Experiment, effect.Uses, error) {
		e, err := load(assignments)
		if err != nil {
			return nil, nil, err
		}
		return e, uses(e), nil
	}))
	return e, nil
}

// willRead makes inputs of all files that an experiment names.
func willRead(d disk.Disk, e *experiment.Experiment) error {
	for _, path := range e.Reads() {
		if err := disk.WillRead(d, path); err != nil {
			return err
		}
	}
	return nil
}

// heed says what an experiment's user should hear about.
func heed(v ui.UI, e *experiment.Experiment) {
	v.WarnAll(e.Warnings)
	v.WarnFaults(e.Idle)
}

// commandName is the command's name without the program's.
func commandName(c *cobra.Command) string {
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
}

// standardInput is what -c - is called in messages.
const standardInput = "standard-input"

// configName is the experiment file as messages name it.
func (f *experimentFlags) configName() string {
	if f.config == "-" {
		return standardInput
	}
	return f.config
}

// readInput reads standard input in the place of -, and other files.
func (f *experimentFlags) readInput(name string) ([]byte, error) {
	if f.config != "-" || name != standardInput {
		return f.readText(name)
	}
	if f.input == nil {
		text, err := io.ReadAll(io.LimitReader(f.In, yaml.MaxSize+1))
		if err != nil {
			return nil, &disk.Error{Path: name, Err: err}
		}
		f.input = append(text, '\n')
	}
	return f.input, nil
}

// readText reads the text of a file.
func (f *experimentFlags) readText(name string) ([]byte, error) { return disk.ReadText(f.Disk, name) }

// wish is how progress is wanted.
func (f *runFlags) wish() progress.Wish {
	w := progress.Wish{How: f.progress, JSON: f.JSON, Messages: f.Err, Lines: f.Lines, Bar: f.Bar}
	if f.Quiet {
		w.How = "none"
	}
	return w
}

// hello is the embedded experiment that runs where none is given.
const hello = "hello.yaml"

// readHello reads it from the program, and what flags name from the disk.
func (f *experimentFlags) readHello(name string) ([]byte, error) {
	if name == hello {
		return configs.Files.ReadFile(hello)
	}
	return f.readText(name)
}
