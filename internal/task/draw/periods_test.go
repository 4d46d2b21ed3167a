package draw

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/kernel"
	"psychrnn/internal/random"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// A period's steps, told after the trials were drawn, are those at which a rule
// in the period held: drawn, given and calculated ones, outside of the sequence
// and beyond its end, absent, and those of a catch trial.
func TestPeriod(t *testing.T) {
	names := []string{"fixed", "drawn", "rest", "span", "absent", "early"}
	text := `{dt: 10, tau: 100, N_batch: 4, T: 500, inputs: 1, outputs: 6,
trial: {k: "choice(0, 1)", from: "uniform(0, 400)"}, parameters: {c: 35},
periods: {fixed: 2*c, drawn: "uniform(5, 100)", rest: "where(k > 0, 200, 0)",
  span: {from: from, to: "from + 100"}, absent: {from: 300, to: 200}, early: {from: -50, to: 15}},
y: [{in: fixed, channel: 0, set: 1}, {in: drawn, channel: 1, set: 1}, {in: rest, channel: 2, set: 1},
  {in: span, channel: 3, set: 1}, {in: absent, channel: 4, set: 1}, {in: early, channel: 5, set: 1}]}`
	config, err := plan.FromText(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(names, config.PeriodNames()); diff != "" {
		t.Fatal(diff)
	}
	source := New(config, random.NewKey(5), kernel.Plain[float64](), nil)
	const rows = 50
	trials := draw(t, source, task.Test, 7, rows)
	for k, name := range names {
		steps, err := source.Period(trials, name)
		if err != nil || len(steps) != rows {
			t.Fatalf("%s: %d trials, %v", name, len(steps), err)
		}
		for r, in := range steps {
			for step := range trials.T {
				on := trials.Y[(step*rows+r)*len(names)+k] == 1
				if on != (in[0] <= step && step < in[1]) {
					t.Fatalf("%s of trial %d is %v, but the rule at step %d says %v", name, r, in, step, on)
				}
			}
		}
	}
}
