package strict

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
)

var (
	update     = flag.Bool("update", false, "write what is said into the files of mistakes")
	errMissing = fs.ErrNotExist
)

// Every line of these files carries the message expected there.
func TestMistakesByLine(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.yaml")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var v experiment
		problems := fault.ErrorsIn(loader(map[string]string{name: string(text)}).Load(name, nil, &v))
		if problems == nil {
			t.Errorf("%s: no problems", name)
		}
		found := map[int][]string{}
		for _, p := range problems {
			if p.File != name {
				t.Errorf("problem elsewhere: %v", p)
			}
			_, message, _ := strings.Cut(p.Error(), ": ")
			if p.Hint != "" {
				message += "; " + p.Hint
			}
			found[p.Line] = append(found[p.Line], message)
		}
		wanted := map[int][]string{}
		for i, line := range strings.Split(string(text), "\n") {
			if _, want, ok := strings.Cut(line, "# want: "); ok {
				wanted[i+1] = strings.Split(want, " // ")
			}
		}
		if *update {
			lines := strings.Split(string(text), "\n")
			for i := range lines {
				lines[i], _, _ = strings.Cut(lines[i], " # want: ")
				if said := found[i+1]; said != nil {
					lines[i] += " # want: " + strings.Join(said, " // ")
				}
			}
			if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(wanted, found); diff != "" {
			t.Errorf("%s (- wanted, + found):\n%s", name, diff)
		}
	}
}

// Files with one mistake that stops the rest; the lines beginning with >>> are
// what is to be said, the others the file.
func TestSingleMistakes(t *testing.T) {
	const file = "testdata/single.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var written strings.Builder
	cases := strings.Split(string(text), "=== ")
	written.WriteString(cases[0])
	for _, c := range cases[1:] {
		name, body, _ := strings.Cut(c, "\n")
		var input, want []string
		for _, line := range strings.SplitAfter(body, "\n") {
			if message, ok := strings.CutPrefix(line, ">>> "); ok {
				want = append(want, strings.TrimSuffix(message, "\n"))
			} else {
				input = append(input, line)
			}
		}
		source := strings.Join(input, "")
		unescaped := strings.NewReplacer("<TAB>", "\t", "<CR>", "\r", "<BOM>", "\ufeff", "<NUL>", "\x00", "<FF>", "\xff", "<BELL>", "\a").Replace(source)
		var got string
		if err := loader(map[string]string{"e": unescaped}).Load("e", nil, new(experiment)); err != nil {
			got = err.Error()
		}
		if !*update && got != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s\ngot:\n%s\nwant:\n%s", name, source, got, strings.Join(want, "\n"))
		}
		written.WriteString("=== " + name + "\n" + source)
		for _, line := range strings.Split(got, "\n") {
			written.WriteString(">>> " + line + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(written.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
