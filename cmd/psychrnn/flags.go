package main

// Mistakes in flags, flags that are texts, and flags that the environment may set.

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/flags"
	"psychrnn/internal/ui"
)

// flagError says which flag is wrong and which may have been meant.
func flagError(c *cobra.Command, err error) error {
	if !c.HasParent() && c.Flags().NArg() > 0 { // the flags are those of a command that there is not
		return unknownCommand(c, c.Flags().Arg(0))
	}
	hint := "see " + c.CommandPath() + " --help"
	var (
		unknown *pflag.NotExistError
		empty   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		name := unknown.GetSpecifiedName()
		if together := unknown.GetSpecifiedShortnames(); together != "" {
			name = together // -seed is one word to a user
		}
		hint = cmp.Or(fault.DidYouMean(name, names, "--"), hint)
	case errors.As(err, &empty):
		kind, meaning := pflag.UnquoteUsage(empty.GetFlag())
		return usage(fmt.Sprintf("--%s %s: %s", empty.GetFlag().Name, kind, meaning), "--%s has no value", empty.GetFlag().Name)
	case errors.As(err, &invalid):
		flag := invalid.GetFlag()
		if mistake := inValue(flag, "--"+flag.Name, err); mistake != nil {
			return mistake
		}
		return usage(hint, "--%s: %q is not a %s", flag.Name, invalid.GetValue(), flag.Value.Type())
	}
	return usage(hint, "%v", err)
}

// inValue completes an error about the value of a flag, which may have come
// from the environment: where no hint says what to write, the flag's own words do.
func inValue(f *pflag.Flag, place string, err error) error {
	problems := fault.ErrorsIn(err)
	if problems == nil {
		return nil
	}
	kind, meaning := pflag.UnquoteUsage(f)
	for k := range problems {
		problems[k].File = place
		if problems[k].Hint == "" {
			problems[k].Hint = fmt.Sprintf("--%s %s: %s", f.Name, kind, meaning)
		}
	}
	return problems
}

// addNumber adds a flag for a number whose default is the value that stands there.
func addNumber[T int | uint64 | float64](set *pflag.FlagSet, value *T, name string, tags reflect.StructTag, about string) {
	set.Var(flags.NumberValue(value, name, tags), name, about)
}

// addChoice adds a flag for one of some words; its default is the value that stands there.
func addChoice(set *pflag.FlagSet, value *string, name, about string, allowed ...string) {
	set.Var(flags.WordValue(value, allowed...), name, about)
}

// sizeFlag adds --max-size.
func sizeFlag(set *pflag.FlagSet, size *int64) {
	set.Var(flags.SizeValue(size, "max-size"), "max-size", "largest `SIZE` of all arrays of a weight file together (default: 32 MiB and five times\nthe size of the file)")
}

// filled is a flag that is a text, which an empty one is not: a variable of a
// script that is not set is a mistake. Most texts are paths.
type filled struct {
	pflag.Value
	disk disk.Disk
}

// Set refuses an empty text, and one of blanks alone.
func (f filled) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return fault.Errors{{Text: "expected a value, found nothing"}}
	}
	return f.Value.Set(disk.Straight(f.disk, text))
}

// fillTexts lets no flag that is a text be empty. Those that are one of some words
// see to it themselves. Paths among the flags and arguments are made straight.
func fillTexts(root *cobra.Command, d disk.Disk) {
	for _, c := range subcommands(root) {
		if run := c.RunE; run != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				straight := make([]string, len(args))
				for k, arg := range args {
					straight[k] = disk.Straight(d, arg)
				}
				return run(c, straight)
			}
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if _, ours := f.Value.(*flags.FlagValue); !ours && f.Value.Type() == flags.WordKind {
				f.Value = filled{f.Value, d}
			}
		})
	}
}

const environmentPrefix = "PSYCHRNN"

// variable is the environment's name of a flag.
func variable(flag string) string {
	return environmentPrefix + "_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// takeEnvironment gives flags that may also come from the environment, and that
// the command line does not give, the value of PSYCHRNN_NAME. An empty variable
// is none.
func takeEnvironment(c *cobra.Command) (err error) {
	v := viper.New()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[fromEnvironment] == nil || f.Changed || err != nil {
			return
		}
		if v.BindEnv(f.Name, variable(f.Name)) != nil {
			panic("psychrnn: a flag cannot be bound to the environment")
		}
		if text := v.GetString(f.Name); text != "" {
			if err = f.Value.Set(text); err != nil {
				err = cmp.Or(inValue(f, variable(f.Name), err), usage("say true or false", "%s: unknown value %q", variable(f.Name), text))
			}
		}
	})
	return err
}

// fromEnvironment marks the flags about the run rather than the experiment.
const fromEnvironment = "environment"

// environment lets flags be set by PSYCHRNN_NAME as well.
func environment(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		if flags.SetAnnotation(name, fromEnvironment, []string{"yes"}) != nil {
			panic("psychrnn: no such flag")
		}
		flags.Lookup(name).Usage += " [" + variable(name) + "]"
	}
}

// warnOfEnvironment says which variable is probably misspelt.
func warnOfEnvironment(v ui.UI, root *cobra.Command) {
	var known []string // without the prefix
	for _, c := range subcommands(root) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Annotations[fromEnvironment] != nil {
				known = append(known, strings.TrimPrefix(variable(f.Name), environmentPrefix+"_"))
			}
		})
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		given, ours := strings.CutPrefix(name, environmentPrefix+"_")
		if !ours || slices.Contains(known, given) {
			continue
		}
		if near := fault.DidYouMean(given, known, environmentPrefix+"_"); near != "" {
			v.Warn("the environment's "+name+" means nothing", near)
		}
	}
}
