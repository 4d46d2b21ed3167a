package expr

import (
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in an expression.
type Error struct {
	At   int // the character where it is, counted from 0
	Text string
	Hint string // what to do; may be empty
}

func (e *Error) Error() string { return e.Text }

// Errors are the mistakes of one expression in the order of their places.
type Errors []*Error

func (es Errors) Error() string {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.Text
	}
	return strings.Join(texts, "\n")
}

func (es *Errors) add(at int, hint, format string, arguments ...any) {
	*es = append(*es, &Error{At: at, Text: fmt.Sprintf(format, arguments...), Hint: hint})
}

// err gives the mistakes in order, or nil.
func (es Errors) err() error {
	if len(es) == 0 {
		return nil
	}
	slices.SortStableFunc(es, func(a, b *Error) int { return a.At - b.At })
	return es
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
