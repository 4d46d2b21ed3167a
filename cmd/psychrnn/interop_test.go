//go:build interop

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

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
	names, err := exampleNames()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		keep(trainExample(t, name))
	}
	file := write(t, "small.yaml", small)
	rapid.Check(t, func(r *rapid.T) {
		folder := filepath.Join(t.TempDir(), "run")
		args := []string{"train", "-q", "-c", file, "-o", folder}
		for _, s := range randomSettings(r) {
			args = append(args, "--set", s)
		}
		if o := invoke(args...); o.status != 0 && o.status != statusDiverged {
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
