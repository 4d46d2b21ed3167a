package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"psychrnn/internal/random"
)

// element is an element-wise kernel, called with blocks of rows of which all
// but the first few are only read.
type element[F Float] struct {
	name   string
	blocks int
	call   func(s *Set[F], rows, n int, x []Rows[F], keep []F)
}

func elements[F Float]() []element[F] {
	all := []element[F]{
		{"leak", 3, func(s *Set[F], rows, n int, x []Rows[F], keep []F) { s.Leak(rows, n, x[0], x[1], x[2], keep) }},
		{"leakRelu", 4, func(s *Set[F], rows, n int, x []Rows[F], keep []F) {
			s.LeakRelu(rows, n, x[0], x[1], x[2], x[3], keep)
		}},
		{"unleak", 2, func(s *Set[F], rows, n int, x []Rows[F], keep []F) { s.Unleak(rows, n, x[0], x[1], keep) }},
		{"unleakRelu", 4, func(s *Set[F], rows, n int, x []Rows[F], keep []F) {
			s.UnleakRelu(rows, n, x[0], x[1], x[2], x[3], keep)
		}},
		{"lstm", 4, func(s *Set[F], rows, n int, x []Rows[F], _ []F) { s.LSTM(rows, n/4, x[0], x[1], x[2], x[3]) }},
		{"lstmBack", 6, func(s *Set[F], rows, n int, x []Rows[F], _ []F) {
			s.LSTMBack(rows, n/4, x[0], x[1], x[2], x[3], x[4], x[5])
		}},
		{"normal", 1, func(s *Set[F], rows, n int, x []Rows[F], _ []F) {
			if rows > 0 && n > 0 {
				s.Normal(x[0].Data, n, x[0].Ld, []random.Stream{random.NewKey(uint64(n)).Stream()})
			}
		}},
	}
	for _, t := range []struct {
		name string
		of   func(*Set[F]) Transfer[F]
	}{
		{"tanh", func(s *Set[F]) Transfer[F] { return s.Tanh }},
		{"sigmoid", func(s *Set[F]) Transfer[F] { return s.Sigmoid }},
		{"elu", func(s *Set[F]) Transfer[F] { return s.Elu }},
		{"softplus", func(s *Set[F]) Transfer[F] { return s.Softplus }},
	} {
		all = append(all,
			element[F]{t.name, 2, func(s *Set[F], rows, n int, x []Rows[F], _ []F) { t.of(s).Apply(rows, n, x[0], x[1]) }},
			element[F]{t.name + "Back", 3, func(s *Set[F], rows, n int, x []Rows[F], _ []F) {
				t.of(s).Back(rows, n, x[0], x[1], x[2])
			}})
	}
	return all
}

// TestElements compares every set with the plain loop, within rounding; what
// lies between the rows stays as it is, and beyond them nothing is touched.
func TestElements(t *testing.T) { eachSet(t, testElements[float32], testElements[float64]) }

func testElements[F Float](t *testing.T, set *Set[F]) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, e := range elements[F]() {
		if e.name == "normal" { // has a test of its own
			continue
		}
		for range 60 {
			c := randomCall(t, r, e)
			want := c.clone()
			c.run(set)
			want.run(Plain[F]())
			for b := range c.x {
				for i, w := range want.x[b].Data {
					g := c.x[b].Data[i]
					if d := math.Abs(float64(g - w)); !(d <= 4*epsilon[F]()*(1+math.Abs(float64(w)))) {
						t.Fatalf("%v: block %d entry %d is %v, want %v", c, b, i, g, w)
					}
				}
			}
		}
	}
}

// TestSetsAgree has sets of equal numerics give equal bits.
func TestSetsAgree(t *testing.T) {
	testAgree[float32](t)
	testAgree[float64](t)
}

func testAgree[F Float](t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	sets := fast[F]()
	for _, e := range elements[F]() {
		for range 60 {
			c := randomCall(t, r, e)
			for _, s := range sets[min(1, len(sets)):] {
				a, b := c.clone(), c.clone()
				a.run(sets[0])
				b.run(s)
				for i := range a.x {
					same(t, fmt.Sprint(c), b.x[i].Data, a.x[i].Data)
				}
			}
		}
	}
}

// call is one call of a kernel.
type call[F Float] struct {
	element[F]
	rows, n int
	x       []Rows[F]
	keep    []F
}

func (c *call[F]) run(s *Set[F]) { c.call(s, c.rows, c.n, c.x, c.keep) }

func (c *call[F]) String() string { return fmt.Sprintf("%s, %d rows of %d", c.name, c.rows, c.n) }

