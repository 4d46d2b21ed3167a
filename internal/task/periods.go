package task

import "psychrnn/internal/model"

// PeriodNames lists the periods of the task.
func (c *Config) PeriodNames() (names []string) {
	for _, e := range c.Periods {
		names = append(names, e.Key)
	}
	return names
}

// Period finds the steps from <= k < to of a period, which the task has, in each
// of the trials that it drew. The times follow from what was recorded of them.
func (s *sampler[F]) Period(trials *model.Trials[F], name string) ([][2]int, error) {
	at, steps := s.plan.periods[name], make([][2]int, trials.Rows)
	slots := [2]int{s.plan.slots[at.Start], s.plan.slots[at.End]}
	w := s.spaces.Get().(*space[F])
	defer s.spaces.Put(w)
	for first := 0; first < trials.Rows; first += block {
		w.begin(trials.First+uint64(first), trials.Origin, min(block, trials.Rows-first))
		if err := w.restore(trials.Variable, first); err != nil {
			return nil, err
		}
		for w.row = range w.rows {
			in := w.period(slots)
			steps[first+w.row] = [2]int{in.from, in.to}
		}
	}
	return steps, nil
}
