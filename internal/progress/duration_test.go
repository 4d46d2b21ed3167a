package progress

import (
	"math"
	"testing"
	"time"
)

// No number of seconds becomes a time before now, or none.
func TestSeconds(t *testing.T) {
	for s, want := range map[float64]time.Duration{
		1.5: 1500 * time.Millisecond, 1e-12: 1, 0: 1, 1e11: math.MaxInt64, 9223372036.854775807: math.MaxInt64, math.Inf(1): math.MaxInt64,
	} {
		if got := Seconds(s); got != want {
			t.Errorf("%g: %v, want %v", s, got, want)
		}
	}
}
