package main

// Flags that take one of some words.

import (
	"fmt"
	"slices"

	"psychrnn/internal/fault"

	"github.com/spf13/pflag"
)

// choiceFlag is a flag that takes one of some words.
type choiceFlag struct {
	name    string
	value   *string
	allowed []string
}

// addChoice adds such a flag; its default is the value that stands there.
func addChoice(flags *pflag.FlagSet, value *string, name, about string, allowed ...string) {
	flags.Var(&choiceFlag{name, value, allowed}, name, about)
}

// String is the value.
func (f *choiceFlag) String() string { return *f.value }

// Type names the kind of value.
func (*choiceFlag) Type() string { return "string" }

// Set takes a word that is allowed.
func (f *choiceFlag) Set(text string) error {
	if !slices.Contains(f.allowed, text) {
		return fault.Errors{{Text: fmt.Sprintf("unknown value %q", text), Hint: fault.Known(text, f.allowed, "")}}
	}
	*f.value = text
	return nil
}
