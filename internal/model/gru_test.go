package model

import (
	"bytes"
	"math"
	"os"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/npz"
)

// A GRU of PyTorch with its weights under our names has the same states and
// outputs; testdata/gru.py made it.
func TestGRUIsPyTorchs(t *testing.T) {
	content, err := os.ReadFile("testdata/gru.npz")
	if err != nil {
		t.Fatal(err)
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
		cell, err := NewCell(Arch{Kind: "gru", N: n, I: i, O: o, Alpha: make([]float64, n), Function: FunctionNamed("relu")}, set)
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
			t.Errorf("%s: differs from PyTorch by %g", set.Name, most)
		}
	}
}
