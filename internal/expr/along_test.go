package expr

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Terms that work along axes.

func (m *generator) index(depth int) refExpr {
	v := m.term(depth)
	i := slices.IndexFunc([]Axes{Rows, Cols, Units, Channels}, func(a Axes) bool { return v.shape.Axes&a != 0 })
	if i < 0 {
		return v
	}
	axis := []Axes{Rows, Cols, Units, Channels}[i]
	k := m.picks[m.whole(len(m.picks), "index")]
	rest := shapeOf(v.shape.Axes&^axis | k.shape.Axes)
	text := "(" + v.text + ")"
	if v.binds == bindsValue && !strings.ContainsAny(v.text[:1], "0123456789") {
		text = v.text
	}
	return refExpr{text + "[" + k.text + "]", bindsValue, rest, func(p [axes]int) float64 {
		inner := p
		inner[bits.TrailingZeros8(uint8(axis))] = int(k.at(p))
		return v.at(inner)
	}}
}

// over calls f at all places along the axes, from a place, in the order of memory.
func (m *generator) over(shape Shape, along Axes, from [axes]int, f func([axes]int)) {
	lengths := shape.lengths(m.trials, m.steps)
	var each func(i int, p [axes]int)
	each = func(i int, p [axes]int) {
		if i == axes {
			f(p)
			return
		}
		if along>>i&1 == 0 {
			each(i+1, p)
			return
		}
		for p[i] = 0; p[i] < lengths[i]; p[i]++ {
			each(i+1, p)
		}
	}
	each(0, from)
}

var stepAxis = bits.TrailingZeros8(uint8(Steps))

func (m *generator) reduce(depth int) refExpr {
	x := m.term(depth)
	along := x.shape.Axes & (Steps | Units)
	if along == 0 {
		return x
	}
	name := rapid.SampledFrom([]string{"sum", "mean", "min", "max", "any", "all"}).Draw(m.T, "reduction")
	return refExpr{name + "(" + x.text + ")", bindsValue, shapeOf(x.shape.Axes &^ along), func(p [axes]int) float64 {
		var all []float64
		m.over(x.shape, along, p, func(p [axes]int) {
			if along&Steps == 0 || p[stepAxis] < m.until {
				all = append(all, x.at(p))
			}
		})
		return reference(name, all)
	}}
}

func reference(name string, all []float64) float64 {
	total, count := 0.0, 0
	for _, x := range all {
		total += x
		count += int(truth(x != 0))
	}
	if len(all) == 0 && (name == "min" || name == "max") {
		return math.NaN()
	}
	switch name {
	case "sum":
		return total
	case "mean":
		return total / float64(len(all))
	case "min":
		return slices.Min(all) // of NaN too
	case "max":
		return slices.Max(all)
	case "any":
		return truth(count > 0)
	}
	return truth(count == len(all))
}

func (m *generator) run(depth int) refExpr {
	x := m.term(depth)
	if x.shape.Axes&Steps == 0 {
		return x
	}
	name := rapid.SampledFrom([]string{"first", "last", "first_t", "cumsum", "hold"}).Draw(m.T, "reduction")
	shape := shapeOf(x.shape.Axes &^ Steps)
	if name == "cumsum" || name == "hold" {
		shape = x.shape
	}
	return refExpr{name + "(" + x.text + ")", bindsValue, shape, func(p [axes]int) float64 {
		var all []float64
		m.over(x.shape, Steps, p, func(p [axes]int) { all = append(all, x.at(p)) })
		upto := all
		if name == "cumsum" || name == "hold" {
			upto = all[:p[stepAxis]+1]
		} else {
			all = all[:m.until]
		}
		total, held := 0.0, 0.0
		for _, x := range upto {
			total += x
			if x != 0 {
				held = x
			}
		}
		switch {
		case name == "cumsum":
			return total
		case name == "hold":
			return held
		case len(all) == 0:
			return math.NaN()
		case name == "first":
			return all[0]
		case name == "last":
			return all[len(all)-1]
		}
		if i := slices.IndexFunc(all, func(x float64) bool { return x != 0 }); i >= 0 {
			return 10 * float64(i)
		}
		return math.NaN()
	}}
}

func (m *generator) period(depth int) refExpr {
	x := m.term(depth)
	start, end := m.terms[0], m.terms[6]
	in := func(p [axes]int) bool { return start.at(p) <= x.at(p) && x.at(p) < end.at(p) }
	if m.whole(2, "not in") == 0 {
		return refExpr{m.in(x, bindsSum) + " not in p", bindsCompare, m.union(x, start, end), func(p [axes]int) float64 { return truth(!in(p)) }}
	}
	return refExpr{m.in(x, bindsSum) + " in p", bindsCompare, m.union(x, start, end), func(p [axes]int) float64 { return truth(in(p)) }}
}
