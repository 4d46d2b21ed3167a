package main

// The command example: the experiments that the program carries.

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/configs"
	"psychrnn/internal/fault"
	"psychrnn/internal/task"
	"psychrnn/internal/ui"
)

func newExample(s ui.Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "example [NAME]",
		Short:   "List the experiments to start from, or print one",
		Long:    "Without a name, list the experiments that the program carries; with one, print\nit, to be changed and trained.",
		Example: "  psychrnn example\n  psychrnn example hello > my.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				return listExamples(s)
			case 1:
				return printExample(s, args[0])
			}
			return usage("say psychrnn example "+args[0], "example prints one experiment, but %d were named", len(args))
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			return among(exampleNames()...)(c, args, begun)
		},
	}
}

// published is the folder of the tasks of published studies.
const published = "tasks/"

// exampleNames are the embedded experiments: those of the tutorials, then the
// published tasks, each in the order of the alphabet.
func exampleNames() (names []string) {
	for _, pattern := range []string{"*.yaml", published + "*.yaml"} {
		files, _ := fs.Glob(configs.Files, pattern) // an error only says that a pattern is none
		for _, file := range files {
			names = append(names, strings.TrimSuffix(path.Base(file), ".yaml"))
		}
	}
	return names
}

// exampleOf says how to get an experiment that the program carries, where a file
// has its name; "" where none does.
func exampleOf(file string) string {
	name := strings.TrimSuffix(file, ".yaml")
	if !slices.Contains(exampleNames(), name) {
		return ""
	}
	return fmt.Sprintf("%s is an example that the program carries: psychrnn example %s > %s.yaml", name, name, name)
}

// readExample reads one of them.
func readExample(name string) (text []byte, fromStudy bool, err error) {
	file := strings.TrimSuffix(name, ".yaml") + ".yaml"
	if text, err = configs.Files.ReadFile(file); err == nil {
		return text, false, nil
	}
	text, err = configs.Files.ReadFile(published + file)
	return text, true, err
}

func listExamples(s ui.Streams) error {
	var list strings.Builder
	names, studies := exampleNames(), false
	width := len(slices.MaxFunc(names, func(a, b string) int { return len(a) - len(b) }))
	for _, name := range names {
		text, fromStudy, err := readExample(name)
		if err != nil {
			return err
		}
		if fromStudy && !studies {
			fmt.Fprintln(&list, "\nTasks of published studies, each with a small network:")
		}
		studies = fromStudy
		first, _, _ := strings.Cut(string(text), "\n")
		fmt.Fprintf(&list, "%-*s  %s\n", width, name, strings.TrimLeft(first, "# "))
	}
	_, err := io.WriteString(s.Out, list.String())
	return err
}

func printExample(s ui.Streams, name string) error {
	text, _, err := readExample(name)
	if err != nil {
		hint := cmp.Or(fault.DidYouMean(name, exampleNames(), ""), "psychrnn example lists them")
		if task.BuiltInText(name) != "" {
			hint = name + " is a built-in task: psychrnn task show " + name
		}
		return usage(hint, "there is no example %q", name)
	}
	_, err = s.Out.Write(text)
	return err
}
