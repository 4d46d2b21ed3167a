package run

import (
	"time"

	"psychrnn/internal/train"
)

// Due asks for checkpoints as often as checkpoint_every says.
type Due struct {
	every train.Every
	last  time.Time
}

// NewDue starts its clock.
func NewDue(every train.Every) *Due { return &Due{every, time.Now()} }

// Observe asks for a checkpoint where one is due.
func (d *Due) Observe(e train.Event) (train.Action, error) {
	switch e.What {
	case train.CheckpointDue:
		d.last = time.Now()
	case train.Updated:
		if d.every.Updates > 0 && e.Update%d.every.Updates == 0 ||
			d.every.Updates == 0 && time.Since(d.last).Seconds() >= d.every.Seconds {
			return train.Checkpoint, nil
		}
	}
	return train.Continue, nil
}
