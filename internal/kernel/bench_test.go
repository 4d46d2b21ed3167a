package kernel

import (
	"fmt"
	"testing"
	"time"

	"psychrnn/internal/random"
)

// BenchmarkMulAdd times the products of a network of n units, 2 inputs, 2
// outputs and groups of 16 trials. useful/peak is the share of the multiply-add
// peak, measured beside it, that went into columns which are not padding.
func BenchmarkMulAdd(b *testing.B) {
	for _, name := range []string{"avx512", "avx2", "go"} {
		set, err := Choose[float32](name)
		if err != nil {
			continue
		}
		for _, n := range []int{50, 100, 256, 512, 1000} {
			in, out, rows := n+3, n+2, 16
			if n == 1000 {
				rows = 64
			}
			for _, s := range []struct {
				name             string
				m, k, n, columns int
				transposed       bool
			}{
				{"forward", rows, in, Stride(out), out, false},
				{"backward", rows, out, Stride(in), in, false},
				{"gradient", out, 64, Stride(in), in, true},
			} {
				p := mulCall[float32]{m: s.m, k: s.k, n: s.n, bs: s.n, cs: s.n, ars: Stride(s.k), acs: 1}
				if s.transposed {
					p.ars, p.acs = 1, Stride(s.m)
				}
				p.a = numbers((p.m-1)*p.ars + (p.k-1)*p.acs + 1)
				p.b, p.c = numbers(p.k*p.bs), numbers(p.m*p.cs)
				b.Run(fmt.Sprintf("%s/n=%d/%s", name, n, s.name), func(b *testing.B) {
					reportShare(b, set, 2*float64(s.m*s.k*s.columns), func() { p.run(set) })
				})
			}
		}
	}
}

// reportShare runs f and the peak loop in turns and compares the fastest of
// each, since other work on the machine slows down both.
func reportShare(b *testing.B, set *Set[float32], operations float64, f func()) {
	const rounds = 2000
	times := max(1, int(1e6/operations))
	fastest, peak := time.Hour, time.Hour
	perRound := float64(set.Peak(1))
	for range b.N/times + 50 {
		start := time.Now()
		set.Peak(rounds)
		middle := time.Now()
		for range times {
			f()
		}
		peak = min(peak, middle.Sub(start))
		fastest = min(fastest, time.Since(middle))
	}
	rate := operations * float64(times) / float64(fastest)
	b.ReportMetric(rate, "GFLOP/s")
	b.ReportMetric(rate/(perRound*rounds/float64(peak)), "useful/peak")
}

// numbers are small numbers, as weights and states are.
func numbers(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i*7919%1000-500) * 1e-3
	}
	return x
}

// BenchmarkNormal draws the recurrent noise of a step: a row a trial.
func BenchmarkNormal(b *testing.B) {
	for _, name := range []string{"avx512", "avx2", "go"} {
		set, err := Choose[float32](name)
		if err != nil {
			continue
		}
		for _, n := range []int{50, 400, 1000} {
			b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
				x, s := make([]float32, 16*Stride(n)), make([]random.Stream, 16)
				for i := range s {
					s[i].Seed(random.NewKey(uint64(i)))
				}
				for b.Loop() {
					set.Normal(x, n, Stride(n), s)
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N*16*n), "ns/deviate")
			})
		}
	}
}

// BenchmarkElements goes over a group's states, 16 rows of 50 or 1000.
func BenchmarkElements(b *testing.B) {
	for _, name := range []string{"avx512", "avx2", "go"} {
		set, err := Choose[float32](name)
		if err != nil {
			continue
		}
		for _, n := range []int{50, 400, 1000} {
			for _, e := range elements[float32]() {
				if e.name == "normal" {
					continue
				}
				b.Run(fmt.Sprintf("%s/n=%d/%s", name, n, e.name), func(b *testing.B) {
					c := call[float32]{element: e, rows: 16, n: n, keep: numbers(n)}
					for range e.blocks {
						c.x = append(c.x, Rows[float32]{numbers(16 * Stride(n)), Stride(n)})
					}
					for b.Loop() {
						c.run(set)
					}
					b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N*16*n), "ns/number")
				})
			}
		}
	}
}
