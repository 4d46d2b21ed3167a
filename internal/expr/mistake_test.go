package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// Every expression of the file has exactly the mistakes of its lines.
func TestMistakes(t *testing.T) {
	want := map[string][]string{}
	for _, line := range lines(t, "mistakes.txt") {
		text, mistake, ok := strings.Cut(line, " | ")
		if !ok {
			t.Fatalf("no mistake in the line %q", line)
		}
		want[text] = append(want[text], strings.TrimSpace(mistake))
	}
	for text, mistakes := range want {
		var got []string
		for _, e := range mistakesOf(t, world, text) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%d | %s | %s", e.Column-1, e.Text, e.Hint)))
		}
		if d := cmp.Diff(mistakes, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", text, d)
		}
	}
}

func mistakesOf(t testing.TB, env *Environment, text string) fault.Errors {
	_, err := env.Tree(text)
	var errs fault.Errors
	if err != nil && !errors.As(err, &errs) {
		t.Errorf("%s: the error is of type %T", text, err)
	}
	return errs
}

func TestEmpty(t *testing.T) {
	for _, text := range []string{"", "  ", "\n"} {
		if errs := mistakesOf(t, world, text); len(errs) != 1 || errs[0].Text != "the expression is empty" {
			t.Errorf("%q: %v", text, errs)
		}
	}
}

// A mistake is found where it stands in the file, however the scalar is
// written.
func TestPlaceInFile(t *testing.T) {
	cases := []struct{ name, text string }{
		{"plain", "k: onset + onst\n"},
		{"plain, folded", "k: onset\n   +\n   onst\n"},
		{"plain, after other characters", "ä→: {é: onset + onst}\n"},
		{"single quotes", "k: 'onset + onst'\n"},
		{"double quotes", "k: \"onset\\t+\\\n    \\x20onst\"\n"},
		{"literal", "k: |\n  onset\n    + onst\n"},
		{"folded", "k: >-\n  onset +\n  onst\n"},
		{"alias", "x-k: &K 'onset + onst'\nk: *K\n"},
		{"list", "k: [1, 'min(onset, onst)']\n"},
		{"carriage returns", "z: 1\r\nk: onset +\r\n  onst\r\n"},
	}
	for _, c := range cases {
		root, err := strict.Parse("f", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		problems := problemsOf(t, root)
		if len(problems) == 0 {
			t.Errorf("%s: no mistake found", c.name)
		}
		line := strings.Split(strings.ReplaceAll(c.text, "\r\n", "\n"), "\n")
		for _, p := range problems {
			if p.File != "f" || p.Hint != "did you mean onset?" || !strings.HasPrefix(string([]rune(line[p.Line-1])[p.Column-1:]), "onst") {
				t.Errorf("%s: found at %v: %s (%s)", c.name, p.Place, p.Text, p.Hint)
			}
		}
	}
}

func problemsOf(t *testing.T, n *strict.Node) fault.Errors {
	var all fault.Errors
	if n.Kind() == strict.Scalar {
		for _, e := range mistakesOf(t, world, n.Text()) {
			p := n.Problem(e.Text, e.Hint)
			p.Place = n.At(e.Column - 1)
			all = append(all, p)
		}
		return all
	}
	for _, c := range append(n.Items(), n.Entries()...) {
		all = append(all, problemsOf(t, c)...)
	}
	return all
}

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "_": true, "stim_end": true, "t1": true, "ä": true, "min": true, "If": true,
		"": false, "1a": false, "a b": false, "a.b": false, "a-b": false, "$a": false,
		"in": false, "not": false, "if": false, "true": false, "let": false, "contains": false,
	} {
		if ValidName(name) != want {
			t.Errorf("%q: got %v", name, !want)
		}
		// What may be called so can be read.
		env := &Environment{Variables: map[string]Variable{name: {}}}
		if tree, err := env.Tree(name); want && (err != nil || !slices.Contains(tree.Variables(), name)) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
