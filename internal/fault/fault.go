// Package fault is what every mistake is told in: one [Error] has a place, what
// is wrong there, what to do about it, and the status with which the program
// ends. Several that were found together are [Errors]. The package also finds
// the name that a mistyped word most probably means, see [DidYouMean].
//
// Whoever finds a mistake knows what to do about it, so text and hint are
// written there and nowhere else. The program prints them as they are.
package fault

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
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

// Errors are the mistakes that were found together, to be told together: in the order
// of their places, so many of them one by one, and of the others only the number. What
// a hostile file can make of one mistake and an alias is bounded.
type Errors []Error

// MostShown is how many mistakes, warnings or differences of one kind are told
// one by one; of the others only the number is.
const MostShown = 50

// mostKept is how many mistakes are kept, since those that come first in the
// file are shown. The others are counted.
const mostKept = 1000

// ErrorsIn gives the mistakes that an error consists of.
func ErrorsIn(err error) (es Errors) {
	errors.As(err, &es)
	return es
}

// Error gives a line for every mistake that is shown, each followed by its hint.
func (es Errors) Error() string {
	var lines []string
	for _, e := range es.Shown() {
		lines = append(lines, e.Error())
		if e.Hint != "" {
			lines = append(lines, "hint: "+e.Hint)
		}
	}
	if n := es.Hidden(); n > 0 {
		lines = append(lines, More(n))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the errors of files that could not be read.
func (es Errors) Unwrap() []error {
	var causes []error
	for _, e := range es {
		if e.Cause != nil {
			causes = append(causes, e.Cause)
		}
	}
	return causes
}

// Status is that with which the program ends for all of them together: what does
// not fit comes after what is wrong in itself, and that after what cannot be read.
func (es Errors) Status() int {
	switch {
	case len(es.Unwrap()) > 0:
		return File
	case slices.ContainsFunc(es, func(e Error) bool { return e.Status != Misfit }):
		return Usage
	}
	return Misfit
}

// Shown are the mistakes that are told one by one.
func (es Errors) Shown() Errors { return es[:min(len(es), MostShown)] }

// Hidden is how many mistakes there are beside those.
func (es Errors) Hidden() (n int) {
	n = len(es) - len(es.Shown())
	for _, e := range es {
		n += e.more
	}
	return n
}

// Many says that there are many more mistakes than are shown, whatever their
// order. A hint to another one, which may take a comparison with every name
// there is, would be found for nobody.
func (es Errors) Many() bool { return len(es) >= 2*MostShown }

// Add keeps a mistake, or counts it where there are many already.
func (es *Errors) Add(e Error) { es.Describe(func() Error { return e }) }

// Describe is Add for a mistake that takes time to describe, which may have to be
// looked for in a line as long as the file.
func (es *Errors) Describe(describe func() Error) {
	if len(*es) < mostKept {
		*es = append(*es, describe())
		return
	}
	(*es)[mostKept-1].more++
}

// Count grows by one with every mistake that is added.
func (es Errors) Count() int {
	if len(es) < mostKept {
		return len(es)
	}
	return len(es) + es[mostKept-1].more
}

// Err gives the mistakes in the order of their places, those of flags last, or
// nil if there are none.
func (es Errors) Err() error {
	if len(es) == 0 {
		return nil
	}
	sorted := slices.Clone(es)
	slices.SortStableFunc(sorted, func(a, b Error) int {
		return cmp.Or(
			cmp.Compare(min(b.Line, 1), min(a.Line, 1)),
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column))
	})
	return sorted
}

// More says how many there are of what is not told one by one.
func More(n int) string { return fmt.Sprintf("and %d more", n) }

// First are the texts that are told one by one, and how many there are beside those.
func First(texts []string) []string {
	n := len(texts) - MostShown
	if n <= 0 {
		return texts
	}
	return append(slices.Clip(texts[:MostShown]), More(n))
}

// Circle says how names lead from the first back to itself, in a line.
func Circle(names []string, link string) string {
	const most = 8
	all := append(slices.Clone(names), names[0])
	if len(all) > most {
		all = slices.Concat(all[:most/2], []string{"..."}, all[len(all)-most/2:])
	}
	return "a circle: " + strings.Join(all, " "+link+" ")
}
