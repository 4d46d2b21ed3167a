package experiment

import (
	"strconv"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
)

// Preview is a table of the first trials that training would see: a row for
// every step, with inputs, targets, mask, periods, and the trial's variables.
func (e *Experiment) Preview(set *kernel.Set[float64], trials int) (table [][]string, err error) {
	c := e.stage(0)
	source, err := Task(e, 0, set)
	if err != nil {
		return nil, err
	}
	steps, i, o := source.Shape()
	drawn := model.NewTrials[float64](trials, steps, i, o)
	if err := source.Trials(drawn, task.Train); err != nil {
		return nil, err
	}
	periods, err := task.PeriodsOf(c, drawn)
	if err != nil {
		return nil, err
	}
	in, out := c.Labels()
	header := []string{"trial", "t"}
	for _, side := range []struct {
		name   string
		labels []string
	}{{"x", in}, {"y", out}, {"mask", out}} {
		for _, label := range side.labels {
			header = append(header, side.name+" "+label)
		}
	}
	table = append(table, append(append(header, "periods"), drawn.Names...))
	write := func(row []string, values []float64) []string {
		for _, v := range values {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		return row
	}
	for r := range trials {
		for s := range steps {
			at := s*trials + r
			row := write([]string{strconv.Itoa(r)}, []float64{float64(s) * c.Dt})
			row = write(row, drawn.X[at*i:(at+1)*i])
			row = write(row, drawn.Y[at*o:(at+1)*o])
			row = write(row, drawn.Mask[at*o:(at+1)*o])
			row = append(row, strings.Join(periods[r][s], " "))
			table = append(table, write(row, drawn.Variable[r*len(drawn.Names):(r+1)*len(drawn.Names)]))
		}
	}
	return table, nil
}
