package task

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/random"
)

// block is the number of trials whose variables are evaluated together.
const block = 16

// A workspace is the memory in which a worker draws or judges trials, a block
// of them at a time.
type workspace struct {
	plan *plan

	purpose string
	rows    int
	first   uint64       // number of the first trial
	row     int          // the one at work
	keys    []random.Key // of the trials
	given   []condition

	values  [][]float64 // of the slots
	spaces  []*expr.Workspace
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

func newWorkspace(p *plan) *workspace {
	w := &workspace{
		plan: p, keys: make([]random.Key, block), values: make([][]float64, len(p.slot)),
		spaces: make([]*expr.Workspace, len(p.compiled)), results: make([][]float64, len(p.compiled)),
		scratch: make([]float64, max(p.in.n, p.out.n)),
		sizes:   make([][2]int, len(p.compiled)),
	}
	for k := range p.slot {
		s := &p.slot[k]
		switch s.scope {
		case perTrial:
			w.values[k] = make([]float64, block*s.whole(p.steps))
		case fixed:
			w.values[k] = s.fixed
		case timewise:
			w.values[k] = p.times()[:p.steps]
			if s.name == "step" {
				w.values[k] = p.times()[p.steps:]
			}
		case current:
			w.values[k] = make([]float64, s.size*p.steps)
		}
	}
	for k, c := range p.compiled {
		space := c.program.Workspace()
		space.External = func(call *expr.Call, out []float64, arguments [][]float64) {
			w.draw(c, call, out, arguments)
		}
		w.spaces[k] = space
	}
	return w
}

// begin turns to the trials first, first+1, ... As in the original, trials are
// counted from 0 in their batch, and batches from 1.
func (w *workspace) begin(first, origin uint64, rows int) {
	w.first, w.rows = first, rows
	trial, batch := w.values[w.plan.slots["trial"]], w.values[w.plan.slots["batch"]]
	size := uint64(w.plan.batch)
	for r := range rows {
		since := first + uint64(r) - origin
		trial[r], batch[r] = float64(since%size), float64(1+since/size)
	}
}

// TrialError says what went wrong in drawing a trial.
type TrialError struct {
	Where   string // in the definition
	Purpose string
	Trial   uint64
	Text    string
}

func (e *TrialError) Error() string {
	return fmt.Sprintf("%s: %s (in trial %d, drawn for %s)", e.Where, e.Text, e.Trial, e.Purpose)
}

func (w *workspace) wrong(where string, row int, format string, arguments ...any) error {
	return &TrialError{where, w.purpose, w.first + uint64(row), fmt.Sprintf(format, arguments...)}
}

// bind gives an expression's workspace the values of its variables.
func (w *workspace) bind(c *compiled, from, to int) {
	space := w.spaces[c.id]
	for k, id := range c.slots {
		s, v := &w.plan.slot[id], w.values[id]
		steps := s.shape.Axes&expr.Steps != 0
		switch {
		case s.scope == perTrial && c.batch:
			v = v[:w.rows*s.size]
		case s.scope == perTrial:
			size := s.whole(w.plan.steps)
			v = v[w.row*size : (w.row+1)*size]
			if steps && s.shape.Axes&expr.Units == 0 {
				v = v[from:to]
			}
		case steps && !c.batch:
			v = v[from*s.size : to*s.size]
		}
		space.Bind(k, v)
	}
}

// evaluate gives the values for the block, or for the trial at work over some
// steps.
func (w *workspace) evaluate(c *compiled, from, to int) ([]float64, error) {
	trials, space := 1, w.spaces[c.id]
	if c.batch {
		trials, from, to = w.rows, 0, w.plan.steps
	}
	if size := [2]int{trials, to - from}; size != w.sizes[c.id] {
		if err := space.Resize(trials, to-from); err != nil {
			return nil, err
		}
		w.sizes[c.id] = size
	}
	if c.toEnd {
		space.Until(w.over())
	}
	w.bind(c, from, to)
	w.fault = ""
	v, err := space.Eval()
	switch {
	case err != nil:
		row := w.row
		if fault := space.Fault(); fault != nil && c.batch {
			row = fault.Trial
		}
		return nil, w.wrong(c.where, row, "%v", err)
	case w.fault != "":
		return nil, w.wrong(c.where, w.faulty, "%s", w.fault)
	}
	return v, nil
}

// evaluateForBlock evaluates for the block what has one value a trial, and keeps it.
func (w *workspace) evaluateForBlock(c *compiled) (err error) {
	if c == nil || !c.batch {
		return nil
	}
	w.results[c.id], err = w.evaluate(c, 0, 0)
	return err
}

// cached gives what an expression of one value a trial has for the trial at
// work: one number, or one for each channel or unit.
func (w *workspace) cached(c *compiled) ([]float64, error) {
	if !c.batch {
		return w.evaluate(c, 0, w.plan.steps)
	}
	v := w.results[c.id]
	if c.trialwise() {
		n := len(v) / w.rows
		v = v[w.row*n : (w.row+1)*n]
	}
	return v, nil
}

// variables evaluates the items for the block, all or those not recorded.
func (w *workspace) variables(recorded bool) error {
	for _, i := range w.plan.items {
		if !recorded && (i.recorded || i.signal) {
			continue
		}
		to := w.values[i.slot]
		if w.override(i, to) {
			continue
		}
		if i.expr.batch {
			v, err := w.evaluate(i.expr, 0, 0)
			if err != nil {
				return err
			}
			spreadOut(to[:w.rows*w.plan.slot[i.slot].size], v)
		} else {
			size := w.plan.slot[i.slot].whole(w.plan.steps)
			for w.row = range w.rows {
				v, err := w.evaluate(i.expr, 0, w.plan.steps)
				if err != nil {
					return err
				}
				w.store(i, to[w.row*size:(w.row+1)*size], v)
			}
		}
		if i.duration {
			if row := slices.IndexFunc(to[:w.rows], math.IsNaN); row >= 0 {
				return w.wrong(i.expr.where, row, "the duration is not a number")
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
func (w *workspace) store(i *item, to, v []float64) {
	steps := 1
	if i.signal {
		steps = w.plan.steps
	}
	if i.expr.shape.Axes&expr.Steps != 0 && len(v) < len(to) { // the same for every unit
		for at := 0; at < len(to); at += steps {
			copy(to[at:], v)
		}
		return
	}
	spreadOut(to, v)
}

// times are those of all steps, in ms.
func (w *workspace) times() []float64 { return w.plan.times()[:w.plan.steps] }

// steps are those at which the time stands in a relation to a value.
func (w *workspace) steps(r expr.Relation, value float64) stepRange {
	from, to := r.Range(w.times(), value)
	return stepRange{from, to}
}

// period is the steps in a period of the trial at work.
func (w *workspace) period(slots [2]int) stepRange {
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
