package model

// The continuous-time network of the original.

import "psychrnn/internal/kernel"

var (
	basicKind = CellKind{Name: "basic", Dale: true, Noise: true, TimeConstant: true, cells: cells{newBasic[float32], newBasic[float64]}}
	scanKind  = CellKind{Name: "basic_scan", SameAs: "basic", Dale: true, Noise: true, TimeConstant: true, cells: basicKind.cells}
)

// basic is the continuous-time network of original 1.1 (basic and basic_scan),
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
// and Saved keeps s.
type basic[F kernel.Float] struct {
	blueprint
	keep []F // 1-alpha of each unit
	f    kernel.Transfer[F]
	relu bool // f is relu, for which leak and rate are one kernel
	set  *kernel.Set[F]
}

func newBasic[F kernel.Float](a Arch, f kernel.Transfer[F], set *kernel.Set[F]) Cell[F] {
	n, i, o := a.N, a.I, a.O
	l := NewLayout(
		initialState(n),
		Tensor{Name: a.inputName(), Role: InputRole, Shape: []int{n, i}},
		Tensor{Name: "W_rec", Role: RecurrentRole, Shape: []int{n, n}},
		Tensor{Name: "W_out", Role: OutputRole, Shape: []int{o, n}},
		Tensor{Name: "b_rec", Shape: []int{n}},
		Tensor{Name: "b_out", Shape: []int{o}},
	)
	product := Product{H: n, X: i, Out: n + o, ReadsInput: true}
	c := &basic[F]{blueprint: blueprint{
		layout: l,
		dims: Dims{N: n, I: i, O: o, Saved: kernel.Stride(n), Carry: product.OutStride(), Rates: true,
			Products: []Product{product}},
		blocks: []Block{
			{Row: 0, Col: 0, Rows: n, Cols: n, At: l.must("W_rec").At, RS: n, CS: 1, Scale: a.Alpha},
			{Row: 0, Col: n, Rows: n, Cols: i, At: l.must(a.inputName()).At, RS: i, CS: 1, Scale: a.Alpha},
			{Row: 0, Col: n + i, Rows: n, Cols: 1, At: l.must("b_rec").At, RS: 1, Scale: a.Alpha},
			{Row: n, Col: 0, Rows: o, Cols: n, At: l.must("W_out").At, RS: n, CS: 1},
			{Row: n, Col: n + i, Rows: o, Cols: 1, At: l.must("b_out").At, RS: 1},
		}},
		keep: make([]F, n),
		f:    f,
		relu: a.Function.String() == "relu",
		set:  set,
	}
	for k, alpha := range a.Alpha {
		c.keep[k] = F(1 - alpha)
	}
	return c
}

func (c *basic[F]) Begin(s *Workspace[F], eff []F) {
	init := View(c.layout.must("init_state"), eff)
	for r := range s.Rows {
		copy(c.State(s, 0, r), init)
	}
	c.f.Apply(s.Rows, c.dims.N, s.in(0, 0, 0), s.saved(0, 0))
}

func (c *basic[F]) Step(s *Workspace[F], w *Packed[F], t int) {
	n := c.dims.N
	forwardProduct(c.set, s, w, 0, t)
	copyRows(s.Rows, c.dims.O, s.outputs(t), s.out(0, n))
	next, h := s.saved(t+1, 0), s.in(0, t+1, 0)
	if c.relu {
		c.set.LeakRelu(s.Rows, n, next, h, s.saved(t, 0), s.out(0, 0), c.keep)
		return
	}
	c.set.Leak(s.Rows, n, next, s.saved(t, 0), s.out(0, 0), c.keep)
	c.f.Apply(s.Rows, n, h, next)
}

func (c *basic[F]) StepBack(s *Workspace[F], w *Packed[F], t int) {
	n, ds := c.dims.N, s.carry(0)
	copy(s.DRows(0, t), s.DCarry) // of equal strides
	copyRows(s.Rows, c.dims.O, s.d(0, t, n), s.dOutputs(t))
	backwardProduct(c.set, s, w, 0, t)
	dh, state := s.dIn(0, 0), s.saved(t, 0)
	if c.relu {
		c.set.UnleakRelu(s.Rows, n, ds, ds, dh, state, c.keep)
		return
	}
	c.set.Unleak(s.Rows, n, ds, ds, c.keep)
	c.f.Back(s.Rows, n, ds, dh, state)
}

func (c *basic[F]) BeginBack(deff []F, s *Workspace[F]) {
	dinit := View(c.layout.must("init_state"), deff)
	for r := range s.Rows {
		addTo(dinit, s.carry(0).Row(r, c.dims.N))
	}
}

func (c *basic[F]) State(s *Workspace[F], t, r int) []F { return s.SavedRow(t, r)[:c.dims.N] }
