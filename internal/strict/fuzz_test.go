package strict

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
)

// FuzzDecode reads anything: it must end, every place must lie in the text, and
// what is accepted must survive being written.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"testdata/mistakes.yaml", "testdata/encoded.golden", "testdata/single.txt"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "=== ") {
			f.Add(part, "model.tau[0]=5")
		}
	}
	f.Add(small, `populations."a.b"=[x, "0:20"]`)
	f.Add(small+"train: {learning_rate: {start: 1}}", "train.learning_rate.decay=0.5")
	f.Fuzz(func(t *testing.T, text, assignment string) {
		lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\u0085") + strings.Count(text, "\u2028") + strings.Count(text, "\u2029")
		inside := func(p fault.Place) {
			if p.File == "exp.yaml" && (p.Line < 1 || p.Line > lines || p.Column < 1 || p.Column > utf8.RuneCountInString(text)+1) {
				t.Errorf("place outside of the text: %v", p)
			}
		}
		if root, _ := Parse("exp.yaml", []byte(text)); root != nil && root.tree.Size() < 1000 {
			written := regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]").Split(strings.TrimPrefix(text, "\ufeff"), -1)
			eachScalar(root, func(n *Node) {
				before := fault.Place{}
				for i, r := range []rune(n.Text()) {
					p := n.At(i)
					inside(p)
					if found := ([]rune(written[p.Line-1] + "\n"))[p.Column-1]; found != r && found != '\\' && !strings.ContainsRune(" \t\n\u2028\u2029", r) {
						t.Errorf("character %d of %q found at %v", i, n.Text(), p)
					}
					if p.Line < before.Line || p.Line == before.Line && p.Column < before.Column {
						t.Errorf("places run backwards: %v after %v", p, before)
					}
					before = p
				}
			})
		}
		var v experiment
		err := loader(map[string]string{"exp.yaml": text}).Load("exp.yaml", []string{assignment}, &v)
		if err != nil {
			for _, p := range fault.ErrorsIn(err) {
				inside(p.Place)
			}
			return
		}
		var again experiment
		encoded := Encode(&v)
		if err := loader(map[string]string{"exp.yaml": string(encoded)}).Load("exp.yaml", nil, &again); err != nil {
			t.Fatalf("%v\n%s", err, encoded)
		}
		if diff := cmp.Diff(string(encoded), string(Encode(again))); diff != "" {
			t.Error(diff)
		}
	})
}

func eachScalar(n *Node, visit func(*Node)) {
	if n.Kind() == Scalar {
		visit(n)
	}
	for _, c := range append(n.Items(), n.Entries()...) {
		eachScalar(c, visit)
	}
}

// Hostile files end soon.
func TestHostile(t *testing.T) {
	laughs := "b0: &a0 [1, 1]\n"
	for i := range 30 {
		alias := fmt.Sprintf("*a%d", i)
		laughs += fmt.Sprintf("b%d: &a%d [%s]\n", i+1, i+1, strings.Join(slices.Repeat([]string{alias}, 9), ", "))
	}
	for name, c := range map[string]struct{ text, want string }{
		"many laughs":          {small + laughs + "loss: *a30\n", "exp.yaml:1:1: more than 1048576 values, aliases written out"},
		"laughs of the user":   {strings.ReplaceAll("\n"+laughs, "\nb", "\nx-b") + small, ""},
		"deep":                 {"a: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "exp.yaml:1:1: nested deeper than 100 levels"},
		"deeper":               {"a: " + strings.Repeat("[", 1e6), "exp.yaml:1:1000003: the bracket [ is never closed"},
		"large":                {strings.Repeat("# ...........\n", 1<<19), "exp.yaml:1:1: the file is larger than 4 MiB"},
		"many mistakes":        {strings.Repeat("a: b\n", 1<<17), ""},
		"many keys":            {manyKeys(1 << 17), ""},
		"many trial variables": {small + "populations: {" + strings.ReplaceAll(manyKeys(1<<17), "1\n", "[], ") + "}", ""},
		"long key":             {strings.Repeat("k", 1015) + ": 1\n", "exp.yaml:1:1: the key is too long"},
		"long text":            {small + "name: " + strings.Repeat("a b ", 1<<19), ""},
	} {
		start := time.Now()
		err := loader(map[string]string{"exp.yaml": c.text}).Load("exp.yaml", nil, new(experiment))
		if c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s: got %.300v", name, err)
		}
		if name == "laughs of the user" && err != nil {
			t.Errorf("%s: %.300v", name, err)
		}
		t.Log(name, time.Since(start))
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String()
}
