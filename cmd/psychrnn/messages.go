package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/external"
	"psychrnn/internal/train"
	"psychrnn/internal/visible"
)

// usage is a mistake on the command line.
func usage(hint, format string, args ...any) error {
	return fault.New(fault.Usage, hint, format, args...)
}

// interrupted says that a signal ended the work before its end.
func interrupted(text string) error { return fault.New(fault.Interrupted, "", "%s", text) }

// asFileError names the file in an error about what it holds.
func asFileError(path string, err error) error {
	if refused := fault.Content(err); refused != nil && !errors.As(err, new(*disk.Error)) {
		return &disk.Error{Path: path, Err: err}
	}
	return err
}

// message is something said to the user beside the results.
type message struct {
	Event  string `json:"event"` // error, warning or note
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Path   string `json:"path,omitempty"` // of the key in the experiment
	Text   string `json:"text"`
	Hint   string `json:"hint,omitempty"`
}

// placed is what there is to say of a place in an experiment file.
func placed(event string, p fault.Error) message {
	return message{event, p.File, p.Line, p.Column, p.Path, p.Text, p.Hint}
}

// several are the messages about problems: the first of them, and how many there
// are beside those.
func several(event string, ps fault.Errors) (list []message) {
	for _, p := range ps.Shown() {
		list = append(list, placed(event, p))
	}
	if n := ps.Hidden(); n > 0 {
		list = append(list, message{Event: event, Text: fault.More(n)})
	}
	return list
}

// explain turns an error into messages and the status to end with.
func explain(err error) (list []message, status int) {
	list, status = explainOne(err)
	parts := apart(err)
	if len(parts) < 2 {
		return list, status
	}
	list = nil
	for _, part := range parts {
		more, _ := explainOne(part)
		if last := len(list) - 1; last >= 0 && list[last].Hint == more[0].Hint {
			list[last].Hint = "" // once is enough
		}
		list = append(list, more...)
	}
	return list, status
}

// apart are the errors that were joined to one. Problems are told together.
func apart(err error) (parts []error) {
	joined, ok := err.(interface{ Unwrap() []error })
	if _, together := joined.(fault.Errors); !ok || together {
		return []error{err}
	}
	for _, part := range joined.Unwrap() {
		parts = append(parts, apart(part)...)
	}
	return parts
}

// explainOne does so for an error that is one.
func explainOne(err error) (list []message, status int) {
	one := func(status int, hint string) ([]message, int) {
		return []message{{Event: "error", Text: err.Error(), Hint: hint}}, status
	}
	var (
		problems fault.Errors
		own      *fault.Error
		diverged *train.DivergenceError
		occupied *run.OccupiedError
		foreign  *run.ForeignError
		written  *experiment.WrittenError
		misfit   *experiment.MisfitError
		changed  *experiment.ChangedError
		file     *disk.Error
		path     *fs.PathError
		trial    *draw.TrialError
	)
	switch {
	case errors.As(err, &written):
		return one(fault.Usage, "keep matrices in .npy or .npz files and long tables of trials in an .npz file, which experiment.yaml names")
	case errors.As(err, &problems):
		list = several("error", problems)
		if len(problems.Unwrap()) > 0 {
			return list, fault.File
		}
		return list, fault.Usage
	case errors.As(err, &own) && own.Status != fault.File:
		if errors.As(err, &file) { // which has been written otherwise
			err = own
		}
		return one(own.Status, own.Hint)
	case errors.As(err, &diverged):
		return one(fault.Diverged, "the weights before that update were kept; try a smaller train.learning_rate, or train.clip_grads: true")
	case errors.As(err, &foreign):
		err = foreign
		return one(fault.Usage, "move it to another place, or give another name or another folder with -o")
	case errors.As(err, &occupied):
		if occupied.Lost {
			return one(fault.Usage, "bring its checkpoint back, give another folder with -o, or --overwrite to replace the run")
		}
		return one(fault.Usage, "give another folder with -o, --resume to go on with the run, or --overwrite to replace it")
	case errors.As(err, &changed):
		return one(fault.Usage, "give the experiment as it was, another folder with -o, or --overwrite to begin anew; without -c the run's own experiment goes on")
	case errors.As(err, &misfit):
		return several("error", misfit.Problems), fault.Misfit
	case errors.Is(err, external.ErrInterrupted):
		return one(fault.Interrupted, "")
	case errors.Is(err, syscall.EMFILE):
		return one(fault.Failed, "raise the number of files that may be open at once, as with ulimit -n 256")
	case errors.As(err, &file):
		hint := file.Hint()
		if example := exampleOf(file.Path); example != "" && errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(hint, "did you mean") {
			hint = example
		}
		return one(fault.File, hint)
	case errors.As(err, &trial):
		return one(fault.Usage, "every trial that can be drawn must be one; max, min and where keep values within bounds")
	case errors.As(err, &path):
		return explainOne(&disk.Error{Path: path.Path, Err: err})
	}
	return one(fault.Failed, "")
}

