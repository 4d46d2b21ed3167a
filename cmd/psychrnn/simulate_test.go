package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
)

// arrays reads an .npz.
func arrays(t testing.TB, path string) *npz.File {
	t.Helper()
	f, err := disk.ReadWeights(disk.OS{}, path, npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sameArrays compares outputs and states, bit for bit, and says whether they are the same.
func sameArrays(t testing.TB, a, b string) bool {
	t.Helper()
	return alike(t, a, b, "outputs", "states")
}

// alike compares some arrays.
func alike(t testing.TB, a, b string, names ...string) bool {
	t.Helper()
	x, y := arrays(t, a), arrays(t, b)
	for _, name := range names {
		m, ok := x.Get(name)
		n, there := y.Get(name)
		if !ok || !there {
			t.Fatalf("%s and %s: no %s", a, b, name)
		}
		if m.Array.Type != n.Array.Type || npz.ShapeText(m.Array.Shape) != npz.ShapeText(n.Array.Shape) {
			t.Fatalf("%s: %s %v and %s %v", name, m.Array.Type, m.Array.Shape, n.Array.Type, n.Array.Shape)
		}
		if !bytes.Equal(m.Array.Data, n.Array.Data) {
			return false
		}
	}
	return true
}

// trained is the folder of a small run.
func trained(t testing.TB, settings ...string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "run")
	args := []string{"train", "-q", "-c", write(t, "small.yaml", small), "-o", folder}
	for _, s := range settings {
		args = append(args, "--set", s)
	}
	succeed(t, args...)
	return folder
}

// A network simulated on the test's trials, or on their inputs, gives what the
// test records, bit for bit; an lstm for one trial, since its simulator starts
// every trial from row 0.
func TestSimulationIsTheTest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		settings []string
		trials   int
	}{
		{[]string{"model.rec_noise=0.1", "constraints.dale_ratio=0.8", "constraints.autapses=false"}, 40},
		{[]string{"model.transfer_function=tanh", "model.N_feedforward_out=6"}, 40},
		{[]string{"model.kind=lstm"}, 1},
		{[]string{"model.kind=gru"}, 40},
	} {
		folder := trained(t, c.settings...)
		for _, precision := range []string{"float32", "float64"} {
			trials := filepath.Join(t.TempDir(), "trials.npz")
			count := fmt.Sprint(c.trials)
			succeed(t, "test", folder, "-q", "--save", trials, "--set", "precision="+precision, "--set", "test.trials="+count)
			simulate := func(args ...string) string {
				out := filepath.Join(t.TempDir(), "simulation.npz")
				succeed(t, append([]string{"simulate", folder, "-q", "--precision", precision, "-o", out}, args...)...)
				return out
			}
			if !alike(t, trials, simulate("--trials", count), "outputs", "states", "x", "y", "mask") {
				t.Errorf("%v in %s: not the test's trials", c.settings, precision)
			}
			// The file keeps float32 inputs of a float32 test, which lose nothing.
			if !sameArrays(t, trials, simulate("--inputs", trials)) {
				t.Errorf("%v in %s: not with the inputs of the test", c.settings, precision)
			}
			if sameArrays(t, trials, simulate("--inputs", trials, "--silence", "1:4,6")) {
				t.Errorf("%v in %s: silencing does nothing", c.settings, precision)
			}
		}
	}
}

// Simulated is the same bits with any number of threads, and what ablate finds
// too, tables and states.
func TestThreadsLeaveBitsAlone(t *testing.T) {
	folder := trained(t, "model.rec_noise=0.1")
	out := t.TempDir()
	var tables []string
	for _, threads := range []string{"1", "2", "5"} {
		at := func(name string) string { return filepath.Join(out, threads+name) }
		succeed(t, "simulate", folder, "-q", "--threads", threads, "--trials", "100", "-o", at("s.npz"), "--intervention", "noise: 0.2, window: [50, 150]")
		tables = append(tables, succeed(t, "ablate", folder, "-q", "--threads", threads, "--set", "test.trials=100", "--save", at("a.npz"),
			"--lesion", "name: unit, each: unit", "--lesion", "name: loud, noise: {to: [1, 2], value: 0.2}, dt: 5")+read(t, at("a.npz")))
		if tables[0] != tables[len(tables)-1] || read(t, out, "1s.npz") != read(t, at("s.npz")) {
			t.Errorf("%s threads give other bits", threads)
		}
	}
}

