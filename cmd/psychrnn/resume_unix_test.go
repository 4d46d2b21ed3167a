//go:build unix

package main

import (
	"bufio"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/run"
)

// disturbance ends runs and lets them go on.
type disturbance struct {
	settings []string // of small.yaml
	signal   syscall.Signal
	runs     int
}

// check ends each of the runs at a random moment and, if it is not faster, at
// another one after it went on, and compares its files in the end with those
// of a run that was left alone.
func (d disturbance) check(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"train", "-q", "-c", write(t, "small.yaml", small)}
	for _, s := range append([]string{"train.training_iters=400", "train.loss_epoch=3", "train.checkpoint_every=7 updates"}, d.settings...) {
		args = append(args, "--set", s)
	}
	whole := filepath.Join(dir, "whole")
	began := time.Now()
	if out, err := exec.Command("psychrnn", append(args, "-o", whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	length := time.Since(began)
	random := rand.New(rand.NewPCG(1, 2))
	for range d.runs {
		folder := filepath.Join(dir, "ended")
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		command := append(args[:len(args):len(args)], "-o", folder, "--resume")
		moment := func() time.Duration { return time.Duration(random.Float64() * float64(length)) }
		at := moment()
		for ; !d.end(t, at, folder, command...); at /= 2 {
			if err := os.RemoveAll(folder); err != nil { // it was faster
				t.Fatal(err)
			}
		}
		checkWhole(t, folder)
		d.end(t, moment(), folder, command...)
		checkWhole(t, folder)
		if out, err := exec.Command("psychrnn", command...).CombinedOutput(); err != nil {
			t.Fatalf("it does not go on: %v\n%s", err, out)
		}
		sameFiles(t, whole, folder)
	}
}

// end runs the program and ends it; it says whether it came before the program's own end.
func (d disturbance) end(t *testing.T, moment time.Duration, folder string, args ...string) bool {
	t.Helper()
	before, _ := os.Stat(filepath.Join(folder, run.ExperimentFile))
	c := exec.Command("psychrnn", args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if d.signal != syscall.SIGKILL {
		// Before the program runs nobody hears the signal.
		for range 5000 {
			if now, err := os.Stat(filepath.Join(folder, run.ExperimentFile)); err == nil && (before == nil || !os.SameFile(before, now)) {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
	time.Sleep(moment)
	_ = c.Process.Signal(d.signal)
	err := c.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case d.signal == syscall.SIGKILL && errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		return true
	case d.signal == syscall.SIGTERM && errors.As(err, &exit) && exit.ExitCode() == fault.Interrupted:
		return true
	}
	t.Fatalf("it ended otherwise: %v", err)
	return false
}

// sameFiles asserts that two folders hold the same files, byte for byte except
// for the figures, which hold times.
func sameFiles(t *testing.T, want, got string) {
	t.Helper()
	list := func(folder string) (names []string) {
		err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				name, _ := filepath.Rel(folder, path)
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	names := list(want)
	if there := list(got); strings.Join(there, " ") != strings.Join(names, " ") {
		t.Errorf("files %v, want %v", there, names)
	}
	for _, name := range names {
		if name != run.MetricsFile && read(t, want, name) != read(t, got, name) {
			t.Errorf("%s differs", name)
		}
	}
}

// curricular are settings under which stages follow each other.
var curricular = []string{
	"task.coherence=0.3",
	"curriculum={metric_epoch: 3, output_file: metric, stages: [{task: {coherence: 0.7}, threshold: 0.4}, {threshold: 0.5}, {task: {T: 250}, threshold: 0.9}]}",
}

// A run that was ended goes on to the bits of one that was not.
func TestResume(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]disturbance{
		"killed":     {curricular, syscall.SIGKILL, 2},
		"terminated": {[]string{"model.rec_noise=0.1", "train.performance_measure=accuracy"}, syscall.SIGTERM, 2},
	} {
		t.Run(name, d.check)
	}
}

// A run that is made longer and killed before its first checkpoint stays longer.
func TestExtensionKilled(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "run")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder)
	c := exec.Command("psychrnn", "train", "-o", folder, "--resume", "--set", "train.training_iters=2000000000", "--progress", "plain")
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_, err = bufio.NewReader(pipe).ReadString('\n') // it trains
	_ = c.Process.Kill()
	_ = c.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, run.MetricsFile)); err == nil {
		t.Error("it is as if it were complete")
	}
	o := invoke("train", "-q", "-o", folder, "--resume", "--stop-after", "1ms")
	if o.status != fault.Interrupted || !strings.Contains(read(t, folder, run.ExperimentFile), "training_iters: 2000000000") {
		t.Errorf("the new length is forgotten: status %d\n%s", o.status, o.stderr)
	}
}

// SIGUSR1 prints the progress and changes nothing.
func TestProgressOnDemand(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	c := exec.Command("psychrnn", "train", "-c", write(t, "small.yaml", small), "-o", folder, "--progress", "none",
		"--set", "train.training_iters=2000000000", "--set", "train.loss_epoch=1")
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	for range 1000 {
		if _, err := os.Stat(filepath.Join(folder, run.ExperimentFile)); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	lines := bufio.NewReader(pipe)
	for range 2 {
		if err := c.Process.Signal(syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
		line, err := lines.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "progress: update ") || !strings.Contains(line, " of 2000000000, stage 0, loss 0.") {
			t.Fatalf("%q: %v", line, err)
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != fault.Interrupted {
		t.Errorf("it ended with %v", err)
	}
}
