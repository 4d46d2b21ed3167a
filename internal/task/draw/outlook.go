package draw

// Whether periods with a place of their own leave the trial.

import (
	"cmp"
	"fmt"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task/plan"
)

// placedPeriod is such a period, and what was seen of it in any trial.
type placedPeriod struct {
	plan.PeriodSlots
	seen          bool
	within, whole bool // some of it lay in the trial; it ended there
}

func placedPeriods(p *plan.Plan) (placed []*placedPeriod) {
	for _, k := range p.Periods {
		if k.Loose {
			placed = append(placed, &placedPeriod{PeriodSlots: k})
		}
	}
	return placed
}

// look looks at trials that the task drew.
func look[F kernel.Float](w *trialBlock, placed []*placedPeriod, trials *model.Trials[F]) (err error) {
	recall(w, trials, true, func(_ int, unknown error) {
		if err = cmp.Or(err, unknown); err != nil {
			return
		}
		over := float64(w.over()) * w.plan.Dt
		slack := over * 1e-9 // sums of durations are rounded
		for _, p := range placed {
			start, end := w.values[p.Start][w.row], w.values[p.End][w.row]
			there := start < end
			p.seen = p.seen || there
			p.within = p.within || there && start < over-slack && end > 0
			p.whole = p.whole || there && end <= over+slack
		}
	})
	return err
}

// outside says which of the periods leave the trial whenever they are there at all.
func outside(placed []*placedPeriod, drawn int) (list []string) {
	for _, p := range placed {
		switch {
		case !p.seen:
		case !p.within:
			list = append(list, fmt.Sprintf("the period %s lies wholly outside the trial in all of %d trials: nothing happens in it", p.Name, drawn))
		case !p.whole:
			list = append(list, fmt.Sprintf("the period %s ends after the trial in all of %d trials: only what lies before the trial's end counts", p.Name, drawn))
		}
	}
	return list
}
