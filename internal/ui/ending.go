package ui

// The end of the program before its work is done.

import (
	"context"
	"os"
	"sync"
	"syscall"
	"time"

	"psychrnn/internal/fault"
)

const (
	// Twice is how long a signal may take to arrive for the second time: timeout
	// and schedulers send it to a program and then to its group.
	Twice = 500 * time.Millisecond
	// moment is how long a program that is to end waits for anything that may
	// never come: a reader of what it prints, something to read.
	moment = time.Second
)

// Ending is how the program comes to its end before its work is done: by a
// signal, or by the time of --stop-after. What is at hand is finished and
// written. Nothing else keeps it from ending: what was not begun yet is left,
// and nobody is waited for longer than a moment.
type Ending struct {
	signals <-chan os.Signal // those to stop; nil: none are heard
	asked   chan struct{}    // closed once the program is to end
	once    sync.Once

	mutex sync.Mutex
	begun bool   // there is something at hand to finish
	left  bool   // the command is not waited for, and may begin nothing any more
	tell  func() // says that a signal was heard
}

// NewEnding hears these signals to stop; nil: none.
func NewEnding(signals <-chan os.Signal) *Ending {
	return &Ending{signals: signals, asked: make(chan struct{})}
}

// Ask has the program end.
func (e *Ending) Ask() { e.once.Do(func() { close(e.asked) }) }

// Asked is closed once the program is to end.
func (e *Ending) Asked() <-chan struct{} { return e.asked }

// Hears says whether any signals are heard.
func (e *Ending) Hears() bool { return e.signals != nil }

// Listen hears the signals to stop, for as long as the program runs. The first
// one ends a command that has nothing to finish, at once and by itself. A second
// one ends any, unless it may be an echo of the first. Nothing in here waits.
func (e *Ending) Listen(finishes bool) {
	first := <-e.signals
	if !finishes {
		die(first)
	}
	e.Ask()
	go e.heard()
	echoes := time.After(Twice)
	for {
		select {
		case s := <-e.signals:
			if echoes == nil {
				die(s)
			}
		case <-echoes:
			echoes = nil
		}
	}
}

// die ends the program by a signal.
func die(s os.Signal) {
	raise(s)
	number, _ := s.(syscall.Signal)
	os.Exit(128 + int(number)) // as a shell says it
}

// heard tells the user.
func (e *Ending) heard() {
	e.mutex.Lock()
	tell := e.tell
	e.mutex.Unlock()
	if tell != nil {
		tell()
	}
}

// Run runs a command to its end, or leaves it where it has nothing at hand.
func (e *Ending) Run(command func(context.Context) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- command(ctx) }()
	select {
	case err := <-done:
		return err
	case <-e.asked:
	}
	cancel()
	select {
	case err := <-done:
		return err
	case <-time.After(moment): // what is quick may still come to its beginning
	}
	if e.leave() {
		return errNothingBegun
	}
	return <-done
}

// errNothingBegun says that nothing is lost.
var errNothingBegun = fault.New(fault.Interrupted, "", "interrupted before anything was begun")

// Begin says that there is something to finish from now on, unless the command
// was left.
func (v UI) Begin() error {
	e := v.Ending
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.left {
		return errNothingBegun
	}
	e.begun = true
	e.tell = func() {
		v.Note("interrupted: finishing what is at hand; another signal ends the program at once")
	}
	return nil
}

// leave leaves a command that has not begun.
func (e *Ending) leave() bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.left = !e.begun
	return e.left
}
