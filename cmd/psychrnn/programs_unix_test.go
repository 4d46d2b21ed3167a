//go:build unix

package main

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/run"
)

// interruptGroup starts an endless training with the program and interrupts
// both as a terminal does, after five updates.
func interruptGroup(t *testing.T, habit string) (folder, said string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "run")
	c := exec.Command("psychrnn", append([]string{"train", "-c", write(t, "small.yaml", small), "-o", folder,
		"--set", "train.training_iters=2000000000", "--set", "train.loss_epoch=1"}, asking(habit)...)...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	var all bytes.Buffer
	for !strings.Contains(all.String(), "Iter 40, ") {
		part := make([]byte, 1024)
		n, err := out.Read(part)
		all.Write(part[:n])
		if err != nil {
			t.Fatalf("%v\n%s", err, &all)
		}
	}
	if err := syscall.Kill(-c.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if _, err := all.ReadFrom(out); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != statusInterrupted {
		t.Fatalf("%v\n%s", err, &all)
	}
	return folder, all.String()
}

// A terminal's interrupt reaches training alone, which ends in good order and
// the program after it.
func TestInterruptedWithProgram(t *testing.T) {
	folder, said := interruptGroup(t, "addressed")
	if !strings.Contains(said, "the program has ended") || !strings.Contains(said, "interrupted after update ") {
		t.Errorf("said %s", said)
	}
	if there, err := (run.Folder{Path: folder, Disk: disk.OS{}}).Has(run.CheckpointFile); err != nil || !there {
		t.Error("there is no checkpoint")
	}
}

// Runs that are ended at random moments come to the bits of those left alone.
func TestResumeWithProgram(t *testing.T) {
	disturbance{settingsOf(asking("addressed")), syscall.SIGKILL, 2}.check(t)
}
