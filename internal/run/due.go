package run

// When a checkpoint is due, by a clock that is handed in or by updates.

import (
	"time"

	"psychrnn/internal/train"
)

// Due asks for checkpoints as often as checkpoint_every says.
type Due struct {
	every train.Every
	now   func() time.Time
	last  time.Time
}

// NewDue begins to count by the clock.
func NewDue(every train.Every, now func() time.Time) *Due { return &Due{every, now, now()} }

// Observe asks for a checkpoint where one is due.
func (d *Due) Observe(e train.Event) (train.Action, error) {
	switch e.What {
	case train.CheckpointDue:
		d.last = d.now()
	case train.Updated:
		if d.every.Updates > 0 && e.Update%d.every.Updates == 0 ||
			d.every.Updates == 0 && d.now().Sub(d.last).Seconds() >= d.every.Seconds {
			return train.Checkpoint, nil
		}
	}
	return train.Continue, nil
}
