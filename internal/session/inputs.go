package session

// Inputs that the trials of a simulation meet: from a file, none, or those of a task.

import (
	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// inputsOf are what the trials meet; met is told of those of a task.
func inputsOf[F kernel.Float](s *Simulated, set *kernel.Set[F], met func(*model.Trials[F]) error) (sim.Inputs[F], error) {
	inputs := sim.Inputs[F]{Steps: s.Steps}
	if !s.OfTask() {
		inputs.Begin = func(first uint64, rows int) (sim.InputStream[F], error) {
			return sim.InputStream[F]{Fill: given[F](s.config.Inputs, int(first), rows)}, nil
		}
		return inputs, nil
	}
	source, err := experiment.TestTask(s.trained.experiment, set)
	if err != nil {
		return inputs, err
	}
	steps, i, o := source.Shape()
	inputs.Begin = func(first uint64, rows int) (sim.InputStream[F], error) {
		trials := model.NewTrials[F](rows, steps, i, o)
		trials.First = first
		if err := source.Trials(trials, task.Test); err != nil {
			return sim.InputStream[F]{}, err
		}
		return sim.InputStream[F]{
			Fill:    func(x []F, step, _ int) { copy(x, trials.X[step*rows*i:]) },
			Periods: func(name string) ([][2]int, error) { return source.Period(trials, name) },
		}, met(trials)
	}
	return inputs, source.Fetch(task.Test, 0, 0, s.Trials) // all at once: workers ask in any order
}

// given puts in what an array (B,T,i) has for some trials; without one there is no input.
func given[F kernel.Float](a *npz.Array, first, rows int) func(x []F, step, steps int) {
	if a == nil {
		return func(x []F, _, _ int) { clear(x) }
	}
	t, i, read := a.Shape[1], a.Shape[2], a.Reader()
	return func(x []F, step, steps int) {
		for s := range steps {
			for r := range rows {
				from := ((first+r)*t + step + s) * i
				for c := range i {
					x[(s*rows+r)*i+c] = F(read(from + c))
				}
			}
		}
	}
}
