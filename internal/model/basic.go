package model

import "psychrnn/internal/kernel"

// basic is the continuous-time network of semantics 1.1 (basic and basic_scan),
// after Song, Yang and Wang 2016:
//
//	h_t     = f(s_t)
//	s_{t+1} = (1-alpha) s_t + alpha (W_rec h_t + W_in x_{t+1} + b_rec) + noise
//	y_t     = W_out h_t + b_out
//
// with s_0 = init_state in every trial. Its one product is
//
//	[ alpha W_rec  alpha W_in  alpha b_rec ]
//	[ W_out        0           b_out       ]  [h_t | x_{t+1} | 1]
//
// and the tape keeps s.
type basic[F kernel.Float] struct {
	layout Layout
	dims   Dims
	blocks []Block
	keep   []F // 1-alpha of each unit
	f      Transfer[F]
	set    *kernel.Set[F]
}

func newBasic[F kernel.Float](a Arch, f Transfer[F], set *kernel.Set[F]) *basic[F] {
	n, i, o := a.N, a.I, a.O
	l := NewLayout(
		Tensor{Name: "init_state", Shape: []int{1, n}, Start: Gaussian(0.1, 0.01)},
		Tensor{Name: a.inputName(), Role: InputRole, Shape: []int{n, i}},
		Tensor{Name: "W_rec", Role: RecurrentRole, Shape: []int{n, n}},
		Tensor{Name: "W_out", Role: OutputRole, Shape: []int{o, n}},
		Tensor{Name: "b_rec", Shape: []int{n}},
		Tensor{Name: "b_out", Shape: []int{o}},
	)
	c := &basic[F]{
		layout: l,
		dims: Dims{N: n, I: i, O: o, Tape: n, Carry: n, Rates: true,
			Dense: []Dense{{H: n, X: i, Out: n + o, Driven: true}}},
		blocks: []Block{
			{Row: 0, Col: 0, Rows: n, Cols: n, At: l.must("W_rec").At, RS: n, CS: 1, Scale: a.Alpha},
			{Row: 0, Col: n, Rows: n, Cols: i, At: l.must(a.inputName()).At, RS: i, CS: 1, Scale: a.Alpha},
			{Row: 0, Col: n + i, Rows: n, Cols: 1, At: l.must("b_rec").At, RS: 1, Scale: a.Alpha},
			{Row: n, Col: 0, Rows: o, Cols: n, At: l.must("W_out").At, RS: n, CS: 1},
			{Row: n, Col: n + i, Rows: o, Cols: 1, At: l.must("b_out").At, RS: 1},
		},
		keep: make([]F, n),
		f:    f,
		set:  set,
	}
	for k, alpha := range a.Alpha {
		c.keep[k] = F(1 - alpha)
	}
	return c
}

func (c *basic[F]) Layout() Layout  { return c.layout }
func (c *basic[F]) Dims() Dims      { return c.dims }
func (c *basic[F]) Blocks() []Block { return c.blocks }

func (c *basic[F]) Begin(s *Shard[F], eff []F) {
	init := View(c.layout.must("init_state"), eff)
	h, ld := s.InRows(0, 0), c.dims.Dense[0].InStride()
	for r := range s.Rows {
		copy(c.State(s, 0, r), init)
		c.f.Apply(h[r*ld:][:c.dims.N], init)
	}
}

func (c *basic[F]) Step(s *Shard[F], w *Eff[F], t int) {
	n, p := c.dims.N, c.dims.Dense[0]
	forwardProduct(c.set, s, w, 0, t)
	h, y := s.InRows(0, t+1), s.OutputRows(t)
	for r := range s.Rows {
		out := s.Out[0][r*p.OutStride():][:p.Out]
		copy(y[r*c.dims.O:][:c.dims.O], out[n:])
		next := c.State(s, t+1, r)
		leak(next, c.State(s, t, r), out[:n], c.keep)
		c.f.Apply(h[r*p.InStride():][:n], next)
	}
}

func (c *basic[F]) StepBack(s *Shard[F], w *Eff[F], t int) {
	n, p := c.dims.N, c.dims.Dense[0]
	d, dy := s.DRows(0, t), s.DOutputRows(t)
	for r := range s.Rows {
		row := d[r*p.OutStride():][:p.Out]
		copy(row[:n], s.DCarry[r*n:][:n])
		copy(row[n:], dy[r*c.dims.O:][:c.dims.O])
	}
	backwardProduct(c.set, s, w, 0, t)
	for r := range s.Rows {
		ds := s.DCarry[r*n:][:n]
		for k := range ds {
			ds[k] *= c.keep[k]
		}
		c.f.Back(ds, s.DIn[0][r*p.InStride():][:n], c.State(s, t, r))
	}
}

func (c *basic[F]) BeginBack(deff []F, s *Shard[F]) {
	dinit := View(c.layout.must("init_state"), deff)
	for r := range s.Rows {
		addTo(dinit, s.DCarry[r*c.dims.N:][:c.dims.N])
	}
}

func (c *basic[F]) State(s *Shard[F], t, r int) []F { return s.TapeRow(t, r)[:c.dims.N] }

// leak computes next = keep state + out. A state that decays towards 0 is set
// to 0 before it becomes a denormal number, on which processors are slow.
func leak[F kernel.Float](next, state, out, keep []F) {
	state, out, keep = state[:len(next)], out[:len(next)], keep[:len(next)]
	for k := range next {
		v := keep[k]*state[k] + out[k]
		if v < tiny && v > -tiny {
			v = 0
		}
		next[k] = v
	}
}

const tiny = 1e-30
