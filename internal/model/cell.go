package model

// What an architecture has to give: its step through time, and the step's transpose.

import "psychrnn/internal/kernel"

// Cell is one architecture: its step through time and the step's transpose.
// A cell holds no weights and no state; both come with each call. Its layout has the
// tensors that every weight file must have (init_state, W_in, W_rec, W_out, b_rec,
// b_out), marked FileOnly where it does not compute with them. The first product
// reads [h | x | 1] and gives one or more groups of N sums into the units, then the O
// outputs.
type Cell[F kernel.Float] interface {
	Layout() Layout
	Dims() Dims
	Blocks() []Block

	// Begin writes h_0 and what is saved at t = 0, from the effective weights.
	Begin(s *Workspace[F], eff []F)
	// Step reads row t of In and, if s.AddsToOut, Out, and writes the output of
	// step t and rows t+1 of Saved and In.
	Step(s *Workspace[F], w *Packed[F], t int)
	// StepBack reads DCarry of step t+1, the output's gradient at t and DIn
	// (the gradient of h_t from elsewhere) and writes row t of D, DIn and
	// DCarry of step t.
	StepBack(s *Workspace[F], w *Packed[F], t int)
	// BeginBack adds the gradient of what Begin read to deff, from DCarry at t = 0.
	BeginBack(deff []F, s *Workspace[F])
	// State returns the state of trial r after step t, as test records it.
	State(s *Workspace[F], t, r int) []F
}

// blueprint is what a cell says of itself before it runs.
type blueprint struct {
	layout Layout
	dims   Dims
	blocks []Block
}

func (b *blueprint) Layout() Layout  { return b.layout }
func (b *blueprint) Dims() Dims      { return b.dims }
func (b *blueprint) Blocks() []Block { return b.blocks }

// forwardProduct writes row t of In times the weights of product k to Out, or
// adds it to what drives the network.
func forwardProduct[F kernel.Float](set *kernel.Set[F], s *Workspace[F], w *Packed[F], k, t int) {
	p, m, product := s.Products[k], w.Fwd[k], set.Mul
	if k == 0 && s.AddsToOut {
		product = set.MulAdd
	}
	product(s.Rows, m.Rows, m.Ld, s.InRows(k, t), p.InStride(), 1, m.Data, m.Ld, s.Out[k], p.OutStride())
}

// backwardProduct writes row t of D times the weights of product k to DIn, or
// adds it to the gradient of h.
func backwardProduct[F kernel.Float](set *kernel.Set[F], s *Workspace[F], w *Packed[F], k, t int) {
	p, m, product := s.Products[k], w.Bwd[k], set.Mul
	if k == 0 && s.DH != nil {
		product = set.MulAdd
	}
	product(s.Rows, m.Rows, m.Ld, s.DRows(k, t), p.OutStride(), 1, m.Data, m.Ld, s.DIn[k], p.InStride())
}

// copyRows overwrites n numbers of each of some rows. Rows of a few numbers,
// such as outputs, are quicker to copy one by one.
func copyRows[F kernel.Float](rows, n int, dst, from kernel.Rows[F]) {
	if n > 8 {
		for r := range rows {
			copy(dst.Row(r, n), from.Row(r, n))
		}
		return
	}
	to, source := dst.Data, from.Data
	for r := range rows {
		a, b := r*dst.Ld, r*from.Ld
		for c := range n {
			to[a+c] = source[b+c]
		}
	}
}

// addTo computes a += b.
func addTo[F kernel.Float](a, b []F) {
	for k, v := range b {
		a[k] += v
	}
}
