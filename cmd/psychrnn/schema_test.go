package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"

	"psychrnn/configs"
	"psychrnn/internal/experiment"
	"psychrnn/internal/strict"
)

// A mistake is structural if the program says one of these things, and then the
// schema must find it, too. It need not know YAML's own mistakes, the meaning
// of expressions, sizes, and what contradicts what.
var structure = regexp.MustCompile(`^(unknown key|unknown value|expected .*, found|must be (at least|at most|above|below) |out of range|missing, and has no default|an empty element|has no effect on (the schedule )?\w+$|.* (has no unit|is neither a time nor a number of updates)$)`)

// beyond are structural mistakes that it does not find all the same.
var beyond = []struct {
	path, text *regexp.Regexp
	why        string
}{
	{regexp.MustCompile(``), regexp.MustCompile(`found "(\d+:\d+|0\d+|0x\w+|\d[\d_]*|\.inf|1e999)"`), "a form of a number that some readers of YAML take"},
	{regexp.MustCompile(``), regexp.MustCompile(`^expected .*, found a truth value`), "a word that YAML 1.1 takes for a truth value"},
	{regexp.MustCompile(`^task\.T$`), regexp.MustCompile(`^missing`), "whether periods give the length of a trial"},
	{regexp.MustCompile(`^task\.(path|command|N_in|N_out)$`), regexp.MustCompile(`^missing`), "what trials from elsewhere need"},
	{regexp.MustCompile(`^task\.kind$`), regexp.MustCompile(`^missing`), "whether kind or a definition was meant: it asks for inputs and outputs"},
	{regexp.MustCompile(`^task\.(periods|parameters)\.\w+\.`), regexp.MustCompile(`^missing`), "what the task's kind may give"},
	{regexp.MustCompile(`^(curriculum\.stages\[\d+\]|test)\.task\.`), regexp.MustCompile(`^(unknown key|missing)`), "the task under it"},
	{regexp.MustCompile(`^task\.noise\.`), regexp.MustCompile(`^unknown key`), "names that the file itself gives"},
}

// compiled is the schema that the program prints.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	o := invoke("schema")
	if o.status != 0 || o.stderr != "" {
		t.Fatalf("status %d: %s", o.status, o.stderr)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(o.stdout))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// refused are the paths at which the schema finds mistakes.
func refused(s *jsonschema.Schema, document any) (paths []string) {
	var invalid *jsonschema.ValidationError
	if !errors.As(s.Validate(document), &invalid) {
		return nil
	}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		var keys []string
		switch k := e.ErrorKind.(type) {
		case *kind.AdditionalProperties:
			keys = k.Properties
		case *kind.Required:
			keys = k.Missing
		default:
			if len(e.Causes) == 0 {
				paths = append(paths, pathOf(document, e.InstanceLocation))
			}
		}
		for _, key := range keys {
			paths = append(paths, pathOf(document, append(slices.Clip(e.InstanceLocation), key)))
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(invalid)
	return paths
}

// pathOf writes a location as the program does.
func pathOf(document any, steps []string) (path string) {
	for _, step := range steps {
		if list, ok := document.([]any); ok {
			k, _ := strconv.Atoi(step)
			path += "[" + step + "]"
			document = list[k]
			continue
		}
		document = document.(map[string]any)[step]
		if strings.ContainsAny(step, ".[]=\" \t\r\n") {
			step = strconv.Quote(step)
		}
		path += "." + step
	}
	return strings.TrimPrefix(path, ".")
}

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

// The schema takes every experiment that there is, as it was written and as the
// run folder has it.
func TestSchemaTakesExperiments(t *testing.T) {
	s := compiled(t)
	check := func(name, text string) {
		document, ok := parsed(t, text)
		if paths := refused(s, document); !ok || paths != nil {
			t.Errorf("%s: refused at %q", name, paths)
		}
	}
	for name, text := range experiments(t) {
		check(name, text)
		if e, err := loaded(text); err == nil {
			check(name+" resolved", string(e.Resolved()))
		}
	}
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, name := range append(documents, "../../README.md") {
		for _, b := range blocks(read(t, name)) {
			if b.language == "yaml" {
				check(fmt.Sprintf("%s:%d", name, b.line), strings.Replace(b.text, part, "extends: hello.yaml\n", 1))
			}
		}
	}
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

// structural says whether the schema must know of a mistake.
func structural(path, text string) bool {
	for _, b := range beyond {
		if b.path.MatchString(path) && b.text.MatchString(text) {
			return false
		}
	}
	return structure.MatchString(text)
}

// finds says whether one of the paths is that of a mistake. A section that is
// missing is found where it should stand.
func finds(paths []string, path, text string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		return p == path || strings.HasPrefix(text, "missing") && strings.HasPrefix(path, p+".")
	})
}

func TestSchemaFindsMistakes(t *testing.T) {
	s := compiled(t)
	files, err := filepath.Glob(filepath.Join(mistakesFolder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	count := 0
	for _, name := range files {
		text := read(t, name)
		document, ok := parsed(t, text)
		if !ok { // not YAML
			continue
		}
		paths := refused(s, document)
		for _, want := range expectations(text) {
			path, said, ok := strings.Cut(want.text, ": ")
			if !ok || strings.Contains(path, " ") {
				path, said = "", want.text
			}
			said, _, _ = strings.Cut(said, "; ")
			if !structural(path, said) {
				continue
			}
			count++
			if !finds(paths, path, said) {
				t.Errorf("%s:%d: not found by the schema: %s", name, want.at.line, want.text)
			}
		}
	}
	t.Logf("%d structural mistakes", count)
}

// Wherever a value of an experiment is changed, the schema refuses what the
// program refuses for its structure, and nothing that the program takes. One
// change in forty is tried, all of them with the tag slow.
func TestSchemaAgrees(t *testing.T) { agree(t, 40) }

func agree(t *testing.T, one int) {
	s := compiled(t)
	texts := experiments(t)
	count := 0
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		document, _ := parsed(t, texts[name])
		mutations(document, func(where string) {
			if count++; count%one != 0 {
				return
			}
			text, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, s, name+": "+where, document, string(text))
		})
	}
	t.Logf("%d mutations", count)
}

func compare(t *testing.T, s *jsonschema.Schema, where string, document any, text string) {
	t.Helper()
	paths := refused(s, document)
	_, err := loaded(text)
	var problems strict.Problems
	errors.As(err, &problems)
	for _, p := range problems {
		if structural(p.Path, p.Text) && !finds(paths, p.Path, p.Text) {
			t.Errorf("%s: not found by the schema: %s: %s", where, p.Path, p.Text)
		}
	}
	if err == nil && paths != nil {
		t.Errorf("%s: the schema alone refuses %q", where, paths)
	}
}

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

// Every key has a description and says what may stand there.
func TestSchemaSaysAll(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal([]byte(invoke("schema").stdout), &root); err != nil {
		t.Fatal(err)
	}
	structs := maps.Clone(root["$defs"].(map[string]any))
	structs["the file"] = root
	for name, s := range structs {
		keys, _ := s.(map[string]any)["properties"].(map[string]any)
		for key, v := range keys {
			v := v.(map[string]any)
			says := v["type"] != nil || v["anyOf"] != nil || v["$ref"] != nil
			if name != "model.byWeight" && (!says || v["description"] == nil) {
				t.Errorf("%s: %s says too little: %v", name, key, v)
			}
		}
	}
}
