package run

import (
	"testing"
	"time"

	"psychrnn/internal/train"
)

// A checkpoint is due so many updates or seconds after the last one.
func TestDue(t *testing.T) {
	for _, c := range []struct {
		every train.Every
		want  []int // updates, one a second, after which it is due
	}{
		{train.Every{Updates: 4}, []int{4, 8, 12}},
		{train.Every{Seconds: 4}, []int{4, 8, 12}},
		{train.Every{Seconds: 0.5}, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		{train.Every{Seconds: 100}, nil},
	} {
		var clock time.Time
		d := NewDue(c.every, func() time.Time { return clock })
		var got []int
		for update := 1; update <= 12; update++ {
			clock = clock.Add(time.Second)
			at := train.Progress{Update: update}
			action, err := d.Observe(train.Event{What: train.Updated, Progress: at})
			if err != nil {
				t.Fatal(err)
			}
			if action == train.Checkpoint {
				got = append(got, update)
				_, _ = d.Observe(train.Event{What: train.CheckpointDue, Progress: at})
			}
		}
		same(t, "due", c.want, got)
	}
}
