package run

import (
	"strconv"

	"psychrnn/internal/train"
)

// LossTable is what losses.csv holds. No clock is in it, so equal runs give
// equal bytes. Stages count from 0, as the original prints them.
func LossTable(losses []train.Progress) []byte {
	table := []byte("update,trials,loss,regularization,gradient_norm,stage\n")
	for _, p := range losses {
		table = strconv.AppendInt(table, int64(p.Update), 10)
		table = strconv.AppendInt(append(table, ','), int64(p.Trials), 10)
		for _, v := range []float64{p.Loss.Loss, p.Loss.Regularization, p.GradNorm} {
			table = strconv.AppendFloat(append(table, ','), v, 'g', -1, 64)
		}
		table = strconv.AppendInt(append(table, ','), int64(p.Stage), 10)
		table = append(table, '\n')
	}
	return table
}

// PerformanceTable is what performance.csv holds: a row for each time that
// trials were tested during training. Its stages are those of LossTable.
func PerformanceTable(measurements []train.Measurement) []byte {
	table := []byte("update,trials,stage,measure,value\n")
	for _, m := range measurements {
		for _, n := range []int{m.Update, m.Trials, m.Stage} {
			table = append(strconv.AppendInt(table, int64(n), 10), ',')
		}
		table = append(append(table, m.Purpose...), ',')
		table = append(strconv.AppendFloat(table, m.Value, 'g', -1, 64), '\n')
	}
	return table
}
