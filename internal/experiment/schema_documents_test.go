//go:build !race

package experiment_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"psychrnn/configs"
	"psychrnn/internal/experiment"
)

// value is a document as readers of YAML 1.2 have it; of keys that stand twice
// the first counts.
func value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return value(n.Content[0])
	case yaml.AliasNode:
		return value(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, value(c))
		}
		return list
	case yaml.MappingNode:
		m := map[string]any{}
		for k := 0; k < len(n.Content); k += 2 {
			if _, again := m[n.Content[k].Value]; !again {
				m[n.Content[k].Value] = value(n.Content[k+1])
			}
		}
		return m
	}
	var v any
	if n.Decode(&v) != nil {
		return n.Value
	}
	switch x := v.(type) {
	case nil, bool:
		return v
	case int:
		return float64(x)
	case uint64:
		return float64(x)
	case float64:
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x
		}
	}
	return n.Value
}

func parsed(t *testing.T, text string) (document any, ok bool) {
	t.Helper()
	var n yaml.Node
	if yaml.Unmarshal([]byte(text), &n) != nil || n.Kind == 0 {
		return nil, false
	}
	return value(&n), true
}

func loaded(text string) (*experiment.Experiment, error) { return overlaid(text, "") }

// overlaid loads a text that may extend base.yaml.
func overlaid(text, base string) (*experiment.Experiment, error) {
	return experiment.Load(func(name string) ([]byte, error) {
		switch {
		case name == "experiment.yaml":
			return []byte(text), nil
		case name == "base.yaml" && base != "":
			return []byte(base), nil
		}
		return configs.Files.ReadFile(name)
	}, "experiment.yaml", nil)
}

// blocks are the experiments in the documents, by file and line. Where one is
// part of an experiment, it changes Hello World.
func blocks(t *testing.T) map[string]string {
	t.Helper()
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	all := map[string]string{}
	for _, name := range append(documents, "../../README.md") {
		text := read(t, name)
		for _, m := range fenced.FindAllStringSubmatchIndex(text, -1) {
			all[fmt.Sprintf("%s:%d", name, 1+strings.Count(text[:m[0]], "\n"))] = strings.Replace(text[m[2]:m[3]], "# part of an experiment\n", "extends: hello.yaml\n", 1)
		}
	}
	if len(all) == 0 {
		t.Fatal("no experiments in the documents")
	}
	return all
}

var fenced = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// experiments are those that the program carries.
func experiments(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(configs.Files, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".yaml" {
			return err
		}
		text, err := configs.Files.ReadFile(name)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all["long forms"] = longForms
	all["a file's trials"] = fromFile
	all["a program's trials"] = fromProgram
	return all
}

// Trials from elsewhere. What the file holds is known, so it is not read.
const (
	fromFile = `
task:
  kind: file
  path: {file: trials.npz, sha256: "0123", steps: 20, inputs: 2, outputs: 2, variables: [side]}
  order: shuffled
  dt: 10
  tau: 100
  N_batch: 8
  periods: {late: {from: 100, to: 200}}
  accuracy: {choice: [0, 1], in: late}
model: {N_rec: 5}
test: {by: [side], task: {order: given}}
`
	fromProgram = `
task:
  kind: command
  command: {line: [python3, mytask.py], folder: ../tasks, variables: [side]}
  dt: 10
  tau: 100
  T: 200
  N_in: 2
  N_out: 2
  N_batch: 8
  accuracy: last(output[side]) > 0.5
model: {N_rec: 5}
test: {by: side}
`
)

// longForms has what the experiments above have no need for.
const longForms = `
name: long
seed: {weights: 1, trials: 2}
precision: float64
x-mine: {any: [thing]}
populations: {first: [0, "1:10"], rest: "10:"}
model:
  N_rec: 50
  tau: {first: 50ms, rest: 100}
  W_in_train: false
initializer:
  kind: alpha_identity
  alpha: 0.5
  W_out: {fill: 0.1, set: [{rows: 0, cols: [first, 12], value: mean}, {value: {density: 0.5}}]}
constraints:
  rec_connectivity: {identity: 1, set: [{rows: first, cols: rest, value: 1}]}
  fixed_weights: {W_rec: {density: 0.1}, b_out: [1, 0]}
task:
  kind: perceptual_discrimination
  dt: 10
  tau: 100
  T: 2s
  N_batch: 8
  coherence: {choice: [0.1, 0.5], weights: [3, 1]}
regularizers: {L2_firing_rate: 0.1}
train:
  learning_rate: {schedule: step, start: 0.01, decay: 0.5, every: 10}
  optimizer: {kind: rmsprop, decay: 0.8}
  clip_grads: {global_norm: 5}
  performance_measure: accuracy
  performance_cutoff: 0.9
  checkpoint_every: 100 updates
curriculum:
  stages: [{task: {coherence: 0.7}, accuracy: {choice: [0, 1]}, threshold: 0.9}, {}]
test: {task: {coherence: [0.1, 0.5]}, by: [coherence, {stim_duration: {bins: 5}}]}
`

// mutations changes every value of a document in turn, calls do, and changes
// it back.
func mutations(document any, do func(where string)) {
	others := []any{nil, true, 7.0, -1.0, 1.5, "word", []any{}, []any{1.0}, []any{"word"}, map[string]any{}, map[string]any{"word": 1.0}}
	var walk func(v any, path string)
	walk = func(v any, path string) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				was, at := v[key], path+"."+key
				walk(was, at)
				delete(v, key)
				do(at + " removed")
				v[key+"z"] = was
				do(at + " renamed")
				delete(v, key+"z")
				for _, other := range others {
					v[key] = other
					do(fmt.Sprintf("%s = %v", at, other))
				}
				v[key] = was
			}
		case []any:
			for k, was := range v {
				at := fmt.Sprintf("%s[%d]", path, k)
				walk(was, at)
				for _, other := range others {
					v[k] = other
					do(fmt.Sprintf("%s = %v", at, other))
				}
				v[k] = was
			}
		}
	}
	walk(document, "")
}
