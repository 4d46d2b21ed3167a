package lesion_test

import (
	"context"
	"math"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"slices"
	"testing"
)

// array is inputs (B,T,i).
type array[F kernel.Float] struct {
	x     []float64
	shape []int
}

func (a array[F]) Shape() (t, i int) { return a.shape[1], a.shape[2] }

func (a array[F]) Begin(first uint64, rows int) (sim.InputStream[F], error) {
	i := a.shape[2]
	return sim.InputStream[F]{Fill: func(x []F, step, steps int) {
		for s := range steps {
			for r := range rows {
				for c := range i {
					x[(s*rows+r)*i+c] = F(a.x[((int(first)+r)*a.shape[1]+step+s)*i+c])
				}
			}
		}
	}}, nil
}

// repeated gives the same factors again and again, or one after the other.
type repeated struct {
	factors []float64
	size    int
	at      *int
}

func (r repeated) Next() ([]float64, error) {
	f := r.factors[*r.at*r.size:][:r.size]
	if len(r.factors) > r.size {
		*r.at++
	}
	return f, nil
}

func (repeated) Close() error { return nil }

// simulation prepares a network; factors (T,n,n) may be nil.
func simulation[F kernel.Float](net *model.Network, set *kernel.Set[F], threads int, factors []float64) *sim.Simulation[F] {
	m := &sim.Simulation[F]{Net: net, Set: set, Workers: sim.NewWorkers(threads), Noise: random.NewKey(1), Purpose: "test"}
	for _, v := range net.Theta {
		m.Eff = append(m.Eff, F(v))
	}
	if factors != nil {
		m.Connectivity = func() (sim.Connectivity, error) { return repeated{factors, net.N * net.N, new(int)}, nil }
	}
	return m
}

// result is what came out, (B,T,.).
type result[F kernel.Float] struct{ outputs, states []F }

func simulate[F kernel.Float](t testing.TB, m *sim.Simulation[F], in sim.Inputs[F], trials int) result[F] {
	t.Helper()
	defer m.Workers.Close()
	steps, _ := in.Shape()
	o, n := m.Net.O, m.Net.N
	r := result[F]{make([]F, trials*steps*o), make([]F, trials*steps*n)}
	if err := m.Run(context.Background(), in, trials, func(p sim.Piece[F]) error {
		at := p.Trial*steps + p.Step
		copy(r.outputs[at*o:], p.Outputs)
		copy(r.states[at*n:], p.States)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	var worst float64
	for k := range got {
		worst = max(worst, math.Abs(got[k]-want[k]))
		if math.IsNaN(got[k]) {
			worst = math.Inf(1)
		}
	}
	if worst > tolerance {
		t.Errorf("%s: off by %g", what, worst)
	}
}

// same asks for the same bits.
func same[F kernel.Float](t *testing.T, what string, a, b result[F]) {
	t.Helper()
	if !slices.Equal(a.outputs, b.outputs) || !slices.Equal(a.states, b.states) {
		t.Errorf("%s: not the same bits", what)
	}
}
