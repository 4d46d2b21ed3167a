package model

// The original's LSTM.

import "psychrnn/internal/kernel"

var lstmKind = CellKind{Name: "lstm", Tensor: "W_f", Gated: true, cells: cells{newLSTM[float32], newLSTM[float64]}}

// lstmCell is the original's LSTM (original 1.3; Hochreiter and Schmidhuber 1997,
// but with a sigmoid on the cell where others have tanh). With z = [h_t | x_{t+1}]:
//
//	f = sigmoid(z W_f + b_f)    g = sigmoid(z W_i + b_i)
//	c = tanh(z W_c + b_c)       q = sigmoid(z W_o + b_o)
//	cell_{t+1} = f cell_t + g c
//	h_{t+1}    = q sigmoid(cell_{t+1})
//	y_t        = W_out h_t + b_out
//
// Its one product computes the four gates and the output. Saved keeps, for
// each step, [f g c q | cell]; h_t lies in In. Trial k of a batch starts from row k mod B of init_hidden and init_cell.
type lstmCell[F kernel.Float] struct {
	blueprint
	batch                int
	set                  *kernel.Set[F]
	initHidden, initCell Tensor
}

func newLSTM[F kernel.Float](a Arch, _ kernel.Transfer[F], set *kernel.Set[F]) Cell[F] {
	n, i, o := a.N, a.I, a.O
	small := Gaussian(0, 0.1)
	tensors := []Tensor{
		{Name: "init_state", Shape: []int{1, n}, RawShape: []int{n}, FileOnly: true, Start: Gaussian(0.1, 0.01)},
		{Name: "W_in", Role: InputRole, Shape: []int{n, i}},
		{Name: "W_rec", Role: RecurrentRole, Shape: []int{n, n}},
		{Name: "W_out", Role: OutputRole, Shape: []int{o, n}},
		{Name: "b_rec", Shape: []int{n}, FileOnly: true},
		{Name: "b_out", Shape: []int{o}},
		{Name: "init_hidden", State: true, PerTrial: true, Shape: []int{a.Batch, n}, Start: small},
		{Name: "init_cell", PerTrial: true, Shape: []int{a.Batch, n}, Start: small},
	}
	gates := []string{"f", "i", "c", "o"}
	for _, gate := range gates {
		tensors = append(tensors, Tensor{Name: "W_" + gate, Shape: []int{n + i, n}, Start: small})
	}
	for _, gate := range gates {
		tensors = append(tensors, Tensor{Name: "b_" + gate, Shape: []int{n}, Start: Constant(1)})
	}
	c := &lstmCell[F]{batch: a.Batch, set: set, blueprint: blueprint{
		layout: NewLayout(tensors...),
		dims: Dims{N: n, I: i, O: o, Saved: kernel.Stride(5 * n), Carry: 2 * n, Cell: 4 * n,
			Products: []Product{{H: n, X: i, Out: 4*n + o, ReadsInput: true}}},
	}}
	at := func(name string) int { return c.layout.must(name).At }
	c.initHidden, c.initCell = c.layout.must("init_hidden"), c.layout.must("init_cell")
	for k, gate := range gates {
		c.blocks = append(c.blocks,
			Block{Row: k * n, Col: 0, Rows: n, Cols: n + i, At: at("W_" + gate), RS: 1, CS: n},
			Block{Row: k * n, Col: n + i, Rows: n, Cols: 1, At: at("b_" + gate), RS: 1})
	}
	c.blocks = append(c.blocks,
		Block{Row: 4 * n, Col: 0, Rows: o, Cols: n, At: at("W_out"), RS: n, CS: 1},
		Block{Row: 4 * n, Col: n + i, Rows: o, Cols: 1, At: at("b_out"), RS: 1})
	return c
}

// row is the row of init_hidden and init_cell that trial r starts from.
func (c *lstmCell[F]) row(s *Workspace[F], r int, t Tensor, block []F) []F {
	k := int((s.First + uint64(r)) % uint64(c.batch))
	return View(t, block)[k*c.dims.N:][:c.dims.N]
}

func (c *lstmCell[F]) Begin(s *Workspace[F], eff []F) {
	cell := s.saved(0, 4*c.dims.N)
	for r := range s.Rows {
		copy(cell.Row(r, c.dims.N), c.row(s, r, c.initCell, eff))
		copy(c.State(s, 0, r), c.row(s, r, c.initHidden, eff))
	}
}

func (c *lstmCell[F]) Step(s *Workspace[F], w *Packed[F], t int) {
	n := c.dims.N
	forwardProduct(c.set, s, w, 0, t)
	copyRows(s.Rows, c.dims.O, s.outputs(t), s.out(0, 4*n))
	gates := s.saved(t+1, 0)
	copyRows(s.Rows, 4*n, gates, s.out(0, 0))
	c.set.LSTM(s.Rows, n, s.in(0, t+1, 0), s.saved(t+1, 4*n), gates, s.saved(t, 4*n))
}

func (c *lstmCell[F]) StepBack(s *Workspace[F], w *Packed[F], t int) {
	n, dh, dcell := c.dims.N, s.carry(0), s.carry(c.dims.N)
	copyRows(s.Rows, c.dims.O, s.d(0, t, 4*n), s.dOutputs(t))
	c.set.LSTMBack(s.Rows, n, s.d(0, t, 0), dcell, dh, s.saved(t+1, 0), s.saved(t+1, 4*n), s.saved(t, 4*n))
	backwardProduct(c.set, s, w, 0, t)
	copyRows(s.Rows, n, dh, s.dIn(0, 0))
}

func (c *lstmCell[F]) BeginBack(deff []F, s *Workspace[F]) {
	n := c.dims.N
	for r := range s.Rows {
		carry := s.carry(0).Row(r, 2*n)
		addTo(c.row(s, r, c.initHidden, deff), carry[:n])
		addTo(c.row(s, r, c.initCell, deff), carry[n:])
	}
}

// State is the hidden state.
func (c *lstmCell[F]) State(s *Workspace[F], t, r int) []F {
	return s.InRows(0, t)[r*c.dims.Products[0].InStride():][:c.dims.N]
}
