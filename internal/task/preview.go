package task

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Labels name the channels of inputs and outputs.
func (c *Config) Labels() (in, out []string) {
	for k := range c.plan.in.n {
		in = append(in, c.plan.in.label(k))
	}
	for k := range c.plan.out.n {
		out = append(out, c.plan.out.label(k))
	}
	return in, out
}

// PeriodsOf gives for every trial and step the names of the periods, in the
// order of the definition, of trials that the section's task drew.
func PeriodsOf[F kernel.Float](c Config, trials *model.Trials[F]) ([][][]string, error) {
	w := newWorkspace(c.plan)
	all := make([][][]string, trials.Rows)
	for first := 0; first < trials.Rows; first += block {
		w.begin(trials.First+uint64(first), trials.Origin, min(block, trials.Rows-first))
		if err := w.restore(trials.Variable, first); err != nil {
			return nil, err
		}
		for w.row = range w.rows {
			steps := make([][]string, c.plan.steps)
			over := stepRange{0, w.over()}
			for _, e := range c.Periods {
				p := c.plan.periods[e.Key]
				in := over.and(w.period([2]int{c.plan.slots[p.Start], c.plan.slots[p.End]}))
				for s := in.from; s < in.to; s++ {
					steps[s] = append(steps[s], e.Key)
				}
			}
			all[first+w.row] = steps
		}
	}
	return all, nil
}
