//go:build !race

package main

import (
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"psychrnn/internal/fault"
)

// Where the shell limits addresses, what they do not suffice for is refused.
// That ends a run which the limit ends nevertheless is no status of a mistake
// in the experiment, once the program itself has begun.
func TestFewAddresses(t *testing.T) {
	t.Parallel()
	file := write(t, "small.yaml", small)
	refused := 0
	for megabytes := 1000; megabytes <= 3000; megabytes += 500 {
		c := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -c 0; ulimit -v %d; exec psychrnn train -q -c %s -o run --overwrite --set model.N_rec=1000 --set initializer.kind=weight_initializer --set train.training_iters=8`, megabytes<<10, file))
		c.Dir = t.TempDir()
		said, err := c.CombinedOutput()
		state := c.ProcessState.Sys().(syscall.WaitStatus)
		switch {
		case err == nil || state.Signaled() && state.Signal() == syscall.SIGABRT:
		case state.ExitStatus() == fault.Failed && strings.Contains(string(said), "but ulimit -v leaves "):
			refused++
		case state.ExitStatus() == fault.Usage && !strings.Contains(string(said), "main.main") && !strings.HasPrefix(string(said), "error: "): // the runtime did not begin
		default:
			t.Errorf("ulimit -v %d MB: %v\n%.300s", megabytes, err, said)
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}
