//go:build interop

package main

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psychrnn/internal/fault"
	"psychrnn/internal/report"
	"psychrnn/internal/run"
	"psychrnn/internal/strict"
)

// toJSON prints as JSON what PyYAML's safe reader takes each file for.
const toJSON = `
import json, sys, yaml
print(json.dumps([json.dumps(yaml.safe_load(open(name, encoding="utf-8"))) for name in sys.argv[1:]]))
`

// PyYAML reads the experiment of a run folder as the values that ran: numbers
// as these numbers, truth values as truth values, all else as these texts.
func TestInteropExperimentFile(t *testing.T) {
	python := os.Getenv("PSYCHRNN_ORACLE")
	if python == "" {
		t.Fatal("PSYCHRNN_ORACLE must name a Python with PyYAML")
	}
	files := []string{}
	keep := func(folder string) { files = append(files, filepath.Join(folder, run.ExperimentFile)) }
	for _, name := range exampleNames() {
		keep(trainExample(t, name))
	}
	file := write(t, "small.yaml", small)
	rapid.Check(t, func(r *rapid.T) {
		folder := filepath.Join(t.TempDir(), "run")
		args := []string{"train", "-q", "-c", file, "-o", folder}
		for _, s := range randomSettings(r) {
			args = append(args, "--set", s)
		}
		if o := invoke(args...); o.status != 0 && o.status != fault.Diverged {
			r.Fatalf("%v: status %d\n%s", args, o.status, o.stderr)
		}
		keep(folder)
	})
	out, err := exec.Command(python, append([]string{"-c", toJSON}, files...)...).Output()
	if err != nil {
		t.Fatalf("PyYAML: %v", err)
	}
	var texts []string
	if err := json.Unmarshal(out, &texts); err != nil || len(texts) != len(files) {
		t.Fatalf("%d of %d files: %v", len(texts), len(files), err)
	}
	for k, text := range texts {
		node, err := strict.Parse(files[k], []byte(read(t, files[k])))
		if err != nil {
			t.Fatal(err)
		}
		var inPython any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&inPython); err != nil {
			t.Fatal(err)
		}
		same(t, node, inPython)
	}
	t.Logf("%d files", len(files))
}

// same compares a value of the file with what Python read in its place.
func same(t *testing.T, n *strict.Node, inPython any) {
	switch v := inPython.(type) {
	case map[string]any:
		if n.Kind() != strict.Mapping || len(n.Entries()) != len(v) {
			t.Errorf("%s: Python has a map of %d", n.Path(), len(v))
			return
		}
		for _, e := range n.Entries() {
			same(t, e, v[e.Key()])
		}
	case []any:
		if n.Kind() != strict.List || len(n.Items()) != len(v) {
			t.Errorf("%s: Python has a list of %d", n.Path(), len(v))
			return
		}
		for k, item := range n.Items() {
			same(t, item, v[k])
		}
	case json.Number:
		ours, err := strconv.ParseFloat(n.Text(), 64)
		theirs, _ := v.Float64()
		if !n.Numeric() || err != nil || ours != theirs || isWhole(n.Text()) && n.Text() != v.String() {
			t.Errorf("%s: %s is %s in Python", n.Path(), n.Text(), v)
		}
	case bool:
		if n.Quoted() || n.Text() != strconv.FormatBool(v) {
			t.Errorf("%s: %s is %t in Python", n.Path(), n.Text(), v)
		}
	default:
		if truth := n.Text() == "true" || n.Text() == "false"; v != n.Text() || !n.Quoted() && (n.Numeric() || truth) {
			t.Errorf("%s: %s is %#v in Python", n.Path(), n.Text(), v)
		}
	}
}

func isWhole(text string) bool { return !strings.ContainsAny(text, ".eE") }

// summary prints what NumPy, asked to run nothing, finds in a file of trials:
// shapes, loss and accuracy as the task defines them.
const summary = `
import json, sys, numpy as np
f = np.load(sys.argv[1], allow_pickle=False)
x, y, mask, outputs = (f[k].astype(np.float64) for k in ("x", "y", "mask", "outputs"))
right = np.argmax((outputs * mask).mean(axis=1), axis=1) == np.argmax((y * mask).mean(axis=1), axis=1)
print(json.dumps({
    "shapes": {k: list(f[k].shape) for k in f},
    "types": sorted({str(f[k].dtype) for k in f}),
    "loss": ((mask * (outputs - y)) ** 2).mean(),
    "accuracy": right.mean(),
}))
`

// What test --save writes is read by NumPy and gives the printed result again.
func TestInteropTrials(t *testing.T) {
	python := os.Getenv("PSYCHRNN_ORACLE")
	if python == "" {
		t.Fatal("PSYCHRNN_ORACLE must name a Python with NumPy")
	}
	file := write(t, "small.yaml", small)
	for _, precision := range []string{"float32", "float64"} {
		folder := filepath.Join(t.TempDir(), "run")
		succeed(t, "train", "-q", "-c", file, "-o", folder, "--set", "precision="+precision, "--set", "test.trials=50")
		trials := filepath.Join(folder, "trials.npz")
		var printed report.TestResult
		if err := json.Unmarshal([]byte(succeed(t, "test", folder, "--save", trials, "--log-format", "json")), &printed); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python, "-c", summary, trials).Output()
		if err != nil {
			t.Fatalf("NumPy: %v", err)
		}
		var found struct {
			Shapes         map[string][]int
			Types          []string
			Loss, Accuracy float64
		}
		if err := json.Unmarshal(out, &found); err != nil {
			t.Fatal(err)
		}
		shapes := map[string][]int{"x": {50, 20, 2}, "y": {50, 20, 2}, "mask": {50, 20, 2}, "outputs": {50, 20, 2}, "states": {50, 20, 10},
			"coherence": {50}, "direction": {50}, "stim_noise": {50}, "onset_time": {50}, "stim_duration": {50},
			"target": {50}, "choice": {50}, "correct": {50}, "mean_output_0": {50}, "mean_output_1": {50}, "answers/names": {7}}
		if diff := cmp.Diff(shapes, found.Shapes); diff != "" {
			t.Error(diff)
		}
		if math.Abs(found.Loss-float64(printed.Loss)) > 1e-6 || found.Accuracy != float64(printed.Accuracy) {
			t.Errorf("%s: NumPy finds loss %v and accuracy %v, printed were %v and %v", precision, found.Loss, found.Accuracy, printed.Loss, printed.Accuracy)
		}
		t.Logf("%s: loss %.6f, accuracy %.2f, types %v", precision, found.Loss, found.Accuracy, found.Types)
	}
}
