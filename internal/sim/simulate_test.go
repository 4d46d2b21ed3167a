package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"psychrnn/internal/weights"
)

const goldens = "../../testdata/goldens/09_simulator"

// goldenCase is a run of the original's simulator.
type goldenCase struct {
	Name       string
	Weights    string
	Transfer   string `json:"transfer_function"`
	Alpha      float64
	Arithmetic string
	Factors    *string `json:"t_connectivity"`
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(goldens, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func open(t testing.TB, name string) *npz.File {
	t.Helper()
	content := readFile(t, name)
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func floats(t testing.TB, f *npz.File, name string) ([]float64, []int) {
	t.Helper()
	m, ok := f.Get(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values, m.Array.Shape
}

// golden is the network of a golden weight file as the original's simulator runs it.
func golden(t testing.TB, name, transfer string, alpha float64) *model.Network {
	t.Helper()
	loaded, err := weights.FromFile(open(t, name))
	if err != nil {
		t.Fatal(err)
	}
	net := loaded.Network
	net.Function = model.FunctionNamed(transfer)
	for k := range net.Alpha {
		net.Alpha[k] = alpha
	}
	net.SameStart()
	return net
}

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

// The original's simulators, with time-varying connectivity, in float64 to
// 1e-12; the runs that the original did in float32 to float32's rounding.
func TestGoldens(t *testing.T) {
	var list struct{ Cases []goldenCase }
	if err := json.Unmarshal(readFile(t, "case.json"), &list); err != nil || len(list.Cases) < 14 {
		t.Fatalf("%d cases, %v", len(list.Cases), err)
	}
	arrays := open(t, "arrays.npz")
	for _, c := range list.Cases {
		for _, set := range kernel.Sets[float64]() {
			t.Run(c.Name+"/"+set.Name, func(t *testing.T) {
				x, shape := floats(t, arrays, c.Name+"/x")
				var factors []float64
				if c.Factors != nil {
					factors, _ = floats(t, arrays, c.Name+"/t_connectivity")
				}
				outputs, _ := floats(t, arrays, c.Name+"/outputs")
				states, _ := floats(t, arrays, c.Name+"/states")
				tolerance := 1e-12
				if c.Arithmetic != "float64 throughout" {
					tolerance = 5e-7
				}
				m := simulation(golden(t, c.Weights, c.Transfer, c.Alpha), set, 2, factors)
				got := simulate(t, m, array[float64]{x, shape}, shape[0])
				near(t, "outputs", got.outputs, outputs, tolerance)
				near(t, "states", got.states, states, tolerance)
			})
		}
	}
}
