package model

// The gated recurrent unit.

import "psychrnn/internal/kernel"

var gruKind = CellKind{Name: "gru", Tensor: "W_z", Gated: true, cells: cells{newGRU[float32], newGRU[float64]}}

// gru is the gated recurrent unit as PyTorch computes it (Cho et al. 2014, with
// the reset gate behind the candidate's product and a bias on either side of
// it). With z = [h_t | x_{t+1}]:
//
//	r = sigmoid(z W_r + b_r)      u = sigmoid(z W_z + b_z)
//	a = W_rec h_t + b_rec         c = tanh(W_in x_{t+1} + b_n + r a)
//	h_{t+1} = (1-u) c + u h_t
//	y_t     = W_out h_t + b_out
//
// and h_0 = init_state in every trial. PyTorch's names are W_hn for W_rec, b_hn
// for b_rec, b_in for b_n; W_r and W_z (n+i, n) are its two matrices of a gate
// one above the other, transposed, and b_r, b_z the sums of its two biases.
// The one product computes [r u | W_in x + b_n | a | y] before the gates;
// Saved keeps [r u c a], and h_t lies in In.
type gru[F kernel.Float] struct {
	blueprint
	set *kernel.Set[F]
}

func newGRU[F kernel.Float](a Arch, _ kernel.Transfer[F], set *kernel.Set[F]) Cell[F] {
	n, i, o := a.N, a.I, a.O
	small := Gaussian(0, 0.1)
	l := NewLayout(
		initialState(n),
		Tensor{Name: "W_in", Role: InputRole, Shape: []int{n, i}},
		Tensor{Name: "W_rec", Role: RecurrentRole, Shape: []int{n, n}},
		Tensor{Name: "W_out", Role: OutputRole, Shape: []int{o, n}},
		Tensor{Name: "b_rec", Shape: []int{n}},
		Tensor{Name: "b_out", Shape: []int{o}},
		Tensor{Name: "W_r", Shape: []int{n + i, n}, Start: small},
		Tensor{Name: "W_z", Shape: []int{n + i, n}, Start: small},
		Tensor{Name: "b_r", Shape: []int{n}},
		Tensor{Name: "b_z", Shape: []int{n}},
		Tensor{Name: "b_n", Shape: []int{n}},
	)
	at := func(name string) int { return l.must(name).At }
	return &gru[F]{set: set, blueprint: blueprint{
		layout: l,
		dims: Dims{N: n, I: i, O: o, Saved: kernel.Stride(4 * n), Carry: n,
			Products: []Product{{H: n, X: i, Out: 4*n + o, ReadsInput: true}}},
		blocks: []Block{
			{Row: 0, Col: 0, Rows: n, Cols: n + i, At: at("W_r"), RS: 1, CS: n},
			{Row: 0, Col: n + i, Rows: n, Cols: 1, At: at("b_r"), RS: 1},
			{Row: n, Col: 0, Rows: n, Cols: n + i, At: at("W_z"), RS: 1, CS: n},
			{Row: n, Col: n + i, Rows: n, Cols: 1, At: at("b_z"), RS: 1},
			{Row: 2 * n, Col: n, Rows: n, Cols: i, At: at("W_in"), RS: i, CS: 1},
			{Row: 2 * n, Col: n + i, Rows: n, Cols: 1, At: at("b_n"), RS: 1},
			{Row: 3 * n, Col: 0, Rows: n, Cols: n, At: at("W_rec"), RS: n, CS: 1},
			{Row: 3 * n, Col: n + i, Rows: n, Cols: 1, At: at("b_rec"), RS: 1},
			{Row: 4 * n, Col: 0, Rows: o, Cols: n, At: at("W_out"), RS: n, CS: 1},
			{Row: 4 * n, Col: n + i, Rows: o, Cols: 1, At: at("b_out"), RS: 1},
		},
	}}
}

func (c *gru[F]) Begin(s *Workspace[F], eff []F) {
	for r := range s.Rows {
		copy(c.State(s, 0, r), View(c.layout.must("init_state"), eff))
	}
}

func (c *gru[F]) Step(s *Workspace[F], w *Packed[F], t int) {
	n := c.dims.N
	forwardProduct(c.set, s, w, 0, t)
	copyRows(s.Rows, c.dims.O, s.outputs(t), s.out(0, 4*n))
	gates, candidate, sum := s.saved(t+1, 0), s.saved(t+1, 2*n), s.out(0, 2*n)
	c.set.Sigmoid.Apply(s.Rows, 2*n, gates, s.out(0, 0))
	copyRows(s.Rows, n, s.saved(t+1, 3*n), s.out(0, 3*n))
	for r := range s.Rows {
		reset, a, sum := gates.Row(r, n), s.saved(t+1, 3*n).Row(r, n), sum.Row(r, n)
		for k := range n {
			sum[k] += reset[k] * a[k]
		}
	}
	c.set.Tanh.Apply(s.Rows, n, candidate, sum)
	for r := range s.Rows {
		update, candidate := s.saved(t+1, n).Row(r, n), candidate.Row(r, n)
		h, next := c.State(s, t, r), c.State(s, t+1, r)
		for k := range n {
			next[k] = (1-update[k])*candidate[k] + update[k]*h[k]
		}
	}
}

func (c *gru[F]) StepBack(s *Workspace[F], w *Packed[F], t int) {
	n, p := c.dims.N, c.dims.Products[0]
	d, dy := s.DRows(0, t), s.DOutputRows(t)
	for r := range s.Rows {
		dout := d[r*p.OutStride():][:p.Out]
		copy(dout[4*n:], dy[r*c.dims.O:][:c.dims.O])
		kept, h, dh := s.SavedRow(t+1, r)[:4*n], c.State(s, t, r), s.DCarry[r*n:][:n]
		reset, update, candidate, a := kept[:n], kept[n:2*n], kept[2*n:3*n], kept[3*n:]
		for k := range n {
			dc := dh[k] * (1 - update[k]) * (1 - candidate[k]*candidate[k])
			dout[k] = dc * a[k] * reset[k] * (1 - reset[k])
			dout[n+k] = dh[k] * (h[k] - candidate[k]) * update[k] * (1 - update[k])
			dout[2*n+k] = dc
			dout[3*n+k] = dc * reset[k]
			dh[k] *= update[k]
		}
	}
	backwardProduct(c.set, s, w, 0, t)
	for r := range s.Rows {
		addTo(s.DCarry[r*n:][:n], s.DIn[0][r*p.InStride():][:n])
	}
}

func (c *gru[F]) BeginBack(deff []F, s *Workspace[F]) {
	for r := range s.Rows {
		addTo(View(c.layout.must("init_state"), deff), s.DCarry[r*c.dims.N:][:c.dims.N])
	}
}

// State is h.
func (c *gru[F]) State(s *Workspace[F], t, r int) []F {
	return s.InRows(0, t)[r*c.dims.Products[0].InStride():][:c.dims.N]
}
