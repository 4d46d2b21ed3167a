package eval

// Records as files: arrays for numpy.load, and a table with a row for each trial.

import (
	"encoding/csv"
	"io"
	"strconv"

	"psychrnn/internal/npz"
	"psychrnn/internal/task"
)

// File is the file of recorded trials, which numpy.load reads: x, y, mask,
// outputs and states as (N,T,.) arrays, and one array (N,) for each variable and
// each column of what the network did. Those that are no trial variables are
// listed, so that the file can be read as one of trials.
func (r *Record[F]) File() *npz.File {
	f := &npz.File{}
	for k, column := range r.Columns {
		f.Set(npz.Member{Name: column.Name, Array: columnArray(column, r.Values[k])})
	}
	var answers []string
	for _, column := range r.answers() {
		answers = append(answers, column.Name)
	}
	put := func(name string, channels int, values []F) {
		f.Set(npz.Member{Name: name, Array: npz.ArrayOf([]int{r.Trials, r.T, channels}, values)})
	}
	if r.Trajectories {
		put(task.XArray, r.I, r.X)
		put(task.YArray, r.O, r.Y)
		put(task.MaskArray, r.O, r.Mask)
	}
	for k, a := range r.series {
		answers = append(answers, task.Free(a.Name, r.Names))
		put(answers[len(answers)-1], a.Width, r.Series[k])
	}
	f.Set(npz.Member{Name: task.AnswersArray, Array: npz.TextsOf(answers)})
	return f
}

// columnArray holds the numbers of a column, or the names that they stand for.
func columnArray(c task.Column, values []float64) npz.Array {
	if c.Labels == nil {
		return npz.ArrayOf([]int{len(values)}, values)
	}
	texts := make([]string, len(values))
	for k, v := range values {
		texts[k] = c.Text(v)
	}
	return npz.TextsOf(texts)
}

// WriteTable writes a row for each trial: its number, its variables and
// what the network did.
func (r *Record[F]) WriteTable(w io.Writer) error {
	table := csv.NewWriter(w)
	row := []string{task.TrialColumn}
	for _, c := range r.Columns {
		row = append(row, c.Name)
	}
	if err := table.Write(row); err != nil {
		return err
	}
	for trial := range r.Trials {
		row = append(row[:0], strconv.Itoa(trial))
		for k, c := range r.Columns {
			row = append(row, c.Text(r.Values[k][trial]))
		}
		if err := table.Write(row); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}