// ui says everything that the program says: results on standard output,
// messages on standard error, one JSON object a line where that is asked for.
type ui struct {
	streams
	json  bool
	quiet bool // errors, warnings and results only
}

// report prints an error, if there is one, and returns the exit status.
func (v ui) report(err error) int {
	switch {
	case err == nil:
		return 0
	case v.unread(err):
		return fault.Unread
	}
	list, status := explain(err)
	for _, m := range list {
		v.say(m)
	}
	return status
}

// unread says that nobody reads standard output any more, as with | head: no
// mistake, and nothing to be said of.
func (v ui) unread(err error) bool {
	var path *fs.PathError
	out, ok := v.out.(interface{ Name() string })
	return ok && errors.As(err, &path) && path.Path == out.Name() && errors.Is(path, syscall.EPIPE)
}

// warn prints a warning, note something good to know.
func (v ui) warn(text, hint string) { v.say(message{Event: "warning", Text: text, Hint: hint}) }

// warnAll prints warnings: the first of them, and how many there are beside those.
func (v ui) warnAll(texts []string) {
	for _, text := range first(texts) {
		v.warn(text, "")
	}
}

// noteAll is warnAll for notes.
func (v ui) noteAll(texts []string) {
	for _, text := range first(texts) {
		v.note(text)
	}
}

// first are the texts that are told one by one, and how many there are beside those.
func first(texts []string) []string {
	n := len(texts) - fault.MostShown
	if n <= 0 {
		return texts
	}
	return append(slices.Clip(texts[:fault.MostShown]), fault.More(n))
}

func (v ui) note(text string) {
	if !v.quiet {
		v.say(message{Event: "note", Text: text})
	}
}

// longest is how much of a text a message has, which may be one of a file.
const longest = 4000

// curtailed leaves so many bytes of a text.
func curtailed(text string, most int) string {
	if len(text) <= most {
		return text
	}
	at := most
	for !utf8.RuneStart(text[at]) {
		at--
	}
	return fmt.Sprintf("%s... (%d characters)", text[:at], utf8.RuneCountInString(text))
}

func (v ui) say(m message) {
	m.Text, m.Hint, m.Path = curtailed(m.Text, longest), curtailed(m.Hint, longest), curtailed(m.Path, longest)
	if v.json {
		if line, err := run.JSON(m, false); err == nil {
			fmt.Fprintf(v.err, "%s", line)
		}
		return
	}
	text := m.Text
	if m.File != "" {
		text = (&fault.Error{Place: fault.Place{File: m.File, Line: m.Line, Column: m.Column}, Path: m.Path, Text: m.Text}).Error()
	}
	fmt.Fprintf(v.err, "%s: %s\n", m.Event, visible.Line(text))
	if m.Hint != "" {
		fmt.Fprintf(v.err, "hint: %s\n", visible.Line(m.Hint))
	}
}

// result prints what a command has found. In its words names stand in one line,
// see visible.Line, and nothing is hidden. It is printed in these words or, with the field
// event to tell results apart, as JSON.
func (v ui) result(r fmt.Stringer) error {
	text := []byte(visible.Text(r.String()))
	if v.json {
		var err error
		if text, err = run.JSON(r, false); err != nil {
			return err
		}
	}
	if _, err := v.out.Write(text); err != nil {
		return &disk.Error{Path: "standard output", Err: err}
	}
	return nil
}
