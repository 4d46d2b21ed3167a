package main

// Flags that are numbers, written and refused as those of an experiment file.

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/spf13/pflag"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// numberFlag is a flag that is a number. All such flags are of this type, so
// that a number is written on the command line as in an experiment file, and
// refused as there.
type numberFlag[T int | uint64 | float64] struct {
	name  string
	value *T
	tags  reflect.StructTag // bounds and unit, as a field has them
}

// addNumber adds a flag for a number whose default is the value that stands there.
func addNumber[T int | uint64 | float64](flags *pflag.FlagSet, value *T, name string, tags reflect.StructTag, about string) {
	flags.Var(&numberFlag[T]{name, value, tags}, name, about)
}

// String is the value.
func (n *numberFlag[T]) String() string { return fmt.Sprint(*n.value) }

// Type names the kind of value.
func (n *numberFlag[T]) Type() string { return numberType }

const numberType = "number"

// Set reads the value.
func (n *numberFlag[T]) Set(text string) error {
	var value T
	if err := strict.DecodeFlag("--"+n.name, text, n.tags, &value); err != nil {
		return err
	}
	*n.value = value
	return nil
}

// inValue completes an error about the value of a flag, which may have come
// from the environment: where no hint says what to write, the flag's own words do.
func inValue(f *pflag.Flag, place string, err error) error {
	var problems fault.Errors
	if !errors.As(err, &problems) {
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
