package expr

// Within which bounds an expression lies, by interval arithmetic. Bounds may be wider
// than need be, but never too narrow.

import "math"

// An Interval holds every value that something can have, from Low to High.
type Interval struct{ Low, High float64 }

// Everything is the interval of what nothing is known of.
var Everything = Interval{math.Inf(-1), math.Inf(1)}

// Bounds gives an interval that holds every value of the expression, NaN
// aside, from those of its variables and of its external calls. It may be
// wider than need be: it knows nothing of how parts hang together.
func (t *Tree) Bounds(variable func(name string) Interval, call func(name string, arguments []Interval) Interval) Interval {
	known := map[*node]Interval{}
	for _, n := range t.root.nodes() {
		arguments := make([]Interval, len(n.arguments))
		for i, a := range n.arguments {
			arguments[i] = known[a]
		}
		switch n.op {
		case opNumber:
			known[n] = Interval{n.number, n.number}
		case opSpan:
			known[n] = Interval{n.number, n.number + float64(n.shape.Units-1)}
		case opVariable:
			known[n] = variable(n.name)
		case opExternal:
			known[n] = call(n.name, arguments)
		default:
			known[n] = n.bounds(arguments)
		}
		if b := known[n]; math.IsNaN(b.Low) || math.IsNaN(b.High) {
			known[n] = Everything
		}
	}
	return known[t.root]
}

// bounds gives the interval of an operation from those of its arguments.
func (n *node) bounds(a []Interval) Interval {
	switch n.op {
	case opNegate:
		return Interval{-a[0].High, -a[0].Low}
	case opNot, opLess, opLessEqual, opEqual, opNotEqual, opAnd, opOr:
		return Interval{0, 1}
	case opAdd:
		return Interval{a[0].Low + a[1].Low, a[0].High + a[1].High}
	case opSubtract:
		return Interval{a[0].Low - a[1].High, a[0].High - a[1].Low}
	case opMultiply:
		return corners(a[0], a[1], func(x, y float64) float64 {
			if x == 0 || y == 0 { // also times infinity, which no value is
				return 0
			}
			return x * y
		})
	case opDivide:
		if a[1].Low <= 0 && a[1].High >= 0 {
			return Everything
		}
		return corners(a[0], a[1], func(x, y float64) float64 { return x / y })
	case opTwo:
		return n.pairs(a)
	case opOne:
		return n.image(a[0])
	case opWhere:
		return a[1].union(a[2])
	case opIndex, opExpand:
		return a[0]
	case opFold, opRunning:
		return n.reduced(a[0])
	}
	return Everything
}

func (i Interval) union(j Interval) Interval { return Interval{min(i.Low, j.Low), max(i.High, j.High)} }

// corners is exact for what is monotonic in both arguments.
func corners(a, b Interval, f func(x, y float64) float64) Interval {
	p, q, r, s := f(a.Low, b.Low), f(a.Low, b.High), f(a.High, b.Low), f(a.High, b.High)
	return Interval{min(p, q, r, s), max(p, q, r, s)}
}

// pairs is for functions of two values.
func (n *node) pairs(a []Interval) Interval {
	switch {
	case n.function == modulo && a[1].Low > 0:
		return Interval{0, a[1].High}
	case n.name == "min", n.name == "max", n.function == powered && a[0].Low >= 0:
		return corners(a[0], a[1], n.function.two)
	case n.function == powered && a[1] == (Interval{2, 2}):
		return Interval{0, max(a[0].Low*a[0].Low, a[0].High*a[0].High)}
	}
	return Everything
}

// image is for functions of one value.
func (n *node) image(a Interval) Interval {
	switch n.name {
	case "sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "floor", "ceil", "round", "sign", "tanh", "atan", "sinh":
		return Interval{n.function.one(a.Low), n.function.one(a.High)}
	case "abs":
		if a.Low <= 0 && a.High >= 0 {
			return Interval{0, max(-a.Low, a.High)}
		}
		return Interval{min(math.Abs(a.Low), math.Abs(a.High)), max(math.Abs(a.Low), math.Abs(a.High))}
	case "sin", "cos":
		return Interval{-1, 1}
	case "wrap":
		return Interval{-math.Pi, math.Pi}
	}
	return Everything
}

// reduced is for what makes one value of many.
func (n *node) reduced(a Interval) Interval {
	switch n.name {
	case "any", "all":
		return Interval{0, 1}
	case "mean", "min", "max", "first", "last":
		return a
	case "hold":
		return a.union(Interval{0, 0})
	case "sum":
		if n.arguments[0].shape.Axes&Steps == 0 {
			count := float64(n.arguments[0].shape.without(^n.axis).size(1, 1))
			return Interval{count * a.Low, count * a.High}
		}
	}
	return Everything
}
