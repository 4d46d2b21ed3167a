package sim

// What comes out of a network at every step: the one list of it, for all who keep it.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
)

// Series is a row of numbers for every step of a trial.
type Series[F kernel.Float] struct {
	Name  string
	Width int // of a row
	row   func(cell model.Cell[F], s *model.Workspace[F], t, r int) []F
}

// SeriesOf are the outputs and the states of a network, and the rates of its units and
// an LSTM's cell if rates are asked for.
func SeriesOf[F kernel.Float](d model.Dims, rates bool) []Series[F] {
	list := []Series[F]{
		{task.OutputsArray, d.O, func(_ model.Cell[F], s *model.Workspace[F], t, r int) []F { return s.OutputRows(t)[r*d.O:][:d.O] }},
		{task.StatesArray, d.N, model.Cell[F].State},
	}
	if rates {
		list = append(list, Series[F]{task.RatesArray, d.N, func(_ model.Cell[F], s *model.Workspace[F], t, r int) []F { return s.RateRow(t, r) }})
	}
	if rates && d.Cell > 0 {
		list = append(list, Series[F]{task.CellArray, d.N, func(_ model.Cell[F], s *model.Workspace[F], t, r int) []F { return s.CellRow(t, r) }})
	}
	return list
}

// Copy overwrites to (steps, Width) with the first steps of row r of a workspace. A
// network without outputs has rows of no width.
func (a Series[F]) Copy(to []F, steps int, cell model.Cell[F], s *model.Workspace[F], r int) []F {
	for t := range steps {
		copy(to[t*a.Width:], a.row(cell, s, t+1, r))
	}
	return to
}
