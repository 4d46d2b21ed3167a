//go:build unix

package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/fault"
)

// A signal ends a long simulation, whose file does not stay half-written; a
// file that was there before stays as it was.
func TestSimulateInterrupted(t *testing.T) {
	t.Parallel()
	folder := trained(t)
	for _, name := range []string{"out.npz", "out.csv"} {
		out := write(t, name, "as it was")
		c := exec.Command("psychrnn", "simulate", folder, "--steps", "50000000", "--overwrite", "-o", out)
		c.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
		messages, err := c.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Process.Kill() })
		lines := bufio.NewReader(messages)
		if _, err := lines.ReadString('\n'); err != nil { // what was taken
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		if err := c.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = lines.ReadString('\n')
		}
		var exit *exec.ExitError
		if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != fault.Interrupted {
			t.Errorf("%s: %v, want status %d", name, err, fault.Interrupted)
		}
		if read(t, out) != "as it was" {
			t.Errorf("%s was changed", name)
		}
		for _, place := range []string{filepath.Dir(out), c.Env[len(c.Env)-1][len("TMPDIR="):]} {
			if left, err := filepath.Glob(filepath.Join(place, "*")); err != nil || len(left) > 1 || len(left) == 1 && left[0] != out {
				t.Errorf("left: %v, %v", left, err)
			}
			if left, _ := filepath.Glob(filepath.Join(place, ".*")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		}
	}
}
