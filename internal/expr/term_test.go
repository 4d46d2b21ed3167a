package expr

import (
	"math"
	"math/rand/v2"
	"strconv"

	"pgregory.net/rapid"
)

// refExpr is an expression as the tests understand it: how it is written, and its
// value at one place at a time, found by walking down. It shares no code with
// the package but Shape.
type refExpr struct {
	text  string
	binds int // as in Python, the higher the tighter
	shape Shape
	at    func(place [axes]int) float64
}

const (
	bindsOr = iota
	bindsAnd
	bindsNot
	bindsCompare
	bindsSum
	bindsProduct
	bindsSign
	bindsPower
	bindsValue
)

// generator draws terms over a few variables of all kinds of shapes.
type generator struct {
	*rapid.T
	trials, steps int
	until         int // steps that reductions are of
	variables     map[string]Variable
	values        map[string][]float64
	terms         []refExpr // variables
	picks         []refExpr // variables that are indices
}

const (
	rowCount, colCount   = 2, 3
	unitCount, channels3 = 2, 3
)

func newMaker(t *rapid.T) *generator {
	m := &generator{
		T: t, trials: rapid.IntRange(0, 3).Draw(t, "trials"), steps: rapid.IntRange(0, 4).Draw(t, "steps"),
		variables: map[string]Variable{}, values: map[string][]float64{},
	}
	m.until = rapid.IntRange(0, m.steps).Draw(t, "until")
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	number := func() float64 {
		if random.IntN(2) == 0 {
			return []float64{0, 1, -1, 2, 0.5, math.NaN(), math.Inf(1)}[random.IntN(7)]
		}
		return 10*random.Float64() - 5
	}
	for i, a := range []Axes{0, Trials, Steps, Channels, Units, Steps | Channels, Trials | Steps, Units | Steps, Rows | Cols, Trials | Rows | Cols | Units | Steps | Channels} {
		m.terms = append(m.terms, m.variable("v"+strconv.Itoa(i), a, number))
	}
	for i, a := range []Axes{0, Steps, Channels, Trials | Units} {
		m.picks = append(m.picks, m.variable("pick"+strconv.Itoa(i), a, func() float64 { return float64(random.IntN(2)) }))
	}
	m.variable("t", Steps, number)
	for s := range m.values["t"] {
		m.values["t"][s] = 10 * float64(s)
	}
	return m
}

func shapeOf(a Axes) Shape {
	return Shape{Axes: Rows | Cols | Units | Channels, Rows: rowCount, Cols: colCount, Units: unitCount, Channels: channels3}.
		without(^a).union(a)
}

func (s Shape) union(a Axes) Shape {
	s.Axes |= a
	return s
}

func (m *generator) variable(name string, a Axes, number func() float64) refExpr {
	shape := shapeOf(a)
	lengths := shape.lengths(m.trials, m.steps)
	n := 1
	for _, l := range lengths {
		n *= l
	}
	m.variables[name] = Variable{Shape: shape}
	m.values[name] = make([]float64, n)
	for i := range m.values[name] {
		m.values[name][i] = number()
	}
	return refExpr{name, bindsValue, shape, func(place [axes]int) float64 {
		i := 0
		for k, l := range lengths {
			i *= l
			if a>>k&1 != 0 {
				i += place[k]
			}
		}
		return m.values[name][i]
	}}
}

func (m *generator) whole(n int, label string) int { return rapid.IntRange(0, n-1).Draw(m.T, label) }

// in puts brackets around what binds less than it must, and at times around others.
func (m *generator) in(t refExpr, binds int) string {
	if t.binds < binds || m.whole(6, "brackets") == 0 {
		return "(" + t.text + ")"
	}
	return t.text
}

func (m *generator) term(depth int) refExpr {
	if depth == 0 {
		if m.whole(4, "leaf") == 0 {
			x := float64(m.whole(40, "number")) / 8
			return refExpr{strconv.FormatFloat(x, 'g', -1, 64), bindsValue, Scalar, func([axes]int) float64 { return x }}
		}
		return m.terms[m.whole(len(m.terms), "variable")]
	}
	makers := []func(int) refExpr{m.sign, m.not, m.arithmetic, m.arithmetic, m.compare, m.chain, m.logic, m.apply, m.apply2, m.where, m.index, m.reduce, m.run, m.period}
	return makers[m.whole(len(makers), "kind")](depth - 1)
}

func (m *generator) union(terms ...refExpr) Shape {
	var a Axes
	for _, t := range terms {
		a |= t.shape.Axes
	}
	return shapeOf(a)
}

func (m *generator) sign(depth int) refExpr {
	x := m.term(depth)
	return refExpr{"-" + m.in(x, bindsSign), bindsSign, x.shape, func(p [axes]int) float64 { return -x.at(p) }}
}

func truth(c bool) float64 {
	if c {
		return 1
	}
	return 0
}

func (m *generator) not(depth int) refExpr {
	x := m.term(depth)
	// Sums and comparisons after not are refused, and so is a not within one.
	return refExpr{"not " + m.in(x, bindsProduct), bindsNot, x.shape, func(p [axes]int) float64 { return truth(x.at(p) == 0) }}
}

