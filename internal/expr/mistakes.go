package expr

// Mistakes in a text are [fault.Errors], in the order of their places: the column
// is the character of the text, counted from 1. What goes wrong later, as values
// come, is an [IndexError].

import (
	"fmt"

	"psychrnn/internal/fault"
)

func addError(errs *fault.Errors, at int, hint, format string, arguments ...any) {
	errs.Add(fault.Error{Place: fault.Place{Column: at + 1}, Text: fmt.Sprintf(format, arguments...), Hint: hint})
}

// An IndexError is an index that is no whole number or out of range.
type IndexError struct {
	At     int // the character of the bracket
	Index  float64
	Length int
	Trial  int // along that axis, if the index has it
}

func (e *IndexError) Error() string {
	return fmt.Sprintf("the index is %v, but must be a whole number from 0 to %d", e.Index, e.Length-1)
}
