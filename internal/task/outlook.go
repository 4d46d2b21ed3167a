package task

import (
	"fmt"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// outlook looks for periods with a place of their own that leave the trial,
// whenever they are there at all.
type outlook struct {
	w      *workspace
	placed []placed
}

// placed is such a period, and what was seen of it in any trial.
type placed struct {
	name          string
	slots         [2]int
	seen          bool
	within, whole bool // some of it lay in the trial; it ended there
}

func newOutlook(c Config) *outlook {
	o := &outlook{w: newWorkspace(c.plan)}
	for _, e := range c.Periods {
		if loose(e.Value) {
			p := c.plan.periods[e.Key]
			o.placed = append(o.placed, placed{name: e.Key, slots: [2]int{c.plan.slots[p.Start], c.plan.slots[p.End]}})
		}
	}
	return o
}

// look looks at a block of trials that the task drew.
func look[F kernel.Float](o *outlook, trials *model.Trials[F]) error {
	w := o.w
	w.begin(trials.First, trials.Origin, trials.Rows)
	if err := w.restore(trials.Variable, 0); err != nil {
		return err
	}
	for w.row = range w.rows {
		over := float64(w.over()) * w.plan.dt
		slack := over * 1e-9 // sums of durations are rounded
		for k := range o.placed {
			p := &o.placed[k]
			start, end := w.values[p.slots[0]][w.row], w.values[p.slots[1]][w.row]
			there := start < end
			p.seen = p.seen || there
			p.within = p.within || there && start < over-slack && end > 0
			p.whole = p.whole || there && end <= over+slack
		}
	}
	return nil
}

func (o *outlook) warnings(drawn int) (list []string) {
	for _, p := range o.placed {
		switch {
		case !p.seen:
		case !p.within:
			list = append(list, fmt.Sprintf("the period %s lies wholly outside the trial in all of %d trials: nothing happens in it", p.name, drawn))
		case !p.whole:
			list = append(list, fmt.Sprintf("the period %s ends after the trial in all of %d trials: only what lies before the trial's end counts", p.name, drawn))
		}
	}
	return list
}
