package npz

import (
	"errors"
	"fmt"
)

// Error says what is wrong with a file, and where.
type Error struct {
	Member string // the array it is about; empty if it is the file as a whole
	Text   string // what is wrong
	Hint   string // what to do about it; may be empty
	Err    error  // what was underneath, if anything
}

func (e *Error) Error() string {
	if e.Member == "" {
		return e.Text
	}
	return e.Member + ": " + e.Text
}

func (e *Error) Unwrap() error { return e.Err }

const (
	cutOff  = "the file is cut off: copy it again"
	damaged = "the file is damaged: copy it again"
)

// Refuse is an error of a file that does not know its member yet.
func Refuse(hint, format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...), Hint: hint}
}

// About names the member in an error that does not know it yet.
func About(member string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		named := *e
		named.Member = member
		return &named
	}
	return &Error{Member: member, Text: err.Error(), Err: err}
}
