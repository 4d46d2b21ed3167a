package model

// Trials, and the memory in which a worker takes some of them through time. All of it
// is made once; steps and batches allocate nothing.

import "psychrnn/internal/kernel"

// Trials are consecutive trials as a task draws them. Arrays are time-major:
// the values of step t (from 0) begin at t*Rows*channels, one row per trial.
type Trials[F kernel.Float] struct {
	First    uint64 // number of the first trial
	Origin   uint64 // number of the trial from which batches are counted
	Rows     int    // trials
	T        int    // steps
	I, O     int    // input and output channels
	X        []F    // (T, Rows, I)
	Y, Mask  []F    // (T, Rows, O)
	Names    []string
	Variable []float64 // (Rows, len(Names)): what the task drew for each trial
}

// NewTrials returns zeroed trials.
func NewTrials[F kernel.Float](rows, t, i, o int) *Trials[F] {
	return &Trials[F]{
		Rows: rows, T: t, I: i, O: o,
		X: make([]F, t*rows*i), Y: make([]F, t*rows*o), Mask: make([]F, t*rows*o),
	}
}

// Product is the shape of one matrix product per step, from rows [h | x | 1] of
// H+X+1 entries to rows of Out entries.
type Product struct {
	H, X, Out  int
	ReadsInput bool // the trial's input is its x
}

// Dims are the sizes a cell needs.
type Dims struct {
	N, I, O  int
	Saved    int       // entries a cell keeps per trial and step
	Carry    int       // entries of the gradient handed from step to step
	Products []Product // noise and currents are added to the first N outputs of the first
	Rates    bool      // h is the rate transfer(state) already, as without gates; otherwise the state itself
	Cell     int       // entry of what is saved at which an LSTM's cell begins; 0: there is none
}

// Workspace is where trials go through time, forward and back.
// Rows of In, Out, D have kernel.Stride of their columns.
type Workspace[F kernel.Float] struct {
	Dims
	*Trials[F]
	Batch int // trials of all groups, the divisor of every mean

	In        [][]F // per product, T+2 steps: row t is [h_t | x_{t+1} | 1]
	Saved     []F   // T+2 steps: what the cell keeps
	Out       [][]F // per product, one step
	AddsToOut bool  // Out[0] holds noise or a current on entry of Step, to which the product adds
	Output    []F   // (T+1, Rows, O); the first step is ignored
	DOutput   []F   // gradient of Output; the driver zeroes it, the terms add
	DH        []F   // gradient of h, (T+1, Rows, N), nil unless a term asks
	DIn       [][]F // per product, one step: the gradient of row t of In; of the first, DH_t on entry of StepBack, if there is DH
	DCarry    []F   // (Rows, Carry)
	D         [][]F // per product, Chunk steps: gradient of Out
	Chunk     int
	G         []kernel.Mat[F] // per product: sum over steps of D^T In, (Out, H+X+1)
}

// NewWorkspace returns a workspace for up to rows trials of t steps; backward
// says whether it needs room for gradients. G is left to the caller.
func NewWorkspace[F kernel.Float](d Dims, rows, t, chunk int, backward bool) *Workspace[F] {
	s := &Workspace[F]{Dims: d, Chunk: chunk}
	s.Saved = make([]F, (t+2)*rows*d.Saved)
	s.Output = make([]F, (t+1)*rows*d.O)
	for _, p := range d.Products {
		in, out := rows*p.InStride(), rows*p.OutStride()
		s.In = append(s.In, make([]F, (t+2)*in))
		s.Out = append(s.Out, make([]F, out))
		if backward {
			s.DIn = append(s.DIn, make([]F, in))
			s.D = append(s.D, make([]F, chunk*out))
		}
	}
	if backward {
		s.DOutput = make([]F, (t+1)*rows*d.O)
		s.DCarry = make([]F, rows*d.Carry)
	}
	return s
}

// WorkspaceValues is the number of values that [NewWorkspace] makes room for.
func (d Dims) WorkspaceValues(rows, t, chunk int, backward bool) float64 {
	r, steps := float64(rows), float64(t)
	values := (steps+2)*r*float64(d.Saved) + (steps+1)*r*float64(d.O)
	for _, p := range d.Products {
		in, out := r*float64(p.InStride()), r*float64(p.OutStride())
		values += (steps+2)*in + out
		if backward {
			values += in + float64(chunk)*out
		}
	}
	if backward {
		values += (steps+1)*r*float64(d.O) + r*float64(d.Carry)
	}
	return values
}

// WeightValues is the number of values of all products' matrices, padded.
func (d Dims) WeightValues() (values float64) {
	for _, p := range d.Products {
		values += float64(p.Out) * float64(p.InStride())
	}
	return values
}

// InStride is the row stride of the product's input.
func (p Product) InStride() int { return kernel.Stride(p.H + p.X + 1) }

// OutStride is the row stride of the product's output.
func (p Product) OutStride() int { return kernel.Stride(p.Out) }

// Enter puts trials into the workspace: inputs and ones into the rows of every
// product that reads input, zero for the input after the last step.
func (s *Workspace[F]) Enter(trials *Trials[F], batch int) {
	s.Trials, s.Batch = trials, batch
	for k, p := range s.Products {
		in, ld := s.In[k], p.InStride()
		for row := range (s.T + 1) * s.Rows {
			x := in[row*ld+p.H:][:p.X+1]
			x[p.X] = 1
			switch {
			case !p.ReadsInput:
			case row < s.T*s.Rows:
				for c := range p.X {
					x[c] = s.X[row*p.X+c]
				}
			default:
				clear(x[:p.X])
			}
		}
	}
}

