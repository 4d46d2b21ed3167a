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
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// BenchmarkUpdate times updates of Hello World's shape, batch included, and
// reports the useful floating-point operations, B T (6 n^2 + 20 n), as a share
// of what the processor's multiply-adds reach in the same run.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{50, 100, 256, 512, 1000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) { benchmarkUpdate(b, "basic", n, 0) })
	}
	b.Run("n=50,noise", func(b *testing.B) { benchmarkUpdate(b, "basic", 50, 0.1) })
	b.Run("n=50,lstm", func(b *testing.B) { benchmarkUpdate(b, "lstm", 50, 0) })
}

func benchmarkUpdate(b *testing.B, kind string, n int, noise float64) {
	set, err := kernel.Choose[float32](os.Getenv("PSYCHRNN_KERNEL"))
	if err != nil {
		b.Fatal(err)
	}
	const trials, steps = 128, 200
	arch := model.Arch{Kind: kind, N: n, I: 2, O: 2, Batch: trials, Transfer: "relu", Alpha: make([]float64, n)}
	for k := range arch.Alpha {
		arch.Alpha[k] = 0.1
	}
	net, err := model.New(model.Settings{Arch: arch, RecNoise: noise, Autapses: true,
		Initializer: model.Initializer{Kind: "weight_initializer", Rand: "glorot_gauss", RandRec: "glorot_gauss"}}, kernel.NewKey(1))
	if err != nil {
		b.Fatal(err)
	}
	source, err := task.New(task.Config{Kind: "perceptual_discrimination", Dt: 10, Tau: 100, T: 10 * steps, N_batch: trials, StimNoise: 0.1}, kernel.NewKey(1), set)
	if err != nil {
		b.Fatal(err)
	}
	workers := sim.NewWorkers(runtime.GOMAXPROCS(0))
	defer workers.Close()
	batch := sim.NewBatch(trials, sim.Source[float32](source))
	engine, err := grad.NewEngine(net, grad.Config{Loss: "mean_squared_error"}, set, workers, batch, 0)
	if err != nil {
		b.Fatal(err)
	}
	trainer := New(net, Config{LearningRate: 1e-4, ClipGrads: true, LossEpoch: math.MaxInt}, engine)
	b.ReportAllocs()
	before := peak(set, workers)
	for b.Loop() {
		if err := batch.Draw(workers, task.Train, uint64(trainer.update*trials)); err != nil {
			b.Fatal(err)
		}
		if _, err := trainer.Update(batch); err != nil {
			b.Fatal(err)
		}
	}
	reached := float64(trials*steps*(6*n*n+20*n)) * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(reached/1e9, "GFLOP/s")
	b.ReportMetric(reached/max(before, peak(set, workers)), "of-peak")
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
