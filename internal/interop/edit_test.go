//go:build interop

package interop_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// program builds the command psychrnn and returns its path.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "psychrnn")
	if out, err := exec.Command("go", "build", "-o", path, "psychrnn/cmd/psychrnn").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// call runs the command, which must succeed.
func call(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("psychrnn %q: %v\n%s", args, err, out)
	}
}

// The original loads an edited file, has the edited weights, the tutorial's
// silenced block among them, and computes with them what we do.
func TestInteropEdit(t *testing.T) {
	original, psychrnn := startOracle(t), program(t)
	silence := func(row, col int, old float64) float64 {
		if row < 10 && col < 10 {
			return 0
		}
		return old
	}
	for _, c := range []struct {
		kind
		member, edit string
		want         func(row, col int, old float64) float64
	}{
		{kind{name: "basic", settings: settings("basic", "relu")}, "W_rec", "W_rec[:10, :10] = 0", silence},
		{kind{name: "dale and masks", settings: constrained(settings("basic", "sigmoid"))}, "W_rec", "W_rec[:, inhibitory] *= 0.5",
			func(_, col int, old float64) float64 {
				if col >= model.Excitatory(0.7, units) {
					return old / 2
				}
				return old
			}},
		{kind{name: "lstm", settings: settings("lstm", "relu")}, "W_f", "W_f[:10, :10] = 0", silence},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := c.learn(t, c.build(t), updates)
			path, edited := before.save(t), filepath.Join(t.TempDir(), "edited.npz")
			call(t, psychrnn, "edit", path, edited, c.edit)
			if found := original.inspect(t, edited); len(found.Warnings) > 0 {
				t.Errorf("the original warns: %q", found.Warnings)
			}
			old, theirs := member(t, read(t, path), c.member), original.loaded(t, c.kind, edited, before.batches, c.member)
			had, has := numbers(t, old), numbers(t, theirs)
			for k := range had {
				row, col := k/old.Shape[1], k%old.Shape[1]
				if want := c.want(row, col, had[k]); has[k] != want {
					t.Errorf("%s of the original is %v at [%d, %d], want %v", c.member, has[k], row, col, want)
				}
			}
			net := c.open(t, edited)
			compareRuns(t, original, edited, c.settings.Kind, c.settings.Function.Name, net, theta32(net))
		})
	}
}

// loaded lets the original load a file and train at rate 0, and returns a
// tensor as it saves it again.
func (o *oracle) loaded(t *testing.T, k kind, path string, batches *npz.File, name string) npz.Array {
	t.Helper()
	trials := filepath.Join(t.TempDir(), "batches.npz")
	write(t, trials, batches.Write)
	saved, _ := o.train(t, training{
		Model: k.settings.Kind, Network: k.parameters(), Weights: path, Batches: trials, Updates: 1,
		Train: map[string]any{"learning_rate": 0.0},
	})
	return member(t, read(t, saved), name)
}

// A file of the original, read and written by us in any way, is the same
// network to the original: its outputs are the same bits.
func TestInteropCopies(t *testing.T) {
	original, psychrnn := startOracle(t), program(t)
	for _, k := range []kind{
		{name: "basic", settings: settings("basic", "tanh")},
		{name: "dale and masks", settings: constrained(settings("basic", "relu"))},
		{name: "lstm", settings: settings("lstm", "relu")},
	} {
		t.Run(k.name, func(t *testing.T) {
			path, _ := original.train(t, training{
				Model: k.settings.Kind, Network: k.parameters(), Seed: 3, Updates: updates,
				Task: map[string]any{"name": taskPlan.Config.Name, "T": taskPlan.Config.Duration},
			})
			folder := t.TempDir()
			copied, rebuilt, plain := filepath.Join(folder, "copied.npz"), filepath.Join(folder, "rebuilt.npz"), filepath.Join(folder, "plain.npz")
			write(t, copied, read(t, path).Write)
			net := k.open(t, path)
			file, err := weights.ToFile[float32](net, theta32(net), nil)
			if err != nil {
				t.Fatal(err)
			}
			write(t, rebuilt, file.Write)
			call(t, psychrnn, "edit", path, plain, "--plain")
			values, shape := flat(batch(t, workers(t), "test", 0), inputsOf)
			x := npz.ArrayOf(shape, values)
			want, states := original.test(t, path, k.settings.Kind, k.settings.Function.Name, alpha, x)
			for _, name := range []string{copied, rebuilt, plain} {
				got, gotStates := original.test(t, name, k.settings.Kind, k.settings.Function.Name, alpha, x)
				if diff := cmp.Diff([]npz.Array{want, states}, []npz.Array{got, gotStates}); diff != "" {
					t.Errorf("%s is not the network it was:\n%s", filepath.Base(name), diff)
				}
			}
		})
	}
}

// readSafely prints what numpy.load with its safe default finds in a file.
const readSafely = `
import json, sys, numpy
z = numpy.load(sys.argv[1], allow_pickle=False)
print(json.dumps({k: z[k].ravel().tolist() for k in z.files}))
`

// NumPy reads every member of a plain file without unpickling.
func TestInteropPlain(t *testing.T) {
	python := os.Getenv(pythonVariable)
	if python == "" {
		startOracle(t) // says what is missing
	}
	psychrnn, folder := program(t), t.TempDir()
	for _, name := range []string{
		"13_files/published_saved_weights.npz", "02_basic_dale_masks_reg/after_1_updates.npz", "06_lstm/after_1_updates.npz",
		"07b_feedforward_dale/after_1_updates.npz", "13_files/head_transfer_partial.npz", "13_files/unknown_extra_members.npz",
	} {
		plain := filepath.Join(folder, "plain.npz")
		call(t, psychrnn, "edit", filepath.Join("../../testdata/goldens", name), plain, "--plain", "--overwrite", "b_out[0] = 0.5")
		out, err := exec.Command(python, "-c", readSafely, plain).Output()
		if err != nil {
			t.Errorf("%s: NumPy does not read it: %v", name, err)
			continue
		}
		var found map[string][]any
		if err := json.Unmarshal(out, &found); err != nil {
			t.Fatal(err)
		}
		file := read(t, plain)
		if len(found) != len(file.Members) {
			t.Errorf("%s: NumPy finds %d members, want %d", name, len(found), len(file.Members))
		}
		for _, m := range file.Members {
			var want []any
			if texts, err := m.Array.Strings(); err == nil {
				for _, s := range texts {
					want = append(want, s)
				}
			} else {
				for _, v := range numbers(t, m.Array) {
					want = append(want, v)
				}
			}
			if diff := cmp.Diff(want, found[m.Name]); diff != "" {
				t.Errorf("%s: %s differs in NumPy:\n%s", name, m.Name, diff)
			}
		}
	}
}
