package main

// What a shell completes after a flag. Nothing is read from a disk for it.

import (
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"psychrnn/internal/experiment"
	"psychrnn/internal/flags"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// completeFlags tells shells what may stand for the value of every flag of a
// command and those below it.
func completeFlags(root *cobra.Command) {
	for _, c := range append(subcommands(root), root) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if complete := completionOf(f); complete != nil {
				if err := c.RegisterFlagCompletionFunc(f.Name, complete); err != nil {
					panic("psychrnn: " + err.Error())
				}
			}
		})
	}
}

// fileKinds are the endings of the files that flags take.
var fileKinds = map[string][]string{
	"config":         {"yaml", "yml"},
	"weights":        {"npz"},
	"inputs":         {"npy", "npz"},
	"initial-state":  {"npy"},
	"t-connectivity": {"npy"},
	"save":           {"npz"},
	"csv":            {"csv"},
	"out":            {"npz", "npy", "csv", "txt"},
}

// completionOf completes the value of a flag, by what its usage calls it.
func completionOf(f *pflag.Flag) cobra.CompletionFunc {
	if v, ok := f.Value.(*flags.FlagValue); ok && v.Words != nil {
		return among(v.Words...)
	}
	switch kind, _ := pflag.UnquoteUsage(f); {
	case f.Name == "set":
		return completeAssignment
	case kind == "FILE":
		return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return fileKinds[f.Name], cobra.ShellCompDirectiveFilterFileExt
		}
	case kind == "DIR":
		return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	}
	return cobra.NoFileCompletions
}

// among completes one of some words, in their order.
func among(words ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return beginning(words, begun), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

func beginning(words []string, begun string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.HasPrefix(w, begun) })
}

// weightFiles completes so many arguments that are run folders or weight files.
func weightFiles(most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return []string{"npz"}, cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeAssignment completes KEY=VALUE of --set: the key, and the value where
// it is one of some words.
func completeAssignment(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const words = cobra.ShellCompDirectiveNoFileComp
	path, value, assigned := strings.Cut(begun, "=")
	var list []cobra.Completion
	for _, k := range strict.Keys(reflect.TypeFor[experiment.Config]()) {
		key := strings.ReplaceAll(k.Path, "[]", "[0]")
		switch {
		case strings.Contains(key, "*") || k.Words == "a map":
		case assigned && key == path:
			values := k.Values()
			if key == "task.kind" {
				values = task.BuiltInNames()
			}
			for _, v := range beginning(values, value) {
				list = append(list, path+"="+v)
			}
			return list, words
		case !assigned && strings.HasPrefix(key, begun):
			list = append(list, cobra.CompletionWithDesc(key+"=", k.Doc))
		}
	}
	return list, words | cobra.ShellCompDirectiveNoSpace
}
