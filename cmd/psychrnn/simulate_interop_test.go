//go:build interop

package main

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
)

// The original's own simulator, on weights that were trained here, gives what
// simulate gives: with time-varying connectivity, other transfer functions, an
// lstm.
func TestInteropSimulator(t *testing.T) {
	python, script := os.Getenv("PSYCHRNN_ORACLE"), os.Getenv("PSYCHRNN_ORACLE_SCRIPT")
	if python == "" || script == "" {
		t.Fatal("PSYCHRNN_ORACLE and PSYCHRNN_ORACLE_SCRIPT must name the original")
	}
	const trials, steps, n = 6, 50, 10
	waves := func(name string, shape ...int) string {
		size := 1
		for _, d := range shape {
			size *= d
		}
		values := make([]float64, size)
		for k := range values {
			values[k] = 1 + math.Sin(float64(k)*1.3)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := disk.WriteNamed(disk.OS{}, path, npz.ArrayOf(shape, values).WriteNpy); err != nil {
			t.Fatal(err)
		}
		return path
	}
	x, factors := waves("x.npy", trials, steps, 2), waves("tc.npy", steps, n, n)
	for _, c := range []struct {
		model    string
		settings []string
		both     []string // flags of either program
		original []string
		ours     []string
	}{
		{"basic", []string{"constraints.dale_ratio=0.8"}, nil, nil, nil},
		{"basic", nil, []string{"--t-connectivity", factors}, nil, nil},
		{"basic", nil, []string{"--t-connectivity", factors}, []string{"--transfer", "tanh"}, []string{"--transfer-function", "tanh"}},
		{"basic", nil, nil, []string{"--transfer", "sigmoid"}, []string{"--transfer-function", "sigmoid"}},
		{"lstm", []string{"model.kind=lstm"}, nil, nil, nil},
	} {
		folder := trained(t, c.settings...)
		file, theirs, ours := filepath.Join(folder, run.WeightsFile), filepath.Join(t.TempDir(), "theirs.npz"), filepath.Join(t.TempDir(), "ours.npz")
		args := append([]string{script, "simulate", "--weights", file, "--inputs", x, "--dt", "10", "--tau", "80", "--out", theirs, "--model", c.model}, append(c.both, c.original...)...)
		if said, err := exec.Command(python, args...).CombinedOutput(); err != nil {
			t.Fatalf("the original: %v\n%s", err, said)
		}
		succeed(t, append([]string{"simulate", "--weights", file, "--inputs", x, "--dt", "10", "--tau", "80", "-o", ours}, append(c.both, c.ours...)...)...)
		want, got := arrays(t, theirs), arrays(t, ours)
		for _, name := range []string{"outputs", "states"} {
			a, _ := want.Get(name)
			b, _ := got.Get(name)
			if npz.ShapeText(a.Array.Shape) != npz.ShapeText(b.Array.Shape) || a.Array.Len() == 0 {
				t.Fatalf("%s: shapes %v and %v", name, a.Array.Shape, b.Array.Shape)
			}
			wants, gots := a.Array.Reader(), b.Array.Reader()
			for k := range a.Array.Len() {
				if d := math.Abs(wants(k) - gots(k)); !(d <= 1e-11) {
					t.Errorf("%s %v: %s at %s is %v, the original's %v", c.model, c.both, name, a.Array.Place(k), gots(k), wants(k))
					break
				}
			}
		}
	}
}
