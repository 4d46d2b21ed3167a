package experiment

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/fault"
	"psychrnn/internal/othernames"
	"psychrnn/internal/strict"
)

// Every line of the file is an experiment that extends base.yaml, with a name
// that is wrong: misspelt, of another section, of the original or of another
// program. Behind it stands all that is to be said of it.
func TestSuggestions(t *testing.T) {
	const file = "testdata/suggestions.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	count := 0
	for k, line := range lines {
		if line == "" || line[0] == '#' {
			continue
		}
		count++
		written, want, _ := strings.Cut(line, " # want: ")
		base := experimenttest.Base + "populations: {area1: ':3', area2: '3:6', area3: '6:'}\n"
		_, err := Load(experimenttest.Files(t, map[string]string{"case.yaml": "extends: base.yaml\n" + strings.ReplaceAll(written, `\n`, "\n"), "base.yaml": base}), "case.yaml", nil)
		var problems fault.Errors
		var found []string
		errors.As(err, &problems)
		for _, p := range problems {
			_, said, _ := strings.Cut(p.Error(), ": ")
			found = append(found, said+"; "+p.Hint)
		}
		lines[k] = written + " # want: " + strings.Join(found, " // ")
		if got := strings.Join(found, " // "); got != want && !*update {
			t.Errorf("%s\nsaid   %s\nwanted %s\nIf that is as it should be: go test ./internal/experiment -run TestSuggestions -update", written, got, want)
		}
	}
	if count < 60 {
		t.Errorf("only %d names", count)
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// What a name elsewhere is said to be here, there is.
func TestNamesElsewhereLeadToKeys(t *testing.T) {
	keys := strict.Keys(reflect.TypeFor[Config]())
	weights := []string{"initializer.W_in", "initializer.W_rec", "initializer.W_out", "initializer.b_rec", "initializer.b_out", "initializer.init_state"}
	isKey := func(path string) bool {
		return slices.ContainsFunc(keys, func(k strict.FileKey) bool { return k.Path == path })
	}
	all, values := othernames.Elsewhere()
	for name, meanings := range all {
		for _, o := range meanings {
			if o.Path != "" && !isKey(o.Path) && !slices.Contains(weights, o.Path) {
				t.Errorf("%s is said to be %s, which is no key", name, o.Path)
			}
			if o.Only == "" && !o.Exact && isKey(name) {
				t.Errorf("%s is a key at the top", name)
			}
		}
	}
	for name, meanings := range values {
		for _, o := range meanings {
			k := slices.IndexFunc(keys, func(k strict.FileKey) bool { return k.Path == o.Only })
			if k < 0 {
				t.Errorf("%s is said to be a value of %s, which is no key", name, o.Only)
			} else if slices.Contains(keys[k].Values(), name) {
				t.Errorf("%s: %s is a value here now: take it out of internal/othernames/othernames.go", o.Only, name)
			}
		}
	}
}
