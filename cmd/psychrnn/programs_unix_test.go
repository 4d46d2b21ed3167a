//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
	"psychrnn/internal/ui"
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
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != fault.Interrupted {
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

// A program whose reader has left ends by SIGPIPE, as it would without psychrnn.
func TestProgramsAreEndedByBrokenPipes(t *testing.T) {
	t.Parallel()
	train := exec.Command("psychrnn", "train", "-c", write(t, "small.yaml", small), "-o", filepath.Join(t.TempDir(), "run"),
		"--set", "task.kind=command", "--set", "task.N_in=2", "--set", "task.N_out=2", "--set", "task.command=[sh, -c, 'kill -PIPE $$; echo survived >&2']")
	said, err := train.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "ended with signal: broken pipe") {
		t.Errorf("%v\n%s", err, said)
	}
}

// However training ends, nothing is left of its program: neither what a shell
// around it started nor what it left in the background.
func TestNothingLeftOfPrograms(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		end    []syscall.Signal
	}{
		"by itself":        {"sleep 1000 & psychrnn-trials addressed", nil},
		"a second signal":  {"psychrnn-trials hangs; :", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}},
		"SIGKILL":          {"psychrnn-trials hangs; :", []syscall.Signal{syscall.SIGKILL}},
		"a deaf program":   {"trap '' TERM INT HUP; psychrnn-trials hangs; sleep 1000", []syscall.Signal{syscall.SIGKILL}},
		"one of its group": {"trap 'kill 0' EXIT; sleep 1000 & psychrnn-trials addressed", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			alive := filepath.Join(dir, "alive") // is at its end for who reads it once nobody has it open for writing
			if err := syscall.Mkfifo(alive, 0o600); err != nil {
				t.Fatal(err)
			}
			iters := "64"
			if c.end != nil {
				iters = "2000000000"
			}
			train := exec.Command("psychrnn", "train", "-c", write(t, "small.yaml", small), "-o", filepath.Join(dir, "run"),
				"--set", "task.kind=command", "--set", "task.N_in=2", "--set", "task.N_out=2", "--set", "train.training_iters="+iters,
				"--set", fmt.Sprintf("task.command=[sh, -c, %q]", "exec 9>"+alive+"; "+c.script))
			var said bytes.Buffer
			train.Stderr = &said
			if err := train.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = train.Process.Kill() })
			ended := make(chan error, 1)
			began := make(chan struct{})
			go func() {
				f, err := os.Open(alive) // once the program has begun
				close(began)
				if err == nil {
					_, err = io.Copy(io.Discard, f)
				}
				ended <- err
			}()
			<-began
			for _, s := range c.end {
				time.Sleep(2 * ui.Twice) // what comes sooner may be an echo
				if err := train.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			if err := train.Wait(); (err == nil) != (c.end == nil) {
				t.Errorf("%v\n%s", err, &said)
			}
			select {
			case err := <-ended:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(time.Minute):
				t.Error("something is left")
			}
		})
	}
}
