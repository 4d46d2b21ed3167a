package main

import (
	"io"
	"time"

	"golang.org/x/term"

	"psychrnn/internal/run"
)

// newProgress returns what shows the progress of training to so many trials,
// from those that are done, through the stages of a curriculum, if there is one.
func newProgress(f runFlags, done, all, stages int) run.Progress {
	switch {
	case f.quiet || f.progress == "none":
		return run.Silent{}
	case f.json:
		return run.JSONLines{To: f.err, Stages: stages}
	case f.progress == "auto" && isTerminal(f.bar) && all > done:
		return run.NewTrainingBar(f.bar, done, all, stages)
	}
	return run.Plain{To: f.lines, Stages: stages}
}

// newCounter returns what shows how much is done of something that is no training.
func newCounter(f runFlags, all int, unit string) run.Counter {
	switch {
	case f.quiet || f.progress == "none":
		return run.Silent{}
	case !f.json && f.progress == "auto" && isTerminal(f.bar):
		return run.NewBar(f.bar, 0, all, unit)
	}
	return run.NewCounted(f.err, f.json, all, unit, time.Now)
}

// isTerminal says whether a bar can be drawn there: not on a terminal that has
// no size.
func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok {
		return false
	}
	width, height, err := term.GetSize(int(f.Fd()))
	return err == nil && width > 0 && height > 0
}
