package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMulAdd(t *testing.T) {
	eachMulAdd[float32](t, 0x1p-24)
	eachMulAdd[float64](t, 0x1p-53)
}

func eachMulAdd[F Float](t *testing.T, unit float64) {
	for _, set := range sets[F]() {
		t.Run(fmt.Sprintf("%s %T", set.Name, F(0)), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			size := func() int { return random.IntN(1 + []int{3, 9, 40, 70}[random.IntN(4)]) }
			for range 2000 {
				product[F]{m: size(), k: size(), n: size(), fresh: random.IntN(2) == 0}.compare(t, set, unit, random)
			}
			for m := range 6 { // every remainder of the loop's blocks
				for k := range 10 {
					product[F]{m: m, k: k, n: 33}.compare(t, set, unit, random)
					product[F]{m: m, k: k, n: 33, fresh: true}.compare(t, set, unit, random)
				}
			}
		})
	}
}

// product is one product C += A B, or C = A B, of random numbers.
type product[F Float] struct {
	fresh    bool // C = A B
	m, k, n  int
	a, b, c  []F
	ars, acs int // strides of A
	bs, cs   int
}

// layout chooses strides: A plain or transposed or with gaps in both directions.
func (p product[F]) layout(random *rand.Rand) product[F] {
	slack := func() int { return random.IntN(2) * random.IntN(20) }
	switch random.IntN(3) {
	case 0:
		p.ars, p.acs = p.k+slack(), 1
	case 1:
		p.ars, p.acs = 1, p.m+slack()
	case 2:
		p.acs = 2 + random.IntN(3)
		p.ars = p.k*p.acs + slack()
	}
	p.bs, p.cs = p.n+slack(), p.n+slack()
	numbers := func(size int) []F {
		v := make([]F, max(size, 0))
		for k := range v {
			v[k] = F(random.NormFloat64())
		}
		return v
	}
	last := func(rows, rs, cols, cs int) int { return (rows-1)*rs + (cols-1)*cs + 1 } // no entry beyond the last
	if p.m > 0 && p.k > 0 {
		p.a = numbers(last(p.m, p.ars, p.k, p.acs))
	}
	if p.k > 0 && p.n > 0 {
		p.b = numbers(last(p.k, p.bs, p.n, 1))
	}
	if p.m > 0 && p.n > 0 {
		p.c = numbers(p.m * p.cs)
	}
	return p
}

// compare holds the kernel to a plain double loop in float64, whose result a
// sum of k+1 terms in any order meets within (k+1) unit (|C| + |A| |B|).
func (p product[F]) compare(t *testing.T, set *Set[F], unit float64, random *rand.Rand) {
	t.Helper()
	p = p.layout(random)
	before := append([]F(nil), p.c...)
	call := set.MulAdd
	if p.fresh {
		call = set.Mul
	}
	call(p.m, p.k, p.n, p.a, p.ars, p.acs, p.b, p.bs, p.c, p.cs)
	for at, got := range p.c {
		i, j := at/p.cs, at%p.cs
		if j >= p.n {
			if got != before[at] {
				t.Fatalf("%s: entry (%d,%d) beside C was overwritten", p, i, j)
			}
			continue
		}
		want := float64(before[at])
		if p.fresh {
			want = 0
		}
		bound := math.Abs(want)
		for l := range p.k {
			term := float64(p.a[i*p.ars+l*p.acs]) * float64(p.b[l*p.bs+j])
			want += term
			bound += math.Abs(term)
		}
		if math.Abs(float64(got)-want) > 2*float64(p.k+1)*unit*bound || math.IsNaN(float64(got)) {
			t.Fatalf("%s: entry (%d,%d) is %v, want %v", p, i, j, got, want)
		}
	}
}

func (p product[F]) String() string {
	return fmt.Sprintf("(%d,%d) times (%d,%d), A's strides %d and %d, B's %d, C's %d", p.m, p.k, p.k, p.n, p.ars, p.acs, p.bs, p.cs)
}

func TestStride(t *testing.T) {
	for columns, want := range map[int]int{0: 0, 1: 16, 15: 16, 16: 16, 17: 32, 53: 64} {
		if got := Stride(columns); got != want {
			t.Errorf("Stride(%d) is %d, want %d", columns, got, want)
		}
	}
	m := NewMat[float32](3, 17)
	if m.Ld != 32 || len(m.Data) != 3*32 {
		t.Errorf("a matrix (3,17) has stride %d and %d entries", m.Ld, len(m.Data))
	}
}
