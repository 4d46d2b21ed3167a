package main

import (
	"fmt"
	"sync"
	"time"

	"psychrnn/internal/train"
)

// latest remembers what the loop told last, for whoever asks at any moment.
type latest struct {
	mu    sync.Mutex
	at    train.Progress
	loss  float64
	known bool // a loss was evaluated
	began time.Time
}

// Observe takes it in.
func (l *latest) Observe(e train.Event) (train.Action, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = e.Progress
	if e.What == train.Evaluated {
		l.loss, l.known = e.Loss.Total(), true
	}
	return train.Continue, nil
}

// text tells it, of so many trials.
func (l *latest) text(trials int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := fmt.Sprintf("update %d, trial %d of %d", l.at.Update, l.at.Trials, trials)
	if l.at.Stage > 0 {
		text += fmt.Sprintf(", stage %d", l.at.Stage)
	}
	if l.known {
		text += fmt.Sprintf(", loss %.6f", l.loss)
	}
	return text + fmt.Sprintf(", %.0f s", time.Since(l.began).Seconds())
}
