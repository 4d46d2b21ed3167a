package model

import "psychrnn/internal/kernel"

// lstm is the original's LSTM (semantics 1.3; Hochreiter and Schmidhuber 1997,
// but with a sigmoid on the cell where others have tanh). With z = [h_t | x_{t+1}]:
//
//	f = sigmoid(z W_f + b_f)    g = sigmoid(z W_i + b_i)
//	c = tanh(z W_c + b_c)       q = sigmoid(z W_o + b_o)
//	cell_{t+1} = f cell_t + g c
//	h_{t+1}    = q sigmoid(cell_{t+1})
//	y_t        = W_out h_t + b_out
//
// Its one product computes the four gates and the output. The tape keeps, for
// each step, [f g c q | cell | sigmoid(cell)]; h_t lies in In. Trial k of a
// batch starts from row k mod B of init_hidden and init_cell.
type lstm[F kernel.Float] struct {
	layout               Layout
	dims                 Dims
	blocks               []Block
	batch                int
	sigmoid, tanh        Transfer[F]
	set                  *kernel.Set[F]
	initHidden, initCell Tensor
}

func newLSTM[F kernel.Float](a Arch, set *kernel.Set[F]) *lstm[F] {
	n, i, o := a.N, a.I, a.O
	small := Gaussian(0, 0.1)
	tensors := []Tensor{
		{Name: "init_state", Shape: []int{1, n}, Inert: true, Start: Gaussian(0.1, 0.01)},
		{Name: "W_in", Role: InputRole, Shape: []int{n, i}},
		{Name: "W_rec", Role: RecurrentRole, Shape: []int{n, n}},
		{Name: "W_out", Role: OutputRole, Shape: []int{o, n}},
		{Name: "b_rec", Shape: []int{n}, Inert: true},
		{Name: "b_out", Shape: []int{o}},
		{Name: "init_hidden", Shape: []int{a.Batch, n}, Start: small},
		{Name: "init_cell", Shape: []int{a.Batch, n}, Start: small},
	}
	gates := []string{"f", "i", "c", "o"}
	for _, gate := range gates {
		tensors = append(tensors, Tensor{Name: "W_" + gate, Shape: []int{n + i, n}, Start: small})
	}
	for _, gate := range gates {
		tensors = append(tensors, Tensor{Name: "b_" + gate, Shape: []int{n}, Start: Constant(1)})
	}
	c := &lstm[F]{
		layout: NewLayout(tensors...),
		dims: Dims{N: n, I: i, O: o, Tape: 6 * n, Carry: 2 * n,
			Dense: []Dense{{H: n, X: i, Out: 4*n + o, Driven: true}}},
		batch: a.Batch, set: set,
		sigmoid: mustTransfer[F]("sigmoid"), tanh: mustTransfer[F]("tanh"),
	}
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

func (c *lstm[F]) Layout() Layout  { return c.layout }
func (c *lstm[F]) Dims() Dims      { return c.dims }
func (c *lstm[F]) Blocks() []Block { return c.blocks }

// memory returns the parts of a tape row.
func (c *lstm[F]) memory(s *Shard[F], t, r int) (gates, cell, squashed []F) {
	n, row := c.dims.N, s.TapeRow(t, r)
	return row[:4*n], row[4*n : 5*n], row[5*n : 6*n]
}

// row is the row of init_hidden and init_cell that trial r starts from.
func (c *lstm[F]) row(s *Shard[F], r int, t Tensor, block []F) []F {
	k := int((s.First + uint64(r)) % uint64(c.batch))
	return View(t, block)[k*c.dims.N:][:c.dims.N]
}

func (c *lstm[F]) Begin(s *Shard[F], eff []F) {
	for r := range s.Rows {
		_, cell, _ := c.memory(s, 0, r)
		copy(cell, c.row(s, r, c.initCell, eff))
		copy(c.State(s, 0, r), c.row(s, r, c.initHidden, eff))
	}
}

func (c *lstm[F]) Step(s *Shard[F], w *Eff[F], t int) {
	n, p := c.dims.N, c.dims.Dense[0]
	forwardProduct(c.set, s, w, 0, t)
	y := s.OutputRows(t)
	for r := range s.Rows {
		out := s.Out[0][r*p.OutStride():][:p.Out]
		copy(y[r*c.dims.O:][:c.dims.O], out[4*n:])
		_, before, _ := c.memory(s, t, r)
		gates, cell, squashed := c.memory(s, t+1, r)
		c.sigmoid.Apply(gates[:2*n], out[:2*n])
		c.tanh.Apply(gates[2*n:3*n], out[2*n:3*n])
		c.sigmoid.Apply(gates[3*n:], out[3*n:4*n])
		f, g, candidate, q := gates[:n], gates[n:2*n], gates[2*n:3*n], gates[3*n:]
		for k := range n {
			cell[k] = f[k]*before[k] + g[k]*candidate[k]
		}
		c.sigmoid.Apply(squashed, cell)
		h := c.State(s, t+1, r)
		for k := range n {
			h[k] = q[k] * squashed[k]
		}
	}
}

func (c *lstm[F]) StepBack(s *Shard[F], w *Eff[F], t int) {
	n, p := c.dims.N, c.dims.Dense[0]
	d, dy := s.DRows(0, t), s.DOutputRows(t)
	for r := range s.Rows {
		dout := d[r*p.OutStride():][:p.Out]
		copy(dout[4*n:], dy[r*c.dims.O:][:c.dims.O])
		carry := s.DCarry[r*2*n:][:2*n]
		dh, dcell := carry[:n], carry[n:]
		_, before, _ := c.memory(s, t, r)
		gates, _, squashed := c.memory(s, t+1, r)
		f, g, candidate, q := gates[:n], gates[n:2*n], gates[2*n:3*n], gates[3*n:]
		for k := range n {
			dc := dcell[k] + dh[k]*q[k]*squashed[k]*(1-squashed[k])
			dout[k] = dc * before[k] * f[k] * (1 - f[k])
			dout[n+k] = dc * candidate[k] * g[k] * (1 - g[k])
			dout[2*n+k] = dc * g[k] * (1 - candidate[k]*candidate[k])
			dout[3*n+k] = dh[k] * squashed[k] * q[k] * (1 - q[k])
			dcell[k] = dc * f[k]
		}
	}
	backwardProduct(c.set, s, w, 0, t)
	for r := range s.Rows {
		copy(s.DCarry[r*2*n:][:n], s.DIn[0][r*p.InStride():][:n])
	}
}

func (c *lstm[F]) BeginBack(deff []F, s *Shard[F]) {
	n := c.dims.N
	for r := range s.Rows {
		carry := s.DCarry[r*2*n:][:2*n]
		addTo(c.row(s, r, c.initHidden, deff), carry[:n])
		addTo(c.row(s, r, c.initCell, deff), carry[n:])
	}
}

// State is the hidden state.
func (c *lstm[F]) State(s *Shard[F], t, r int) []F {
	return s.InRows(0, t)[r*c.dims.Dense[0].InStride():][:c.dims.N]
}
