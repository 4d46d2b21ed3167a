package progress

// Seconds as times of the clock, however many there are.

import (
	"math"
	"time"
)

// Seconds is a time of so many seconds, at least a nanosecond. Of more than it
// can hold, 292 years, it is the most.
func Seconds(s float64) time.Duration {
	if s >= float64(math.MaxInt64)/float64(time.Second) {
		return math.MaxInt64
	}
	return max(1, time.Duration(s*float64(time.Second)))
}
