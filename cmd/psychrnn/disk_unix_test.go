//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/run"
)

// writing starts a training that writes its checkpoint after every update, and
// waits for the first one. The result
// waits for its end.
func writing(t *testing.T, folder string) (wait func() outcome) {
	t.Helper()
	c := exec.Command("psychrnn", "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder,
		"--set", "train.training_iters=2000000000", "--set", "train.loss_epoch=1", "--set", "train.checkpoint_every=1 updates")
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	for range 5000 {
		if _, err := os.Stat(filepath.Join(folder, run.LossesFile)); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return func() (o outcome) {
		said, err := io.ReadAll(pipe)
		if err != nil {
			t.Fatal(err)
		}
		o.stderr = string(said)
		var exit *exec.ExitError
		if errors.As(c.Wait(), &exit) {
			o.status = exit.ExitCode()
		}
		return o
	}
}

// checkUnwritten asserts that a run ended because a file of the folder could
// not be written.
func checkUnwritten(t *testing.T, o outcome, folder, reason string) {
	t.Helper()
	named := false
	for _, name := range []string{run.CheckpointFile, run.WeightsFile, run.LossesFile, run.PerformanceFile} {
		named = named || strings.HasPrefix(o.stderr, "error: "+filepath.Join(folder, name)+": "+reason) ||
			strings.HasPrefix(o.stderr, "error: "+folder+": a temporary file for "+name+" cannot be made there: "+reason)
	}
	if o.status != fault.File || !named {
		t.Errorf("status %d, want %d\n%s", o.status, fault.File, o.stderr)
	}
}

func TestFolderRemoved(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	wait := writing(t, folder)
	for os.RemoveAll(folder) != nil { // it writes meanwhile
	}
	checkUnwritten(t, wait(), folder, "no such file or directory")
	if _, err := os.Stat(folder); err == nil {
		t.Error("the folder is back")
	}
}

// A folder that cannot be written any more: a file is in its place.
func TestFolderReplaced(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "run")
	wait := writing(t, folder)
	if err := errors.Join(os.Rename(folder, folder+".old"), os.WriteFile(folder, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	checkUnwritten(t, wait(), folder, "no") // "not a directory" or, between rename and write, "no such file"
	checkWhole(t, folder+".old")
	if o := invoke("train", "-q", "-o", folder+".old", "--resume", "--stop-after", "1ms"); o.status != fault.Interrupted {
		t.Errorf("it does not go on: status %d\n%s", o.status, o.stderr)
	}
}
