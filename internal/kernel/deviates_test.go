package kernel

import (
	"fmt"
	"math"
	"testing"

	"psychrnn/internal/random"
)

// referenceNormal returns the first n normal deviates of an address.
func referenceNormal(k random.Key, n int) []float64 {
	s := k.Stream()
	var x, y [Lane]uint32
	var out []float64
	for len(out) < n {
		s.Next(&x)
		s.Next(&y)
		var cosines, sines [Lane]float64
		var radii [Lane]float64
		for l := range radii {
			radii[l] = math.Sqrt(-2 * math.Log((float64(x[l]>>1)+0.5)/(1<<31)))
			angle := 2 * math.Pi * float64(int32(y[l])) / (1 << 32)
			cosines[l], sines[l] = radii[l]*math.Cos(angle), radii[l]*math.Sin(angle)
		}
		out = append(append(out, cosines[:]...), sines[:]...)
	}
	return out[:n]
}

// sets are all versions of the kernels that run here.
func sets[F Float]() []*Set[F] { return append(fast[F](), Plain[F]()) }

func TestNormal(t *testing.T) {
	eachNormal[float32](t)
	eachNormal[float64](t)
}

func eachNormal[F Float](t *testing.T) {
	for _, set := range sets[F]() {
		t.Run(fmt.Sprintf("%s %T", set.Name, F(0)), func(t *testing.T) {
			frozenNormal(t, set)
			for _, rows := range []int{1, 2, 3, 16, 17} {
				for _, n := range []int{0, 1, 2, 15, 16, 17, 31, 32, 33, 64, 100} {
					normalRows(t, set, rows, n, n)
					normalRows(t, set, rows, n, n+5)
				}
			}
		})
	}
}

// frozenNormal holds the deviates of one address to numbers computed once.
func frozenNormal[F Float](t *testing.T, set *Set[F]) {
	t.Helper()
	dst := make([]F, 2*Lane)
	set.Normal(dst, len(dst), len(dst), []random.Stream{random.NewKey(1).Stream()})
	for k, want := range map[int]float64{
		0: 1.4671750939671917, Lane: 0.7180229725528422,
		1: 1.1758539797240672, Lane + 1: -0.4420274341479872,
		15: 0.6037201751476021, Lane + 15: 0.7360137069964011,
	} {
		if got := float64(dst[k]); math.Abs(got-want) > 1e-6 {
			t.Errorf("deviate %d is %v, want %v", k, got, want)
		}
	}
}

// normalRows compares every row, drawn in two calls, with the reference, and
// what lies between the rows with what was there before.
func normalRows[F Float](t *testing.T, set *Set[F], rows, n, ld int) {
	t.Helper()
	const untouched = 77
	streams := make([]random.Stream, rows)
	for r := range streams {
		streams[r] = random.NewKey(3).Number(uint64(r)).Stream()
	}
	calls := 2
	used := (n + 2*Lane - 1) / (2 * Lane) * 2 * Lane // a call throws away the rest of a pair
	for call := range calls {
		dst := make([]F, rows*ld)
		for k := range dst {
			dst[k] = untouched
		}
		set.Normal(dst, n, ld, streams)
		for r := range rows {
			reference := referenceNormal(random.NewKey(3).Number(uint64(r)), calls*used)[call*used:]
			for k, got := range dst[r*ld : (r+1)*ld] {
				want := float64(untouched)
				if k < n {
					want = reference[k]
				}
				if math.Abs(float64(got)-want) > 1e-6*math.Max(1, math.Abs(want)) || math.Trunc(want) == untouched && got != untouched {
					t.Fatalf("%d rows of %d (stride %d), call %d: entry %d of row %d is %v, want %v", rows, n, ld, call, k, r, got, want)
				}
				if F(float32(got)) != got {
					t.Fatalf("deviate %v is no float32 number", got)
				}
			}
		}
	}
}
