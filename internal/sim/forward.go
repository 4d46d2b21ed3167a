package sim

// The driver: a cell through all steps, with noise and currents.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Drive overwrites rows of ld entries with what is added to the first product's
// sums of step t: noise, or a current, to its first N; 0 to the others.
type Drive[F kernel.Float] func(t int, out []F, ld int)

// Forward runs steps from <= t < to of the trials in s, with the weights w(t)
// at step t and, if drive is not nil, what it adds. A whole trial is the steps
// 0 <= t < T+1, of which the last only completes the output.
func Forward[F kernel.Float](c model.Cell[F], s *model.Workspace[F], w func(t int) *model.Packed[F], drive Drive[F], from, to int) {
	for t := from; t < to; t++ {
		s.AddsToOut = drive != nil && t < s.T
		if s.AddsToOut {
			drive(t, s.Out[0], s.Products[0].OutStride())
		}
		c.Step(s, w(t), t)
	}
}
