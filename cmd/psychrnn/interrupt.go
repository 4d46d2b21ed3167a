package main

import (
	"context"
	"os"
	"os/signal"
	"time"
)

// twice is how long a signal may take to arrive for the second time: timeout
// and schedulers send it to a program and then to its group.
const twice = 500 * time.Millisecond

// untilInterrupted returns a context that the first signal to stop ends, so
// that the work at hand is finished and written. A second signal, later than
// what may be an echo of the first, ends the program at once.
func (v voice) untilInterrupted(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := v.signals
	if signals == nil {
		signals = make(chan os.Signal, 1)
	}
	hear(signals)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-signals:
			v.note("interrupted: finishing what is at hand; another signal ends the program at once")
			cancel()
			time.AfterFunc(twice, func() { signal.Stop(signals) })
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel()
		signal.Stop(signals)
		<-ended
	}
}

// hear sends the signals to stop to the channel, except those that whoever
// started the program had it ignore, as nohup does.
func hear(signals chan<- os.Signal) {
	for _, s := range stopSignals {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
}

// unhear leaves the program to be ended by signals, as commands are that have
// nothing at hand to finish.
func (s streams) unhear() error {
	if s.signals == nil {
		return nil
	}
	signal.Stop(s.signals)
	select {
	case <-s.signals:
		return interrupted("interrupted")
	default:
		return nil
	}
}

// watch delivers signals, if there are any, until stop is called, which closes
// the channel.
func watch(to chan os.Signal, signals []os.Signal) (stop func()) {
	if len(signals) > 0 {
		signal.Notify(to, signals...)
	}
	return func() {
		signal.Stop(to)
		close(to)
	}
}
