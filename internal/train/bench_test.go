package train

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/plan"
)

// updates is a network in training on batches of perceptual discrimination.
type updates struct {
	set     *kernel.Set[float32]
	workers *sim.Workers
	batch   *sim.Batch[float32]
	trainer *Trainer[float32]
}

// shape is what is trained: Hello World's 128 trials of 200 steps unless said.
type shape struct {
	kind          string
	n             int
	noise         float64
	threads       int
	trials, steps int
	kernel        string // of the environment if empty
	decay         decay
}

// decay is what becomes ever smaller over the steps, with neither inputs nor
// recurrent weights.
type decay int

const (
	noDecay           decay = iota
	decayingStates          // from init_state on
	decayingGradients       // backward from the last step, the only one with a target
)

func (s shape) start(b testing.TB) *updates {
	if s.kernel == "" {
		s.kernel = os.Getenv("PSYCHRNN_KERNEL")
	}
	set, err := kernel.Choose[float32](s.kernel)
	if err != nil {
		b.Fatal(err)
	}
	if s.kind == "" {
		s.kind = "basic"
	}
	if s.threads == 0 {
		s.threads = runtime.GOMAXPROCS(0)
	}
	if s.trials == 0 {
		s.trials, s.steps = 128, 200
	}
	arch := model.Arch{Kind: s.kind, N: s.n, I: 2, O: 2, Batch: s.trials, Function: model.FunctionNamed("relu"), Alpha: make([]float64, s.n)}
	for k := range arch.Alpha {
		arch.Alpha[k] = 0.1
	}
	initializer := model.StartSettings{Kind: "weight_initializer", Rand: "glorot_gauss", RandRec: "glorot_gauss"}
	net, err := model.New(model.Settings{Arch: arch, RecNoise: s.noise, Autapses: true, Initializer: initializer}, random.NewKey(1))
	if err != nil {
		b.Fatal(err)
	}
	section := fmt.Sprintf("kind: perceptual_discrimination\ndt: 10\ntau: 100\nT: %d\nN_batch: %d\n", 10*s.steps, s.trials)
	if s.decay != noDecay {
		section += fmt.Sprintf("stim_noise: 0\nonset_time: %d\nstim_duration: 0\n", 10*s.steps-35)
		for _, t := range net.Layout {
			if t.Name == "W_in" || t.Name == "W_rec" {
				clear(model.View(t, net.Theta))
			}
			if t.Name == "b_rec" && s.decay == decayingGradients {
				for k := range model.View(t, net.Theta) {
					model.View(t, net.Theta)[k] = 0.1
				}
			}
		}
	}
	config, err := plan.FromText(section)
	if err != nil {
		b.Fatal(err)
	}
	source := draw.New(config, random.NewKey(1), set, nil)
	u := &updates{set: set, workers: sim.NewWorkers(s.threads)}
	b.Cleanup(u.workers.Close)
	u.batch = sim.NewBatch(s.trials, s.n, sim.TrialSource[float32](source))
	engine, err := grad.NewEngine(net, grad.Config{Loss: "mean_squared_error"}, set, u.workers, u.batch, 0)
	if err != nil {
		b.Fatal(err)
	}
	u.trainer = New(net, Config{LearningRate: constant(1e-4), Optimizer: Optimizer{Kind: "adam"}, ClipGrads: Clip{Norm: 1}, LossEpoch: math.MaxInt}, engine)
	return u
}

// one draws a batch and makes an update.
func (u *updates) one(b testing.TB) {
	if err := u.batch.Draw(u.workers, task.Train, uint64(u.trainer.at.Update*u.batch.Size)); err != nil {
		b.Fatal(err)
	}
	if _, err := u.trainer.Update(u.batch); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkUpdate times updates, batch included, and reports the useful
// floating-point operations, B T (6 n^2 + 20 n), as a share of what the
// processor's multiply-adds reach in the same run.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{50, 100, 256, 512, 1000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			u := shape{n: n}.start(b)
			u.one(b)
			b.ReportAllocs()
			before := peak(u.set, u.workers)
			for b.Loop() {
				u.one(b)
			}
			reached := float64(128*200*(6*n*n+20*n)) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(reached/1e9, "GFLOP/s")
			b.ReportMetric(reached/max(before, peak(u.set, u.workers)), "of-peak")
		})
	}
}

// peak is the floating-point operations a second that a loop of nothing but
// multiply-adds reaches on all workers, the best of some tries.
func peak[F kernel.Float](set *kernel.Set[F], workers *sim.Workers) (best float64) {
	for range 5 {
		var operations atomic.Int64
		began := time.Now()
		workers.Run(workers.Len(), func(_, _ int) { operations.Add(int64(set.Peak(200_000))) })
		best = max(best, float64(operations.Load())/time.Since(began).Seconds())
	}
	return best
}

// BenchmarkRatio reports how many times longer an update of one shape takes
// than one of another, the two timed in turns.
func BenchmarkRatio(b *testing.B) {
	two := max(2, runtime.GOMAXPROCS(0))
	type ratio struct {
		name    string
		a, than shape
	}
	list := []ratio{
		{"one-thread-to-two,n=100", shape{n: 100, threads: 1}, shape{n: 100, threads: two}},
		{"one-thread-to-two,n=256", shape{n: 256, threads: 1}, shape{n: 256, threads: two}},
		{"noise-to-none,n=50", shape{n: 50, noise: 0.1}, shape{n: 50}},
		{"lstm-to-basic,n=50", shape{kind: "lstm", n: 50}, shape{n: 50}},
	}
	for _, set := range kernel.Sets[float32]() {
		if set.Name == "go" {
			continue
		}
		long := shape{n: 50, trials: 16, steps: 10000, kernel: set.Name}
		small, fading := long, long
		small.decay, fading.decay = decayingStates, decayingGradients
		list = append(list,
			ratio{"active-to-decaying-states," + set.Name, long, small},
			ratio{"active-to-decaying-gradients," + set.Name, long, fading})
	}
	for _, r := range list {
		b.Run(r.name, func(b *testing.B) {
			x, y := r.a.start(b), r.than.start(b)
			best := [2]time.Duration{math.MaxInt64, math.MaxInt64}
			for b.Loop() {
				for range 12 {
					for k, u := range []*updates{x, y} {
						u.one(b)
						began := time.Now()
						u.one(b)
						u.one(b)
						best[k] = min(best[k], time.Since(began))
					}
				}
			}
			b.ReportMetric(float64(best[0])/float64(best[1]), "times")
		})
	}
}
