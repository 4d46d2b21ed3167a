// Package simtest is for tests alone: simulations of a network on inputs that a test
// makes, whose results are compared.
package simtest

import (
	"context"
	"math"
	"slices"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

// Inputs are (B,T,i).
type Inputs[F kernel.Float] struct {
	X     []float64
	Sizes []int
}

// Steps is the number of steps of every trial.
func (a Inputs[F]) Steps() int { return a.Sizes[1] }

// Begin gives what some of the trials meet.
func (a Inputs[F]) Begin(first uint64, rows int) (sim.InputStream[F], error) {
	i := a.Sizes[2]
	return sim.InputStream[F]{Fill: func(x []F, step, steps int) {
		for s := range steps {
			for r := range rows {
				for c := range i {
					x[(s*rows+r)*i+c] = F(a.X[((int(first)+r)*a.Sizes[1]+step+s)*i+c])
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

// Prepare makes the simulation of a network; factors (T,n,n) may be nil.
func Prepare[F kernel.Float](net *model.Network, set *kernel.Set[F], threads int, factors []float64) *sim.Simulation[F] {
	m := &sim.Simulation[F]{Net: net, Set: set, Workers: sim.NewWorkers(threads), Noise: random.NewKey(1), Purpose: "test"}
	for _, v := range net.Theta {
		m.Eff = append(m.Eff, F(v))
	}
	if factors != nil {
		m.Connectivity = func() (sim.Connectivity, error) { return repeated{factors, net.N * net.N, new(int)}, nil }
	}
	return m
}

// Result is what came out, (B,T,.).
type Result[F kernel.Float] struct{ Outputs, States []F }

// Made are inputs that a test makes.
type Made[F kernel.Float] interface {
	Steps() int
	Begin(first uint64, rows int) (sim.InputStream[F], error)
}

// Run simulates so many trials, and ends the workers.
func Run[F kernel.Float](t testing.TB, m *sim.Simulation[F], in Made[F], trials int) Result[F] {
	t.Helper()
	defer m.Workers.Close()
	steps := in.Steps()
	o, n := m.Net.O, m.Net.N
	r := Result[F]{make([]F, trials*steps*o), make([]F, trials*steps*n)}
	if err := m.Run(context.Background(), sim.Inputs[F]{Steps: steps, Begin: in.Begin}, trials, func(p sim.Piece[F]) error {
		at := p.Trial*steps + p.Step
		copy(r.Outputs[at*o:], p.Series[0])
		copy(r.States[at*n:], p.Series[1])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// Near asks for values that are at most so far apart.
func Near(t *testing.T, what string, got, want []float64, tolerance float64) {
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

// Same asks for the same bits.
func Same[F kernel.Float](t *testing.T, what string, a, b Result[F]) {
	t.Helper()
	if !slices.Equal(a.Outputs, b.Outputs) || !slices.Equal(a.States, b.States) {
		t.Errorf("%s: not the same bits", what)
	}
}
