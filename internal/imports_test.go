// Package internal_test holds the packages of this module to the import table:
// who may import whom, and what the numerical packages may not touch.
package internal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "psychrnn/"

// rooms is every package from the top of the house down: a room may import
// those below it, none beside or above.
var rooms = []string{
	"cmd/psychrnn",
	"internal/training",
	"internal/loading",
	"internal/report",
	"internal/session",
	"internal/effect",
	"internal/record",
	"internal/experiment/experimenttest",
	"internal/experiment",
	"internal/othernames",
	"internal/userfiles",
	"internal/memory",
	"internal/run",
	"internal/progress",
	"internal/ui",
	"internal/flags",
	"internal/machine",
	"internal/disk/disktest",
	"internal/disk",
	"internal/inspect",
	"internal/train",
	"internal/eval",
	"internal/grad",
	"internal/lesion",
	"internal/sim/simtest",
	"internal/sim",
	"internal/task/external",
	"internal/task/draw",
	"internal/task/plan",
	"internal/task",
	"internal/statistics",
	"internal/network",
	"internal/weights",
	"internal/model",
	"internal/npz/npztest",
	"internal/npz",
	"internal/expr",
	"internal/strict/schema",
	"internal/strict",
	"internal/strict/yaml",
	"internal/kernel",
	"internal/random",
	"internal/fault",
	"internal/early",
	"internal/visible",
	"internal/hostile",
	"configs",
}

// doors names the only rooms that may import a path or what lies under it.
var doors = map[string][]string{
	module + "configs":          {"cmd/psychrnn", "internal/othernames"},
	module + "internal/hostile": {}, // tests alone
	"github.com/spf13":          {"cmd/psychrnn"},
	"github.com/vbauerster":     {"cmd/psychrnn", "internal/progress"},
}

// A numerical room computes: no files, clock, log, network or system calls.
var (
	numerical = []string{
		"internal/kernel", "internal/random", "internal/statistics", "internal/model", "internal/sim", "internal/lesion", "internal/grad", "internal/eval", "internal/train",
		"internal/task", "internal/task/plan", "internal/task/draw", "internal/weights", "internal/network", "internal/npz", "internal/expr", "internal/strict",
		"internal/strict/schema", "internal/strict/yaml", "internal/fault", "internal/inspect",
	}
	outside = []string{"os", "time", "log", "net", "syscall"}
)

// complaint says what is wrong with room importing path, or nothing.
func complaint(room, path string) string {
	if inner, ok := strings.CutPrefix(path, module); ok && slices.Index(rooms, inner) <= slices.Index(rooms, room) {
		return fmt.Sprintf("%s imports %s, which is not below it in the table of rooms", room, inner)
	}
	for place, allowed := range doors {
		if under(path, place) && !slices.Contains(allowed, room) {
			return fmt.Sprintf("%s imports %s, which only %s may", room, path, strings.Join(allowed, " and "))
		}
	}
	if strings.Contains(path, "go.yaml.in") && room != "internal/strict/yaml" {
		return fmt.Sprintf("%s imports %s: only internal/strict/yaml knows the library", room, path)
	}
	if slices.Contains(numerical, room) && slices.ContainsFunc(outside, func(o string) bool { return under(path, o) }) {
		return fmt.Sprintf("%s imports %s, but a numerical package touches no file, clock, log or network", room, path)
	}
	return ""
}

func under(path, place string) bool {
	return path == place || strings.HasPrefix(path, place+"/")
}

// Files behind build constraints count too, so the module is listed as every
// supported system sees it.
func TestImports(t *testing.T) {
	complaints := map[string]bool{}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, goarch := range []string{"amd64", "arm64"} {
			for _, p := range packages(t, goos, goarch) {
				room := strings.TrimPrefix(p.ImportPath, module)
				if !slices.Contains(rooms, room) {
					complaints[room+" is new: enter it where it belongs into the table of rooms in internal/imports_test.go"] = true
					continue
				}
				for _, path := range p.Imports {
					complaints[complaint(room, path)] = true
				}
			}
		}
	}
	delete(complaints, "")
	for _, c := range slices.Sorted(maps.Keys(complaints)) {
		t.Error(c)
	}
}

// ARCHITECTURE.md tells of every room, in this order.
func TestRoomsAreTold(t *testing.T) {
	text, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllSubmatch(text, -1) {
		told = append(told, string(row[1]))
	}
	if diff := cmp.Diff(rooms, told); diff != "" {
		t.Errorf("rooms (-), rows of the table in ARCHITECTURE.md (+):\n%s", diff)
	}
}

type listed struct {
	ImportPath       string
	GoFiles, Imports []string
}

// packages lists the packages that have more than tests.
func packages(t *testing.T, goos, goarch string) []listed {
	t.Helper()
	list := exec.Command("go", "list", "-e", "-json=ImportPath,GoFiles,Imports", "./...")
	list.Dir = ".."
	list.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := in.Decode(&p); {
		case err == io.EOF && len(all) > 0:
			return all
		case err != nil:
			t.Fatal("the list of packages ends early: ", err)
		case len(p.GoFiles) > 0:
			all = append(all, p)
		}
	}
}

func TestComplaint(t *testing.T) {
	for _, c := range []struct {
		room, path string
		allowed    bool
	}{
		{"internal/grad", module + "internal/sim", true},
		{"internal/sim", module + "internal/grad", false},
		{"internal/sim", module + "internal/sim", false},
		{"internal/kernel", module + "internal/strict", false},
		{"internal/kernel", module + "configs", false},
		{"internal/othernames", module + "configs", true},
		{"internal/task", module + "configs", false},
		{"configs", module + "internal/task", false},
		{"internal/weights", module + "internal/hostile", false},
		{"internal/strict/yaml", "go.yaml.in/yaml/v3", true},
		{"internal/strict", "go.yaml.in/yaml/v3", false},
		{"internal/experiment", "go.yaml.in/yaml/v3", false},
		{"cmd/psychrnn", "github.com/spf13/viper", true},
		{"internal/run", "github.com/spf13/cobra", false},
		{"internal/progress", "github.com/vbauerster/mpb/v8", true},
		{"internal/run", "github.com/vbauerster/mpb/v8", false},
		{"internal/train", "github.com/vbauerster/mpb/v8", false},
		{"internal/train", "time", false},
		{"internal/train", "log/slog", false},
		{"internal/weights", "os", false},
		{"internal/weights", "io", true},
		{"internal/run", "os", true},
		{"internal/task/external", "os/exec", true},
		{"internal/task", module + "internal/task/external", false},
	} {
		if got := complaint(c.room, c.path); (got == "") != c.allowed {
			t.Errorf("%s importing %s: allowed should be %v, complaint is %q", c.room, c.path, c.allowed, got)
		}
	}
}
