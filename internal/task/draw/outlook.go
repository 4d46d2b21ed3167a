package draw

// Whether periods with a place of their own leave the trial.

import (
	"cmp"
	"fmt"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task/plan"
)

// outlook looks for periods with a place of their own that leave the trial,
// whenever they are there at all.
type outlook struct {
	w      *trialBlock
	placed []placedPeriod
}

// placedPeriod is such a period, and what was seen of it in any trial.
type placedPeriod struct {
	name          string
	slots         [2]int
	seen          bool
	within, whole bool // some of it lay in the trial; it ended there
}

func newOutlook(p *plan.Plan) *outlook {
	o := &outlook{w: newBlock(p)}
	for _, k := range p.Periods {
		if k.Loose {
			o.placed = append(o.placed, placedPeriod{name: k.Name, slots: [2]int{k.Start, k.End}})
		}
	}
	return o
}

// look looks at trials that the task drew.
func look[F kernel.Float](o *outlook, trials *model.Trials[F]) (err error) {
	w := o.w
	recall(w, trials, true, func(_ int, unknown error) {
		if err = cmp.Or(err, unknown); err != nil {
			return
		}
		over := float64(w.over()) * w.plan.Dt
		slack := over * 1e-9 // sums of durations are rounded
		for k := range o.placed {
			p := &o.placed[k]
			start, end := w.values[p.slots[0]][w.row], w.values[p.slots[1]][w.row]
			there := start < end
			p.seen = p.seen || there
			p.within = p.within || there && start < over-slack && end > 0
			p.whole = p.whole || there && end <= over+slack
		}
	})
	return err
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
