package model

import (
	"math"
	"slices"
	"testing"

	"psychrnn/internal/random"
)

// A network whose units alternate: the ratio is the share of excitatory units,
// inhibitory ones do not project, and the balance gives each unit what its own
// sign asks for.
func TestDaleSigns(t *testing.T) {
	const n, alpha = 5, 0.7
	s := Settings{
		Arch: Arch{Kind: "basic", N: n, I: 2, O: 2, Alpha: make([]float64, n), Function: FunctionNamed("relu")},
		Dale: DaleOf(0.6, []float64{-1, 1, 1, -1, 1}), Autapses: true,
		Initializer: StartSettings{Kind: "alpha_identity", Alpha: new(alpha), Rand: "glorot_gauss"},
	}
	net := build(t, s, random.NewKey(1))
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
		if excitatory := s.Dale.Rec[k%n] > 0; excitatory != (v > 0) {
			t.Errorf("W_out[%d,%d] is %g", k/n, k%n, v)
		}
	}
}

// Signs in the order of a ratio are those of the ratio.
func TestDaleSignsInOrder(t *testing.T) {
	s := Settings{
		Arch:        Arch{Kind: "basic", N: 5, I: 2, O: 2, Alpha: make([]float64, 5), Function: FunctionNamed("relu")},
		Initializer: StartSettings{Kind: "gaussian_spectral_radius", SpecRad: new(1.1), Rand: "glorot_gauss"},
	}
	signed := s
	s.Dale, signed.Dale = DaleOf(0.6, SignsOf(0.6, 5)), DaleOf(Ratio([]float64{1, 1, 1, -1, -1}), []float64{1, 1, 1, -1, -1})
	a, b := build(t, s, random.NewKey(1)), build(t, signed, random.NewKey(1))
	if !slices.Equal(a.Theta, b.Theta) || !slices.Equal(a.Dale.Out, b.Dale.Out) {
		t.Errorf("%v with a ratio, %v with signs", a.Theta, b.Theta)
	}
}