// InRows returns the rows of step t of product k's input, (Rows, InStride).
func (s *Workspace[F]) InRows(k, t int) []F {
	size := s.Rows * s.Products[k].InStride()
	return s.In[k][t*size:][:size]
}

// DRows returns the rows of step t among those kept for the weight gradient,
// (Rows, OutStride).
func (s *Workspace[F]) DRows(k, t int) []F {
	size := s.Rows * s.Products[k].OutStride()
	return s.D[k][t%s.Chunk*size:][:size]
}

// SavedRow returns what the cell kept at step t of trial r, (Saved).
func (s *Workspace[F]) SavedRow(t, r int) []F {
	return s.Saved[(t*s.Rows+r)*s.Dims.Saved:][:s.Dims.Saved]
}

// RateRow returns what the units of trial r send after step t, their rates, (N).
func (s *Workspace[F]) RateRow(t, r int) []F {
	return s.InRows(0, t)[r*s.Products[0].InStride():][:s.N]
}

// CellRow returns the cell of an LSTM after step t of trial r, (N).
func (s *Workspace[F]) CellRow(t, r int) []F { return s.SavedRow(t, r)[s.Dims.Cell:][:s.N] }

// saved returns what the cell kept at step t from one of its columns on.
func (s *Workspace[F]) saved(t, column int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.Saved[t*s.Rows*s.Dims.Saved+column:], Ld: s.Dims.Saved}
}

// in returns row t of product k's input from one of its columns on.
func (s *Workspace[F]) in(k, t, column int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.InRows(k, t)[column:], Ld: s.Products[k].InStride()}
}

// dIn returns the gradient of product k's input from one of its columns on.
func (s *Workspace[F]) dIn(k, column int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.DIn[k][column:], Ld: s.Products[k].InStride()}
}

// out returns product k's output from one of its columns on.
func (s *Workspace[F]) out(k, column int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.Out[k][column:], Ld: s.Products[k].OutStride()}
}

// d returns row t of the gradient of product k's output from one column on.
func (s *Workspace[F]) d(k, t, column int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.DRows(k, t)[column:], Ld: s.Products[k].OutStride()}
}

// carry returns the gradient handed from step to step from one column on.
func (s *Workspace[F]) carry(column int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.DCarry[column:], Ld: s.Dims.Carry}
}

// outputs returns the outputs of step t.
func (s *Workspace[F]) outputs(t int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.OutputRows(t), Ld: s.Dims.O}
}

// dOutputs returns the gradient of the outputs of step t.
func (s *Workspace[F]) dOutputs(t int) kernel.Rows[F] {
	return kernel.Rows[F]{Data: s.DOutputRows(t), Ld: s.Dims.O}
}

// OutputRows returns the outputs of step t, (Rows, O).
func (s *Workspace[F]) OutputRows(t int) []F { return s.Output[t*s.Rows*s.Dims.O:][:s.Rows*s.Dims.O] }

// DOutputRows returns the gradient of the outputs of step t, (Rows, O).
func (s *Workspace[F]) DOutputRows(t int) []F { return s.DOutput[t*s.Rows*s.Dims.O:][:s.Rows*s.Dims.O] }

// Take puts some rows of step t of another workspace into this one's step 0, for
// a Step there.
func (s *Workspace[F]) Take(from *Workspace[F], t int, rows []int) {
	s.Trials = &Trials[F]{First: from.First, Rows: len(rows), T: 1, I: from.Trials.I, O: from.Trials.O}
	s.AddsToOut = from.AddsToOut
	for k, p := range s.Products {
		copySome(s.In[k], from.InRows(k, t), p.InStride(), p.InStride(), rows, false)
		copySome(s.Out[k], from.Out[k], p.OutStride(), p.OutStride(), rows, false)
	}
	copySome(s.Saved, from.saved(t, 0).Data, s.Dims.Saved, s.Dims.Saved, rows, false)
}

// Put gives the rows back with what Step 0 made of them.
func (s *Workspace[F]) Put(to *Workspace[F], t int, rows []int) {
	p := s.Products[0]
	copySome(s.InRows(0, 1), to.InRows(0, t+1), p.H, p.InStride(), rows, true)
	copySome(s.saved(1, 0).Data, to.saved(t+1, 0).Data, s.Dims.Saved, s.Dims.Saved, rows, true)
	copySome(s.OutputRows(0), to.OutputRows(t), s.Dims.O, s.Dims.O, rows, true)
}

// copySome copies n numbers of some rows of all to the first rows of some, or back.
func copySome[F kernel.Float](some, all []F, n, stride int, rows []int, back bool) {
	for k, r := range rows {
		a, b := some[k*stride:][:n], all[r*stride:][:n]
		if back {
			copy(b, a)
		} else {
			copy(a, b)
		}
	}
}

// PutState makes the state before step 0 of a workspace's row 0 that of row r
// before step t.
func (s *Workspace[F]) PutState(t, r int, from *Workspace[F]) {
	p := s.Products[0]
	copy(s.InRows(0, t)[r*p.InStride():][:p.H], from.In[0])
	copy(s.SavedRow(t, r), from.Saved)
}

// Restart makes the state behind the last step that before step 0.
func (s *Workspace[F]) Restart() {
	p := s.Products[0]
	for r := range s.Rows {
		copy(s.InRows(0, 0)[r*p.InStride():][:p.H], s.InRows(0, s.T)[r*p.InStride():][:p.H])
		copy(s.SavedRow(0, r), s.SavedRow(s.T, r))
	}
}
