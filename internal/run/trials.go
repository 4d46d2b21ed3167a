package run

import (
	"encoding/csv"
	"io"
	"strconv"

	"psychrnn/internal/kernel"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Trials is the file of recorded trials, which numpy.load reads: x, y, mask,
// outputs and states as (N,T,.) arrays and one array (N,) for each variable.
func Trials[F kernel.Float](r *train.Record[F]) *weights.File {
	f := &weights.File{}
	for k, name := range r.Names {
		f.Set(weights.Member{Name: name, Array: weights.Of([]int{r.Trials}, r.Variables[k])})
	}
	for _, a := range []struct {
		name     string
		channels int
		values   []F
	}{
		{"x", r.I, r.X}, {"y", r.O, r.Y}, {"mask", r.O, r.Mask}, {"outputs", r.O, r.Outputs}, {"states", r.Units, r.States},
	} {
		f.Set(weights.Member{Name: a.name, Array: weights.Of([]int{r.Trials, r.T, a.channels}, a.values)})
	}
	return f
}

// WriteTrialTable writes a row for each trial: its number, its variables and
// whether the answer was right, 1 or 0.
func WriteTrialTable[F kernel.Float](w io.Writer, r *train.Record[F]) error {
	table := csv.NewWriter(w)
	rows := [][]string{append(append([]string{"trial"}, r.Names...), "correct")}
	for trial, correct := range r.Correct {
		row := []string{strconv.Itoa(trial)}
		for k := range r.Names {
			row = append(row, strconv.FormatFloat(r.Variables[k][trial], 'g', -1, 64))
		}
		answer := "0"
		if correct {
			answer = "1"
		}
		rows = append(rows, append(row, answer))
	}
	return table.WriteAll(rows)
}
