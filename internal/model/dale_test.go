package model

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"psychrnn/internal/random"
	"psychrnn/internal/weights"
)

// A network whose units alternate: the weight file has the signs, the ratio is
// the share of excitatory units, inhibitory ones do not project, and the
// balance gives each unit what its own sign asks for.
func TestDaleSigns(t *testing.T) {
	const n, alpha = 5, 0.7
	s := Settings{
		Arch:      Arch{Kind: "basic", N: n, I: 2, O: 2, Alpha: make([]float64, n), Transfer: "relu"},
		DaleSigns: []float64{-1, 1, 1, -1, 1}, Autapses: true,
		Initializer: Initializer{Kind: alphaIdentity, Alpha: alpha, Rand: glorotGauss},
	}
	net := build(t, s, random.NewKey(1))
	file, err := ToFile(net, net.Theta, nil)
	if err != nil {
		t.Fatal(err)
	}
	diagonals := map[string][]float64{"Dale_rec": {-1, 1, 1, -1, 1}, "Dale_out": {0, 1, 1, 0, 1}}
	for name, diagonal := range diagonals {
		m, _ := file.Get(name)
		got, err := m.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range got {
			want := 0.0
			if k/n == k%n {
				want = diagonal[k/n]
			}
			if v != want {
				t.Errorf("%s[%d,%d] is %g, want %g", name, k/n, k%n, v, want)
			}
		}
	}
	if m, _ := file.Get("dale_ratio"); m.Array.Reader()(0) != 0.6 {
		t.Errorf("dale_ratio is %v, want 3 of 5", m.Array.Reader()(0))
	}

	// v is 1, and 0.6/0.4 = 1.5 for the two inhibitory units; without a mask
	// every row's norm is sqrt(3 + 2 2.25).
	norm := math.Sqrt(7.5)
	want := make([]float64, n*n)
	for k, v := range []float64{1.5, 1, 1, 1.5, 1} {
		want[k*n+k] = alpha * v / norm
	}
	same(t, "W_rec", weight(t, net, "W_rec"), want)

	eff := net.Effective()
	out, _ := net.Layout.Find("W_out")
	for k, v := range View(out, eff) {
		if excitatory := s.DaleSigns[k%n] > 0; excitatory != (v > 0) {
			t.Errorf("W_out[%d,%d] is %g", k/n, k%n, v)
		}
	}
	read, _, err := FromFile(file)
	if err != nil || !slices.Equal(read.Signs(), s.DaleSigns) || *read.DaleRatio != 0.6 {
		t.Errorf("read back: signs %v, %v", read.Signs(), err)
	}
}

// Signs in the order of a ratio are those of the ratio.
func TestDaleSignsInOrder(t *testing.T) {
	ratio := 0.6
	s := Settings{
		Arch:        Arch{Kind: "basic", N: 5, I: 2, O: 2, Alpha: make([]float64, 5), Transfer: "relu"},
		Initializer: Initializer{Kind: spectralRadius, SpecRad: 1.1, Rand: glorotGauss},
	}
	signed := s
	s.DaleRatio, signed.DaleSigns = &ratio, []float64{1, 1, 1, -1, -1}
	a, b := build(t, s, random.NewKey(1)), build(t, signed, random.NewKey(1))
	if !slices.Equal(a.Theta, b.Theta) || !slices.Equal(a.DaleOut, b.DaleOut) {
		t.Errorf("%v with a ratio, %v with signs", a.Theta, b.Theta)
	}
}

// The W_in beside a feed-forward layer's matrix is only its effective form; one
// that was changed alone is not used, and the user hears of it.
func TestInputsBesideALayer(t *testing.T) {
	f := readWeights(t, filepath.Join("..", "07b_feedforward_dale", "after_5_updates.npz"))
	if _, warnings, err := FromFile(f); err != nil || len(warnings) > 0 {
		t.Errorf("a file of the original: %q, %v", warnings, err)
	}
	m, _ := f.Get("W_in")
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	values[0], values[5] = values[0]+0.5, values[5]-0.25
	f.Set(weights.Member{Name: "W_in", Array: weights.Of(m.Array.Shape, values)})
	_, warnings, err := FromFile(f)
	if want := "W_in: 2 entries are not the effective form of feedforward_W_in, which alone is used"; err != nil || !slices.Contains(warnings, want) {
		t.Errorf("warnings %q, %v, want %q", warnings, err, want)
	}
}
