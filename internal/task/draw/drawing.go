package draw

import (
	"math"
	"psychrnn/internal/expr"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// What an expression draws.

// draw is what an expression's draws do: out has the axes trials, units,
// steps, as far as the call has them.
func (w *trialBlock) draw(c *plan.CompiledExpr, call *expr.Call, out []float64, arguments [][]float64) {
	law := task.Distributions[call.Name]
	trials, steps := 1, 1
	if c.Block {
		trials = w.rows
	}
	if call.Shape.Axes&expr.Steps != 0 {
		steps = w.plan.Steps
	}
	if cap(w.arguments) < len(arguments) {
		w.arguments = make([]float64, len(arguments))
	}
	a := w.arguments[:len(arguments)]
	units := len(out) / trials / steps
	for r := range trials {
		row := w.row
		if c.Block {
			row = r
		}
		key := w.keys[row].Text(c.Stream).Number(uint64(call.Ordinal))
		for u := range units {
			own := key
			if call.Shape.Axes&expr.Units != 0 {
				own = key.Number(uint64(u))
			}
			for s := range steps {
				at := (r*units+u)*steps + s
				for k := range a {
					a[k] = arguments[k][at]
				}
				if law.Check != nil {
					if wrong := law.Check(a); wrong != "" {
						if call.Name != task.Weighted { // which nobody wrote
							wrong = call.Name + ": " + wrong
						}
						if w.fault == "" {
							w.fault, w.faulty = wrong, row
						}
						out[at] = math.NaN()
						continue
					}
				}
				w.draws = own.Draws()
				if call.Shape.Axes&expr.Steps != 0 {
					w.draws = own.Number(uint64(s)).Draws()
				}
				out[at] = law.Draw(&w.draws, a)
			}
		}
	}
}
