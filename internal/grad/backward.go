package grad

// The driver back through time: the transpose of sim.Forward, step by step.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Backward runs the steps T..0 of the trials in s, whose DOutput and DH hold
// the gradients of outputs and rates, with the weights w(t) of the forward
// run. It adds the gradient of the packed weights to s.G and leaves that of
// the initial state in s.DCarry (backpropagation through time, Werbos 1990).
func Backward[F kernel.Float](c model.Cell[F], set *kernel.Set[F], s *model.Workspace[F], w func(t int) *model.Packed[F]) {
	clear(s.DCarry)
	last := s.T
	for t := s.T; t >= 0; t-- {
		if s.DH != nil {
			enterDH(s, t)
		}
		c.StepBack(s, w(t), t)
		if t%s.Chunk == 0 {
			weightGradient(set, s, t, last)
			last = t - 1
		}
	}
}

// enterDH copies the gradient of h_t to where the product adds its own.
func enterDH[F kernel.Float](s *model.Workspace[F], t int) {
	clear(s.DIn[0])
	ld := s.Products[0].InStride()
	for r := range s.Rows {
		copy(s.DIn[0][r*ld:][:s.N], s.DH[(t*s.Rows+r)*s.N:][:s.N])
	}
}

// weightGradient adds D^T In over the steps from..to, which lie within one
// chunk of D and are contiguous in both.
func weightGradient[F kernel.Float](set *kernel.Set[F], s *model.Workspace[F], from, to int) {
	rows := (to - from + 1) * s.Rows
	for k, p := range s.Products {
		g := s.G[k]
		set.MulAdd(g.Rows, rows, g.Ld, s.D[k], 1, p.OutStride(), s.In[k][from*s.Rows*p.InStride():], p.InStride(), g.Data, g.Ld)
	}
}
