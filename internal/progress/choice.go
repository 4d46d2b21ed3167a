package progress

// Which way of showing progress is taken.

import (
	"io"
	"time"

	"golang.org/x/term"
)

// Wish is how progress is wanted, and where it goes.
type Wish struct {
	How      string    // auto, plain or none
	JSON     bool      // objects, one a line
	Messages io.Writer // where messages go, too
	Lines    io.Writer // the same for lines that may be left out
	Bar      io.Writer // the same for a bar
}

// Training returns what shows the progress of training to so many trials,
// from those that are done, through the stages of a curriculum, if there is one.
func (w Wish) Training(done, all, stages int) Display {
	switch {
	case w.How == "none":
		return Silent{}
	case w.JSON:
		return JSONLines{To: w.Messages, Stages: stages}
	case w.How == "auto" && IsTerminal(w.Bar) && all > done:
		return NewBar(w.Bar, done, all, "trials", stages)
	}
	return Lines{To: w.Lines, Stages: stages}
}

// Counter returns what shows how much is done of something that is no training.
func (w Wish) Counter(all int, unit string) Counter {
	switch {
	case w.How == "none":
		return Silent{}
	case !w.JSON && w.How == "auto" && IsTerminal(w.Bar):
		return NewBar(w.Bar, 0, all, unit, 0)
	}
	return NewCounted(w.Messages, w.JSON, all, unit, time.Now)
}

// IsTerminal says whether a bar can be drawn there: not on a terminal that has
// no size.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok {
		return false
	}
	width, height, err := term.GetSize(int(f.Fd()))
	return err == nil && width > 0 && height > 0
}
