package progress

// Where training stands, for whoever asks at any moment.

import (
	"fmt"
	"sync"
	"time"

	"psychrnn/internal/train"
)

// Latest remembers what the loop told last, for whoever asks at any moment.
type Latest struct {
	mu    sync.Mutex
	at    train.Progress
	all   int // trials that training goes to, or beyond with its last batch; 0: it has not begun
	began time.Time
}

// NewLatest is asked from now on.
func NewLatest() *Latest { return &Latest{began: time.Now()} }

// Begin says where training begins, and to how many trials it goes.
func (l *Latest) Begin(at train.Progress, all int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.all = at, all
}

// Observe takes in where the loop stands.
func (l *Latest) Observe(e train.Event) (train.Action, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	loss := l.at.Loss
	l.at = e.Progress
	if l.at.Loss == nil {
		l.at.Loss = loss
	}
	return train.Continue, nil
}

// String tells it.
func (l *Latest) String() string {
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
