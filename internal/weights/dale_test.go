package weights

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
)

// A network whose units alternate: the weight file has the signs, the ratio is
// the share of excitatory units, and inhibitory ones do not project.
func TestDaleSigns(t *testing.T) {
	const n = 5
	signs := []float64{-1, 1, 1, -1, 1}
	net, err := model.New(model.Settings{
		Arch: model.Arch{Kind: "basic", N: n, I: 2, O: 2, Alpha: make([]float64, n), Function: model.FunctionNamed("relu")},
		Dale: model.DaleOf(0.6, signs), Autapses: true,
		Initializer: model.StartSettings{Kind: "alpha_identity", Alpha: new(0.7), Rand: "glorot_gauss"},
	}, random.NewKey(1))
	if err != nil {
		t.Fatal(err)
	}
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
	read, err := FromFile(file)
	if err != nil || !slices.Equal(read.Network.Signs(), signs) || read.Network.Dale.Ratio != 0.6 {
		t.Errorf("read back: signs %v, %v", read.Network.Signs(), err)
	}
}

// The W_in beside a feed-forward layer's matrix is only its effective form; one
// that was changed alone is not used, and the user hears of it.
func TestInputsBesideALayer(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "testdata", "goldens", "07b_feedforward_dale", "after_5_updates.npz"))
	if err != nil {
		t.Fatal(err)
	}
	f, loaded, err := open(content)
	if err != nil || len(loaded.Warnings) > 0 {
		t.Errorf("a file of the original: %v, %v", loaded, err)
	}
	m, _ := f.Get("W_in")
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	values[0], values[5] = values[0]+0.5, values[5]-0.25
	f.Set(npz.Member{Name: "W_in", Array: npz.ArrayOf(m.Array.Shape, values)})
	loaded, err = FromFile(f)
	if want := "W_in: 2 entries are not the effective form of feedforward_W_in, which alone is used"; err != nil || !slices.Contains(loaded.Warnings, want) {
		t.Errorf("warnings %q, %v, want %q", loaded.Warnings, err, want)
	}
}
