//go:build slow && unix

package main

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/fault"
)

// A signal ends the program whenever it comes, from the moment at which the
// program is started. The language's runtime is deaf to SIGUSR2 for a while
// before anything of the program can run; how long is logged.
func TestSlowSignalFromTheStart(t *testing.T) {
	const steps, step = 40, 250 * time.Microsecond
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR2} {
		deaf := 0
		for k := range steps {
			folder := filepath.Join(t.TempDir(), "run")
			c := exec.Command("psychrnn", "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder, "--set", "train.training_iters=2000000000")
			start(t, c)
			for began := time.Now(); time.Since(began) < time.Duration(k)*step; {
			}
			if err := c.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			over := time.AfterFunc(2*time.Second, func() { // it is past its beginning then
				deaf++
				_ = c.Process.Signal(s)
			})
			status := ended(t, c)
			over.Stop()
			if status != fault.Interrupted && status != 128+int(s) {
				t.Errorf("%v after %v: status %d", s, time.Duration(k)*step, status)
			}
			checkWhole(t, folder)
		}
		t.Logf("%v: %d of %d were not heard", s, deaf, steps)
		if s != syscall.SIGUSR2 && deaf > 0 {
			t.Errorf("%v is not always heard", s)
		}
	}
}
