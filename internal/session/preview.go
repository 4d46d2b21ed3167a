package session

// The first trials of training as a table.

import (
	"strconv"
	"strings"

	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
)

// Preview writes a table of the first trials that training would see: a header,
// then a row for every step, with inputs, targets, mask, periods, and the
// trial's variables. Trials are drawn in batches of training's size at most. A
// row is only lent.
func Preview(e *experiment.Experiment, set *kernel.Set[float64], trials int, write func(row []string) error) error {
	c := e.Stage(0)
	source, err := experiment.TrainingTask(e, 0, set)
	if err != nil {
		return err
	}
	steps, i, o := source.Shape()
	row := []string{task.TrialColumn, task.StepColumn, task.TimeColumn}
	in, out := c.In.Labels(), c.Out.Labels()
	row = append(row, task.ChannelColumns(task.XArray, in, i)...)
	row = append(row, task.ChannelColumns(task.YArray, out, o)...)
	row = append(row, task.ChannelColumns(task.MaskArray, out, o)...)
	if err := write(append(append(row, task.PeriodsColumn), c.Names...)); err != nil {
		return err
	}
	numbers := func(values []float64) {
		for _, v := range values {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
	for first := 0; first < trials; first += c.Config.N_batch {
		rows := min(c.Config.N_batch, trials-first)
		drawn := model.NewTrials[float64](rows, steps, i, o)
		drawn.First = uint64(first)
		if err := source.Trials(drawn, task.Train); err != nil {
			return err
		}
		periods, err := draw.PeriodsOf(c, drawn)
		if err != nil {
			return err
		}
		for r := range rows {
			for s := range steps {
				at := s*rows + r
				row = append(row[:0], strconv.Itoa(first+r), strconv.Itoa(s))
				numbers([]float64{float64(s) * c.Dt})
				numbers(drawn.X[at*i : (at+1)*i])
				numbers(drawn.Y[at*o : (at+1)*o])
				numbers(drawn.Mask[at*o : (at+1)*o])
				row = append(row, strings.Join(periods[r][s], " "))
				numbers(drawn.Variable[r*len(drawn.Names) : (r+1)*len(drawn.Names)])
				if err := write(row); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
