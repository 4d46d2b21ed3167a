package model

// A layer before the network, around any other cell.

import "psychrnn/internal/kernel"

// feedForward puts a layer between the inputs and a cell, the example of the
// original's "Define New Model" (original 1.4):
//
//	p_t = f(W_in_first x_t)
//
// and the cell reads p_t in place of x_t. Its product is the last of the
// network's and its part of what is saved, the argument of f, lies behind the cell's.
type feedForward[F kernel.Float] struct {
	Cell[F]
	layout Layout
	dims   Dims
	blocks []Block
	f      kernel.Transfer[F]
	set    *kernel.Set[F]
	width  int
	inner  int // the cell's part of what is saved
	last   int // the layer's product
}

// newFeedForward wraps a cell whose inputs are the layer's units.
func newFeedForward[F kernel.Float](a Arch, cell Cell[F], f kernel.Transfer[F], set *kernel.Set[F]) *feedForward[F] {
	dims := cell.Dims()
	first := Tensor{Name: "W_in_first", Role: FeedRole, Shape: []int{a.FeedForward, a.I}}
	c := &feedForward[F]{
		Cell:   cell,
		layout: NewLayout(append(append(Layout{}, cell.Layout()...), first)...),
		f:      f, set: set, width: a.FeedForward, inner: dims.Saved, last: len(dims.Products),
	}
	products := []Product{}
	for _, p := range dims.Products {
		p.ReadsInput = false
		products = append(products, p)
	}
	dims.Products = append(products, Product{X: a.I, Out: a.FeedForward, ReadsInput: true})
	dims.I = a.I
	dims.Saved += kernel.Stride(a.FeedForward)
	c.dims = dims
	c.blocks = append(append([]Block{}, cell.Blocks()...), Block{
		Product: c.last, Rows: a.FeedForward, Cols: a.I, At: c.layout.must("W_in_first").At, RS: a.I, CS: 1})
	return c
}

func (c *feedForward[F]) Layout() Layout  { return c.layout }
func (c *feedForward[F]) Dims() Dims      { return c.dims }
func (c *feedForward[F]) Blocks() []Block { return c.blocks }

func (c *feedForward[F]) Step(s *Workspace[F], w *Packed[F], t int) {
	forwardProduct(c.set, s, w, c.last, t)
	argument := s.saved(t+1, c.inner)
	copyRows(s.Rows, c.width, argument, s.out(c.last, 0))
	c.f.Apply(s.Rows, c.width, s.in(0, t, c.dims.Products[0].H), argument)
	c.Cell.Step(s, w, t)
}

func (c *feedForward[F]) StepBack(s *Workspace[F], w *Packed[F], t int) {
	c.Cell.StepBack(s, w, t)
	d := s.d(c.last, t, 0)
	for r := range s.Rows {
		clear(d.Row(r, c.width))
	}
	c.f.Back(s.Rows, c.width, d, s.dIn(0, c.dims.Products[0].H), s.saved(t+1, c.inner))
}
