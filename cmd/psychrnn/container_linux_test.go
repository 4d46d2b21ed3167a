package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/run"
	"psychrnn/internal/ui"
)

// As the first process of a container, the program tells by its status that a
// signal ended it, though no signal that it sends itself does.
func TestFirstProcess(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"first signal":  {"psychrnn", "check", "-c", "-"},
		"second signal": {"psychrnn-busy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := exec.Command(args[0], args[1:]...)
			c.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
			}
			in, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			if err := c.Start(); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
				t.Logf("nobody may make containers here: %v", err)
				return
			} else if err != nil {
				t.Fatal(err)
			}
			deadline := time.AfterFunc(time.Minute, func() { _ = c.Process.Kill() })
			defer deadline.Stop()
			over := make(chan struct{})
			go func() {
				for {
					select {
					case <-time.After(2 * ui.Twice):
						_ = c.Process.Signal(syscall.SIGTERM)
					case <-over:
						return
					}
				}
			}()
			if status := ended(t, c); status != 128+int(syscall.SIGTERM) {
				t.Errorf("status %d", status)
			}
			close(over)
		})
	}
}

// A crash leaves no file of all memory behind, whatever the limit was.
func TestNoCore(t *testing.T) {
	c := exec.Command("sh", "-c", `ulimit -S -c "$(ulimit -H -c)"; exec psychrnn "$@"`, "sh", "train", "-q", "-c", write(t, "small.yaml", small), "-o", "run",
		"--set", "train.training_iters=2000000000", "--set", "train.checkpoint_every=5 updates")
	c.Dir = t.TempDir()
	start(t, c)
	appears(t, c.Dir, "run", run.LossesFile)
	limits := read(t, "/proc", strconv.Itoa(c.Process.Pid), "limits")
	if !strings.Contains(limits, "Max core file size        1 ") && !strings.Contains(limits, "Max core file size        0                    0 ") {
		t.Errorf("limits\n%s", limits)
	}
	if err := c.Process.Signal(syscall.SIGABRT); err != nil {
		t.Fatal(err)
	}
	if status := ended(t, c); status != 128+int(syscall.SIGABRT) {
		t.Errorf("status %d", status)
	}
	if left, err := filepath.Glob(filepath.Join(c.Dir, "*core*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
