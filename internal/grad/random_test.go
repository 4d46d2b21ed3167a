package grad

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// randomTrials is a source of trials that mean nothing: inputs N(0,1), targets
// in [0,1), those of the last channel above 0.9 (a clipped output costs little
// there), masks 0, 1/2 or 1, each addressed by the trial's number.
type randomTrials[F kernel.Float] struct {
	t, i, o int
	input   float64 // factor of the inputs
	key     random.Key
}

func (r randomTrials[F]) Shape() (t, i, o int) { return r.t, r.i, r.o }

func (randomTrials[F]) Fetch(string, uint64, uint64, int) error { return nil }

func (randomTrials[F]) Period(*model.Trials[F], string) ([][2]int, error) { return nil, nil }

func (r randomTrials[F]) Trials(dst *model.Trials[F], purpose string) error {
	for row := range dst.Rows {
		d := r.key.Text(purpose).Number(dst.First + uint64(row)).Draws()
		for t := range r.t {
			for c := range r.i {
				dst.X[(t*dst.Rows+row)*r.i+c] = F(r.input * d.Normal())
			}
			for c := range r.o {
				at := (t*dst.Rows+row)*r.o + c
				dst.Y[at], dst.Mask[at] = F(d.Uniform()), F(d.Index(3))/2
				if c == r.o-1 {
					dst.Y[at] = 0.9 + 0.1*dst.Y[at]
				}
			}
		}
	}
	return nil
}
