package main

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"time"

	"psychrnn/internal/train"
)

// latest remembers what the loop told last, for whoever asks at any moment.
type latest struct {
	mu    sync.Mutex
	at    train.Progress
	all   int // trials that training goes to, or beyond with its last batch; 0: it has not begun
	began time.Time
}

// showOnDemand prints the progress whenever the signal for it arrives, until
// stop is called.
func (o *trainOptions) showOnDemand() (stop func()) {
	o.latest = &latest{began: time.Now()}
	signals := make(chan os.Signal, 1)
	unwatch := watch(signals, progressSignals)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range signals {
			o.say(message{Event: "progress", Text: o.latest.text()})
		}
	}()
	return func() {
		unwatch()
		<-ended
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

// begin says where training begins, and to how many trials it goes.
func (l *latest) begin(at train.Progress, all int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.all = at, all
}

// Observe takes in where the loop stands.
func (l *latest) Observe(e train.Event) (train.Action, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	loss := l.at.Loss
	l.at = e.Progress
	if l.at.Loss == nil {
		l.at.Loss = loss
	}
	return train.Continue, nil
}

// text tells it.
func (l *latest) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == 0 {
		return "training has not begun"
	}
	text := fmt.Sprintf("update %d, trial %d of %d, stage %d", l.at.Update, l.at.Trials, max(l.all, l.at.Trials), l.at.Stage)
	if l.at.Loss != nil {
		text += fmt.Sprintf(", loss %.6f", l.at.Loss.Total())
	}
	return text + fmt.Sprintf(", %.0f s", time.Since(l.began).Seconds())
}
