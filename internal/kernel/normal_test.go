package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"psychrnn/internal/random"
)

// TestNormalAgainstPlain compares every set with the plain loop: the deviates to rounding,
// the streams afterwards and what lies between the rows to the bit.
func TestNormalAgainstPlain(t *testing.T) { eachSet(t, testNormal[float32], testNormal[float64]) }

func testNormal[F Float](t *testing.T, set *Set[F]) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		rows, n := 1+r.IntN(5), r.IntN(1+r.IntN(400))
		ld := n + r.IntN(20)
		got := guarded[F](t, max(0, (rows-1)*ld+n), r.IntN(2) == 0)
		fill(r, got)
		want := append([]F(nil), got...)
		s := make([]random.Stream, rows)
		for i := range s {
			s[i].Seed(random.NewKey(r.Uint64()))
		}
		plain := append([]random.Stream(nil), s...)
		set.Normal(got, n, ld, s)
		Plain[F]().Normal(want, n, ld, plain)
		for i := range s {
			if s[i] != plain[i] {
				t.Fatalf("%d rows of %d: stream %d went elsewhere", rows, n, i)
			}
		}
		for i := range want {
			if d := math.Abs(float64(got[i] - want[i])); ld > 0 && i%ld >= n && d != 0 || !(d < 1e-6) {
				t.Fatalf("%d rows of %d in %d: entry %d is %v, want %v", rows, n, ld, i, got[i], want[i])
			}
		}
	}
}

// TestNormalExtremes sets the generators to what gives the largest and the
// smallest radii.
func TestNormalExtremes(t *testing.T) {
	eachSet(t, testExtremes[float32], testExtremes[float64])
}

func testExtremes[F Float](t *testing.T, set *Set[F]) {
	r := rand.New(rand.NewPCG(7, 8))
	largest := 0.0
	for _, x := range []uint32{0, 1, 2, 3, 4, 1 << 24, 1<<25 - 1, 0xb504f333, 0xb504f334, 0xb504f335,
		0xb504f400, 0xffffff00, 0xfffffffc, 0xfffffffd, 0xfffffffe, 0xffffffff} {
		for range 20 {
			s := []random.Stream{streamOf(r, x)}
			plain := []random.Stream{s[0]}
			got, want := make([]F, 2*Lane), make([]F, 2*Lane)
			set.Normal(got, 2*Lane, 2*Lane, s)
			Plain[F]().Normal(want, 2*Lane, 2*Lane, plain)
			for i := range want {
				d := math.Abs(float64(got[i] - want[i]))
				if !(d < 1e-6) {
					t.Fatalf("number %#x: entry %d is %v, want %v", x, i, got[i], want[i])
				}
				largest = max(largest, d)
			}
		}
	}
	if set.Name != "go" && largest == 0 {
		t.Error("the plain loop was compared with itself")
	}
}

// streamOf is a stream whose generators all yield x first.
func streamOf(r *rand.Rand, x uint32) (s random.Stream) {
	for l := range Lane { // rotl(a+d, 7) + a with a = 0
		s.Words[1][l], s.Words[2][l], s.Words[3][l] = r.Uint32(), r.Uint32(), x>>7|x<<25
	}
	return s
}
