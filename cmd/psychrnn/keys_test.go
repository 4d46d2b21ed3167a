package main

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	diffs "github.com/google/go-cmp/cmp"

	"psychrnn/internal/experiment"
	"psychrnn/internal/strict"
)

// The document of all keys is written by this test, with -update, below what a
// person wrote.
func TestKeysDocument(t *testing.T) {
	const (
		name = "../../docs/keys.md"
		mark = "<!-- What follows is written by go test ./cmd/psychrnn -run TestKeysDocument -update -->\n"
	)
	text := read(t, name)
	written, _, marked := strings.Cut(text, mark)
	if !marked {
		t.Fatalf("%s has lost the line %s", name, mark)
	}
	want := written + mark + "\n" + strings.TrimSpace(keyTables(reflect.TypeFor[experiment.Config]())) + "\n"
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := diffs.Diff(text, want); diff != "" {
		t.Errorf("%s is behind the program; go test ./cmd/psychrnn -run TestKeysDocument -update (- there, + of the program):\n%s", name, diff)
	}
}

// keyTables lists all keys below a struct type as tables in Markdown: one of the
// keys at the top, one for every section, and one for every struct with a
// title, wherever it stands.
func keyTables(t reflect.Type) string {
	var titles []string
	rows := map[string][]strict.FileKey{}
	add := func(title string, k strict.FileKey) {
		if rows[title] == nil {
			titles = append(titles, title)
		}
		if !slices.ContainsFunc(rows[title], func(r strict.FileKey) bool { return r.Path == k.Path }) {
			rows[title] = append(rows[title], k)
		}
	}
	const top = "At the top"
	parts := map[string]string{} // titles by where they begin
	keys := strict.Keys(t)
	for _, k := range keys {
		section, _, below := strings.Cut(k.Path, ".")
		if k.Part == "" && !below {
			add(top, k)
		} else if k.Part == "" {
			add(section, k)
		}
	}
	for _, k := range keys {
		if k.Part != "" {
			parts[k.In] = k.Part
			k.Path = strings.TrimPrefix(strings.TrimPrefix(k.Path, k.In), ".")
			add(k.Part, k)
		}
	}
	var b strings.Builder
	for _, title := range titles {
		fmt.Fprintf(&b, "## %s\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n", title)
		for _, k := range rows[title] {
			b.WriteString(keyRow(k, parts))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// keyRow is the row of a key; parts are the titles by where they begin.
func keyRow(k strict.FileKey, parts map[string]string) string {
	value := ""
	switch {
	case k.HasDefault || k.Absent != "":
		value = "`" + cmp.Or(k.Default, k.Absent) + "`"
	case k.Required:
		value = "required"
	}
	stands := k.Words
	if k.Part == "" {
		_, isMap := strict.MapElem(k.FormType)
		for _, in := range []string{k.Path, k.Path + "[]", k.Path + ".*"} {
			if title := parts[in]; title != "" && (isMap || !strings.HasSuffix(in, "*") || in == k.Path) {
				stands += fmt.Sprintf(": [%s](#%s)", title, strings.ToLower(strings.ReplaceAll(title, " ", "-")))
			}
		}
	}
	meaning := k.Doc
	if len(k.Originals) > 0 {
		meaning += " (" + strings.Join(k.Originals, ", ") + " in the original)"
	}
	row := fmt.Sprintf("| `%s` | %s | %s | %s |", k.Path, stands, value, meaning)
	return strings.ReplaceAll(row, "\n", " ") + "\n"
}

type titledRule struct {
	_    struct{} `doc:"A rule"`
	When string   `yaml:"when" required:"true" doc:"a condition" original:"cond"`
}

// A table at the top, one for every section and one for what has a title.
func TestKeyTables(t *testing.T) {
	type file struct {
		Name    string  `yaml:"name" doc:"what it is\ncalled"`
		Rate    float64 `yaml:"rate" default:"0.1" above:"0" max:"1"`
		Section struct {
			Time  float64          `yaml:"time" unit:"ms" absent:"10"`
			Kind  string           `yaml:"kind" oneof:"a b"`
			Rules []titledRule     `yaml:"rules"`
			Keys  strict.Map[bool] `yaml:",rest" doc:"others"`
		} `yaml:"section"`
		More strict.Map[titledRule] `yaml:"more"`
	}
	want := `## At the top

| key | value | default | meaning |
| --- | --- | --- | --- |
| ` + "`name`" + ` | a text |  | what it is called |
| ` + "`rate`" + ` | a number, above 0, at most 1 | ` + "`0.1`" + ` |  |
| ` + "`section`" + ` | a map |  |  |
| ` + "`more`" + ` | a map of names to maps: [A rule](#a-rule) |  |  |

## section

| key | value | default | meaning |
| --- | --- | --- | --- |
| ` + "`section.time`" + ` | a number in ms | ` + "`10`" + ` |  |
| ` + "`section.kind`" + ` | a, b |  |  |
| ` + "`section.rules`" + ` | a list of maps: [A rule](#a-rule) |  |  |
| ` + "`section.*`" + ` | true or false |  | others |

## A rule

| key | value | default | meaning |
| --- | --- | --- | --- |
| ` + "`when`" + ` | a text | required | a condition (cond in the original) |

`
	if diff := diffs.Diff(want, keyTables(reflect.TypeFor[file]())); diff != "" {
		t.Error(diff)
	}
}
