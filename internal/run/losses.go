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