func (c *call[F]) clone() *call[F] {
	d := *c
	d.x = nil
	for _, x := range c.x {
		d.x = append(d.x, Rows[F]{append([]F(nil), x.Data...), x.Ld})
	}
	return &d
}

// flush sets denormals to 0, as the assembly takes them.
func (c *call[F]) flush() {
	normal := F(0x1p-126)
	if unsafe.Sizeof(normal) == 8 {
		normal = F(0x1p-1022)
	}
	for _, x := range c.x {
		for i, v := range x.Data {
			if -normal < v && v < normal {
				x.Data[i] = 0
			}
		}
	}
}

func randomCall[F Float](t *testing.T, r *rand.Rand, e element[F]) *call[F] {
	c := &call[F]{element: e, rows: r.IntN(5), n: r.IntN(1 + r.IntN(100))}
	if e.name == "normal" {
		c.rows = min(c.rows, 1)
	}
	for range e.blocks {
		ld := c.n + r.IntN(20)
		x := guarded[F](t, max(0, (c.rows-1)*ld+c.n), r.IntN(2) == 0)
		fill(r, x)
		c.x = append(c.x, Rows[F]{x, ld})
	}
	c.keep = guarded[F](t, c.n, r.IntN(2) == 0)
	for i := range c.keep {
		c.keep[i] = F(r.Float64())
	}
	return c
}

// TestTransfersEverywhere goes through float32 numbers of every magnitude,
// infinities and NaN among them.
func TestTransfersEverywhere(t *testing.T) { run(t, "float32", testEverywhere) }

func testEverywhere(t *testing.T, set *Set[float32]) {
	state := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 88.72, 88.73, -87.34}
	for b := uint64(0); b < 1<<32; b += 20011 {
		state = append(state, math.Float32frombits(uint32(b)))
	}
	const flushed = 0x1p-126 // denormals are
	n := len(state)
	got, want := make([]float32, n), make([]float32, n)
	for _, v := range []struct {
		name               string
		f, plain           Transfer[float32]
		absolute, relative float64
	}{
		{"tanh", set.Tanh, Plain[float32]().Tanh, flushed, 3e-7},
		{"sigmoid", set.Sigmoid, Plain[float32]().Sigmoid, flushed, 3e-7},
		{"elu", set.Elu, Plain[float32]().Elu, flushed, 3e-7},
		{"softplus", set.Softplus, Plain[float32]().Softplus, flushed, 3e-7},
	} {
		v.f.Apply(1, n, Rows[float32]{got, n}, Rows[float32]{state, n})
		v.plain.Apply(1, n, Rows[float32]{want, n}, Rows[float32]{state, n})
		worst := 0.0
		for i, w := range want {
			g := got[i]
			if g == w || g != g && w != w {
				continue
			}
			d := math.Abs(float64(g - w))
			if !(d <= v.absolute+v.relative*math.Abs(float64(w))) {
				t.Fatalf("%s of %v is %v, want %v", v.name, state[i], g, w)
			}
			if math.Abs(float64(w)) <= 1 {
				worst = max(worst, d)
			}
		}
		if worst > 1.2e-7 {
			t.Errorf("%s is off by %g", v.name, worst)
		}
	}
}

// TestLeakSpecial has NaN and infinities come out where the plain loop has
// them, and what is tiny become zero.
func TestLeakSpecial(t *testing.T) { eachSet(t, testLeakSpecial[float32], testLeakSpecial[float64]) }

func testLeakSpecial[F Float](t *testing.T, set *Set[F]) {
	values := []F{0, F(math.Copysign(0, -1)), 1, -1, F(math.Inf(1)), F(math.Inf(-1)), F(math.NaN()),
		2.5e-30, -2.5e-30, 1.5e-30, -1.5e-30, 1e-38, 1e-40, -1e-40}
	n := len(values) * len(values)
	x := make([]Rows[F], 5)
	for i := range x {
		x[i] = Rows[F]{make([]F, n), n}
	}
	keep := make([]F, n)
	for i := range n {
		x[2].Data[i], x[3].Data[i] = values[i%len(values)], values[i/len(values)]
		x[1].Data[i], keep[i] = values[(i+i/len(values))%len(values)], 0.5
	}
	for _, e := range elements[F]()[:4] {
		got := &call[F]{e, 1, n, x[:e.blocks], keep}
		want := got.clone()
		got = got.clone()
		got.run(set)
		for _, v := range got.x[0].Data {
			if v != 0 && math.Abs(float64(v)) < smallest {
				t.Fatalf("%s leaves %g", e.name, v)
			}
		}
		if set.Name != "go" {
			want.flush()
			got.flush() // what was only read
		}
		want.run(Plain[F]())
		for b := range got.x {
			for i, w := range want.x[b].Data {
				if g := got.x[b].Data[i]; g != w && (g == g || w == w) {
					t.Fatalf("%s: block %d entry %d is %v, want %v", e.name, b, i, g, w)
				}
			}
		}
	}
}

