//go:build unix && (slow || long)

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
	"psychrnn/internal/training"
	"psychrnn/internal/ui"
)

// ordeal runs commands, several at a time, and ends or stops them by signals at
// random moments, until so many were ended.
type ordeal struct {
	kills int64
	seed  uint64

	killed   atomic.Int64 // processes that did not come to their own end
	sent     atomic.Int64 // signals
	finished atomic.Int64 // runs that came to their end
	mutex    sync.Mutex
	ended    map[string]int // how processes ended
}

// kinds are trainings with a state of their own.
func kinds() map[string][]string {
	return map[string][]string{
		"plain":       nil,
		"program":     settingsOf(asking("addressed")),
		"curriculum":  curricular,
		"performance": {"train.performance_cutoff=1", "train.performance_window=3", "train.performance_epoch=2", "train.training_weights_path=w/", "train.save_training_weights_epoch=10", "train.save_weights_path=final"},
		"noise":       {"model.rec_noise=0.3", "train.checkpoint_every=20ms"},
		"lstm":        {"model.kind=lstm", "precision=float64"},
		"gru":         {"model.kind=gru", "train.optimizer={kind: rmsprop, momentum: 0.5}"},
		"large":       {"model.N_rec=150", "initializer.kind=weight_initializer", "train.training_iters=200"},
		"test":        {"test.trials=2000", "train.training_iters=40"},
	}
}

func (o *ordeal) run(t *testing.T) {
	t.Helper()
	o.ended = map[string]int{}
	var jobs []func(*rand.Rand)
	for name, settings := range kinds() {
		jobs = append(jobs, o.training(t, name, settings))
	}
	jobs = append(jobs, o.outputs(t))
	var all sync.WaitGroup
	for worker := range uint64(4) { // several at a time
		all.Go(func() {
			random := rand.New(rand.NewPCG(o.seed, worker))
			for o.killed.Load() < o.kills && !t.Failed() {
				jobs[random.IntN(len(jobs))](random)
			}
		})
	}
	all.Wait()
	t.Logf("%d kills by %d signals, after which %d runs came to their end with the same bits; processes ended: %v", o.killed.Load(), o.sent.Load(), o.finished.Load(), o.ended)
}

