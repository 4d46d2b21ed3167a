package main

// The command line as a whole: what it may hold, and what is said of words that it may not.

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/loading"
	"psychrnn/internal/ui"
	"psychrnn/internal/visible"
)

// version is the program's version, as weight files and metrics.json carry it.
const version = "0.1.0"

// execute runs the command line and returns the exit status.
func execute(args []string, s ui.Streams) int {
	if s.Ending == nil {
		s.Ending = ui.NewEnding(nil)
	}
	if s.Lines == nil {
		s.Lines, s.Bar = s.Err, s.Err
	}
	s.Disk = disk.Remember(ui.Heedful(s.Disk, s.Ending))
	root := newRoot(s)
	if asksForCompletions(args) { // the library keeps what it is told for the life of the process
		completeFlags(root)
	}
	if s.Ending.Hears() {
		c, _, err := root.Find(args)
		go s.Ending.Listen(err == nil && finishes(c))
	}
	root.SetArgs(readable(args))
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	status := finish(ui.UI{Streams: s, JSON: jsonLog(args)}, s.Ending.Run(root.ExecuteContext))
	if s.Flush != nil {
		s.Flush()
	}
	return status
}

// finishing marks a command that the first signal does not end at once.
const finishing = "finishing"

func finishes(c *cobra.Command) bool { return c.Annotations[finishing] != "" }

// asksForCompletions says whether a shell asks what may stand on the command line.
func asksForCompletions(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

// readable are the arguments, but those of a shell that asks for completions: the
// library prints its complaints about them itself, and as they are.
func readable(args []string) []string {
	if !asksForCompletions(args) {
		return args
	}
	shown := make([]string, len(args))
	for k, arg := range args {
		shown[k] = visible.Line(arg)
	}
	return shown
}

func newRoot(s ui.Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "psychrnn",
		Short: "Train and take apart recurrent neural networks on cognitive tasks",
		Long: `psychrnn trains, tests and takes apart recurrent neural networks on cognitive
tasks. An experiment is one YAML file; the same file gives the same numbers.

Exit status: 0 done, 1 failed, 2 the command line or the experiment file is
wrong, 3 performance not reached, 4 diverged, 5 a file could not be read or
written, 6 a weight file does not fit the experiment, 75 interrupted, 141
nobody reads what is printed.`,
		Example:       "  psychrnn train\n  psychrnn example hello > my.yaml\n  psychrnn train -c my.yaml",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version,
		Args:          noArguments,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(newHelp())
	root.AddCommand(newTrain(s), newTest(s), newSimulate(s), newAblate(s), newInspect(s), newEdit(s), newCheck(s), newExample(s), newTask(s), newSchema(s), newCompletion(s), newVersion(s))
	fillTexts(root, s.Disk)
	return root
}

// newHelp replaces the library's, which takes any word for a topic.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Help about a command",
		Example: "  psychrnn help train",
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(c.Root(), args[len(args)-max(1, len(rest))])
			}
			return about.Help()
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			about, _, err := c.Root().Find(args)
			if err != nil {
				about = c.Root()
			}
			return among(commandNames(about)...)(c, args, begun)
		},
	}
}

// noArguments refuses arguments, with what may have been meant.
func noArguments(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case !c.HasParent():
		return unknownCommand(c, args[0])
	}
	hint := "see " + c.CommandPath() + " --help"
	if example := exampleOf(args[0]); c.Flags().Lookup("config") != nil && example != "" {
		hint = example + ", and then -c " + strings.TrimSuffix(args[0], ".yaml") + ".yaml"
	} else if c.Flags().Lookup("config") != nil && loading.LooksLikeExperiment(args[0]) {
		hint = "an experiment file is given by -c: " + c.CommandPath() + " -c " + args[0]
	}
	return usage(hint, "%s takes no argument, but %q was given", c.CommandPath(), args[0])
}

// commandNames are those of the commands right below one.
func commandNames(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	return names
}

func unknownCommand(root *cobra.Command, name string) error {
	hint := root.Name() + " --help lists the commands"
	if near := fault.DidYouMean(name, commandNames(root), root.Name()+" "); near != "" {
		hint = near
	} else if loading.LooksLikeExperiment(name) {
		hint = "did you mean " + root.Name() + " train -c " + name + "?"
	}
	return usage(hint, "there is no command %q", name)
}

// jsonLog says whether messages are wanted as JSON, before flags are parsed,
// so that a mistake in them is reported so too.
func jsonLog(args []string) bool {
	format := os.Getenv(variable("log-format"))
	for k, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--log-format="); ok {
			format = value
		} else if arg == "--log-format" && k+1 < len(args) {
			format = args[k+1]
		} else if arg == "--json" {
			format = "json"
		}
	}
	return format == "json"
}

// subcommands are all commands below one.
func subcommands(c *cobra.Command) []*cobra.Command {
	all := slices.Clone(c.Commands())
	for _, sub := range c.Commands() {
		all = append(all, subcommands(sub)...)
	}
	return all
}
