package task

import (
	"math"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
)

// apply changes the trial at work by a rule: to is (steps, channels).
func (w *workspace) apply(r *ruleplan, to []float64) error {
	if err := w.findSpans(r); err != nil || len(w.runs) == 0 {
		return err
	}
	n := r.side.n
	w.channels = w.channels[:0]
	channels := w.chosen(r)
	if r.value.shape.Axes&expr.Steps == 0 {
		v, err := w.cached(r.value)
		if err != nil {
			return err
		}
		return w.steady(r, to, n, channels, v)
	}
	from, until := w.runs[0].from, w.runs[len(w.runs)-1].to
	if r.value.whole {
		from, until = 0, w.plan.steps
	}
	v, err := w.evaluate(r.value, from, until)
	if err != nil {
		return err
	}
	width := len(v) / (until - from) // 1, or one for each channel
	for _, run := range w.runs {
		for s := run.from; s < run.to; s++ {
			row, values := to[s*n:][:n], v[(s-from)*width:][:width]
			for k, c := range channels {
				x := values[min(k, width-1)]
				if outside(x, math.MaxFloat64) {
					return w.undefined(r, s, x)
				}
				change(&row[c], r.operation, x)
			}
		}
	}
	return nil
}

// undefined is the error of a value that is no finite number.
func (w *workspace) undefined(r *ruleplan, step int, x float64) error {
	f := w.spaces[r.value.id].Fault()
	switch {
	case !math.IsNaN(x):
		return w.wrong(r.where, w.row, "the value at step %d is infinite", step)
	case f != nil:
		return w.wrong(r.where, w.row, "the value at step %d: %v", step, f)
	}
	return w.wrong(r.where, w.row, "the value at step %d is not a number", step)
}

// largest is the largest number of precision F, beyond which all is infinite.
func largest[F kernel.Float]() float64 {
	if m := math.MaxFloat64; !math.IsInf(float64(F(m)), 0) {
		return m
	}
	return math.MaxFloat32
}

// outside says that x is no number from -limit to limit.
func outside(x, limit float64) bool { return !(x >= -limit && x <= limit) }

// beyond is the error of a value, at (steps, channels) of the trial at work, that
// is beyond the limit: of the rule that took it there.
func (w *workspace) beyond(r *ruleset, at int, limit float64) error {
	values := w.scratch[:w.plan.steps*r.n]
	for k := range values {
		values[k] = r.base
	}
	where := ""
	for _, rule := range r.rules {
		before := outside(values[at], limit)
		if err := w.apply(rule, values); err != nil {
			return err
		}
		if !before && outside(values[at], limit) {
			where = rule.where
		}
	}
	size := "infinite"
	if !outside(values[at], math.MaxFloat64) {
		size = number(values[at]) + ", beyond what float32 holds"
	}
	return w.wrong(where, w.row, "with this rule the value at step %d is %s", at/r.n, size)
}

func change(at *float64, o operation, x float64) {
	switch o {
	case set:
		*at = x
	case add:
		*at += x
	case multiply:
		*at *= x
	}
}

// steady changes by a value, or one for each channel, that is the same at all steps.
func (w *workspace) steady(r *ruleplan, to []float64, n int, channels []int, v []float64) error {
	for k, c := range channels {
		x := v[k%len(v)]
		if outside(x, math.MaxFloat64) {
			return w.undefined(r, w.runs[0].from, x)
		}
		for _, run := range w.runs {
			if run.from == run.to {
				continue
			}
			column := to[run.from*n+c : (run.to-1)*n+c+1]
			switch r.operation {
			case set:
				for at := 0; at < len(column); at += n {
					column[at] = x
				}
			case add:
				for at := 0; at < len(column); at += n {
					column[at] += x
				}
			case multiply:
				for at := 0; at < len(column); at += n {
					column[at] *= x
				}
			}
		}
	}
	return nil
}

// findSpans finds the steps in which a rule holds for the trial at work.
func (w *workspace) findSpans(r *ruleplan) error {
	w.runs = w.runs[:0]
	all := stepRange{0, w.plan.steps}
	for _, g := range r.gates {
		v, err := w.cached(g)
		if err != nil || v[0] == 0 {
			return err
		}
	}
	for _, b := range r.bounds {
		v, err := w.cached(b.value)
		if err != nil {
			return err
		}
		all = all.and(w.steps(b.relation, v[0]))
	}
	if len(r.periods) == 1 {
		all = all.and(w.period(r.periods[0]))
	}
	if all.from >= all.to {
		return nil
	}
	if len(r.periods) < 2 && r.condition == nil {
		w.runs = append(w.runs, all)
		return nil
	}
	return w.mark(r, all)
}

// mark does it step by step.
func (w *workspace) mark(r *ruleplan, all stepRange) error {
	clear(w.marks)
	for s := all.from; s < all.to; s++ {
		w.marks[s] = len(r.periods) < 2
	}
	if len(r.periods) > 1 {
		for _, p := range r.periods {
			in := all.and(w.period(p))
			for s := in.from; s < in.to; s++ {
				w.marks[s] = true
			}
		}
	}
	if r.condition != nil {
		v, err := w.evaluate(r.condition, 0, w.plan.steps)
		if err != nil {
			return err
		}
		for s := range w.marks {
			w.marks[s] = w.marks[s] && v[min(s, len(v)-1)] != 0
		}
	}
	for s, on := range w.marks {
		switch last := len(w.runs) - 1; {
		case !on:
		case last >= 0 && w.runs[last].to == s:
			w.runs[last].to++
		default:
			w.runs = append(w.runs, stepRange{s, s + 1})
		}
	}
	return nil
}

func (s stepRange) and(other stepRange) stepRange {
	return stepRange{max(s.from, other.from), min(s.to, other.to)}
}

// period is the steps in a period of the trial at work.
func (w *workspace) period(slots [2]int) stepRange {
	start, end := w.values[slots[0]][w.row], w.values[slots[1]][w.row]
	return w.steps(expr.GreaterEqual, start).and(w.steps(expr.Less, end))
}
