// Package ui is how the program meets who runs it: results on standard output, messages
// on standard error in words or as JSON, the signals that end it, and the promise that
// nobody who does not read keeps it from ending.
package ui

import (
	"fmt"
	"io"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/visible"
)

// Streams are where a command reads and writes, and what brings it to its end.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Lines    io.Writer // standard error for progress, which may be left out; nil: Err itself
	Bar      io.Writer // the same for a bar
	Flush    func()    // waits until what was printed is written; may be nil
	Disk     disk.Disk
	Ending   *Ending
}

// Message is something said to the user beside the results.
type Message struct {
	Event  string `json:"event"` // error, warning or note
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Path   string `json:"path,omitempty"` // of the key in the experiment
	Text   string `json:"text"`
	Hint   string `json:"hint,omitempty"`
}

// Several are the messages about problems: the first of them, and how many there
// are beside those.
func Several(event string, ps fault.Errors) (list []Message) {
	for _, p := range ps.Shown() {
		list = append(list, Message{event, p.File, p.Line, p.Column, p.Path, p.Text, p.Hint})
	}
	if n := ps.Hidden(); n > 0 {
		list = append(list, Message{Event: event, Text: fault.More(n)})
	}
	return list
}

// UI says everything that the program says: results on standard output,
// messages on standard error, one JSON object a line where that is asked for.
type UI struct {
	Streams
	JSON  bool
	Quiet bool // errors, warnings and results only
}

// Warn prints a warning.
func (v UI) Warn(text, hint string) { v.Say(Message{Event: "warning", Text: text, Hint: hint}) }

// WarnAll prints warnings: the first of them, and how many there are beside those.
func (v UI) WarnAll(texts []string) {
	for _, text := range fault.First(texts) {
		v.Warn(text, "")
	}
}

// WarnFaults warns of what is wrong at places.
func (v UI) WarnFaults(list fault.Errors) {
	for _, m := range Several("warning", list) {
		v.Say(m)
	}
}

// NoteAll is WarnAll for notes.
func (v UI) NoteAll(texts []string) {
	for _, text := range fault.First(texts) {
		v.Note(text)
	}
}

// Note says something good to know.
func (v UI) Note(text string) {
	if !v.Quiet {
		v.Say(Message{Event: "note", Text: text})
	}
}

// longest is how much of a text a message has, which may be one of a file.
const longest = 4000

// Say prints a message.
func (v UI) Say(m Message) {
	m.Text, m.Hint, m.Path = visible.Shortened(m.Text, longest), visible.Shortened(m.Hint, longest), visible.Shortened(m.Path, longest)
	if v.JSON {
		if line, err := visible.JSON(m, false); err == nil {
			fmt.Fprintf(v.Err, "%s", line)
		}
		return
	}
	text := m.Text
	if m.File != "" {
		text = (&fault.Error{Place: fault.Place{File: m.File, Line: m.Line, Column: m.Column}, Path: m.Path, Text: m.Text}).Error()
	}
	fmt.Fprintf(v.Err, "%s: %s\n", m.Event, visible.Line(text))
	if m.Hint != "" {
		fmt.Fprintf(v.Err, "hint: %s\n", visible.Line(m.Hint))
	}
}

// Result prints what a command has found. In its words names stand in one line,
// see visible.Line, and nothing is hidden. It is printed in these words or, with the field
// event to tell results apart, as JSON.
func (v UI) Result(r fmt.Stringer) error {
	text := []byte(visible.Text(r.String()))
	if v.JSON {
		var err error
		if text, err = visible.JSON(r, false); err != nil {
			return err
		}
	}
	if _, err := v.Out.Write(text); err != nil {
		return &disk.Error{Path: "standard output", Err: err}
	}
	return nil
}
