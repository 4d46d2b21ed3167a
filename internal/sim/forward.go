package sim

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Drive adds to the pre-activations of step t+1, rows of n entries at stride
// ld: noise, or a current.
type Drive[F kernel.Float] func(t int, out []F, ld int)

// Forward runs steps from <= t < to of the trials in s, with the weights w(t)
// at step t and, if drive is not nil, what it adds. A whole trial is the steps
// 0 <= t < T+1, of which the last only completes the output.
func Forward[F kernel.Float](c model.Cell[F], s *model.Shard[F], w func(t int) *model.Eff[F], drive Drive[F], from, to int) {
	for t := from; t < to; t++ {
		for k := range s.Out {
			clear(s.Out[k])
		}
		if drive != nil && t < s.T {
			drive(t, s.Out[0], s.Dense[0].OutStride())
		}
		c.Step(s, w(t), t)
	}
}
