package model

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/npz"
)

// An architecture computes what another program computes that knows it: the states and
// outputs in testdata/KIND.npz, with its weights under our names. Those of the original
// are held to the original's own numbers, in train.
func TestKindsComputeAsElsewhere(t *testing.T) {
	for _, kind := range Kinds {
		if own := kind.Own(); own != basicKind.Name && own != lstmKind.Name {
			t.Run(kind.Name, func(t *testing.T) { computesAsElsewhere(t, kind.Name) })
		}
	}
}

func computesAsElsewhere(t *testing.T, kind string) {
	content, err := os.ReadFile(filepath.Join("testdata", kind+".npz"))
	if err != nil {
		t.Fatalf("kind %s has no numbers of another program: let one make testdata/%s.npz, as testdata/gru.py does (%v)", kind, kind, err)
	}
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	array := func(name string) []float64 {
		m, _ := f.Get(name)
		values, err := m.Array.Float64s()
		if err != nil {
			t.Fatal(name, err)
		}
		return values
	}
	const b, steps, i, n, o = 4, 7, 3, 5, 2
	for _, set := range kernel.Sets[float64]() {
		cell, err := NewCell(Arch{Kind: kind, N: n, I: i, O: o, Alpha: make([]float64, n), Function: FunctionNamed("tanh")}, set)
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float64, cell.Layout().Size())
		for _, tensor := range cell.Layout() {
			copy(View(tensor, theta), array(tensor.Name))
		}
		trials := NewTrials[float64](b, steps, i, o)
		for r, x := 0, array("x"); r < b; r++ {
			for step := range steps {
				copy(trials.X[(step*b+r)*i:][:i], x[(r*steps+step)*i:])
			}
		}
		s, w := NewWorkspace[float64](cell.Dims(), b, steps, 1, false), NewPacked[float64](cell.Dims())
		Pack(cell.Blocks(), theta, w)
		s.Enter(trials, b)
		cell.Begin(s, theta)
		for step := range steps + 1 {
			cell.Step(s, w, step)
		}
		var most float64
		for r := range b {
			for step := range steps {
				for k, v := range cell.State(s, step+1, r) {
					most = max(most, math.Abs(v-array("states")[(r*steps+step)*n+k]))
				}
				for k, v := range s.OutputRows(step + 1)[r*o:][:o] {
					most = max(most, math.Abs(v-array("outputs")[(r*steps+step)*o+k]))
				}
			}
		}
		t.Logf("%s: largest difference %.1e", set.Name, most)
		if most > 1e-12 {
			t.Errorf("%s: differs by %g", set.Name, most)
		}
	}
}

// The units of an architecture without gates send their rates, so that its h is the rate.
func TestRatesAreWhatUnitsSend(t *testing.T) {
	for _, kind := range Kinds {
		cell, err := NewCell(Arch{Kind: kind.Name, N: 3, I: 2, O: 1, Alpha: make([]float64, 3), Function: FunctionNamed("tanh")}, kernel.Plain[float64]())
		if err != nil {
			t.Fatal(err)
		}
		if rates := cell.Dims().Rates; rates == kind.Gated {
			t.Errorf("kind %s: Gated is %v, and Rates of its Dims %v: with rates in h the transfer function is not applied to it again", kind.Name, kind.Gated, rates)
		}
	}
}
