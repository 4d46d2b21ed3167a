package eval

// What a network did in each trial of a test, trial by trial.

import (
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// Record keeps what a network did on its test trials. Arrays are (N,T,.),
// trial by trial, whatever the groups were.
type Record[F kernel.Float] struct {
	// Trajectories asks for the arrays; answers and variables are always kept.
	Trajectories bool
	// AskRates asks for those of the rates too, and of an LSTM's cell.
	AskRates bool

	Trials         int // N
	T, I, O, Units int
	X              []F           // (N,T,I)
	Y, Mask        []F           // (N,T,O)
	Series         [][]F         // of each of [sim.SeriesOf], (N,T,Width)
	Names          []string      // of the variables
	Columns        []task.Column // the variables, then what the network did
	Values         [][]float64   // of each column, (N)
	Correct        []bool        // (N)

	series []sim.Series[F]
}

// begin makes room for the trials, of which the batch is the first part.
func (r *Record[F]) begin(trials int, batch *sim.Batch[F], d model.Dims, columns []task.Column) {
	first := batch.Groups[0]
	r.Trials, r.T, r.I, r.O, r.Units = trials, first.T, first.I, first.O, d.N
	r.Names = first.Names
	for _, name := range r.Names {
		r.Columns = append(r.Columns, task.Column{Name: name})
	}
	r.Columns = append(r.Columns, columns...)
	for range r.Columns {
		r.Values = append(r.Values, make([]float64, trials))
	}
	r.Correct = make([]bool, trials)
	if !r.Trajectories {
		return
	}
	steps := trials * r.T
	r.X = make([]F, steps*r.I)
	r.Y, r.Mask = make([]F, steps*r.O), make([]F, steps*r.O)
	r.series = sim.SeriesOf[F](d, r.AskRates)
	for _, a := range r.series {
		r.Series = append(r.Series, make([]F, steps*a.Width))
	}
}

// add keeps the trials of a group, with (rows, columns) of what the network did
// in them. Workers call it side by side.
func (r *Record[F]) add(cell model.Cell[F], s *model.Workspace[F], correct []bool, outcomes []float64) {
	for row := range s.Rows {
		trial := int(s.First) + row
		r.Correct[trial] = correct[row]
		variables, answers := len(r.Names), len(r.answers())
		of := slices.Concat(s.Variable[row*variables:][:variables], outcomes[row*answers:][:answers])
		for k, v := range of {
			r.Values[k][trial] = v
		}
		if !r.Trajectories {
			continue
		}
		for t := range s.T {
			to, from := trial*r.T+t, t*s.Rows+row
			copy(r.X[to*r.I:][:r.I], s.X[from*r.I:])
			copy(r.Y[to*r.O:][:r.O], s.Y[from*r.O:])
			copy(r.Mask[to*r.O:][:r.O], s.Mask[from*r.O:])
		}
		for k, a := range r.series {
			a.Copy(r.Series[k][trial*r.T*a.Width:][:r.T*a.Width], r.T, cell, s, row)
		}
	}
}

// answers are the columns of what the network did.
func (r *Record[F]) answers() []task.Column { return r.Columns[len(r.Names):] }
