package task

import (
	"cmp"
	"slices"
	"strconv"
)

// What tables and files of trials call what they hold is said here alone: that
// of psychrnn test, simulate, ablate and task preview.

// Names of columns.
const (
	TrialColumn    = "trial"
	StepColumn     = "step"
	TimeColumn     = "t" // ms
	PeriodsColumn  = "periods"
	ReactionColumn = "rt" // ms

	CorrectColumn = "correct"
	ChoiceColumn  = "choice"
	TargetColumn  = "target"
	MeanColumns   = "mean_output" // of a channel
)

// Names of arrays of all trials, (trials, steps, channels or units). Those that
// follow trials are what a network made of them.
const (
	XArray       = "x"
	YArray       = "y"
	MaskArray    = "mask"
	OutputsArray = "outputs"
	StatesArray  = "states"
	RatesArray   = "rates"
	CellArray    = "cell"

	// AnswersArray lists the arrays of a file that are no trial variables,
	// beside those above. No variable can have this name.
	AnswersArray = "answers/names"
)

// columnsOf are what the columns of an array's channels or units begin with.
var columnsOf = map[string]string{OutputsArray: "output", StatesArray: "state", RatesArray: "rate"}

// ChannelColumns name the columns of an array by the labels of its channels, or
// by the numbers of n units.
func ChannelColumns(array string, labels []string, n int) (names []string) {
	begin := cmp.Or(columnsOf[array], array)
	for k := range n {
		label := strconv.Itoa(k)
		if labels != nil {
			label = labels[k]
		}
		names = append(names, begin+"_"+label)
	}
	return names
}

// A Column is a figure of every trial in tables, beside its variables.
type Column struct {
	Name   string
	Labels []string // names of the values 0, 1, ...; nil: they are numbers
}

// Text is a value of the column in words.
func (c Column) Text(v float64) string {
	if k := int(v); c.Labels != nil && k >= 0 && k < len(c.Labels) && float64(k) == v {
		return c.Labels[k]
	}
	return FormatNumber(v)
}

// Free is the name of a column or array of what a network did: another where
// a variable of the trials has it.
func Free(name string, variables []string) string {
	for slices.Contains(variables, name) {
		name = "answer_" + name
	}
	return name
}

// FormatNumber writes a number with as many digits as it takes to tell it from
// all others.
func FormatNumber(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
