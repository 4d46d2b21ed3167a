package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/ui"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what is said into the files of mistakes; to be read by a person before it is kept")

const (
	mistakesFolder = "testdata/mistakes"
	manyMistakes   = "many.yaml"
	wanted         = "# want: "
)

// Every file of the folder is wrong. A line that is says so itself,
//
//	key: value # want: COLUMN PATH: TEXT; HINT // the next
//
// or, where a comment would hide or mend the mistake, comments at the top do,
//
//	# want LINE:COLUMN PATH: TEXT; HINT
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(mistakesFolder, "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of mistakes: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text := read(t, name)
			want, found := expectations(text), reported(t, name)
			if filepath.Base(name) == manyMistakes && len(found) < 40 {
				t.Errorf("%d mistakes, want at least 40", len(found))
			}
			if *update {
				if err := os.WriteFile(name, []byte(annotated(text, found)), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, found, cmp.AllowUnexported(said{}, place{})); diff != "" {
				t.Errorf("(- wanted, + found):\n%s", diff)
			}
		})
	}
}

// place is a line and a column.
type place struct{ line, column int }

// said is a mistake's path, text and hint, as the files write them.
type said struct {
	at   place
	text string
}

// reported runs the program on the file, which must end with status 2 and
// leave nothing behind, and returns what it says in the order in which it does.
func reported(t *testing.T, name string) (list []said) {
	t.Helper()
	for _, command := range []string{"check", "train"} {
		args := []string{command, "-c", name, "--log-format", "json"}
		folder := filepath.Join(t.TempDir(), "run")
		if command == "train" {
			args = append(args, "-o", folder)
		}
		o := invoke(args...)
		if o.status != fault.Usage || o.stdout != "" {
			t.Errorf("%s: status %d\n%s%s", command, o.status, o.stdout, o.stderr)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%s left a run folder behind", command)
		}
		list = nil
		for line := range strings.Lines(o.stderr) {
			var m ui.Message
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			if m.Event != "error" || m.File != name {
				t.Errorf("said elsewhere: %s", line)
			}
			text := m.Text
			if m.Path != "" {
				text = m.Path + ": " + text
			}
			if m.Hint != "" {
				text += "; " + m.Hint
			}
			list = append(list, said{place{m.Line, m.Column}, text})
		}
	}
	return list
}

var atTop = regexp.MustCompile(`^# want (\d+):(\d+) (.*)$`)

// expectations are what a file wants to be said of it, line by line.
func expectations(text string) (list []said) {
	for k, line := range strings.Split(text, "\n") {
		if m := atTop.FindStringSubmatch(line); m != nil {
			list = append(list, said{place{number(m[1]), number(m[2])}, m[3]})
			continue
		}
		_, all, ok := strings.Cut(line, wanted)
		if !ok {
			continue
		}
		for one := range strings.SplitSeq(all, " // ") {
			column, text, _ := strings.Cut(one, " ")
			list = append(list, said{place{k + 1, number(column)}, text})
		}
	}
	slices.SortStableFunc(list, func(a, b said) int { return a.at.line - b.at.line })
	return list
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// annotated is the file with what was found in the place of what was wanted,
// in the form that the file has.
func annotated(text string, found []said) string {
	top := strings.HasPrefix(text, "# want ")
	byLine := map[int][]string{}
	var head []string
	for _, s := range found {
		byLine[s.at.line] = append(byLine[s.at.line], fmt.Sprintf("%d %s", s.at.column, s.text))
		head = append(head, fmt.Sprintf("# want %d:%d %s", s.at.line, s.at.column, s.text))
	}
	lines := strings.Split(text, "\n")
	if top {
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "# want ") })
		return strings.Join(append(head, lines...), "\n")
	}
	for _, k := range slices.Sorted(maps.Keys(byLine)) {
		lines[k-1], _, _ = strings.Cut(lines[k-1], " "+wanted)
		lines[k-1] += " " + wanted + strings.Join(byLine[k], " // ")
	}
	return strings.Join(lines, "\n")
}
