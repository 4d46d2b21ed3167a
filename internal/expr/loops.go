package expr

// The loops behind the operators. Operands have the length of the result or are
// single numbers. Every operation is rounded by itself, since each result goes to
// memory.

// loopOf gives the loop of an operator with two operands.
var loopOf = [opExpand + 1]func(out, a, b []float64){
	opAdd: addEach, opSubtract: subtractEach, opMultiply: multiplyEach, opDivide: divideEach,
	opLess: lessEach, opLessEqual: lessEqualEach, opEqual: equalEach, opNotEqual: notEqualEach, opAnd: andEach, opOr: orEach,
}

// There are straight loops for operands of the same length, for a second one that is a
// single number and, where the operands cannot change places, for such a first one. One
// loop with strides takes conditions half as long again (BenchmarkEval/condition).

func addEach(out, a, b []float64) {
	if len(b) == 1 {
		s := b[0]
		for i, x := range a {
			out[i] = x + s
		}
		return
	}
	b, out = b[:len(a)], out[:len(a)]
	for i, x := range a {
		out[i] = x + b[i]
	}
}

func subtractEach(out, a, b []float64) {
	switch {
	case len(b) == 1:
		s := b[0]
		for i, x := range a {
			out[i] = x - s
		}
	case len(a) == 1:
		s := a[0]
		for i, x := range b {
			out[i] = s - x
		}
	default:
		b, out = b[:len(a)], out[:len(a)]
		for i, x := range a {
			out[i] = x - b[i]
		}
	}
}

func multiplyEach(out, a, b []float64) {
	if len(b) == 1 {
		s := b[0]
		for i, x := range a {
			out[i] = x * s
		}
		return
	}
	b, out = b[:len(a)], out[:len(a)]
	for i, x := range a {
		out[i] = x * b[i]
	}
}

func divideEach(out, a, b []float64) {
	switch {
	case len(b) == 1:
		s := b[0]
		for i, x := range a {
			out[i] = x / s
		}
	case len(a) == 1:
		s := a[0]
		for i, x := range b {
			out[i] = s / x
		}
	default:
		b, out = b[:len(a)], out[:len(a)]
		for i, x := range a {
			out[i] = x / b[i]
		}
	}
}

func lessEach(out, a, b []float64) {
	switch {
	case len(b) == 1:
		s := b[0]
		for i, x := range a {
			out[i] = flag(x < s)
		}
	case len(a) == 1:
		s := a[0]
		for i, x := range b {
			out[i] = flag(s < x)
		}
	default:
		b, out = b[:len(a)], out[:len(a)]
		for i, x := range a {
			out[i] = flag(x < b[i])
		}
	}
}

func lessEqualEach(out, a, b []float64) {
	switch {
	case len(b) == 1:
		s := b[0]
		for i, x := range a {
			out[i] = flag(x <= s)
		}
	case len(a) == 1:
		s := a[0]
		for i, x := range b {
			out[i] = flag(s <= x)
		}
	default:
		b, out = b[:len(a)], out[:len(a)]
		for i, x := range a {
			out[i] = flag(x <= b[i])
		}
	}
}

func equalEach(out, a, b []float64) {
	if len(b) == 1 {
		s := b[0]
		for i, x := range a {
			out[i] = flag(x == s)
		}
		return
	}
	b, out = b[:len(a)], out[:len(a)]
	for i, x := range a {
		out[i] = flag(x == b[i])
	}
}

func notEqualEach(out, a, b []float64) {
	if len(b) == 1 {
		s := b[0]
		for i, x := range a {
			out[i] = flag(x != s)
		}
		return
	}
	b, out = b[:len(a)], out[:len(a)]
	for i, x := range a {
		out[i] = flag(x != b[i])
	}
}

func andEach(out, a, b []float64) {
	if len(b) == 1 {
		s := b[0]
		for i, x := range a {
			out[i] = flag(x != 0 && s != 0)
		}
		return
	}
	b, out = b[:len(a)], out[:len(a)]
	for i, x := range a {
		out[i] = flag(x != 0 && b[i] != 0)
	}
}

func orEach(out, a, b []float64) {
	if len(b) == 1 {
		s := b[0]
		for i, x := range a {
			out[i] = flag(x != 0 || s != 0)
		}
		return
	}
	b, out = b[:len(a)], out[:len(a)]
	for i, x := range a {
		out[i] = flag(x != 0 || b[i] != 0)
	}
}

// flag compiles without a branch.
func flag(c bool) float64 {
	k := 0
	if c {
		k = 1
	}
	return float64(k)
}

// stride is the distance of neighbours: 0 in a single number.
func stride(a []float64) int {
	if len(a) == 1 {
		return 0
	}
	return 1
}
