package sim_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/sim/simtest"
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
				m := simtest.Prepare(golden(t, c.Weights, c.Transfer, c.Alpha), set, 2, factors)
				got := simtest.Run(t, m, simtest.Inputs[float64]{X: x, Sizes: shape}, shape[0])
				simtest.Near(t, "outputs", got.Outputs, outputs, tolerance)
				simtest.Near(t, "states", got.States, states, tolerance)
			})
		}
	}
}

// A network without outputs, as a weight file may hold one, has states alone.
func TestNoOutputs(t *testing.T) {
	net, err := model.New(model.Settings{
		Arch:     model.Arch{Kind: "basic", N: 3, I: 2, Batch: 1, Alpha: []float64{0.1, 0.1, 0.1}, Function: model.FunctionNamed("relu")},
		Autapses: true, Initializer: model.StartSettings{Kind: "alpha_identity", Alpha: new(0.5), Rand: "glorot_gauss"},
	}, random.NewKey(1))
	if err != nil {
		t.Fatal(err)
	}
	m := simtest.Prepare(net, kernel.Plain[float64](), 1, nil)
	got := simtest.Run(t, m, simtest.Inputs[float64]{X: make([]float64, 8), Sizes: []int{1, 4, 2}}, 1)
	if len(got.Outputs) != 0 || len(got.States) != 4*3 {
		t.Errorf("%d outputs and %d states", len(got.Outputs), len(got.States))
	}
}
