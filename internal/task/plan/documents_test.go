package plan

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/expr"
	"psychrnn/internal/task"
)

// The lists of names in the document are those of the language.
func TestDocumentedNames(t *testing.T) {
	content, err := os.ReadFile("../../../docs/tasks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, lists, found := strings.Cut(string(content), "\n## All names\n")
	if !found {
		t.Fatal("the document has no section All names")
	}
	tables := map[string][]string{}
	heading := ""
	for line := range strings.Lines(lists) {
		switch line = strings.TrimSuffix(line, "\n"); {
		case !strings.HasPrefix(line, "|"):
			heading = ""
		case heading == "":
			heading, _, _ = strings.Cut(strings.TrimPrefix(line, "| "), " ")
		case !strings.HasPrefix(line, "| ---"):
			tables[heading] = append(tables[heading], line)
		}
	}
	var names []string
	for _, line := range tables["name"] {
		for _, m := range regexp.MustCompile("`([^`%]+)`").FindAllStringSubmatch(strings.Split(line, "|")[1], -1) {
			names = append(names, m[1])
		}
	}
	own := slices.Clone(ownNames)
	slices.Sort(names)
	slices.Sort(own)
	if diff := cmp.Diff(own, names); diff != "" {
		t.Errorf("names (-code +document):\n%s", diff)
	}
	reductions := expr.Reductions(everyAxis)
	want := map[string][]string{}
	for name, f := range usages() {
		table := "function"
		if task.Distributions[name] != nil {
			table = "draw,"
		} else if reductions[name] != nil {
			table = "over"
		}
		want[table] = append(want[table], "| `"+f[0]+"` | "+f[1]+" |")
	}
	for _, table := range slices.Sorted(maps.Keys(want)) {
		slices.Sort(want[table])
		if diff := cmp.Diff(strings.Join(want[table], "\n"), strings.Join(tables[table], "\n")); diff != "" {
			t.Errorf("%s (-code +document):\n%s\nthe document wants\n%s", table, diff, strings.Join(want[table], "\n"))
		}
	}
}

// usages are all that may stand before a bracket, with usage and meaning.
func usages() map[string][2]string {
	all := map[string][2]string{}
	for name, f := range functions {
		all[name] = [2]string{f.Usage, f.Doc}
	}
	for name, d := range task.Distributions {
		if name != task.Weighted {
			all[name] = [2]string{d.Usage, d.Doc}
		}
	}
	return all
}

// Usages are those for tests that follow the plan as well.
var Usages = usages
