package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"psychrnn/configs"
	"psychrnn/internal/experiment"
	"psychrnn/internal/run"
)

// experimentFlags are the flags of the commands that run an experiment.
type experimentFlags struct {
	config string
	set    []string
	seed   uint64
	runFlags
}

// runFlags are those about the run; they may come from the environment too.
type runFlags struct {
	out       string
	threads   int
	progress  string
	logFormat string
	quiet     bool
}

// register adds the flags to a command.
func (f *experimentFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVarP(&f.config, "config", "c", "", "experiment `FILE`")
	flags.StringArrayVar(&f.set, "set", nil, "`KEY=VALUE` in place of what the file says, as train.learning_rate=0.01; repeatable")
	flags.Uint64Var(&f.seed, "seed", 0, "`SEED` of all random numbers, in place of the file's")
	flags.Int("threads", runtime.GOMAXPROCS(0), "worker threads `N`; results do not depend on it")
	flags.String("progress", "auto", "`HOW` progress is shown: auto, plain or none")
	flags.String("log-format", "text", "`FORMAT` of messages: text or json, one object a line")
	flags.BoolP("quiet", "q", false, "print errors and results only")
	environment(flags, "threads", "progress", "log-format", "quiet")
}

// read takes the settings that may come from the environment and refuses bad ones.
func (f *runFlags) read(v *viper.Viper) error {
	f.threads = v.GetInt("threads")
	f.progress, f.logFormat = v.GetString("progress"), v.GetString("log-format")
	f.quiet, f.out = v.GetBool("quiet"), v.GetString("out")
	if text := v.GetString("threads"); f.threads < 1 || f.threads > maxThreads {
		return usage("give the number of processors to use, or leave it out for all", "threads: %q is not a number from 1 to %d", text, maxThreads)
	}
	if err := oneOf("progress", f.progress, "auto", "plain", "none"); err != nil {
		return err
	}
	return oneOf("log-format", f.logFormat, "text", "json")
}

const maxThreads = 4096

func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return usage("say "+strings.Join(allowed, " or "), "%s: %q is not known", flag, value)
}

// load reads the experiment; without a file the embedded Hello World.
func (f *experimentFlags) load(c *cobra.Command) (*experiment.Experiment, error) {
	assignments := f.set
	if c.Flags().Changed("seed") {
		assignments = append(assignments, fmt.Sprintf("seed=%d", f.seed))
	}
	if f.config == "" {
		return experiment.Load(readEmbedded, "configs/hello.yaml", assignments)
	}
	return experiment.Load(readFile, f.config, assignments)
}

func readFile(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &run.FileError{Path: name, Err: err}
	}
	return text, nil
}

// readEmbedded reads one of the program's own experiments.
func readEmbedded(name string) ([]byte, error) {
	return fs.ReadFile(configs.Files, path.Base(name))
}
