package ui

// Printing to who may not read, as on a terminal that was stopped.

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/visible"

	"golang.org/x/term"
)

// room is how much may be printed that nobody has read yet, in bytes, before
// whoever prints more waits: a terminal can be stopped by Ctrl-S, and a pipe be
// full.
const room = 1 << 20

// printer writes to one place, such as a terminal, in the order in which it is
// told. One goroutine alone ever waits for the reader.
type printer struct {
	ending *Ending
	mutex  sync.Mutex
	queue  []*piece
	bytes  int           // of texts that are not written yet
	more   chan struct{} // holds something when the queue does
	moved  chan struct{} // closed when a text was written, and then replaced
	unread bool          // the program is to end, and the last wait for the reader was in vain
}

// piece is what is written at once.
type piece struct {
	to      io.Writer
	content []byte
	written bool
	n       int
	err     error
}

func newPrinter(e *Ending) *printer {
	p := &printer{ending: e, more: make(chan struct{}, 1), moved: make(chan struct{})}
	go p.write()
	return p
}

// write writes what comes, for as long as the program runs.
func (p *printer) write() {
	for range p.more {
		for t := p.next(); t != nil; t = p.next() {
			n, err := t.to.Write(t.content)
			p.mutex.Lock()
			t.written, t.n, t.err = true, n, err
			p.unread = p.unread && err != nil // who begins to read is waited for again
			p.queue = p.queue[1:]
			p.bytes -= len(t.content)
			close(p.moved)
			p.moved = make(chan struct{})
			p.mutex.Unlock()
		}
	}
}

func (p *printer) next() *piece {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.queue) == 0 {
		return nil
	}
	return p.queue[0]
}

// put adds to what is to be written. The mutex is locked.
func (p *printer) put(t *piece) {
	p.queue = append(p.queue, t)
	p.bytes += len(t.content)
	select {
	case p.more <- struct{}{}:
	default: // it knows
	}
}

// wait waits until something is so, and says whether it is. Once the program is
// to end, it waits for a moment, and after that was in vain no more until
// something was written. The mutex is locked before and after.
func (p *printer) wait(so func() bool) bool {
	asked := p.ending.asked
	var late <-chan time.Time
	for !so() && !p.unread {
		moved := p.moved
		p.mutex.Unlock()
		over := false
		select {
		case <-moved:
		case <-asked:
			asked, late = nil, time.After(moment)
		case <-late:
			over = true
		}
		p.mutex.Lock()
		p.unread = p.unread || over
	}
	return so()
}

// flush waits until everything is written.
func (p *printer) flush() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.wait(func() bool { return p.bytes == 0 })
}

// pen is a place of a printer to write to.
type pen struct {
	file    *os.File
	printer *printer
	whole   bool                     // every text is waited for, and errors are told: results
	skip    bool                     // what there is no room for is left out: progress
	gap     func(skipped int) string // what to write in the place of so many texts; may be nil
	skipped int
}

// Name is that of the file.
func (w *pen) Name() string { return w.file.Name() }

// Fd is the number of the file.
func (w *pen) Fd() uintptr { return w.file.Fd() }

// Write has the text printed.
func (w *pen) Write(b []byte) (int, error) {
	p := w.printer
	p.mutex.Lock()
	defer p.mutex.Unlock()
	fits := func() bool { return p.bytes == 0 || p.bytes+len(b) <= room }
	switch {
	case w.skip && !fits():
		w.skipped++
		return len(b), nil
	case !p.wait(fits):
		return w.unread(len(b))
	}
	// Whoever prints may use b again as soon as this returns, and the printer may
	// still have to write it then.
	t := &piece{to: w.file, content: bytes.Clone(b)}
	if w.skipped > 0 && w.gap != nil {
		t.content = append([]byte(w.gap(w.skipped)), t.content...)
	}
	w.skipped = 0
	p.put(t)
	if !w.whole {
		return len(b), nil
	}
	if !p.wait(func() bool { return t.written }) {
		return w.unread(len(b))
	}
	return t.n, t.err
}

// unread is the end of a text that nobody reads.
func (w *pen) unread(length int) (int, error) {
	if !w.whole {
		return length, nil
	}
	return 0, fault.New(fault.Interrupted, "", "interrupted while nobody read what was printed")
}

// Print makes standard output and standard error of files. They keep their
// order where both are one terminal, pipe or file.
func (s *Streams) Print(out, messages *os.File) {
	toOut := newPrinter(s.Ending)
	toErr := toOut
	a, _ := out.Stat()
	if b, err := messages.Stat(); err != nil || !os.SameFile(a, b) {
		toErr = newPrinter(s.Ending)
	}
	s.Out = &pen{file: out, printer: toOut, whole: true}
	s.Err = &pen{file: messages, printer: toErr}
	s.Lines, s.Bar = s.Err, s.Err
	if term.IsTerminal(int(messages.Fd())) {
		s.Lines = &pen{file: messages, printer: toErr, skip: true, gap: func(skipped int) string {
			return fmt.Sprintf("(%s of progress left out while the terminal was stopped)\n", visible.Count(skipped, "line"))
		}}
		s.Bar = &pen{file: messages, printer: toErr, skip: true}
	}
	s.Flush = func() {
		toOut.flush()
		toErr.flush()
	}
}
