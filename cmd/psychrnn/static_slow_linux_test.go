//go:build slow

package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var building = regexp.MustCompile(`(?m)^CGO_ENABLED=0 go (build|install) .*$`)

// What the documents say to build runs on any Linux of the same processor: no
// loader is asked for, and no library.
func TestSlowBuildsAreStatic(t *testing.T) {
	commands := building.FindAllString(read(t, "../../docs/first-steps.md"), -1)
	if len(commands) != 2 {
		t.Fatalf("the document builds by %q", commands)
	}
	for _, command := range commands {
		folder := t.TempDir()
		program := filepath.Join(folder, "psychrnn")
		c := exec.Command("sh", "-ec", strings.Replace(command, "-o psychrnn", "-o "+program, 1))
		c.Dir = "../.."
		c.Env = append(os.Environ(), "GOBIN="+folder)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		file, err := elf.Open(program)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for _, p := range file.Progs {
			if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
				t.Errorf("%s: the program needs a loader: %v", command, p.Type)
			}
		}
		if needed, err := file.ImportedLibraries(); err != nil || len(needed) > 0 {
			t.Errorf("%s: it needs %v (%v)", command, needed, err)
		}
		if out, err := exec.Command(program, "version").Output(); err != nil || !strings.Contains(string(out), version) {
			t.Errorf("%s: version is %q (%v)", command, out, err)
		}
	}
}
