package ui

// Progress for who asks by a signal.

import (
	"fmt"
	"os"
	"os/signal"
)

// ShowOnDemand prints the progress whenever the signal for it arrives, until
// stop is called.
func (v UI) ShowOnDemand(progress fmt.Stringer) (stop func()) {
	if len(progressSignals) == 0 {
		return func() {}
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, progressSignals...)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range signals {
			v.Say(Message{Event: "progress", Text: progress.String()})
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-ended
	}
}
