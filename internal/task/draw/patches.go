package draw

// Rules are applied segment by segment: between two borders the same rules hold,
// so that values which do not change with the steps are found once. Only where a
// rule has another value at every step, or a condition that is asked at every
// step, is a segment taken apart.

import (
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// A patch is what a rule does in the trial at work.
type patch struct {
	stepRange // from the first step in which the rule holds to the last
	rule      *plan.CompiledRule
	periods   []stepRange // in one of which it holds, if it names several
	condition []float64   // of every step, or one for all: where it is not 0; nil: everywhere
	channels  []int
	values    []float64 // one, or one for each channel; if varies, of every step from first on
	width     int       // values of a step
	first     int
	varies    bool
}

// holds says whether the rule holds at a step.
func (p *patch) holds(step int) bool {
	return p.from <= step && step < p.to &&
		(p.condition == nil || p.condition[min(step, len(p.condition)-1)] != 0) &&
		(len(p.periods) == 0 || slices.ContainsFunc(p.periods, func(in stepRange) bool { return in.from <= step && step < in.to }))
}

// at gives the values at a step.
func (p *patch) at(step int) []float64 {
	if p.varies {
		return p.values[(step-p.first)*p.width:][:p.width]
	}
	return p.values
}

// patches finds what the rules do, and the borders of the segments; over is one
// of them.
func (w *trialBlock) patches(rules []*plan.CompiledRule, over int) error {
	w.patched, w.channels, w.runs = w.patched[:0], w.channels[:0], w.runs[:0]
	w.borders = append(w.borders[:0], 0, over, w.plan.Steps)
	for _, r := range rules {
		w.patched = append(w.patched, patch{rule: r})
		p := &w.patched[len(w.patched)-1]
		if err := w.when(p); err != nil {
			return err
		}
		if p.from >= p.to {
			w.patched = w.patched[:len(w.patched)-1]
			continue
		}
		if err := w.value(p); err != nil {
			return err
		}
		w.borders = append(w.borders, p.from, p.to)
		for _, in := range p.periods {
			w.borders = append(w.borders, in.from, in.to)
		}
	}
	slices.Sort(w.borders)
	return nil
}

// when finds the steps in which a patch's rule holds, none if it does not.
func (w *trialBlock) when(p *patch) error {
	r, all := p.rule, stepRange{0, w.plan.Steps}
	for _, g := range r.Gates {
		v, err := w.cached(g)
		if err != nil || v[0] == 0 {
			return err
		}
	}
	for _, b := range r.Bounds {
		v, err := w.cached(b.Value)
		if err != nil {
			return err
		}
		all = all.and(w.steps(b.Relation, v[0]))
	}
	switch {
	case len(r.Periods) == 1:
		all = all.and(w.period(r.Periods[0]))
	case len(r.Periods) > 1:
		known := len(w.runs)
		for _, slots := range r.Periods {
			if in := all.and(w.period(slots)); in.from < in.to {
				w.runs = append(w.runs, in)
			}
		}
		p.periods = w.runs[known:len(w.runs):len(w.runs)]
		all = hullOf(p.periods)
	}
	p.stepRange = all
	if all.from >= all.to || r.Condition == nil {
		return nil
	}
	v, err := w.evaluate(r.Condition, 0, w.plan.Steps)
	if err != nil {
		return err
	}
	p.condition = v
	for ; p.from < p.to && !p.holds(p.from); p.from++ {
	}
	for ; p.from < p.to && !p.holds(p.to-1); p.to-- {
	}
	return nil
}

// value evaluates a patch's rule over the steps in which it holds.
func (w *trialBlock) value(p *patch) (err error) {
	value := p.rule.Value
	p.channels = w.chosen(p.rule)
	if value.Shape.Axes&expr.Steps == 0 {
		p.values, err = w.cached(value)
		if k := slices.IndexFunc(p.values, infinite); k >= 0 {
			return w.undefined(p.rule, p.from, p.values[k])
		}
		return err
	}
	p.varies, p.first = true, p.from
	until := p.to
	if value.Whole {
		p.first, until = 0, w.plan.Steps
	}
	if p.values, err = w.evaluate(value, p.first, until); err != nil {
		return err
	}
	p.width = len(p.values) / (until - p.first)
	for s := p.from; s < p.to; s++ {
		if k := slices.IndexFunc(p.at(s), infinite); k >= 0 && p.holds(s) {
			return w.undefined(p.rule, s, p.at(s)[k])
		}
	}
	return nil
}

// chosen are the channels of a rule in the trial at work.
func (w *trialBlock) chosen(r *plan.CompiledRule) []int {
	if r.Channels != nil {
		return r.Channels
	}
	size, from := w.plan.Slots[r.Absolute].Size, len(w.channels)
	for _, c := range w.values[r.Absolute][w.row*size:][:size] {
		w.channels = append(w.channels, int(c))
	}
	return w.channels[from:]
}

// fill gives the channels their values at a step. It says whether they are the
// same until the next border.
func (w *trialBlock) fill(values []float64, base float64, step int) (steady bool) {
	for k := range values {
		values[k] = base
	}
	steady = true
	for i := range w.patched {
		p := &w.patched[i]
		if step < p.from || step >= p.to {
			continue
		}
		steady = steady && !p.varies && p.condition == nil
		if (p.condition != nil || p.periods != nil) && !p.holds(step) {
			continue
		}
		v := p.at(step)
		for k, c := range p.channels {
			applyOperation(&values[c], p.rule.Operation, v[min(k, len(v)-1)])
		}
	}
	return steady
}

func applyOperation(at *float64, o plan.Operation, x float64) {
	switch o {
	case plan.Set:
		*at = x
	case plan.Add:
		*at += x
	case plan.Multiply:
		*at *= x
	}
}

// infinite says that x is no finite number.
func infinite(x float64) bool { return exceeds(x, math.MaxFloat64) }

// undefined is the error of a value that is no finite number.
func (w *trialBlock) undefined(r *plan.CompiledRule, step int, x float64) error {
	f := w.spaces[r.Value.ID].Fault()
	switch {
	case !math.IsNaN(x):
		return w.wrong(r.Where, w.row, "the value at step %d is infinite", step)
	case f != nil:
		return w.wrong(r.Where, w.row, "the value at step %d: %v", step, f)
	}
	return w.wrong(r.Where, w.row, "the value at step %d is not a number", step)
}

// exceeds says that x is no number from -limit to limit.
func exceeds(x, limit float64) bool { return !(x >= -limit && x <= limit) }

// beyond is the error of a value that is beyond the limit, in a channel at a step
// of the trial at work: of the rule that took it there.
func (w *trialBlock) beyond(base float64, step, channel int, limit float64) error {
	value, where := base, ""
	for i := range w.patched {
		p := &w.patched[i]
		if !p.holds(step) {
			continue
		}
		before, v := exceeds(value, limit), p.at(step)
		for k, c := range p.channels {
			if c == channel {
				applyOperation(&value, p.rule.Operation, v[min(k, len(v)-1)])
			}
		}
		if !before && exceeds(value, limit) {
			where = p.rule.Where
		}
	}
	size := "infinite"
	if !infinite(value) {
		size = task.FormatNumber(value) + ", beyond what float32 holds"
	}
	return w.wrong(where, w.row, "with this rule the value at step %d is %s", step, size)
}

// repeat writes the same values into the steps of row r of (steps, rows, n).
func repeat[F kernel.Float](to []F, r, rows int, s stepRange, values []float64) {
	n := len(values)
	at, stride := (s.from*rows+r)*n, rows*n
	if n == 2 { // the loop below, in a third of the time
		a, b := F(values[0]), F(values[1])
		for range s.to - s.from {
			pair := to[at : at+2 : at+2]
			pair[0], pair[1] = a, b
			at += stride
		}
		return
	}
	for range s.to - s.from {
		for k, v := range values {
			to[at+k] = F(v)
		}
		at += stride
	}
}

// repeatNoisy is repeat with scale deviate added, deviates in (steps, n).
func repeatNoisy[F kernel.Float](to []F, r, rows int, s stepRange, values []float64, deviates, scale []F) {
	n := len(values)
	at, stride := (s.from*rows+r)*n, rows*n
	deviates = deviates[s.from*n : s.to*n]
	if n == 2 { // the loop below, in a third of the time
		a, b, c, d := F(values[0]), F(values[1]), scale[0], scale[1]
		for k := 0; k+1 < len(deviates); k += 2 {
			pair := to[at : at+2 : at+2]
			pair[0], pair[1] = a+c*deviates[k], b+d*deviates[k+1]
			at += stride
		}
		return
	}
	for ; len(deviates) > 0; deviates = deviates[n:] {
		for k, v := range values {
			to[at+k] = F(v) + scale[k]*deviates[k]
		}
		at += stride
	}
}
