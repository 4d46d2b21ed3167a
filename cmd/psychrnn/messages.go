package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"psychrnn/internal/run"
	"psychrnn/internal/strict"
	"psychrnn/internal/train"
)

// Exit statuses.
const (
	statusFailed      = 1
	statusUsage       = 2
	statusPerformance = 3
	statusDiverged    = 4
	statusFile        = 5
	statusMisfit      = 6
	statusInterrupted = 75
)

// failure is an error with what to do about it and the status to end with.
type failure struct {
	status int
	text   string
	hint   string
}

func (f *failure) Error() string { return f.text }

// usage is a mistake on the command line.
func usage(hint, format string, args ...any) error {
	return &failure{statusUsage, fmt.Sprintf(format, args...), hint}
}

// message is one line to the user, with its place if it has one.
type message struct {
	Level string `json:"level"`
	strict.Problem
}

// explain turns an error into messages and the status to end with.
func explain(err error) (list []message, status int) {
	one := func(status int, hint string) ([]message, int) {
		return []message{{"error", strict.Problem{Text: err.Error(), Hint: hint}}}, status
	}
	var (
		problems strict.Problems
		own      *failure
		diverged *train.DivergenceError
		occupied *run.OccupiedError
		file     *run.FileError
	)
	switch {
	case errors.As(err, &problems):
		for _, p := range problems {
			list = append(list, message{"error", p})
		}
		if len(problems.Unwrap()) > 0 {
			return list, statusFile
		}
		return list, statusUsage
	case errors.As(err, &own):
		return one(own.status, own.hint)
	case errors.As(err, &diverged):
		return one(statusDiverged, "the weights before that update were kept; try a smaller train.learning_rate, or train.clip_grads: true")
	case errors.As(err, &occupied):
		if occupied.Run {
			return one(statusUsage, "give another folder with -o, or --overwrite to replace the run")
		}
		return one(statusUsage, "give another folder with -o")
	case errors.As(err, &file):
		return one(statusFile, file.Hint())
	}
	return one(statusFailed, "")
}

// report prints an error, if there is one, and returns the exit status.
func report(to io.Writer, err error, asJSON bool) int {
	if err == nil {
		return 0
	}
	list, status := explain(err)
	for _, m := range list {
		print(to, m, asJSON)
	}
	return status
}

// warn prints a warning.
func warn(to io.Writer, asJSON bool, text string) {
	print(to, message{"warning", strict.Problem{Text: text}}, asJSON)
}

func print(to io.Writer, m message, asJSON bool) {
	if asJSON {
		line, err := json.Marshal(m)
		if err == nil {
			fmt.Fprintf(to, "%s\n", line)
		}
		return
	}
	text := m.Text
	if m.File != "" {
		text = m.Error()
	}
	fmt.Fprintf(to, "%s: %s\n", m.Level, text)
	if m.Hint != "" {
		fmt.Fprintf(to, "hint: %s\n", strings.ReplaceAll(m.Hint, "\n", "\nhint: "))
	}
}
