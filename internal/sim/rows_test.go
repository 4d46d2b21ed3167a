package sim

import (
	"math"
	"testing"
)

// A group has the fewest multiples of 16 trials, 32 of large networks, with
// which a batch is no more than 32 groups; that is told of any number at once.
func TestGroupRows(t *testing.T) {
	for _, n := range []int{50, 700} {
		step := 16
		if n >= 700 {
			step = 32
		}
		for b := 1; b < 5000; b++ {
			want := step
			for want*32 < b {
				want += step
			}
			if got := GroupRows(b, n); got != min(want, b) {
				t.Fatalf("%d trials, %d units: %d rows, want %d", b, n, got, min(want, b))
			}
		}
		if rows := GroupRows(math.MaxInt, n); rows < math.MaxInt/32 {
			t.Errorf("%d rows", rows)
		}
	}
}
