package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// mulCall is one call of MulAdd, or of Mul.
type mulCall[F Float] struct {
	fresh                     bool // Mul
	m, k, n, ars, acs, bs, cs int
	a, b, c                   []F
}

func (p *mulCall[F]) run(set *Set[F]) {
	call := set.MulAdd
	if p.fresh {
		call = set.Mul
	}
	call(p.m, p.k, p.n, p.a, p.ars, p.acs, p.b, p.bs, p.c, p.cs)
}

func (p *mulCall[F]) String() string {
	return fmt.Sprintf("m %d k %d n %d, strides %d,%d %d %d", p.m, p.k, p.n, p.ars, p.acs, p.bs, p.cs)
}

// randomMulCall has random shapes and strides; its slices end or begin at a
// page without access. What lies between the rows of C is NaN, a canary.
func randomMulCall[F Float](t *testing.T, r *rand.Rand) *mulCall[F] {
	size := func(most int) int { return 1 + r.IntN(1+r.IntN(most)) }
	p := &mulCall[F]{m: size(40), k: size(80), n: size(200), fresh: r.IntN(2) == 0}
	if r.IntN(2) == 0 {
		p.n = Stride(p.n)
	}
	p.bs, p.cs = p.n+r.IntN(20), p.n+r.IntN(20)
	if r.IntN(2) == 0 {
		p.ars, p.acs = p.k+r.IntN(20), 1
	} else {
		p.ars, p.acs = 1, p.m+r.IntN(20)
	}
	p.a = guarded[F](t, (p.m-1)*p.ars+(p.k-1)*p.acs+1, r.IntN(2) == 0)
	p.b = guarded[F](t, (p.k-1)*p.bs+p.n, r.IntN(2) == 0)
	p.c = guarded[F](t, (p.m-1)*p.cs+p.n, r.IntN(2) == 0)
	fill(r, p.a)
	fill(r, p.b)
	fill(r, p.c)
	for i := range p.c {
		if i%p.cs >= p.n {
			p.c[i] = F(math.NaN())
		}
	}
	return p
}

// chain computes what the assembly promises: each entry of C is one chain of
// fused multiply-adds, k ascending.
func (p *mulCall[F]) chain() []F {
	c := append([]F(nil), p.c...)
	for i := range p.m {
		for j := range p.n {
			if p.fresh {
				c[i*p.cs+j] = 0
			}
			for l := range p.k {
				c[i*p.cs+j] = fma(p.a[i*p.ars+l*p.acs], p.b[l*p.bs+j], c[i*p.cs+j])
			}
		}
	}
	return c
}

// fma is x y + z, rounded once.
func fma[F Float](x, y, z F) F {
	if unsafe.Sizeof(x) == 8 {
		return F(math.FMA(float64(x), float64(y), float64(z)))
	}
	// The product is exact in float64. Rounding the sum to odd, then to
	// float32, is rounding once (Boldo and Melquiond 2008).
	p, w := float64(x)*float64(y), float64(z)
	s := p + w
	v := s - p
	if e := (p - (s - v)) + (w - v); e != 0 && math.Float64bits(s)&1 == 0 {
		s = math.Nextafter(s, math.Inf(int(math.Copysign(1, e))))
	}
	return F(s)
}

// TestMulAddIsAChain holds the assembly to the bits of that chain, whatever the
// shape, and sees that it touches nothing beside the matrices.
func TestMulAddIsAChain(t *testing.T) { eachSet(t, testChain[float32], testChain[float64]) }

func testChain[F Float](t *testing.T, set *Set[F]) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 250 {
		p := randomMulCall[F](t, r)
		want := p.chain()
		before := append([]F(nil), p.c...)
		p.run(set)
		if set.Name != "go" {
			same(t, p.String(), p.c, want)
			continue
		}
		for i := range p.c {
			if i%p.cs >= p.n {
				same(t, p.String(), p.c[i:i+1], before[i:i+1])
			} else if d := math.Abs(float64(p.c[i] - want[i])); d > 20*float64(p.k+1)*epsilon[F]() {
				t.Fatalf("%v: entry %d is off by %g", p, i, d)
			}
		}
	}
}

func TestMulAddOfNothing(t *testing.T) {
	eachSet(t, testNothing[float32], testNothing[float64])
}

