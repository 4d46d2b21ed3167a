package plan

import "testing"

// A time of so many steps has so many, whatever their rounding.
func TestLength(t *testing.T) {
	for _, dt := range []float64{0.01, 0.1, 0.3, 0.7, 1.1, 3.3, 10, 1.0 / 3} {
		for n := 1; n < 500; n++ {
			if got := stepsOf(durationOf(n, dt), dt); got != n {
				t.Errorf("%d steps of %v became %d", n, dt, got)
			}
		}
	}
}
