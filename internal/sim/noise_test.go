package sim

import (
	"math"
	"slices"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/random"
)

// draw returns the noise of steps 0..steps-1 for trials first, first+1, ...
func draw[F kernel.Float](set *kernel.Set[F], alpha []float64, first uint64, rows, steps int) [][]F {
	ld := kernel.Stride(len(alpha))
	n := NewNoise(0.3, alpha, rows, ld, set)
	n.Begin(random.NewKey(4), first, rows)
	out := make([][]F, steps)
	for t := range out {
		out[t] = make([]F, rows*ld)
		n.Drive()(t, out[t], ld)
	}
	return out
}

// The standard deviation of each unit is sqrt(2 alpha) rec_noise. Of 40,000
// deviates one that is off by 2.5 % is noticed; a right one is refused once in
// a billion runs.
func TestNoiseScale(t *testing.T) {
	alpha := []float64{0.1, 0.5, 1}
	for _, set := range kernel.Sets[float32]() {
		const rows, steps = 40, 1000
		out := draw(set, alpha, 0, rows, steps)
		for k, a := range alpha {
			var sum, square float64
			for _, step := range out {
				for r := range rows {
					v := float64(step[r*kernel.Stride(len(alpha))+k])
					sum, square = sum+v, square+v*v
				}
			}
			const count = rows * steps
			want := math.Sqrt(2*a) * 0.3
			if got := math.Sqrt(square / count); math.Abs(got/want-1) > 6/math.Sqrt(2*count) {
				t.Errorf("%s, alpha %g: standard deviation %g, want %g", set.Name, a, got, want)
			}
			if mean := sum / count; math.Abs(mean) > 6*want/math.Sqrt(count) {
				t.Errorf("%s, alpha %g: mean %g", set.Name, a, mean)
			}
		}
	}
}

// A trial's noise is its own: it does not depend on the trials beside it, and
// goes on over the blocks of steps without repeating itself.
func TestNoiseIsAddressed(t *testing.T) {
	alpha := []float64{0.1, 0.2, 0.3, 0.4, 0.5}
	set := kernel.Plain[float64]()
	ld := kernel.Stride(len(alpha))
	const rows, steps = 7, 2*blockSteps + 3
	together := draw(set, alpha, 10, rows, steps)
	for r := range rows {
		alone := draw(set, alpha, 10+uint64(r), 1, steps)
		for step := range steps {
			if !slices.Equal(alone[step][:len(alpha)], together[step][r*ld:][:len(alpha)]) {
				t.Fatalf("trial %d has other noise alone than among others at step %d", r, step)
			}
		}
	}
	seen := map[float64]bool{}
	for _, step := range together {
		seen[step[0]] = true
	}
	if len(seen) < steps {
		t.Errorf("only %d of %d values of a unit differ", len(seen), steps)
	}
	if NewNoise(0, alpha, rows, ld, set).Drive() != nil {
		t.Error("no noise should be nothing to add")
	}
}
