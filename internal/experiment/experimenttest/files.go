// Package experimenttest is for tests alone: the files that the experiments of tests
// name, made where they are read.
package experimenttest

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/weights"
)

// Made are the files that the tests' experiments name.
var Made = map[string]func(t *testing.T) []byte{
	"base.yaml":   func(*testing.T) []byte { return []byte(Base) },
	"zeros.npy":   func(t *testing.T) []byte { return NPY(t, []int{10}, make([]float64, 10)) },
	"nan.npy":     func(t *testing.T) []byte { return NPY(t, []int{2}, []float64{1, math.NaN()}) },
	"eye3.npy":    func(t *testing.T) []byte { return NPY(t, []int{3, 3}, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}) },
	"garbage.npy": func(*testing.T) []byte { return []byte("not an array") },
	"text.npy":    func(t *testing.T) []byte { return array(t, npz.TextOf("spam")) },
	"ramp.npy":    func(t *testing.T) []byte { return NPY(t, []int{10, 10}, Ramp(100)) },
	"tau.npy": func(t *testing.T) []byte {
		return NPY(t, []int{10}, []float64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100})
	},
	"two.npz": func(t *testing.T) []byte {
		f := &npz.File{}
		f.Set(npz.Member{Name: "A", Array: npz.ArrayOf([]int{10, 2}, Ramp(20))})
		f.Set(npz.Member{Name: "B", Array: npz.ArrayOf([]int{2, 10}, Ramp(20))})
		return NPZ(t, f)
	},
	"weights.npz": func(t *testing.T) []byte { return weightFile(t, settings("basic")) },
	"lstm.npz":    func(t *testing.T) []byte { return weightFile(t, settings("lstm")) },
	"layer.npz": func(t *testing.T) []byte {
		s := settings("basic")
		s.FeedForward = 3
		return weightFile(t, s)
	},
	"lstm_layer.npz": func(t *testing.T) []byte {
		s := settings("lstm")
		s.FeedForward = 3
		return weightFile(t, s)
	},
	"nameless.npz": func(t *testing.T) []byte {
		content := weightFile(t, settings("basic"))
		f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		f.Remove("transfer_function")
		return NPZ(t, f)
	},
	"three.npz": func(t *testing.T) []byte {
		s := settings("basic")
		s.I, s.O = 3, 1
		return weightFile(t, s)
	},
	"signs.npy":       func(t *testing.T) []byte { return NPY(t, []int{10}, alternating()) },
	"alternating.npz": func(t *testing.T) []byte { return weightFile(t, alternate()) },
	"masked.npz": func(t *testing.T) []byte {
		s := settings("basic")
		s.Dale, s.Autapses = model.DaleOf(0.5, model.SignsOf(0.5, s.N)), false
		s.Connectivity = map[model.Role][]float64{model.InputRole: append(make([]float64, 10), filled(10)...)}
		return weightFile(t, s)
	},
}

// Ramp is 0, 1/8, 2/8 and so on.
func Ramp(n int) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = float64(k) / 8
	}
	return v
}

// alternating are signs of 10 units, half of them excitatory, which no ratio gives.
func alternating() []float64 { return []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1} }

func alternate() model.Settings {
	s := settings("basic")
	s.Dale = model.DaleOf(0.5, alternating())
	return s
}

func filled(n int) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = 1
	}
	return v
}

// settings are those of a network that fits base.yaml.
func settings(kind string) model.Settings {
	return model.Settings{
		Arch: model.Arch{Kind: kind, N: 10, I: 2, O: 2, Batch: 8, Function: model.FunctionNamed("softplus"), Alpha: make([]float64, 10)}, Autapses: true,
		Initializer: model.StartSettings{Kind: "gaussian_spectral_radius", SpecRad: new(1.0), Rand: "glorot_gauss"},
	}
}

// weightFile is a weight file in float32 of the network that starts so.
func weightFile(t *testing.T, s model.Settings) []byte {
	t.Helper()
	net, err := model.New(s, random.NewKey(3))
	if err != nil {
		t.Fatal(err)
	}
	theta := make([]float32, len(net.Theta))
	for k, v := range net.Theta {
		theta[k] = float32(v)
	}
	f, err := weights.ToFile[float32](net, theta, nil)
	if err != nil {
		t.Fatal(err)
	}
	return NPZ(t, f)
}

// NPY is an array as bytes.
func NPY(t *testing.T, shape []int, values []float64) []byte {
	t.Helper()
	return array(t, npz.ArrayOf(shape, values))
}

func array(t *testing.T, a npz.Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := a.WriteNpy(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// NPZ is a weight file as bytes.
func NPZ(t *testing.T, f *npz.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Base is the experiment that others extend.
const Base = `
task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 200, N_batch: 8}
model: {N_rec: 10}
train: {training_iters: 16}
test: {trials: 10}
`

// Files reads the given texts and the files that the cases name.
func Files(t *testing.T, texts map[string]string) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		name = filepath.Clean(name)
		if text, ok := texts[name]; ok {
			return []byte(text), nil
		}
		if make, ok := Made[name]; ok {
			return make(t), nil
		}
		return nil, fmt.Errorf("open %s: %w", name, os.ErrNotExist)
	}
}