// op2 is an operator, associative to the left but for ^.
func (m *generator) op2(sign string, binds int, a, b refExpr, f func(x, y float64) float64) refExpr {
	left, right := binds, binds+1
	if sign == "^" {
		left, right = binds+1, bindsSign
	}
	if binds == bindsCompare {
		left = binds + 1
	}
	return refExpr{m.in(a, left) + " " + sign + " " + m.in(b, right), binds, m.union(a, b), func(p [axes]int) float64 {
		return f(a.at(p), b.at(p))
	}}
}

func (m *generator) arithmetic(depth int) refExpr {
	a, b := m.term(depth), m.term(depth)
	switch m.whole(6, "arithmetic") {
	case 0:
		return m.op2("+", bindsSum, a, b, func(x, y float64) float64 { return x + y })
	case 1:
		return m.op2("-", bindsSum, a, b, func(x, y float64) float64 { return x - y })
	case 2:
		return m.op2("*", bindsProduct, a, b, func(x, y float64) float64 { return x * y })
	case 3:
		return m.op2("/", bindsProduct, a, b, func(x, y float64) float64 { return x / y })
	case 4:
		return m.op2("%", bindsProduct, a, b, func(x, y float64) float64 {
			r := math.Mod(x, y)
			if r != 0 && math.Signbit(r) != math.Signbit(y) {
				r += y
			}
			if r == 0 {
				return math.Copysign(0, y)
			}
			return r
		})
	}
	return m.op2("^", bindsPower, a, b, math.Pow)
}

func comparing(sign string) func(x, y float64) float64 {
	return map[string]func(x, y float64) float64{
		"<":  func(x, y float64) float64 { return truth(x < y) },
		"<=": func(x, y float64) float64 { return truth(x <= y) },
		">":  func(x, y float64) float64 { return truth(x > y) },
		">=": func(x, y float64) float64 { return truth(x >= y) },
		"==": func(x, y float64) float64 { return truth(x == y) },
		"!=": func(x, y float64) float64 { return truth(x != y) },
	}[sign]
}

func (m *generator) compare(depth int) refExpr {
	sign := rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(m.T, "sign")
	return m.op2(sign, bindsCompare, m.term(depth), m.term(depth), comparing(sign))
}

func (m *generator) chain(depth int) refExpr {
	made := m.term(depth)
	all := []refExpr{made}
	text := m.in(made, bindsSum)
	var signs []string
	for range 2 + m.whole(2, "chain") {
		sign := rapid.SampledFrom([]string{"<", "<=", ">", ">="}).Draw(m.T, "sign")
		x := m.term(depth)
		text += " " + sign + " " + m.in(x, bindsSum)
		signs, all = append(signs, sign), append(all, x)
	}
	return refExpr{text, bindsCompare, m.union(all...), func(p [axes]int) float64 {
		for i, s := range signs {
			if comparing(s)(all[i].at(p), all[i+1].at(p)) == 0 {
				return 0
			}
		}
		return 1
	}}
}

func (m *generator) logic(depth int) refExpr {
	a, b := m.term(depth), m.term(depth)
	if m.whole(2, "logic") == 0 {
		return m.op2("and", bindsAnd, a, b, func(x, y float64) float64 { return truth(x != 0 && y != 0) })
	}
	return m.op2("or", bindsOr, a, b, func(x, y float64) float64 { return truth(x != 0 || y != 0) })
}

func (m *generator) apply(depth int) refExpr {
	x := m.term(depth)
	name := rapid.SampledFrom([]string{"abs", "floor", "exp", "tanh", "sqrt"}).Draw(m.T, "function")
	f := map[string]func(float64) float64{"abs": math.Abs, "floor": math.Floor, "exp": math.Exp, "tanh": math.Tanh, "sqrt": math.Sqrt}[name]
	return refExpr{name + "(" + x.text + ")", bindsValue, x.shape, func(p [axes]int) float64 { return f(x.at(p)) }}
}

func (m *generator) apply2(depth int) refExpr {
	a, b, c := m.term(depth), m.term(depth), m.term(depth)
	switch m.whole(3, "function") {
	case 0:
		return refExpr{"min(" + a.text + ", " + b.text + ", " + c.text + ")", bindsValue, m.union(a, b, c), func(p [axes]int) float64 {
			return min(min(a.at(p), b.at(p)), c.at(p))
		}}
	case 1:
		return refExpr{"clip(" + a.text + ", " + b.text + ", " + c.text + ")", bindsValue, m.union(a, b, c), func(p [axes]int) float64 {
			return min(max(a.at(p), b.at(p)), c.at(p))
		}}
	}
	return refExpr{"atan2(" + a.text + ", " + b.text + ")", bindsValue, m.union(a, b), func(p [axes]int) float64 { return math.Atan2(a.at(p), b.at(p)) }}
}

func (m *generator) where(depth int) refExpr {
	c, a, b := m.term(depth), m.term(depth), m.term(depth)
	return refExpr{"where(" + c.text + ", " + a.text + ", " + b.text + ")", bindsValue, m.union(c, a, b), func(p [axes]int) float64 {
		if c.at(p) != 0 {
			return a.at(p)
		}
		return b.at(p)
	}}
}
