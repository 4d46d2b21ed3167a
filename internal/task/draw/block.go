package draw

// The memory in which a worker draws or judges trials, and the values of names in it.

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/random"
	"psychrnn/internal/task/plan"
)

// A trialBlock is the memory in which a worker draws or judges trials, up to
// plan.BlockSize of them together. One of them is at work at a time.
type trialBlock struct {
	plan *plan.Plan

	purpose string
	rows    int
	first   uint64       // number of the first trial
	row     int          // the one at work
	keys    []random.Key // of the trials
	given   []condition

	values  [][]float64 // of the slots
	spaces  []*expr.Machine
	sizes   [][2]int    // trials and steps of each
	results [][]float64 // of what is evaluated for the block

	scratch   []float64 // x, y or mask of a step
	channels  []int     // of the rules of a side
	judged    []int     // steps of the judgement
	runs      []stepRange
	patched   []patch
	borders   []int
	arguments []float64 // of a draw
	draws     random.Draws
	fault     string // what a draw met first
	faulty    int    // in this row
}

// stepRange is the steps from <= s < to.
type stepRange struct{ from, to int }

func newBlock(p *plan.Plan) *trialBlock {
	w := &trialBlock{
		plan: p, keys: make([]random.Key, plan.BlockSize), values: make([][]float64, len(p.Slots)),
		spaces: make([]*expr.Machine, len(p.Exprs)), results: make([][]float64, len(p.Exprs)),
		scratch: make([]float64, max(p.In.N, p.Out.N)),
		sizes:   make([][2]int, len(p.Exprs)),
	}
	for k := range p.Slots {
		s := &p.Slots[k]
		switch s.Scope {
		case plan.PerTrial:
			w.values[k] = make([]float64, plan.BlockSize*s.Whole(p.Steps))
		case plan.Fixed:
			w.values[k] = s.Fixed
		case plan.Timewise:
			w.values[k] = p.Times()
			if s.Name == "step" {
				w.values[k] = p.StepNumbers()
			}
		case plan.Judged:
			w.values[k] = make([]float64, s.Size*p.Steps)
		}
	}
	for k, c := range p.Exprs {
		space := c.Program.Machine()
		space.External = func(call *expr.Call, out []float64, arguments [][]float64) {
			w.draw(c, call, out, arguments)
		}
		w.spaces[k] = space
	}
	return w
}

// begin turns to the trials first, first+1, ... As in the original, trials are
// counted from 0 in their batch, and batches from 1.
func (w *trialBlock) begin(first, origin uint64, rows int) {
	w.first, w.rows = first, rows
	trial, batch := w.values[w.plan.TrialSlot], w.values[w.plan.BatchSlot]
	size := uint64(w.plan.Config.N_batch)
	for r := range rows {
		since := first + uint64(r) - origin
		trial[r], batch[r] = float64(since%size), float64(1+since/size)
	}
}

// wrong says what went wrong in drawing a trial, and where in the definition.
func (w *trialBlock) wrong(where string, row int, format string, arguments ...any) error {
	return fault.New(fault.Usage, "every trial that can be drawn must be one; max, min and where keep values within bounds",
		"%s: %s (in trial %d, drawn for %s)", where, fmt.Sprintf(format, arguments...), w.first+uint64(row), w.purpose)
}

// bind gives an expression's block the values of its variables.
func (w *trialBlock) bind(c *plan.CompiledExpr, from, to int) {
	space := w.spaces[c.ID]
	for k, id := range c.Slots {
		s, v := &w.plan.Slots[id], w.values[id]
		steps := s.Shape.Axes&expr.Steps != 0
		switch {
		case s.Scope == plan.PerTrial && c.Block:
			v = v[:w.rows*s.Size]
		case s.Scope == plan.PerTrial:
			size := s.Whole(w.plan.Steps)
			v = v[w.row*size : (w.row+1)*size]
			if steps && s.Shape.Axes&expr.Units == 0 {
				v = v[from:to]
			}
		case steps && !c.Block:
			v = v[from*s.Size : to*s.Size]
		}
		space.Bind(k, v)
	}
}

