package experiment

import (
	"errors"
	"flag"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/fault"
)

var update = flag.Bool("update", false, "write what is said into the files of mistakes")

var placed = regexp.MustCompile(`^case\.yaml:([0-9]+):[0-9]+: (.*)$`)

// said are the messages of an error by their lines in case.yaml, in the order
// of their places.
func said(t *testing.T, err error) map[int][]string {
	t.Helper()
	found := map[int][]string{}
	add := func(text, hint string) {
		m := placed.FindStringSubmatch(text)
		if m == nil {
			t.Errorf("a message without its place in the case: %s", text)
			return
		}
		if hint != "" {
			hint = "; " + hint
		}
		line, _ := strconv.Atoi(m[1])
		found[line] = append(found[line], m[2]+hint)
	}
	var problems fault.Errors
	switch {
	case errors.As(err, &problems) && problems.Status() == fault.Misfit:
		for _, p := range problems {
			add(p.Error(), "(status 6) "+p.Hint)
		}
	case errors.As(err, &problems):
		for _, p := range problems {
			hint := p.Hint
			if p.Cause != nil {
				hint = "(status 5) " + hint
			}
			add(p.Error(), hint)
		}
	default:
		t.Errorf("no mistake is found: %v", err)
	}
	return found
}

// Every case carries, at the line where it belongs, what is to be said.
func TestMistakesInNetworks(t *testing.T) {
	const file = "testdata/mistakes_network.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(text), "\n=== ")
	if len(cases) < 2 {
		t.Fatal("no cases")
	}
	written := cases[0]
	for _, c := range cases[1:] {
		name, body, _ := strings.Cut(c, "\n")
		lines := strings.Split(body, "\n")
		wanted := map[int][]string{}
		for k := range lines {
			text, want, ok := strings.Cut(lines[k], " # want: ")
			lines[k] = text
			if ok {
				wanted[k+1] = strings.Split(want, " // ")
			}
		}
		e, err := Load(experimenttest.Files(t, map[string]string{"case.yaml": strings.Join(lines, "\n")}), "case.yaml", nil)
		found := map[int][]string{}
		switch {
		case err == nil && len(e.Idle) == 0:
		case err == nil:
			for line, list := range said(t, e.Idle) {
				for _, text := range list {
					found[line] = append(found[line], "(warning) "+text)
				}
			}
		default:
			found = said(t, err)
		}
		for k := range lines {
			if list := found[k+1]; list != nil {
				lines[k] += " # want: " + strings.Join(list, " // ")
			}
		}
		written += "\n=== " + name + "\n" + strings.Join(lines, "\n")
		if diff := cmp.Diff(wanted, found); diff != "" && !*update {
			t.Errorf("%s (- wanted, + found; if that is as it should be: go test ./internal/experiment -run %s -update):\n%s", name, t.Name(), diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(written), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
