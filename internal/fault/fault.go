// Package fault is what every mistake is told in: one [Error] has a place, what
// is wrong there, what to do about it, and the status with which the program
// ends. Several that were found together are [Errors]. The package also finds
// the name that a mistyped word most probably means, see [DidYouMean].
//
// Whoever finds a mistake knows what to do about it, so text and hint are
// written there and nowhere else. The program prints them as they are.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Statuses with which the program ends.
const (
	Failed      = 1   // something else went wrong
	Usage       = 2   // a mistake on the command line or in an experiment
	Performance = 3   // training did not reach what was asked of it
	Diverged    = 4   // numbers are no longer finite
	File        = 5   // a file could not be read or written, or does not hold what it should
	Misfit      = 6   // two sound things do not fit each other, such as an experiment and weights
	Interrupted = 75  // by a signal
	Unread      = 141 // nobody reads standard output any more: as of a program that SIGPIPE ends
)

// Place is where something stands, lines and columns counted in characters from
// 1. Line is 0 where that is not in a file but in a flag, or in a text that has
// only columns.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Error is one mistake.
type Error struct {
	Place
	Path   string   // the key of an experiment, or the array of a file, that it is about; may be empty
	Text   string   // what is wrong
	Hint   string   // what to do about it; may be empty
	Status int      // with which the program ends; 0: Usage
	Cause  error    // what was underneath; may be nil
	Absent bool     // a key is not there
	Meant  []string // paths of the keys that an unknown one may have been meant for

	more int // further mistakes that were found and not kept, see Errors.Add
}

// New is an error without a place.
func New(status int, hint, format string, arguments ...any) *Error {
	return &Error{Status: status, Text: fmt.Sprintf(format, arguments...), Hint: hint}
}

// Error gives what is known of the place, and the text, without the hint.
func (e *Error) Error() string {
	var parts []string
	place := e.Place.String()
	if place != "" {
		parts = append(parts, place)
	}
	if e.Path != "" && (e.Line > 0 || !strings.HasSuffix(place, " "+e.Path)) {
		parts = append(parts, e.Path)
	}
	return strings.Join(append(parts, e.Text), ": ")
}

func (e *Error) Unwrap() error { return e.Cause }

// Content is the mistake in what a file holds that an error consists of; nil if
// it has another reason.
func Content(err error) *Error { return WithStatus(File, err) }

// WithStatus is the mistake that an error consists of, if the program ends with that
// status for it; otherwise nil.
func WithStatus(status int, err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Status == status {
		return e
	}
	return nil
}

// In names what a mistake in a file is about, such as an array, in an error that
// does not know it yet.
func In(path string, err error) *Error {
	if content := Content(err); content != nil {
		named := *content
		named.Path = path
		return &named
	}
	return &Error{Path: path, Text: err.Error(), Status: File, Cause: err}
}
