package draw

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// addressedTask is a task of which everything is drawn, and values to which
// each variable can be fixed.
type addressedTask struct {
	kind  string
	fixed map[string]string
	drawn []string            // variables that are never twice the same
	moved map[string][]string // what follows from a variable
}

// with is the task with settings of its own.
func (a addressedTask) with(settings string) *plan.Plan {
	return section("kind: %s\ndt: 10\ntau: 100\nT: 400\nN_batch: 8\n%s", a.kind, settings)
}

var addressedTasks = map[string]addressedTask{
	"perceptual_discrimination": {
		kind:  "perceptual_discrimination",
		fixed: map[string]string{"coherence": "0.6", "direction": "1", "onset_time": "55.5", "stim_duration": "111.1", "stim_noise": "0"},
		drawn: []string{"onset_time", "stim_duration"},
	},
	"delayed_discrimination": {
		kind: "delayed_discrimination",
		fixed: map[string]string{"onset_time": "33.3", "stim_duration_1": "55.5", "delay_duration": "44.4", "stim_duration_2": "66.6",
			"decision_duration": "22.2", "pair": "2", "choice": "1", "stim_noise": "0"},
		drawn: []string{"onset_time", "stim_duration_1", "delay_duration", "stim_duration_2", "decision_duration"},
		moved: map[string][]string{
			"onset_time":        {"stimulus_1", "delay", "stimulus_2", "decision", "end"},
			"stim_duration_1":   {"delay", "stimulus_2", "decision", "end"},
			"delay_duration":    {"stimulus_2", "decision", "end"},
			"stim_duration_2":   {"decision", "end"},
			"decision_duration": {"end"},
			"pair":              {"f1", "f2"},
			"choice":            {"f1", "f2"},
		},
	},
	"match_to_category": {
		kind:  "match_to_category",
		fixed: map[string]string{"angle": "2.5", "stim_noise": "0"},
		drawn: []string{"angle"},
		moved: map[string][]string{"angle": {"category"}},
	},
}

// eachTask runs a test on every task in both precisions.
func eachTask(t *testing.T, single func(*testing.T, addressedTask), double func(*testing.T, addressedTask)) {
	for name, a := range addressedTasks {
		t.Run(name+"/float32", func(t *testing.T) { single(t, a) })
		t.Run(name+"/float64", func(t *testing.T) { double(t, a) })
	}
}

// Fixing one variable must leave every other one and the noise as they were,
// bit for bit, so that conditions can be compared trial by trial.
func TestFixingOneLeavesTheRest(t *testing.T) {
	eachTask(t, fixingOne[float32], fixingOne[float64])
}

func fixingOne[F kernel.Float](t *testing.T, a addressedTask) {
	const rows, first = 40, 1000
	all := draw(t, newTask[F](t, a.with(""), 3), task.Train, first, rows)
	noise := draw(t, newTask[F](t, silentTasks[a.kind](10, 400), 3), task.Train, first, rows).X
	if !onlySum(all.X, noise, noiseless[F](t, a, "", first, rows)) {
		t.Error("the inputs are not noise plus signal")
	}
	for name, value := range a.fixed {
		setting := name + ": " + value + "\n"
		some := draw(t, newTask[F](t, a.with(setting), 3), task.Train, first, rows)
		changed := false
		for k := range some.Variable {
			other := all.Names[k%len(all.Names)]
			if other == name {
				changed = changed || some.Variable[k] != all.Variable[k]
			} else if some.Variable[k] != all.Variable[k] && !slices.Contains(a.moved[name], other) {
				t.Fatalf("fixing %s changes %s of trial %d from %v to %v", name, other, first+k/len(all.Names), all.Variable[k], some.Variable[k])
			}
		}
		if !changed {
			t.Errorf("fixing %s changes nothing", name)
		}
		if name != "stim_noise" && !onlySum(some.X, noise, noiseless[F](t, a, setting, first, rows)) {
			t.Errorf("fixing %s changes the noise", name)
		}
	}
}

// noiseless returns the inputs without noise.
func noiseless[F kernel.Float](t *testing.T, a addressedTask, setting string, first uint64, rows int) []F {
	t.Helper()
	return draw(t, newTask[F](t, a.with(setting+"stim_noise: 0"), 3), task.Train, first, rows).X
}

// onlySum reports whether x = a + b, bit for bit.
func onlySum[F kernel.Float](x, a, b []F) bool {
	for k := range x {
		if x[k] != a[k]+b[k] {
			return false
		}
	}
	return true
}

// oneTrial is a trial on its own, without what depends on its place.
type oneTrial[F kernel.Float] struct {
	X, Y, Mask []F
	Variable   []float64
}

