package main

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/configs"
	"psychrnn/internal/strict"
)

func newExample(s streams) *cobra.Command {
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
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			names, _ := exampleNames()
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// exampleNames are the embedded experiments, in the order of the alphabet.
func exampleNames() ([]string, error) {
	files, err := fs.Glob(configs.Files, "*.yaml")
	for k := range files {
		files[k] = strings.TrimSuffix(files[k], ".yaml")
	}
	return files, err
}

func listExamples(s streams) error {
	names, err := exampleNames()
	if err != nil {
		return err
	}
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		text, err := configs.Files.ReadFile(name + ".yaml")
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(text), "\n")
		fmt.Fprintf(s.out, "%-*s  %s\n", width, name, strings.TrimLeft(first, "# "))
	}
	return nil
}

func printExample(s streams, name string) error {
	names, err := exampleNames()
	if err != nil {
		return err
	}
	text, err := configs.Files.ReadFile(strings.TrimSuffix(name, ".yaml") + ".yaml")
	if err != nil {
		hint := "known: " + strings.Join(names, ", ")
		if near := strict.Suggest(name, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		return usage(hint, "there is no example %q", name)
	}
	_, err = s.out.Write(text)
	return err
}
