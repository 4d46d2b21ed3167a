package task

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
)

// addressedTask is a task of which everything is drawn, and the ways to fix
// each variable.
type addressedTask struct {
	config Config
	fixed  map[string]func(*Config)
	drawn  []string // variables that are never twice the same
}

var addressedTasks = map[string]addressedTask{
	"perceptual_discrimination": {
		config: Config{Kind: "perceptual_discrimination", Dt: 10, Tau: 100, T: 400, StimNoise: 0.1},
		fixed: map[string]func(*Config){
			"coherence":     func(c *Config) { c.Coherence = pointer(0.6) },
			"direction":     func(c *Config) { c.Direction = pointer(1) },
			"onset_time":    func(c *Config) { c.OnsetTime = pointer(55.5) },
			"stim_duration": func(c *Config) { c.Duration = pointer(111.1) },
			"stim_noise":    func(c *Config) { c.StimNoise = 0 },
		},
		drawn: []string{"onset_time", "stim_duration"},
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
	all := draw(t, newTask[F](t, a.config, 3), Train, first, rows)
	noise := draw(t, newTask[F](t, silentTasks[a.config.Kind](a.config.Dt, a.config.T), 3), Train, first, rows).X
	if !onlySum(all.X, noise, noiseless[F](t, a.config, first, rows)) {
		t.Error("the inputs are not noise plus signal")
	}
	for name, fix := range a.fixed {
		c := a.config
		fix(&c)
		some := draw(t, newTask[F](t, c, 3), Train, first, rows)
		changed := false
		for k := range some.Variable {
			other := all.Names[k%len(all.Names)]
			if other == name {
				changed = changed || some.Variable[k] != all.Variable[k]
			} else if some.Variable[k] != all.Variable[k] {
				t.Fatalf("fixing %s changes %s of trial %d from %v to %v", name, other, first+k/len(all.Names), all.Variable[k], some.Variable[k])
			}
		}
		if !changed {
			t.Errorf("fixing %s changes nothing", name)
		}
		if c.StimNoise == a.config.StimNoise && !onlySum(some.X, noise, noiseless[F](t, c, first, rows)) {
			t.Errorf("fixing %s changes the noise", name)
		}
	}
}

// noiseless returns the inputs without noise.
func noiseless[F kernel.Float](t *testing.T, c Config, first uint64, rows int) []F {
	t.Helper()
	c.StimNoise = 0
	return draw(t, newTask[F](t, c, 3), Train, first, rows).X
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

// A trial is the same in whatever shard, batch and company it is drawn.
func TestTrialsDoNotDependOnShards(t *testing.T) {
	eachTask(t, shards[float32], shards[float64])
}

func shards[F kernel.Float](t *testing.T, a addressedTask) {
	const total = 600
	alone := map[uint64]oneTrial[F]{}
	for k := range uint64(total) {
		alone[k] = take(draw(t, newTask[F](t, a.config, 3), Train, k, 1), 0)
	}
	source := newTask[F](t, a.config, 3)
	for _, workers := range []int{1, 3} {
		w := sim.NewWorkers(workers)
		defer w.Close()
		for _, size := range []int{1, 5, 16, 37, 128, 600} {
			batch := sim.NewBatch(size, 1, sim.Source[F](source))
			last := uint64(total - size)
			for _, first := range []uint64{0, min(7, last), last} {
				if err := batch.Draw(w, Train, first); err != nil {
					t.Fatal(err)
				}
				number := first
				for _, s := range batch.Shards {
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
	at := map[string]map[float64]string{}
	for _, from := range []address{
		{0, Train, 0}, {1, Train, 0}, {2, Train, 0}, {math.MaxUint64, Train, 0},
		{1, Test, 0}, {1, "curriculum", 0}, {1, "", 0}, {2, Test, 0},
		{1, Train, 20}, {1, Train, 1 << 32}, {1, Train, 1 << 63}, {1, Test, 1 << 32},
	} {
		const rows = 20
		trials := draw(t, newTask[F](t, a.config, from.seed), from.purpose, from.first, rows)
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
		single := draw(t, newTask[float32](t, a.config, 3), Test, 9, 50)
		double := draw(t, newTask[float64](t, a.config, 3), Test, 9, 50)
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
