package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// eachSet runs a test on every set this processor has, in both precisions.
func eachSet(t *testing.T, f32 func(*testing.T, *Set[float32]), f64 func(*testing.T, *Set[float64])) {
	run(t, "float32", f32)
	run(t, "float64", f64)
}

func run[F Float](t *testing.T, precision string, f func(*testing.T, *Set[F])) {
	for _, set := range sets[F]() {
		t.Run(set.Name+"/"+precision, func(t *testing.T) { f(t, set) })
	}
}

// pattern is the bits of a number.
func pattern[F Float](x F) uint64 {
	if unsafe.Sizeof(x) == 4 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(float64(x))
}

// epsilon is the distance from 1 to the next number.
func epsilon[F Float]() float64 {
	if unsafe.Sizeof(F(0)) == 4 {
		return 0x1p-23
	}
	return 0x1p-52
}

// fill overwrites x with normal deviates.
func fill[F Float](r *rand.Rand, x []F) {
	for i := range x {
		x[i] = F(r.NormFloat64())
	}
}

// same reports the first entry that differs in its bits; any NaN equals another.
func same[F Float](t *testing.T, what string, got, want []F) {
	t.Helper()
	for i := range want {
		if pattern(got[i]) != pattern(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
			t.Fatalf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestChoose(t *testing.T) {
	best, err := Choose[float32]("")
	if err != nil || best.Name != sets[float32]()[0].Name {
		t.Fatalf("the default is %v, %v", best, err)
	}
	if _, err := Choose[float64]("sse"); err == nil {
		t.Fatal("a set that does not exist was chosen")
	}
	eachSet(t, chosen[float32], chosen[float64])
	classes := map[string]string{}
	for _, s := range sets[float32]() {
		classes[s.Name] = s.Numerics
	}
	t.Log(classes) // the sets that this processor has; the others are left out everywhere
	if classes["avx512"] != "" && classes["avx512"] != classes["avx2"] || classes["avx2"] == classes["go"] {
		t.Fatalf("numerics are %v", classes)
	}
}

func chosen[F Float](t *testing.T, set *Set[F]) {
	got, err := Choose[F](set.Name)
	if err != nil || got.Name != set.Name {
		t.Fatalf("Choose(%q) is %v, %v", set.Name, got, err)
	}
	if n := set.Peak(3); n <= 0 || n%3 != 0 {
		t.Fatalf("%d operations in three rounds", n)
	}
}