func take[F kernel.Float](trials *model.Trials[F], r int) oneTrial[F] {
	names := len(trials.Names)
	return oneTrial[F]{
		X: row(trials.X, trials.Rows, trials.I, r), Y: row(trials.Y, trials.Rows, trials.O, r),
		Mask: row(trials.Mask, trials.Rows, trials.O, r), Variable: trials.Variable[r*names : (r+1)*names],
	}
}

// A trial is the same in whatever group, batch and company it is drawn.
func TestTrialsDoNotDependOnGroups(t *testing.T) {
	eachTask(t, groups[float32], groups[float64])
}

func groups[F kernel.Float](t *testing.T, a addressedTask) {
	const total = 600
	config := a.with("")
	single := newTask[F](t, config, 3)
	alone := map[uint64]oneTrial[F]{}
	for k := range uint64(total) {
		alone[k] = take(draw(t, single, task.Train, k, 1), 0)
	}
	source := newTask[F](t, config, 3)
	for _, workers := range []int{1, 3} {
		w := sim.NewWorkers(workers)
		defer w.Close()
		for _, size := range []int{1, 5, 16, 37, 128, 600} {
			batch := sim.NewBatch(size, 1, sim.TrialSource[F](source))
			last := uint64(total - size)
			for _, first := range []uint64{0, min(7, last), last} {
				if err := batch.Draw(w, task.Train, first); err != nil {
					t.Fatal(err)
				}
				number := first
				for _, s := range batch.Groups {
					for r := range s.Rows {
						if want, got := alone[number], take(s, r); !reflect.DeepEqual(got, want) { // a Diff at every step is slow
							t.Fatalf("%d workers, batches of %d: trial %d (-alone +here):\n%s", workers, size, number, cmp.Diff(want, got))
						}
						number++
					}
				}
				if number != first+uint64(size) {
					t.Fatalf("a batch of %d has %d trials", size, number-first)
				}
			}
		}
	}
}

// Seeds, purposes and trials have draws and noise of their own. Two draws of 53
// bits are equal by chance once in 2^53.
func TestAddressesDiffer(t *testing.T) {
	eachTask(t, addresses[float32], addresses[float64])
}

func addresses[F kernel.Float](t *testing.T, a addressedTask) {
	type address struct {
		seed    uint64
		purpose string
		first   uint64
	}
	config := a.with("")
	at := map[string]map[float64]string{}
	for _, from := range []address{
		{0, task.Train, 0}, {1, task.Train, 0}, {2, task.Train, 0}, {math.MaxUint64, task.Train, 0},
		{1, task.Test, 0}, {1, "curriculum", 0}, {1, "", 0}, {2, task.Test, 0},
		{1, task.Train, 20}, {1, task.Train, 1 << 32}, {1, task.Train, 1 << 63}, {1, task.Test, 1 << 32},
	} {
		const rows = 20
		trials := draw(t, newTask[F](t, config, from.seed), from.purpose, from.first, rows)
		for r := range rows {
			who := fmt.Sprintf("trial %d for %q, seed %d", from.first+uint64(r), from.purpose, from.seed)
			mark := func(what string, value float64) {
				if at[what] == nil {
					at[what] = map[float64]string{}
				}
				if other, ok := at[what][value]; ok {
					t.Fatalf("%s is %v in %s and in %s", what, value, other, who)
				}
				at[what][value] = who
			}
			for k, name := range trials.Names {
				if slices.Contains(a.drawn, name) {
					mark(name, trials.Variable[r*len(trials.Names)+k])
				}
			}
			// Three inputs together, for one deviate has only 24 bits.
			x := row(trials.X, rows, trials.I, r)
			mark("noise", float64(x[0])+1e3*float64(x[1])+1e6*float64(x[3]))
		}
	}
	if len(at) != len(a.drawn)+1 {
		t.Errorf("only %d of %d variables and noise were compared", len(at), len(a.drawn)+1)
	}
}

// The same trial in float32 is that of float64, rounded once or twice.
func TestPrecisionsAgree(t *testing.T) {
	for name, a := range addressedTasks {
		single := draw(t, newTask[float32](t, a.with(""), 3), task.Test, 9, 50)
		double := draw(t, newTask[float64](t, a.with(""), 3), task.Test, 9, 50)
		if diff := cmp.Diff(double.Variable, single.Variable); diff != "" {
			t.Errorf("%s: variables (-float64 +float32):\n%s", name, diff)
		}
		for block, pair := range map[string]struct {
			single []float32
			double []float64
		}{"x": {single.X, double.X}, "y": {single.Y, double.Y}, "mask": {single.Mask, double.Mask}} {
			for k := range pair.double {
				if got, want := float64(pair.single[k]), pair.double[k]; math.Abs(got-want) > 0x1p-22*max(1, math.Abs(want)) {
					t.Fatalf("%s: %s[%d] is %v in float32 and %v in float64", name, block, k, got, want)
				}
			}
		}
	}
}