// TestElementsLeaveNoTrace asks for the caller's floating-point state and for
// no allocation.
func TestElementsLeaveNoTrace(t *testing.T) {
	eachSet(t, testTrace[float32], testTrace[float64])
}

func testTrace[F Float](t *testing.T, set *Set[F]) {
	r := rand.New(rand.NewPCG(13, 14))
	tiny := math.SmallestNonzeroFloat64
	for _, e := range elements[F]() {
		if e.name == "normal" { // the test allocates a stream
			continue
		}
		c := randomCall(t, r, e)
		if n := testing.AllocsPerRun(3, func() { c.run(set) }); n != 0 {
			t.Errorf("%s allocates %v times", e.name, n)
		}
		if times(2*tiny, 0.5) == 0 {
			t.Fatalf("%s leaves the processor flushing denormals", e.name)
		}
	}
	x, s := make([]F, 300), make([]random.Stream, 1)
	if n := testing.AllocsPerRun(3, func() { set.Normal(x, 300, 300, s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestDerivatives compares the plain loops backward with central differences
// of those forward.
func TestDerivatives(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	set := Plain[float64]()
	const n, h = 3, 1e-6
	one := func(x []float64) Rows[float64] { return Rows[float64]{x, len(x)} }
	// difference is the derivative of f's value by every entry of x.
	difference := func(x []float64, f func() float64) []float64 {
		d := make([]float64, len(x))
		for i := range x {
			old := x[i]
			x[i] = old + h
			d[i] = f()
			x[i] = old - h
			d[i] = (d[i] - f()) / (2 * h)
			x[i] = old
		}
		return d
	}
	check := func(what string, got, want []float64) {
		t.Helper()
		for i := range want {
			if !(math.Abs(got[i]-want[i]) < 1e-8) {
				t.Errorf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
			}
		}
	}
	random := func(n int) []float64 {
		x := make([]float64, n)
		fill(r, x)
		return x
	}
	dot := func(x, y []float64) (sum float64) {
		for i := range x {
			sum += x[i] * y[i]
		}
		return sum
	}
	for range 20 {
		state, dh := random(n), random(n)
		for name, f := range map[string]Transfer[float64]{"tanh": set.Tanh, "sigmoid": set.Sigmoid, "elu": set.Elu, "softplus": set.Softplus} {
			y, dstate := make([]float64, n), make([]float64, n)
			f.Back(1, n, one(dstate), one(dh), one(state))
			check(name, dstate, difference(state, func() float64 {
				f.Apply(1, n, one(y), one(state))
				return dot(y, dh)
			}))
		}

		keep, out, dnext := random(n), random(n), random(n)
		next, rate, dprev := make([]float64, n), make([]float64, n), make([]float64, n)
		set.UnleakRelu(1, n, one(dprev), one(dnext), one(dh), one(state), keep)
		check("leak", dprev, difference(state, func() float64 {
			set.Leak(1, n, one(next), one(state), one(out), keep)
			value := dot(next, dnext)
			for i, x := range state { // the rates of prev, not of next
				rate[i] = max(x, 0)
			}
			return value + dot(rate, dh)
		}))
		set.Unleak(1, n, one(dprev), one(dnext), keep)
		check("leak alone", dprev, difference(state, func() float64 {
			set.Leak(1, n, one(next), one(state), one(out), keep)
			return dot(next, dnext)
		}))

		sums, prev, dcell, dhidden := random(4*n), random(n), random(n), random(n)
		gates, cell, hidden := make([]float64, 4*n), make([]float64, n), make([]float64, n)
		value := func() float64 {
			copy(gates, sums)
			set.LSTM(1, n, one(hidden), one(cell), one(gates), one(prev))
			return dot(cell, dcell) + dot(hidden, dhidden)
		}
		wantGates, wantPrev := difference(sums, value), difference(prev, value)
		value()
		dgates := make([]float64, 4*n)
		set.LSTMBack(1, n, one(dgates), one(dcell), one(dhidden), one(gates), one(cell), one(prev))
		check("gates", dgates, wantGates)
		check("cell", dcell, wantPrev)
	}
}