// evaluate gives the values for the block, or for the trial at work over some
// steps.
func (w *trialBlock) evaluate(c *plan.CompiledExpr, from, to int) ([]float64, error) {
	trials, space := 1, w.spaces[c.ID]
	if c.Block {
		trials, from, to = w.rows, 0, w.plan.Steps
	}
	if size := [2]int{trials, to - from}; size != w.sizes[c.ID] {
		if err := space.Resize(trials, to-from); err != nil {
			return nil, err
		}
		w.sizes[c.ID] = size
	}
	if c.ToEnd {
		space.Until(w.over())
	}
	w.bind(c, from, to)
	w.fault = ""
	v, err := space.Eval()
	switch {
	case err != nil:
		row := w.row
		if at := space.Fault(); at != nil && c.Block {
			row = at.Trial
		}
		return nil, w.wrong(c.Where, row, "%v", err)
	case w.fault != "":
		return nil, w.wrong(c.Where, w.faulty, "%s", w.fault)
	}
	return v, nil
}

// evaluateForBlock evaluates for the block what has one value a trial, and keeps it.
func (w *trialBlock) evaluateForBlock(exprs ...*plan.CompiledExpr) (err error) {
	for _, c := range exprs {
		if c == nil || !c.Block {
			continue
		}
		if w.results[c.ID], err = w.evaluate(c, 0, 0); err != nil {
			return err
		}
	}
	return nil
}

// cached gives what an expression of one value a trial has for the trial at
// work: one number, or one for each channel or unit.
func (w *trialBlock) cached(c *plan.CompiledExpr) ([]float64, error) {
	if !c.Block {
		return w.evaluate(c, 0, w.plan.Steps)
	}
	v := w.results[c.ID]
	if c.Trialwise() {
		n := len(v) / w.rows
		v = v[w.row*n : (w.row+1)*n]
	}
	return v, nil
}

// variables evaluates the items for the block, all or those not recorded.
func (w *trialBlock) variables(recorded bool) error {
	for _, i := range w.plan.Items {
		if !recorded && (i.Recorded || i.Signal) {
			continue
		}
		to := w.values[i.Slot]
		if w.override(i, to) {
			continue
		}
		if i.Expr.Block {
			v, err := w.evaluate(i.Expr, 0, 0)
			if err != nil {
				return err
			}
			spreadOut(to[:w.rows*w.plan.Slots[i.Slot].Size], v)
		} else {
			size := w.plan.Slots[i.Slot].Whole(w.plan.Steps)
			for w.row = range w.rows {
				v, err := w.evaluate(i.Expr, 0, w.plan.Steps)
				if err != nil {
					return err
				}
				w.store(i, to[w.row*size:(w.row+1)*size], v)
			}
		}
		if i.Duration {
			if row := slices.IndexFunc(to[:w.rows], math.IsNaN); row >= 0 {
				return w.wrong(i.Expr.Where, row, "the duration is not a number")
			}
		}
	}
	return nil
}

// spreadOut fills the destination with values that may be fewer.
func spreadOut(to, v []float64) {
	if len(v) == len(to) {
		copy(to, v)
		return
	}
	n := len(to) / len(v)
	for k, x := range v {
		for u := range n {
			to[k*n+u] = x
		}
	}
}

// store puts an item's values, (units, steps) as far as it has them, in place.
func (w *trialBlock) store(i *plan.Item, to, v []float64) {
	steps := 1
	if i.Signal {
		steps = w.plan.Steps
	}
	if i.Expr.Shape.Axes&expr.Steps != 0 && len(v) < len(to) { // the same for every unit
		for at := 0; at < len(to); at += steps {
			copy(to[at:], v)
		}
		return
	}
	spreadOut(to, v)
}

// steps are those at which the time stands in a relation to a value.
func (w *trialBlock) steps(r expr.Relation, value float64) stepRange {
	from, to := r.Range(w.plan.Times(), value)
	return stepRange{from, to}
}

// period is the steps in a period of the trial at work.
func (w *trialBlock) period(slots [2]int) stepRange {
	return w.steps(expr.GreaterEqual, w.values[slots[0]][w.row]).and(w.steps(expr.Less, w.values[slots[1]][w.row]))
}

func (s stepRange) and(other stepRange) stepRange {
	return stepRange{max(s.from, other.from), min(s.to, other.to)}
}

// hullOf is from the first step of any of the ranges to the last.
func hullOf(ranges []stepRange) (hull stepRange) {
	for k, r := range ranges {
		if k == 0 {
			hull = r
		}
		hull = stepRange{min(hull.from, r.from), max(hull.to, r.to)}
	}
	return hull
}
