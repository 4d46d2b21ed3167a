package lesion

// A cell around another one, which does to it what a lesion says, step by step.

import (
	"math"
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

// lesioned is a cell under interventions, for one worker. Its step t computes
// the state of the recorded step t and, from the rates before, the output of
// the recorded step t-1.
type lesioned[F kernel.Float] struct {
	model.Cell[F]
	lesion *Lesion[F]
	noises []*sim.RecNoise[F] // of each part, nil where it adds none
	base   sim.Drive[F]       // what is added without the lesion
	offset int                // recorded step of the workspace's step 0

	spans   [][]span // of each part and row of the group
	keys    []variant
	made    map[variant]*model.Packed[F]
	of      *model.Packed[F]    // the weights that made was made of
	some    *model.Workspace[F] // rows that are taken out of a group for a step
	rows    []int
	deviate []F
}

// variant says which parts change the weights of a row: those of the state
// that is computed, and those of the output. The zero variant is none.
type variant struct{ state, output uint64 }

// MaxInterventions is how many a lesion may have.
const MaxInterventions = 64

// Wrap returns the cell under the lesion for groups of up to rows trials.
func (l *Lesion[F]) Wrap(cell model.Cell[F], rows int, set *kernel.Set[F]) sim.Wrapped[F] {
	c := &lesioned[F]{Cell: cell, lesion: l, made: map[variant]*model.Packed[F]{}}
	if slices.ContainsFunc(l.parts, func(p prepared[F]) bool { return p.state || p.output }) { // there are times with other weights
		c.some = model.NewWorkspace[F](cell.Dims(), rows, 1, 1, false)
	}
	for _, p := range l.parts {
		c.noises = append(c.noises, sim.NoiseOf(p.variance, rows, cell.Dims().Products[0].OutStride(), set))
	}
	return c
}

// Enter turns to the trials of a group.
func (c *lesioned[F]) Enter(trials *model.Trials[F], periods sim.Periods, key random.Key, base sim.Drive[F]) (sim.Drive[F], error) {
	c.base, c.offset, c.spans = base, 0, c.spans[:0]
	c.keys = slices.Grow(c.keys[:0], trials.Rows)[:trials.Rows]
	for k, p := range c.lesion.parts {
		spans, err := p.When.spans(trials.Rows, periods, c.lesion.dt)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(spans, func(s span) bool { return s.from < s.to }) {
			c.lesion.met[k].Store(true)
		}
		c.spans = append(c.spans, spans)
		c.noises[k].Begin(key.Text("intervention").Number(uint64(k)), trials.First, trials.Rows)
	}
	if slices.ContainsFunc(c.lesion.parts, func(p prepared[F]) bool { return p.current != nil || p.variance != nil || p.cell != nil }) {
		return c.drive, nil // there are times when something is added to the units
	}
	return base, nil
}

// Continue goes on with a later step of the same trials.
func (c *lesioned[F]) Continue(step int) { c.offset, c.of = step, nil }

// drive adds what is added without the lesion, currents and noise. Where dt is
// another, alpha is: noise goes with its root, a current with alpha itself.
func (c *lesioned[F]) drive(t int, out []F, ld int) {
	n := c.Dims().N
	if c.base == nil {
		clear(out)
	} else {
		c.base(t, out, ld)
	}
	t += c.offset
	for r := range c.keys {
		if _, ratio := c.at(r, t); ratio != 1 {
			row := out[r*ld:][:n]
			for k := range row {
				row[k] *= F(math.Sqrt(ratio))
			}
		}
	}
	for k, p := range c.lesion.parts {
		c.add(k, t, out, ld, p.current, 0, 1)
		if c.noises[k] != nil {
			c.deviate = slices.Grow(c.deviate[:0], len(out))[:len(out)]
			c.noises[k].Drive()(t, c.deviate, ld)
			c.add(k, t, out, ld, c.deviate, ld, 0.5)
		}
	}
}

// add adds what, one row for all or rows at a stride, to the rows that part k
// holds for, times the power of the ratio of the dt.
func (c *lesioned[F]) add(k, t int, out []F, ld int, what []F, stride int, power float64) {
	if what == nil {
		return
	}
	for r, span := range c.spans[k] {
		if !span.has(t) {
			continue
		}
		_, ratio := c.at(r, t)
		factor := F(math.Pow(ratio, power))
		row, from := out[r*ld:][:c.Dims().N], what[r*stride:]
		for j := range row {
			row[j] += factor * from[j]
		}
	}
}

// at is the cell of a row's step, and the ratio of its dt to that of the trials. Of
// several parts that change it the last counts.
func (c *lesioned[F]) at(r, step int) (cell model.Cell[F], ratio float64) {
	for k := range slices.Backward(c.lesion.parts) {
		if p := &c.lesion.parts[k]; p.cell != nil && c.spans[k][r].has(step) {
			return p.cell, p.ratio
		}
	}
	return c.Cell, 1
}

// Step computes a step with the weights that each row has at that time.
func (c *lesioned[F]) Step(s *model.Workspace[F], w *model.Packed[F], t int) {
	c.silence(s, t)
	if !c.differ(t) {
		c.Cell.Step(s, w, t)
		return
	}
	if c.of != w {
		c.of = w
		clear(c.made)
	}
	for r, key := range c.keys {
		if slices.Contains(c.keys[:r], key) {
			continue
		}
		c.rows = c.rows[:0]
		for k := r; k < len(c.keys); k++ {
			if c.keys[k] == key {
				c.rows = append(c.rows, k)
			}
		}
		cell, ratio := c.at(r, t+c.offset)
		if len(c.rows) == len(c.keys) {
			cell.Step(s, c.weights(key, ratio), t)
			return
		}
		c.some.Take(s, t, c.rows)
		cell.Step(c.some, c.weights(key, ratio), 0)
		c.some.Put(s, t, c.rows)
	}
}

// silence sets the rates before step t to 0.
func (c *lesioned[F]) silence(s *model.Workspace[F], t int) {
	in, ld := s.InRows(0, t), s.Products[0].InStride()
	step := max(t+c.offset-1, 0)
	for k, p := range c.lesion.parts {
		if p.Silence == nil {
			continue
		}
		for r, span := range c.spans[k] {
			if span.has(step) {
				for _, unit := range p.Silence {
					in[r*ld+unit] = 0
				}
			}
		}
	}
}

// differ finds the variant of each row, and says if any is not the zero one.
func (c *lesioned[F]) differ(t int) (any bool) {
	clear(c.keys)
	for k, p := range c.lesion.parts {
		for r, span := range c.spans[k] {
			if p.state && span.has(t+c.offset) {
				c.keys[r].state |= 1 << k
				any = true
			}
			if p.output && span.has(t+c.offset-1) {
				c.keys[r].output |= 1 << k
				any = true
			}
		}
	}
	return any
}

// weights are those of a variant, whose dt has that ratio to that of the trials.
func (c *lesioned[F]) weights(v variant, ratio float64) *model.Packed[F] {
	if v == (variant{}) {
		return c.of
	}
	if made := c.made[v]; made != nil {
		return made
	}
	m := c.of.Fwd[0]
	m.Data = slices.Clone(m.Data)
	changed := packed[F]{m, c.Dims()}
	for k, p := range c.lesion.parts {
		state, output := v.state>>k&1 == 1, v.output>>k&1 == 1
		for _, connection := range p.Connections {
			if isOutput := connection.Role == model.OutputRole; isOutput && output || !isOutput && state {
				changed.connection(connection)
			}
		}
	}
	if ratio != 1 {
		changed.alpha(F(ratio))
	}
	eff := &model.Packed[F]{Fwd: append([]kernel.Mat[F]{m}, c.of.Fwd[1:]...)}
	c.made[v] = eff
	return eff
}

// packed is the first product's W^T: a row for each unit, input and the one,
// a column for each sum into a unit, then the outputs.
type packed[F kernel.Float] struct {
	kernel.Mat[F]
	dims model.Dims
}

// connection scales a block. Every gate of a unit has a column of its own.
func (p packed[F]) connection(c Connection) {
	first, columns, apart := 0, p.Cols-p.dims.O, p.dims.N
	if c.Role == model.OutputRole {
		first, columns, apart = columns, p.Cols, p.Cols
	}
	for _, from := range c.From {
		if c.Role == model.InputRole {
			from += p.dims.Products[0].H
		}
		row := p.Data[from*p.Ld:]
		for _, to := range c.To {
			for k := first + to; k < columns; k += apart {
				row[k] *= F(c.Scale)
			}
		}
	}
}

// alpha scales what goes into the units of a basic network.
func (p packed[F]) alpha(by F) {
	for r := range p.Rows {
		row := p.Data[r*p.Ld:][:p.dims.N]
		for k := range row {
			row[k] *= by
		}
	}
}
