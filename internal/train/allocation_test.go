//go:build !race

package train

import (
	"runtime"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// An update allocates nothing and starts no goroutine.
func TestUpdateAllocatesNothing(t *testing.T) {
	shapes := []shape{{kind: "basic", noise: 0.1}}
	for _, kind := range model.Kinds {
		shapes = append(shapes, shape{kind: kind.Name})
	}
	sets := kernel.Sets[float32]()
	for k := range len(shapes) * len(sets) {
		s := shapes[k/len(sets)]
		s.kernel, s.n, s.threads, s.trials, s.steps = sets[k%len(sets)].Name, 20, 2, 40, 20
		u := s.start(t)
		u.one(t)
		before := runtime.NumGoroutine()
		if allocations := steadyAllocations(func() { u.one(t) }); allocations > 0 {
			t.Errorf("%+v: an update allocates %v times", s, allocations)
		}
		if now := runtime.NumGoroutine(); now != before {
			t.Errorf("%+v: %d goroutines, %d before", s, now, before)
		}
	}
}

// steadyAllocations is what one call allocates once there is a task's workspace
// for every worker: the pool gets another only when two workers draw trials at
// the same moment, and loses them when garbage is collected.
func steadyAllocations(call func()) float64 {
	least := testing.AllocsPerRun(20, call)
	for range 4 {
		if least > 0 {
			least = min(least, testing.AllocsPerRun(20, call))
		}
	}
	return least
}
