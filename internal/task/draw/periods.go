package draw

// What follows from the recorded variables of trials: when their periods were.

import (
	"cmp"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task/plan"
)

// recall turns to each of the trials that were drawn, whose other variables follow
// from those that were recorded; needed says whether they are asked for. err says why
// those of a trial cannot be known.
func recall[F kernel.Float](w *trialBlock, trials *model.Trials[F], needed bool, tell func(row int, err error)) {
	for first := 0; first < trials.Rows; first += plan.BlockSize {
		w.begin(trials.First+uint64(first), trials.Origin, min(plan.BlockSize, trials.Rows-first))
		var err error
		if needed {
			err = w.restore(trials.Variable, first)
		}
		for w.row = range w.rows {
			tell(first+w.row, err)
		}
	}
}

// Period finds the steps from <= k < to of a period, which the task has, in each
// of the trials that it drew.
func (j *Judge[F]) Period(trials *model.Trials[F], name string) (steps [][2]int, err error) {
	p := j.plan.Period(name)
	w := j.blocks.Get().(*noisyBlock[F])
	defer j.blocks.Put(w)
	recall(w.trialBlock, trials, true, func(_ int, unknown error) {
		if err = cmp.Or(err, unknown); err == nil {
			in := w.period([2]int{p.Start, p.End})
			steps = append(steps, [2]int{in.from, in.to})
		}
	})
	return steps, err
}

// PeriodsOf gives for every trial and step the names of the periods, in the order
// of the definition, of trials that the plan's task drew.
func PeriodsOf[F kernel.Float](p *plan.Plan, trials *model.Trials[F]) (all [][][]string, err error) {
	w := newBlock(p)
	recall(w, trials, true, func(_ int, unknown error) {
		if err = cmp.Or(err, unknown); err != nil {
			return
		}
		steps := make([][]string, p.Steps)
		over := stepRange{0, w.over()}
		for _, k := range p.Periods {
			in := over.and(w.period([2]int{k.Start, k.End}))
			for s := in.from; s < in.to; s++ {
				steps[s] = append(steps[s], k.Name)
			}
		}
		all = append(all, steps)
	})
	return all, err
}