// training disturbs a training until it is complete, and compares it with one
// that was left alone.
func (o *ordeal) training(t *testing.T, name string, settings []string) func(*rand.Rand) {
	dir := t.TempDir()
	args := []string{"train", "-q", "-c", write(t, "small.yaml", small)}
	for _, s := range append([]string{"train.training_iters=400", "train.loss_epoch=3", "train.checkpoint_every=3 updates"}, settings...) {
		args = append(args, "--set", s)
	}
	whole := filepath.Join(dir, "whole")
	began := time.Now()
	if out, err := exec.Command("psychrnn", append(args, "-o", whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	length := time.Since(began)
	var count atomic.Int64
	return func(random *rand.Rand) {
		folder := filepath.Join(dir, fmt.Sprint("run", count.Add(1)))
		command := append(args[:len(args):len(args)], "-o", folder, "--resume")
		for range 1 + random.IntN(6) {
			before := trialsIn(t, folder)
			o.disturb(t, random, length, exec.Command("psychrnn", command...))
			checkWhole(t, folder)
			if after := trialsIn(t, folder); after < before {
				t.Errorf("%s: the checkpoint was at trial %d and is at %d", name, before, after)
			}
		}
		if out, err := exec.Command("psychrnn", command...).CombinedOutput(); err != nil {
			t.Errorf("%s does not go on: %v\n%s", name, err, out)
			return
		}
		sameFiles(t, whole, folder)
		o.finished.Add(1)
		if !t.Failed() {
			_ = os.RemoveAll(folder)
		}
	}
}

// trialsIn is how far the checkpoint of a run is; -1 without one.
func trialsIn(t *testing.T, folder string) int {
	b, err := training.SavedRunIn(run.Folder{Path: folder, Disk: disk.OS{}})
	switch {
	case err != nil:
		t.Error(err)
		return -1
	case b == nil:
		return -1
	}
	return b.Standing.Trials
}

// outputs disturbs commands that write what a user names, in whose place the
// old content is or the new.
func (o *ordeal) outputs(t *testing.T) func(*rand.Rand) {
	folder := trained(t)
	dir := t.TempDir()
	commands := [][]string{
		{"test", folder, "--set", "test.trials=1000", "--overwrite", "--save"},
		{"test", folder, "--set", "test.trials=3000", "--overwrite", "--csv"},
		{"simulate", folder, "--trials", "300", "--overwrite", "-o"},
		{"ablate", folder, "--set", "test.trials=300", "--lesion", "each: unit, name: u", "--overwrite", "--csv"},
	}
	var whole []string
	for k, c := range commands {
		path := filepath.Join(dir, fmt.Sprint("whole", k)+outputName(c))
		succeed(t, append(c, path)...)
		whole = append(whole, read(t, path))
	}
	own := read(t, folder, run.WeightsFile)
	var count atomic.Int64
	return func(random *rand.Rand) {
		k := random.IntN(len(commands))
		out := filepath.Join(dir, fmt.Sprint("d", count.Add(1)), "out"+outputName(commands[k]))
		if err := errors.Join(os.Mkdir(filepath.Dir(out), 0o755), os.WriteFile(out, []byte("old"), 0o644)); err != nil {
			t.Error(err)
			return
		}
		command := append(commands[k][:len(commands[k]):len(commands[k])], out)
		for range 1 + random.IntN(3) {
			o.disturb(t, random, 300*time.Millisecond, exec.Command("psychrnn", command...))
			if there, err := os.ReadFile(out); err != nil || string(there) != "old" && string(there) != whole[k] {
				t.Errorf("%v: %s is neither the old nor the new: %v", commands[k], out, err)
			}
		}
		if text, err := exec.Command("psychrnn", command...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		left, err := os.ReadDir(filepath.Dir(out))
		if there, _ := os.ReadFile(out); err != nil || string(there) != whole[k] || len(left) != 1 {
			t.Errorf("%v: %d files, %d bytes of %d: %v", commands[k], len(left), len(there), len(whole[k]), err)
		}
		if read(t, folder, run.WeightsFile) != own {
			t.Errorf("%v changed the run", commands[k])
		}
		o.finished.Add(1)
	}
}

func outputName(command []string) string {
	if slices.Contains(command, "--csv") {
		return ".csv"
	}
	return ".npz"
}

// disturb starts a command and sends it signals, the last of which ends it, if
// it is not faster.
func (o *ordeal) disturb(t *testing.T, random *rand.Rand, length time.Duration, c *exec.Cmd) {
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Error(err)
		return
	}
	var sent []syscall.Signal
	send := func(signals ...syscall.Signal) {
		for _, s := range signals {
			if c.Process.Signal(s) == nil && s != syscall.SIGSTOP && s != syscall.SIGCONT {
				sent = append(sent, s)
			}
			o.sent.Add(1)
		}
	}
	pause := func(most time.Duration) { time.Sleep(time.Duration(random.Float64() * float64(most))) }
	stop := func() syscall.Signal {
		return []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR2}[random.IntN(4)]
	}
	switch moment := random.IntN(4); moment {
	case 0: // its start
		pause(20 * time.Millisecond)
	case 1: // its end, more or less
		time.Sleep(length * 4 / 5)
		pause(length / 2)
	default:
		pause(length)
	}
	switch random.IntN(8) {
	case 0, 1, 2:
		send(syscall.SIGKILL)
	case 3:
		send(stop())
	case 4: // several at once
		send(stop(), syscall.SIGUSR1, stop(), stop())
	case 5: // a second one, that is no echo
		send(stop())
		pause(3 * ui.Twice)
		send(stop())
	case 6: // stopped, and ended while it is
		send(syscall.SIGSTOP)
		pause(50 * time.Millisecond)
		send([]syscall.Signal{stop(), syscall.SIGKILL}[random.IntN(2)], syscall.SIGCONT)
	case 7: // stopped for a while
		send(syscall.SIGUSR1, syscall.SIGSTOP)
		pause(50 * time.Millisecond)
		send(syscall.SIGCONT)
		pause(length)
		send([]syscall.Signal{stop(), syscall.SIGKILL}[random.IntN(2)])
	}
	late := time.AfterFunc(2*time.Minute, func() {
		t.Errorf("%v does not end after %v\n%s", c.Args, sent, &said)
		_ = c.Process.Kill()
	})
	err := c.Wait()
	late.Stop()
	how := c.ProcessState.String()
	state := c.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case err == nil, state.Signaled() && slices.Contains(sent, state.Signal()): // SIGUSR1, too, before the program runs
	case state.ExitStatus() == fault.Interrupted && len(sent) > 0:
	case state.ExitStatus() == 128+int(syscall.SIGUSR2) && slices.Contains(sent, syscall.SIGUSR2):
	default:
		t.Errorf("%s after %v: %s\n%s", strings.Join(c.Args, " "), sent, how, &said)
	}
	if err != nil {
		o.killed.Add(1)
	}
	o.mutex.Lock()
	o.ended[how]++
	o.mutex.Unlock()
}
