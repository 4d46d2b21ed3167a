//go:build !race

// The schema that psychrnn schema prints, beside the program: a validator of
// JSON Schema finds what the program finds. These tests are not beside those of
// the commands, whose test binary is the program too and begins faster without
// the validator. Goroutines share nothing in them, so they are not run under the
// race detector.

package experiment_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict/schema"
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

// printed is the schema that the program prints.
func printed(t *testing.T) []byte {
	t.Helper()
	text, err := schema.JSONSchema(reflect.TypeFor[experiment.Config](), "experiment of psychrnn")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// compiled is that schema, made ready.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed(t)))
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
	for name, text := range blocks(t) {
		check(name, text)
	}
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

// Of the files of mistakes, about which a test of the program asserts what is
// said of them, the schema finds the mistakes that are structural.
func TestSchemaFindsMistakes(t *testing.T) {
	s := compiled(t)
	files, err := filepath.Glob("../../cmd/psychrnn/testdata/mistakes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of mistakes: %v", err)
	}
	count := 0
	for _, name := range files {
		text := read(t, name)
		document, ok := parsed(t, text)
		if !ok { // not YAML
			continue
		}
		_, err := experiment.Load(func(name string) ([]byte, error) { return os.ReadFile(name) }, name, nil)
		if err == nil {
			t.Errorf("%s is taken", name)
		}
		count += compare(t, s, name, document, err)
	}
	if count == 0 {
		t.Error("no structural mistakes")
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
			_, err = loaded(string(text))
			compare(t, s, name+": "+where, document, err)
		})
	}
	t.Logf("%d mutations", count)
}

// compare asserts that the schema finds in a document the structural mistakes
// for which the program refuses it, and counts them, and nothing in one that the
// program takes.
func compare(t *testing.T, s *jsonschema.Schema, where string, document any, err error) (count int) {
	t.Helper()
	paths := refused(s, document)
	var problems fault.Errors
	errors.As(err, &problems)
	for _, p := range problems {
		if !structural(p.Path, p.Text) {
			continue
		}
		count++
		if !finds(paths, p.Path, p.Text) {
			t.Errorf("%s: not found by the schema: %s: %s", where, p.Path, p.Text)
		}
	}
	if err == nil && paths != nil {
		t.Errorf("%s: the schema alone refuses %q", where, paths)
	}
	return count
}

// Every key has a description and says what may stand there.
func TestSchemaSaysAll(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(printed(t), &root); err != nil {
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