// The intact network of ablate is the network of test, and a lesion's states are
// those of simulate under it.
func TestAblateIsTestAndSimulate(t *testing.T) {
	folder := trained(t, "model.rec_noise=0.1", "constraints.dale_ratio=0.8")
	save, out := filepath.Join(t.TempDir(), "lesions.npz"), filepath.Join(t.TempDir(), "out.npz")
	table := succeed(t, "ablate", folder, "-q", "--save", save, "--lesion", "name: inhibition, silence: inhibitory, window: [20, 90]")
	test := succeed(t, "test", folder)
	loss := strings.Fields(strings.SplitAfter(table, "intact")[1])[0]
	if !strings.Contains(test, "loss "+loss+",") {
		t.Errorf("the test says %s, the intact network has %s", test, loss)
	}
	trials := filepath.Join(t.TempDir(), "trials.npz")
	succeed(t, "test", folder, "-q", "--save", trials)
	succeed(t, "simulate", folder, "-q", "--precision", "float32", "-o", out, "--intervention", "silence: inhibitory, window: [20, 90]")
	for k, other := range []string{trials, out} {
		want, all := arrays(t, other), arrays(t, save)
		for _, name := range []string{"outputs", "states"} {
			a, _ := all.Get(fmt.Sprintf("%d/%s", k, name))
			b, _ := want.Get(name)
			if len(b.Array.Data) == 0 || !bytes.Equal(a.Array.Data, b.Array.Data) {
				t.Errorf("lesion %d: other %s than in %s", k, name, other)
			}
		}
	}
}

// What the original's simulator breaks on: one input channel, one step, one trial.
func TestSmallestSimulations(t *testing.T) {
	t.Parallel()
	ones := func(shape ...int) string {
		size := 1
		for _, d := range shape {
			size *= d
		}
		values := make([]float64, size)
		for k := range values {
			values[k] = 1
		}
		path := filepath.Join(t.TempDir(), "x.npy")
		if err := disk.WriteNamed(disk.OS{}, path, npz.ArrayOf(shape, values).WriteNpy); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, k := range model.Kinds {
		kind := k.Name
		folder := trained(t, "model.kind="+kind)
		for _, shape := range [][]int{{1, 1, 2}, {1, 7, 2}, {4, 1, 2}} {
			out := filepath.Join(t.TempDir(), "out.npz")
			succeed(t, "simulate", folder, "-q", "--inputs", ones(shape...), "-o", out)
			m, _ := arrays(t, out).Get("outputs")
			if want := npz.ShapeText(shape); npz.ShapeText(m.Array.Shape) != want {
				t.Errorf("%s: outputs of shape %v, want %s", kind, m.Array.Shape, want)
			}
		}
	}
}

// Where nothing can be written nothing half-written stays, and the message
// names the file.
func TestSimulateUnwritten(t *testing.T) {
	folder := trained(t)
	for _, device := range []string{"/dev/full"} {
		if _, err := os.Stat(device); err != nil {
			continue
		}
		o := invoke("simulate", folder, "-o", device, "--overwrite")
		if o.status != fault.File || !strings.Contains(o.stderr, "no space left") {
			t.Errorf("status %d\n%s", o.status, o.stderr)
		}
	}
	o := invoke("simulate", folder, "-o", filepath.Join(t.TempDir(), "nowhere", "x.npz"))
	if o.status != fault.File {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
}

// A file of starting weights, raw and of mixed signs, is simulated as the
// original's model runs it, and the user hears of what constraints change.
func TestSimulationOfStartingWeights(t *testing.T) {
	golden := filepath.Join("..", "..", "testdata", "goldens", "02b_basic_dale_from_initializer_file")
	out := filepath.Join(t.TempDir(), "out.npz")
	o := invoke("simulate", "-q", "--weights", filepath.Join(golden, "weights_before.npz"), "--inputs", filepath.Join(golden, "arrays.npz"), "--alpha", "0.1", "-o", out)
	// Counted with NumPy: mixed signs among entries that masks let pass, and
	// entries that masks or inhibitory units' outputs do not.
	for _, want := range []string{
		"W_in: 20 entries with a sign against Dale's law", "W_in: 14 entries where the mask",
		"W_rec: 116 entries with a sign against Dale's law", "W_rec: 100 entries where the mask",
		"W_out: 9 entries with a sign against Dale's law", "W_out: 18 entries where the mask",
	} {
		if !strings.Contains(o.stderr, want) {
			t.Errorf("%q is not said:\n%s", want, o.stderr)
		}
	}
	if o.status != 0 {
		t.Fatalf("status %d", o.status)
	}
	for _, name := range []string{"outputs", "states"} {
		got, _ := arrays(t, out).Get(name)
		want, _ := arrays(t, filepath.Join(golden, "arrays.npz")).Get("f64/" + name)
		if got.Array.Len() != want.Array.Len() || got.Array.Len() == 0 {
			t.Fatalf("%s: %v, want %v", name, got.Array.Shape, want.Array.Shape)
		}
		a, b := got.Array.Reader(), want.Array.Reader()
		for k := range got.Array.Len() {
			if !(math.Abs(a(k)-b(k)) <= 1e-12) {
				t.Fatalf("%s at %s: %v, but the original's model gives %v", name, got.Array.Place(k), a(k), b(k))
			}
		}
	}
}
