package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"psychrnn/internal/strict"
)

// version is the program's version, as weight files and metrics.json carry it.
const version = "0.1.0"

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// execute runs the command line and returns the exit status.
func execute(args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	return report(s.err, root.ExecuteContext(context.Background()), jsonLog(args))
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "psychrnn",
		Short: "Train and take apart recurrent neural networks on cognitive tasks",
		Long: `psychrnn trains, tests and takes apart recurrent neural networks on cognitive
tasks. An experiment is one YAML file; the same file gives the same numbers.

Exit status: 0 done, 1 failed, 2 the command line or the experiment file is
wrong, 3 performance not reached, 4 diverged, 5 a file could not be read or
written, 6 a weight file does not fit the experiment, 75 interrupted.`,
		Example:       "  psychrnn train\n  psychrnn example hello > my.yaml\n  psychrnn train -c my.yaml",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version,
		Args:          noArguments,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newTrain(s), newVersion(s))
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveDefault)
	return root
}

// noArguments refuses arguments, with a suggestion where one may be a
// mistyped command.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !c.HasParent() {
		var names []string
		for _, sub := range c.Commands() {
			names = append(names, sub.Name())
		}
		hint := "psychrnn --help lists the commands"
		if near := strict.Suggest(args[0], names); near != "" {
			hint = "did you mean psychrnn " + near + "?"
		}
		return usage(hint, "there is no command %q", args[0])
	}
	return usage("see "+c.CommandPath()+" --help", "%s takes no argument, but %q was given", c.CommandPath(), args[0])
}

// flagError says which flag is wrong and which may have been meant.
func flagError(c *cobra.Command, err error) error {
	hint := "see " + c.CommandPath() + " --help"
	if _, name, ok := strings.Cut(err.Error(), "unknown flag: --"); ok {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := strict.Suggest(name, names); near != "" {
			hint = "did you mean --" + near + "?"
		}
	}
	return usage(hint, "%v", err)
}

// settings reads what may also come from the environment: flag over
// PSYCHRNN_NAME over the flag's default.
func settings(c *cobra.Command) *viper.Viper {
	v := viper.New()
	v.SetEnvPrefix("psychrnn")
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[fromEnvironment] == nil {
			return
		}
		if v.BindPFlag(f.Name, f) != nil || v.BindEnv(f.Name) != nil {
			panic("psychrnn: a flag cannot be bound to the environment")
		}
	})
	return v
}

// fromEnvironment marks the flags about the run rather than the experiment.
const fromEnvironment = "environment"

// environment lets flags be set by PSYCHRNN_NAME as well.
func environment(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		if flags.SetAnnotation(name, fromEnvironment, []string{"yes"}) != nil {
			panic("psychrnn: no such flag")
		}
	}
}

// jsonLog says whether messages are wanted as JSON, before flags are parsed,
// so that a mistake in them is reported so too.
func jsonLog(args []string) bool {
	for k, arg := range args {
		if arg == "--log-format=json" || arg == "--log-format" && k+1 < len(args) && args[k+1] == "json" {
			return true
		}
	}
	return os.Getenv("PSYCHRNN_LOG_FORMAT") == "json"
}
