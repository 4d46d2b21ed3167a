//go:build !race

package train

import (
	"runtime"
	"testing"
)

// An update allocates nothing and starts no goroutine.
func TestUpdateAllocatesNothing(t *testing.T) {
	for _, s := range []shape{
		{n: 20, noise: 0.1, threads: 2, trials: 40, steps: 20},
		{kind: "lstm", n: 20, threads: 2, trials: 40, steps: 20},
	} {
		u := s.start(t)
		u.one(t)
		before := runtime.NumGoroutine()
		if allocations := testing.AllocsPerRun(20, func() { u.one(t) }); allocations > 0 {
			t.Errorf("%+v: an update allocates %v times", s, allocations)
		}
		if now := runtime.NumGoroutine(); now != before {
			t.Errorf("%+v: %d goroutines, %d before", s, now, before)
		}
	}
}
