//go:build unix && !race

// The race detector opens files of its own, which are not counted beforehand.

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/fault"
)

// However few files may be open at once, a command does its work or says what
// it lacks. With less than 4 the system does not load the program of the tests.
func TestFewFiles(t *testing.T) {
	t.Parallel()
	folder := trained(t)
	file := write(t, "small.yaml", small)
	for name, args := range map[string][]string{
		"train":   {"train", "-q", "-c", file, "--overwrite", "-o", "run"},
		"test":    {"test", folder, "--save", "out.npz", "--csv", "out.csv", "--overwrite"},
		"program": append([]string{"train", "-q", "-c", file, "-o", "asked", "--overwrite"}, asking("addressed")...),
	} {
		t.Run(name, func(t *testing.T) {
			dir, done := t.TempDir(), 0
			for limit := 4; limit <= 20; limit++ {
				c := exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec psychrnn "$@"`, limit), "sh"}, args...)...)
				c.Dir = dir
				said, err := c.CombinedOutput()
				switch {
				case err == nil:
					done++
				case c.ProcessState.ExitCode() != fault.Failed || !strings.Contains(string(said), "too many open files\nhint: raise "):
					t.Errorf("ulimit -n %d: %v\n%.1000s", limit, err, said)
				}
			}
			if done == 0 {
				t.Error("it never works")
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// A signal ends the program even where it cannot begin and nobody reads why.
func TestCannotBeginUnread(t *testing.T) {
	t.Parallel()
	c := exec.Command("sh", "-c", `ulimit -n 4; exec psychrnn version`)
	c.Stderr, _ = unread(t)
	start(t, c)
	time.Sleep(500 * time.Millisecond)
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := ended(t, c); status != 128+int(syscall.SIGTERM) {
		t.Errorf("status %d", status)
	}
}
