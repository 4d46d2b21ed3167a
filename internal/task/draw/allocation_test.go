//go:build !race

package draw

import (
	"testing"

	"psychrnn/internal/model"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// Once a worker has its memory, drawing allocates nothing.
func TestDrawingAllocatesNothing(t *testing.T) {
	tasks := map[string]*plan.Plan{
		"everything": section("{dt: 10, tau: 100, N_batch: 16, inputs: {a: 1, ring: 4}, outputs: 2, " +
			"trial: {side: \"choice(0, 1)\", v: {value: \"normal(0, 1)\", each: 3}, e: sum(s)}, " +
			"periods: {wait: \"uniform(50, 100)\", go: 100}, signals: {s: poisson(0.1) * (t in go)}, noise: {ring: 0.1}, " +
			"x: [{in: wait, when: t > 20 or side, channel: ring, set: \"ring(v[0], 1)\"}, {channel: a, add: s}], " +
			"y: [{in: [go, wait], channel: side, set: e}]}"),
	}
	for _, kind := range task.BuiltInNames() {
		tasks[kind] = section("{kind: %s, dt: 10, tau: 100, T: 2000, N_batch: 128}", kind)
	}
	for name, c := range tasks {
		source := newTask[float32](t, c, 1)
		steps, i, o := source.Shape()
		trials := model.NewTrials[float32](16, steps, i, o)
		once := func() {
			if err := source.Trials(trials, task.Train); err != nil {
				t.Fatal(err)
			}
			trials.First += 16
		}
		once()
		if n := testing.AllocsPerRun(20, once); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
