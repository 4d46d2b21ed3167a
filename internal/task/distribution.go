package task

// The distributions that a task may draw from. A new one is an entry of the table,
// with a row in the tests of laws and one in docs/tasks.md.

import (
	"math"

	"psychrnn/internal/expr"
	"psychrnn/internal/random"
)

// A Distribution is a function that draws.
type Distribution struct {
	Usage, Doc  string
	Least, Most int                                        // arguments
	Draw        func(d *random.Draws, a []float64) float64 // a value for arguments that pass the check
	Check       func(a []float64) string                   // what is wrong with arguments, or ""; nil: nothing can be
	Bounds      func(a []expr.Interval) expr.Interval      // within which all values lie
	Values      func(a [][]float64) []float64              // all values, up to one more than MostConditions; nil: there is no list of them
}

// Distributions are by the names that expressions call them by.
var Distributions = map[string]*Distribution{
	"choice": {
		Usage: "choice(a, b, ...)", Doc: "one of the values, each with equal chance", Least: 1, Most: math.MaxInt,
		Draw:   func(d *random.Draws, a []float64) float64 { return a[d.Index(len(a))] },
		Bounds: func(a []expr.Interval) expr.Interval { return hull(a) },
		Values: func(a [][]float64) (list []float64) {
			for _, v := range a {
				list = append(list, v[0])
			}
			return list
		},
	},
	Weighted: {
		Usage: "{choice: [a, b], weights: [3, 1]}", Least: 2, Most: math.MaxInt,
		Draw: drawWeighted,
		Check: func(a []float64) string {
			var sum float64
			for _, w := range a[len(a)/2:] {
				if !(w >= 0) {
					return "a weight is " + FormatNumber(w) + ", but must be at least 0"
				}
				sum += w
			}
			if !(sum > 0 && sum < math.Inf(1)) {
				return "the weights sum to " + FormatNumber(sum)
			}
			return ""
		},
		Bounds: func(a []expr.Interval) expr.Interval { return hull(a[:len(a)/2]) },
		Values: func(a [][]float64) (list []float64) {
			for k, v := range a[:len(a)/2] {
				if a[len(a)/2+k][0] > 0 {
					list = append(list, v[0])
				}
			}
			return list
		},
	},
	"uniform": {
		Usage: "uniform(a, b)", Doc: "between a and b", Least: 2, Most: 2,
		Draw:   func(d *random.Draws, a []float64) float64 { return a[0] + d.Uniform()*(a[1]-a[0]) },
		Bounds: func(a []expr.Interval) expr.Interval { return hull(a) },
	},
	"normal": {
		Usage: "normal(mean, sd)", Doc: "normally distributed", Least: 2, Most: 2,
		Draw:   func(d *random.Draws, a []float64) float64 { return a[0] + a[1]*d.Normal() },
		Check:  func(a []float64) string { return negative("the standard deviation", a[1]) },
		Bounds: func([]expr.Interval) expr.Interval { return expr.Everything },
	},
	"exponential": {
		Usage: "exponential(mean)", Doc: "exponentially distributed from 0 on", Least: 1, Most: 1,
		Draw:   func(d *random.Draws, a []float64) float64 { return -a[0] * math.Log1p(-d.Uniform()) },
		Check:  func(a []float64) string { return negative("the mean", a[0]) },
		Bounds: func([]expr.Interval) expr.Interval { return expr.Interval{Low: 0, High: math.Inf(1)} },
	},
	"truncated_exponential": {
		Usage: "truncated_exponential(mean, min, max)", Doc: "distributed as exponential(mean), but only between min and max", Least: 3, Most: 3,
		Draw: func(d *random.Draws, a []float64) float64 {
			// The inverse of the distribution function, so no drawing again.
			low, high := max(a[1], 0), a[2]
			return min(low-a[0]*math.Log1p(d.Uniform()*math.Expm1((low-high)/a[0])), high)
		},
		Check: func(a []float64) string {
			if !(a[0] > 0) {
				return "the mean is " + FormatNumber(a[0]) + ", but must be above 0"
			}
			if !(max(a[1], 0) <= a[2]) {
				return "nothing lies between " + FormatNumber(a[1]) + " and " + FormatNumber(a[2])
			}
			return ""
		},
		Bounds: func(a []expr.Interval) expr.Interval { return expr.Interval{Low: max(a[1].Low, 0), High: a[2].High} },
	},
	"integer": {
		Usage: "integer(a, b)", Doc: "a whole number from a to b, both included", Least: 2, Most: 2,
		Draw: func(d *random.Draws, a []float64) float64 {
			low, high := math.Ceil(a[0]), math.Floor(a[1])
			return low + math.Floor(d.Uniform()*(high-low+1))
		},
		Check: func(a []float64) string {
			if !(math.Ceil(a[0]) <= math.Floor(a[1])) {
				return "there is no whole number from " + FormatNumber(a[0]) + " to " + FormatNumber(a[1])
			}
			return ""
		},
		Bounds: func(a []expr.Interval) expr.Interval { return hull(a) },
		Values: func(a [][]float64) (list []float64) {
			for v := math.Ceil(a[0][0]); v <= a[1][0] && len(list) <= MostConditions; v++ {
				list = append(list, v)
			}
			return list
		},
	},
	"bernoulli": {
		Usage: "bernoulli(p)", Doc: "1 with chance p, else 0", Least: 1, Most: 1,
		Draw: func(d *random.Draws, a []float64) float64 {
			if d.Uniform() < a[0] {
				return 1
			}
			return 0
		},
		Check:  func(a []float64) string { return outsideOf("the chance", a[0], 1, "") },
		Bounds: func([]expr.Interval) expr.Interval { return expr.Interval{Low: 0, High: 1} },
		Values: func([][]float64) []float64 { return []float64{0, 1} },
	},
	"poisson": {
		Usage: "poisson(mean)", Doc: "a number of events, on average at most 10000", Least: 1, Most: 1,
		Draw: drawPoisson,
		Check: func(a []float64) string {
			return outsideOf("the mean", a[0], mostEvents, ", beyond which round(normal(mean, sqrt(mean))) is as good")
		},
		Bounds: func([]expr.Interval) expr.Interval { return expr.Interval{Low: 0, High: math.Inf(1)} },
	},
}

// Weighted is what a choice with weights is called within.
const Weighted = "Weighted"

func negative(what string, x float64) string {
	if x >= 0 {
		return ""
	}
	return what + " is " + FormatNumber(x) + ", but must be at least 0"
}

func outsideOf(what string, x, most float64, why string) string {
	if 0 <= x && x <= most {
		return ""
	}
	return what + " is " + FormatNumber(x) + ", but must lie between 0 and " + FormatNumber(most) + why
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