func testNothing[F Float](t *testing.T, set *Set[F]) {
	for _, s := range [][3]int{{0, 2, 2}, {2, 0, 2}, {2, 2, 0}} {
		c := []F{1, 2, 3, 4}
		set.MulAdd(s[0], s[1], s[2], make([]F, 4), 2, 1, make([]F, 4), 2, c, 2)
		same(t, fmt.Sprint(s), c, []F{1, 2, 3, 4})
		set.Mul(s[0], s[1], s[2], make([]F, 4), 2, 1, make([]F, 4), 2, c, 2)
		want := []F{1, 2, 3, 4}
		if s[1] == 0 { // an empty sum
			clear(want)
		}
		same(t, fmt.Sprint(s, " afresh"), c, want)
	}
}

func TestMulAddChecksBounds(t *testing.T) {
	eachSet(t, testBounds[float32], testBounds[float64])
}

func testBounds[F Float](t *testing.T, set *Set[F]) {
	for short := range 3 {
		p := mulCall[F]{m: 9, k: 7, n: 33, ars: 7, acs: 1, bs: 40, cs: 48}
		p.a, p.b, p.c = make([]F, 8*7+7), make([]F, 6*40+33), make([]F, 8*48+33)
		switch short {
		case 0:
			p.a = p.a[: len(p.a)-1 : len(p.a)-1]
		case 1:
			p.b = p.b[: len(p.b)-1 : len(p.b)-1]
		case 2:
			p.c = p.c[: len(p.c)-1 : len(p.c)-1]
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("operand %d too short, and no panic", short)
				}
			}()
			p.run(set)
		}()
	}
}

// TestMulAddSpecial has NaN and infinities come out where the plain loop has them.
func TestMulAddSpecial(t *testing.T) { eachSet(t, testSpecial[float32], testSpecial[float64]) }

func testSpecial[F Float](t *testing.T, set *Set[F]) {
	r := rand.New(rand.NewPCG(3, 4))
	inf := F(math.Inf(1))
	values := []F{0, 0, 0, F(math.Copysign(0, -1)), 1, -1, 1, -1, 2, inf, -inf, F(math.NaN())}
	for range 100 {
		p := randomMulCall[F](t, r)
		p.k = min(p.k, 4)
		for _, x := range [][]F{p.a, p.b, p.c} {
			for i := range x {
				x[i] = values[r.IntN(9)]
				if r.IntN(20) == 0 {
					x[i] = values[r.IntN(len(values))]
				}
			}
		}
		plain := *p
		plain.c = append([]F(nil), p.c...)
		plain.run(Plain[F]())
		p.run(set)
		for i := range p.c { // 0 and -0 are equal
			if g, w := p.c[i], plain.c[i]; g != w && (g == g || w == w) {
				t.Fatalf("%v: entry %d is %v, want %v", p, i, g, w)
			}
		}
	}
}

// TestDenormals has the assembly count denormals as zero, and Go not.
func TestDenormals(t *testing.T) {
	eachSet(t, testDenormals[float32], testDenormals[float64])
}

func testDenormals[F Float](t *testing.T, set *Set[F]) {
	tiny, small := F(0x1p-1040), F(0x1p-1000)
	if unsafe.Sizeof(tiny) == 4 {
		tiny, small = F(0x1p-130), F(0x1p-100)
	}
	if tiny == 0 {
		t.Fatal("not a denormal")
	}
	for _, p := range []mulCall[F]{
		{a: []F{tiny}, b: []F{0x1p20}, c: []F{0}},
		{a: []F{0x1p20}, b: []F{tiny}, c: []F{0}},
		{a: []F{small}, b: []F{small}, c: []F{0}},
		{a: []F{0}, b: []F{1}, c: []F{tiny}},
	} {
		p.m, p.k, p.n, p.ars, p.acs, p.bs, p.cs = 1, 1, 1, 1, 1, 1, 1
		p.run(set)
		if set.Name != "go" && p.c[0] != 0 {
			t.Errorf("%v comes out as %v", p, p.c[0])
		}
		if half := times(tiny, 0.5); half == 0 || half+half != tiny {
			t.Fatal("the caller's floating-point state is not restored")
		}
	}
}

// times is computed where it is called, not by the compiler.
//
//go:noinline
func times[F Float](x, y F) F { return x * y }

func TestMulAddAllocatesNothing(t *testing.T) {
	eachSet(t, testAllocations[float32], testAllocations[float64])
}

func testAllocations[F Float](t *testing.T, set *Set[F]) {
	p := mulCall[F]{m: 16, k: 53, n: 64, ars: 64, acs: 1, bs: 64, cs: 64}
	p.a, p.b, p.c = make([]F, 16*64), make([]F, 53*64), make([]F, 16*64)
	if n := testing.AllocsPerRun(10, func() { p.run(set) }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}
