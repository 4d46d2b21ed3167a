package task

import (
	"math"

	"psychrnn/internal/expr"
	"psychrnn/internal/random"
)

// A distribution is a function that draws. Its draw gives a value for
// parameters that pass the check.
type distribution struct {
	usage, doc  string
	least, most int
	draw        func(d *random.Draws, a []float64) float64
	check       func(a []float64) string // what is wrong, or ""
	bounds      func(a []expr.Interval) expr.Interval
}

var distributions = map[string]*distribution{
	"choice": {
		usage: "choice(a, b, ...)", doc: "one of the values, each with equal chance", least: 1, most: math.MaxInt,
		draw:   func(d *random.Draws, a []float64) float64 { return a[d.Index(len(a))] },
		bounds: func(a []expr.Interval) expr.Interval { return hull(a) },
	},
	weighted: {
		usage: "{choice: [a, b], weights: [3, 1]}", least: 2, most: math.MaxInt,
		draw: drawWeighted,
		check: func(a []float64) string {
			var sum float64
			for _, w := range a[len(a)/2:] {
				if !(w >= 0) {
					return "a weight is " + number(w) + ", but must be at least 0"
				}
				sum += w
			}
			if !(sum > 0 && sum < math.Inf(1)) {
				return "the weights sum to " + number(sum)
			}
			return ""
		},
		bounds: func(a []expr.Interval) expr.Interval { return hull(a[:len(a)/2]) },
	},
	"uniform": {
		usage: "uniform(a, b)", doc: "between a and b", least: 2, most: 2,
		draw:   func(d *random.Draws, a []float64) float64 { return a[0] + d.Uniform()*(a[1]-a[0]) },
		bounds: func(a []expr.Interval) expr.Interval { return hull(a) },
	},
	"normal": {
		usage: "normal(mean, sd)", doc: "normally distributed", least: 2, most: 2,
		draw:   func(d *random.Draws, a []float64) float64 { return a[0] + a[1]*d.Normal() },
		check:  func(a []float64) string { return negative("the standard deviation", a[1]) },
		bounds: func([]expr.Interval) expr.Interval { return expr.Everything },
	},
	"exponential": {
		usage: "exponential(mean)", doc: "exponentially distributed from 0 on", least: 1, most: 1,
		draw:   func(d *random.Draws, a []float64) float64 { return -a[0] * math.Log1p(-d.Uniform()) },
		check:  func(a []float64) string { return negative("the mean", a[0]) },
		bounds: func([]expr.Interval) expr.Interval { return expr.Interval{Low: 0, High: math.Inf(1)} },
	},
	"truncated_exponential": {
		usage: "truncated_exponential(mean, min, max)", doc: "distributed as exponential(mean), but only between min and max", least: 3, most: 3,
		draw: func(d *random.Draws, a []float64) float64 {
			// The inverse of the distribution function, so no drawing again.
			low, high := max(a[1], 0), a[2]
			return min(low-a[0]*math.Log1p(d.Uniform()*math.Expm1((low-high)/a[0])), high)
		},
		check: func(a []float64) string {
			if !(a[0] > 0) {
				return "the mean is " + number(a[0]) + ", but must be above 0"
			}
			if !(max(a[1], 0) <= a[2]) {
				return "nothing lies between " + number(a[1]) + " and " + number(a[2])
			}
			return ""
		},
		bounds: func(a []expr.Interval) expr.Interval { return expr.Interval{Low: max(a[1].Low, 0), High: a[2].High} },
	},
	"integer": {
		usage: "integer(a, b)", doc: "a whole number from a to b, both included", least: 2, most: 2,
		draw: func(d *random.Draws, a []float64) float64 {
			low, high := math.Ceil(a[0]), math.Floor(a[1])
			return low + math.Floor(d.Uniform()*(high-low+1))
		},
		check: func(a []float64) string {
			if !(math.Ceil(a[0]) <= math.Floor(a[1])) {
				return "there is no whole number from " + number(a[0]) + " to " + number(a[1])
			}
			return ""
		},
		bounds: func(a []expr.Interval) expr.Interval { return hull(a) },
	},
	"bernoulli": {
		usage: "bernoulli(p)", doc: "1 with chance p, else 0", least: 1, most: 1,
		draw: func(d *random.Draws, a []float64) float64 {
			if d.Uniform() < a[0] {
				return 1
			}
			return 0
		},
		check: func(a []float64) string {
			if !(0 <= a[0] && a[0] <= 1) {
				return "the chance is " + number(a[0]) + ", but must lie between 0 and 1"
			}
			return ""
		},
		bounds: func([]expr.Interval) expr.Interval { return expr.Interval{Low: 0, High: 1} },
	},
	"poisson": {
		usage: "poisson(mean)", doc: "a number of events, on average at most 10000", least: 1, most: 1,
		draw: drawPoisson,
		check: func(a []float64) string {
			if !(0 <= a[0] && a[0] <= mostEvents) {
				return "the mean is " + number(a[0]) + ", but must lie between 0 and " + number(mostEvents) + ", beyond which round(normal(mean, sqrt(mean))) is as good"
			}
			return ""
		},
		bounds: func([]expr.Interval) expr.Interval { return expr.Interval{Low: 0, High: math.Inf(1)} },
	},
}

// weighted is what a choice with weights is called within.
const weighted = "weighted"

func negative(what string, x float64) string {
	if x >= 0 {
		return ""
	}
	return what + " is " + number(x) + ", but must be at least 0"
}

func hull(a []expr.Interval) expr.Interval {
	all := a[0]
	for _, i := range a[1:] {
		all = expr.Interval{Low: min(all.Low, i.Low), High: max(all.High, i.High)}
	}
	return all
}

// drawWeighted takes values, then as many weights.
func drawWeighted(d *random.Draws, a []float64) float64 {
	values, weights := a[:len(a)/2], a[len(a)/2:]
	var sum float64
	for _, w := range weights {
		sum += w
	}
	left, last := d.Uniform()*sum, 0.0
	for k, w := range weights {
		if w > 0 {
			last = values[k]
		}
		if left -= w; left < 0 {
			break
		}
	}
	return last
}

// mostEvents is the largest mean of poisson, which takes as many numbers.
const mostEvents = 10_000

// drawPoisson multiplies uniform numbers (Knuth 1969), a mean of at most 16 at
// a time, since means add up.
func drawPoisson(d *random.Draws, a []float64) float64 {
	events, mean := 0.0, a[0]
	for mean > 0 {
		m := min(mean, 16)
		mean -= m
		limit := math.Exp(-m)
		for product := d.Uniform(); product >= limit; product *= d.Uniform() {
			events++
		}
	}
	return events
}

// draw is what an expression's draws do: out has the axes trials, units,
// steps, as far as the call has them.
func (w *workspace) draw(c *compiled, call *expr.Call, out []float64, arguments [][]float64) {
	law := distributions[call.Name]
	trials, steps := 1, 1
	if c.batch {
		trials = w.rows
	}
	if call.Shape.Axes&expr.Steps != 0 {
		steps = w.plan.steps
	}
	if cap(w.arguments) < len(arguments) {
		w.arguments = make([]float64, len(arguments))
	}
	a := w.arguments[:len(arguments)]
	units := len(out) / trials / steps
	for r := range trials {
		row := w.row
		if c.batch {
			row = r
		}
		key := w.keys[row].Text(c.stream).Number(uint64(call.Ordinal))
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
				if law.check != nil {
					if wrong := law.check(a); wrong != "" {
						if call.Name != weighted { // which nobody wrote
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
				out[at] = law.draw(&w.draws, a)
			}
		}
	}
}
