package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"psychrnn/internal/run"
)

// newProgress returns what shows the progress of so many updates.
func newProgress(f runFlags, to io.Writer, batch, updates int) run.Progress {
	switch {
	case f.quiet || f.progress == "none":
		return run.Silent{}
	case f.logFormat == "json":
		return run.JSONLines{To: to}
	case f.progress == "auto" && isTerminal(to) && updates > 0:
		return run.NewBar(to, batch, updates)
	}
	return run.Plain{To: to}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
