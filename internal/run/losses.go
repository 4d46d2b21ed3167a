package run

import (
	"bytes"
	"strconv"

	"psychrnn/internal/train"
)

// Losses collects what losses.csv holds. No clock is in it, so equal runs give
// equal bytes.
type Losses struct{ rows bytes.Buffer }

// NewLosses returns the table with its header.
func NewLosses() *Losses {
	l := &Losses{}
	l.rows.WriteString("update,trials,loss,regularization,gradient_norm,stage\n")
	return l
}

// AfterUpdate adds a row where the loss was evaluated.
func (l *Losses) AfterUpdate(p train.Progress) train.Action {
	if p.Loss == nil {
		return train.Continue
	}
	row := []byte{}
	row = strconv.AppendInt(row, int64(p.Update), 10)
	row = strconv.AppendInt(append(row, ','), int64(p.Trials), 10)
	for _, v := range []float64{p.Loss.Loss, p.Loss.Regularization, p.GradNorm} {
		row = strconv.AppendFloat(append(row, ','), v, 'g', -1, 64)
	}
	l.rows.Write(append(row, ",1\n"...))
	return train.Continue
}

// Bytes is the table so far.
func (l *Losses) Bytes() []byte { return l.rows.Bytes() }
