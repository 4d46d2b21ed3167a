//go:build interop

package interop_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/grad"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/task"
	"psychrnn/internal/weights"
)

// updates is how long networks are trained.
const updates = 5

// The original loads what we trained, without a warning, and computes the same.
func TestInteropOurFiles(t *testing.T) {
	original := startOracle(t)
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			ours := k.learn(t, k.build(t), updates)
			path := ours.save(t)
			checkLoads(t, original, path, k)
			compareRuns(t, original, path, k.settings.Kind, "", ours.net, ours.trainer.Theta())
		})
	}
}

// checkLoads lets the original load a file of ours.
func checkLoads(t *testing.T, original *oracle, path string, k kind) {
	t.Helper()
	found := original.inspect(t, path)
	if len(found.Warnings) > 0 {
		t.Errorf("the original warns: %q", found.Warnings)
	}
	if ratio := k.settings.Dale.Ratio; (found.DaleRatio != nil) != (ratio != 0) || ratio != 0 && *found.DaleRatio != ratio {
		t.Errorf("dale_ratio: ours is %v, the original's %v", ratio, found.DaleRatio)
	}
	if symbol := k.settings.Function.Symbol; !strings.HasSuffix(found.Transfer, "."+symbol) {
		t.Errorf("the original takes %s for %s", found.Transfer, symbol)
	}
	slots := 0
	for _, m := range read(t, path).Members {
		if strings.Contains(m.Name, "/Adam") {
			slots++
		}
		if m.Name == "dale_ratio" || m.Name == "transfer_function" {
			continue
		}
		there, ok := found.Members[m.Name]
		kind := "float32"
		if m.Name == "psychrnn_kind" { // a member that the original does not know, and ignores
			kind = m.Array.Type
		}
		if want := fmt.Sprintf("[%v %s]", m.Array.Shape, kind); !ok || fmt.Sprint(there) != want {
			t.Errorf("%s comes to the original as %v, want %s", m.Name, there, want)
		}
	}
	if slots < 6 {
		t.Errorf("only %d Adam slots are in the file", slots)
	}
}

// compareRuns holds our run of a network to the original's run of its file;
// without a transfer function that takes the file's.
func compareRuns(t *testing.T, original *oracle, path, architecture, transfer string, net *model.Network, theta []float32) {
	t.Helper()
	w := workers(t)
	b := batch(t, w, task.Test, 0)
	values, shape := flat(b, inputsOf)
	outputs, states := run(t, net, theta, w, b)
	wantOutputs, wantStates := original.test(t, path, architecture, transfer, alpha, npz.ArrayOf(shape, values))
	agree(t, "outputs", outputs, wantOutputs)
	agree(t, "states", states, wantStates)
}

// We read what the original trained, and compute and train on like it.
func TestInteropTheirFiles(t *testing.T) {
	original := startOracle(t)
	for _, k := range []kind{
		{name: "basic", settings: settings("basic", "relu")},
		{name: "basic, tanh", settings: settings("basic", "tanh")},
		{name: "basic_scan", settings: settings("basic_scan", "sigmoid")},
		{name: "dale and masks", settings: constrained(settings("basic", "softplus")), regularizers: grad.Regularizers{L2_rec: 0.2}},
		{name: "lstm", settings: settings("lstm", "relu")},
	} {
		for seed := 1; seed <= 2; seed++ {
			t.Run(fmt.Sprintf("%s, seed %d", k.name, seed), func(t *testing.T) {
				path, _ := original.train(t, training{
					Model: k.settings.Kind, Network: k.parameters(), Seed: seed, Updates: updates,
					Task: map[string]any{"name": taskPlan.Config.Name, "T": taskPlan.Config.Duration},
				})
				net := k.open(t, path)
				compareRuns(t, original, path, k.settings.Kind, k.settings.Function.Name, net, theta32(net))
				for _, tensor := range net.Layout {
					if _, ok := read(t, path).Get(tensor.Name + "/Adam"); ok == tensor.FileOnly {
						t.Errorf("%s: Adam's slots are there: %v, want %v", tensor.Name, ok, !tensor.FileOnly)
					}
				}
				if seed == 1 { // building the original's graph takes seconds
					compareTraining(t, original, path, k, net)
				}
			})
		}
	}
}

