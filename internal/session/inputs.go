package session

// Inputs that the trials of a simulation meet: from a file, none, or those of a task.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// given are inputs from a file, (B,T,i).
type given[F kernel.Float] struct{ npz.Array }

func (g given[F]) Shape() (t, i int) { return g.Array.Shape[1], g.Array.Shape[2] }

func (g given[F]) Begin(first uint64, rows int) (sim.InputStream[F], error) {
	t, i := g.Shape()
	read := g.Reader()
	return sim.InputStream[F]{Fill: func(x []F, step, steps int) {
		for s := range steps {
			for r := range rows {
				from := ((int(first)+r)*t + step + s) * i
				for c := range i {
					x[(s*rows+r)*i+c] = F(read(from + c))
				}
			}
		}
	}}, nil
}

// silence is no input.
type silence[F kernel.Float] struct{ t, i int }

func (s silence[F]) Shape() (t, i int) { return s.t, s.i }

func (silence[F]) Begin(uint64, int) (sim.InputStream[F], error) {
	return sim.InputStream[F]{Fill: func(x []F, _, _ int) { clear(x) }}, nil
}

// drawn are the inputs of a task's test trials, of which met is told.
type drawn[F kernel.Float] struct {
	task.Task[F]
	met func(*model.Trials[F]) error
}

func (d drawn[F]) Shape() (t, i int) {
	t, i, _ = d.Task.Shape()
	return t, i
}

func (d drawn[F]) Begin(first uint64, rows int) (sim.InputStream[F], error) {
	t, i, o := d.Task.Shape()
	trials := model.NewTrials[F](rows, t, i, o)
	trials.First = first
	if err := d.Trials(trials, task.Test); err != nil {
		return sim.InputStream[F]{}, err
	}
	return sim.InputStream[F]{
		Fill:    func(x []F, step, _ int) { copy(x, trials.X[step*rows*i:]) },
		Periods: func(name string) ([][2]int, error) { return d.Period(trials, name) },
	}, d.met(trials)
}
