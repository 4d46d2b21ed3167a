package task

import (
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
)

// A side whose rules each hold for one stretch, with a value that does not
// change in it, is made segment by segment: between two borders all steps are
// alike. What it gives is what trial would, without going through every step
// for every rule.

// mostSegmented is the number of rules up to which that is faster.
const mostSegmented = 8

// segmented says whether rules allow it.
func segmented(rules []*ruleplan) bool {
	return len(rules) <= mostSegmented && !slices.ContainsFunc(rules, func(r *ruleplan) bool {
		return r.condition != nil || len(r.periods) > 1 || r.value.shape.Axes&expr.Steps != 0
	})
}

// A patch is what a rule does in the trial at work.
type patch struct {
	stepRange
	rule     *ruleplan
	channels []int
	values   []float64 // one, or one for each channel
}

// patches finds what the rules do, and the borders of the segments.
func (w *workspace) patches(rules []*ruleplan) error {
	w.patched, w.channels, w.borders = w.patched[:0], w.channels[:0], append(w.borders[:0], 0, w.plan.steps)
	for _, r := range rules {
		if err := w.findSpans(r); err != nil {
			return err
		}
		if len(w.runs) == 0 {
			continue
		}
		v, err := w.cached(r.value)
		if err != nil {
			return err
		}
		for _, x := range v {
			if outside(x, math.MaxFloat64) {
				return w.undefined(r, w.runs[0].from, x)
			}
		}
		w.patched = append(w.patched, patch{w.runs[0], r, w.chosen(r), v})
		w.borders = append(w.borders, w.runs[0].from, w.runs[0].to)
	}
	return nil
}

// chosen are the channels of a rule in the trial at work.
func (w *workspace) chosen(r *ruleplan) []int {
	if r.channels != nil {
		return r.channels
	}
	size, from := w.plan.slot[r.absolute].size, len(w.channels)
	for _, c := range w.values[r.absolute][w.row*size:][:size] {
		w.channels = append(w.channels, int(c))
	}
	return w.channels[from:]
}

// cut finds the patches of the rules and the borders between which nothing
// changes; over is one of them.
func (w *workspace) cut(rules []*ruleplan, over int) error {
	if err := w.patches(rules); err != nil {
		return err
	}
	w.borders = append(w.borders, over)
	slices.Sort(w.borders)
	return nil
}

// fill gives the channels their values at a step.
func (w *workspace) fill(values []float64, base float64, step int) {
	for k := range values {
		values[k] = base
	}
	for i := range w.patched {
		p := &w.patched[i]
		if step < p.from || step >= p.to {
			continue
		}
		for k, c := range p.channels {
			change(&values[c], p.rule.operation, p.values[k%len(p.values)])
		}
	}
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