// Both programs train from the same file on the same batches.
func TestInteropTraining(t *testing.T) {
	original := startOracle(t)
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			start := k.build(t)
			file, err := weights.ToFile[float32](start, theta32(start), nil)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "start.npz")
			write(t, path, file.Write)
			net := k.open(t, path)
			net.Trainable, net.Fixed = start.Trainable, start.Fixed
			compareTraining(t, original, path, k, net)
		})
	}
}

// compareTraining trains net and, from the file that it was read from, the
// original, and compares losses and weight files.
func compareTraining(t *testing.T, original *oracle, path string, k kind, net *model.Network) {
	t.Helper()
	ours := k.learn(t, net, updates)
	batches := filepath.Join(t.TempDir(), "batches.npz")
	write(t, batches, ours.batches.Write)
	request := training{Model: k.settings.Kind, Network: k.parameters(), Weights: path, Batches: batches, Updates: updates}
	if len(k.settings.Fixed) > 0 {
		request.Fixed = k.fixedFile(t)
	}
	theirs, losses := original.train(t, request)
	agree(t, "losses", npz.ArrayOf([]int{updates}, ours.losses), npz.ArrayOf([]int{updates}, losses))
	got, want := read(t, ours.save(t)), read(t, theirs)
	var names []string
	for _, m := range want.Members {
		if !m.Array.Numeric() || m.Name == "dale_ratio" {
			continue
		}
		names = append(names, m.Name)
		agree(t, m.Name, member(t, got, m.Name), m.Array)
	}
	for _, m := range got.Members {
		if m.Array.Numeric() && m.Name != "dale_ratio" && !slices.Contains(names, m.Name) {
			t.Errorf("our file has %s, the original's has not", m.Name)
		}
	}
}

// parameters are the network as the original calls things.
func (k kind) parameters() map[string]any {
	s, r := k.settings, k.regularizers
	p := map[string]any{
		"N_rec": units, "N_in": inputs, "N_out": outputs, "N_batch": trials, "N_steps": taskPlan.Steps, "dt": dt, "tau": tau,
		"autapses": s.Autapses, "L1_in": r.L1_in, "L1_rec": r.L1_rec, "L1_out": r.L1_out,
		"L2_in": r.L2_in, "L2_rec": r.L2_rec, "L2_out": r.L2_out, "L2_firing_rate": r.L2_firing_rate,
	}
	if s.Function.Name != "linear" {
		p["transfer_function"] = s.Function.Name
	}
	if s.Dale.Holds() {
		p["dale_ratio"] = s.Dale.Ratio
	}
	for role, c := range map[model.Role]struct {
		name    string
		columns int
	}{model.InputRole: {"input_connectivity", inputs}, model.RecurrentRole: {"rec_connectivity", units}, model.OutputRole: {"output_connectivity", units}} {
		if m := s.Connectivity[role]; m != nil {
			p[c.name] = slices.Collect(slices.Chunk(m, c.columns))
		}
	}
	for name := range s.Untrained {
		p[name+"_train"] = false
	}
	return p
}

// fixedFile writes the 0/1 matrices of what training leaves alone.
func (k kind) fixedFile(t *testing.T) string {
	t.Helper()
	file := &npz.File{}
	for name, matrix := range k.settings.Fixed {
		tensor, _ := k.build(t).Layout.Find(name)
		file.Set(npz.Member{Name: name, Array: npz.ArrayOf(tensor.Shape, matrix)})
	}
	path := filepath.Join(t.TempDir(), "fixed.npz")
	write(t, path, file.Write)
	return path
}
