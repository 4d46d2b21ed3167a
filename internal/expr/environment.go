package expr

// What an expression may name.

import (
	"maps"
	"slices"
)

// An Environment is all that an expression may name.
//
// A name before a bracket ( is a function, after in a period, between [ ] first
// one of the variable's Names, otherwise a variable or constant: so a function
// andEach a variable may be called the same.
type Environment struct {
	Variables map[string]Variable
	Constants map[string]float64
	Functions map[string]*Function
	Periods   map[string]Period
	Time      string // the variable of time, rising along the steps; may be empty
	Brief     bool   // what a wrong name may have been meant for is not looked for
}

// A Variable is a value that is bound for an evaluation.
//
// An index in brackets takes away the first of the axes rows, cols, units,
// channels that the variable has.
type Variable struct {
	Shape
	Names map[string]ChannelSpan // what else than a number may stand in brackets
}

// A ChannelSpan is the place of a named channel (Count 1), or of a group of them, which
// has units and may be indexed itself: output[ring], output[ring[3]].
type ChannelSpan struct{ First, Count int }

// A Period names the variables between which time lies in it:
// t in p is start <= t and t < end.
type Period struct{ Start, End string }

// names are those that may stand where a variable may.
func (e *Environment) names() []string {
	names := append(sortedKeys(e.Variables), sortedKeys(e.Constants)...)
	slices.Sort(names)
	return slices.Compact(names)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
