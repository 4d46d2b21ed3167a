//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
	"psychrnn/internal/ui"
)

// A pipe that nobody writes to, or a device without an end, is refused wherever
// a file to read is named.
func TestIrregularInputs(t *testing.T) {
	folder := trained(t)
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	pipes := filepath.Join(dir, "pipes") // a run whose files are pipes
	for _, path := range []string{pipe, filepath.Join(pipes, run.ExperimentFile), filepath.Join(pipes, run.WeightsFile), filepath.Join(pipes, run.CheckpointFile)} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := write(t, "small.yaml", small)
	simulate := []string{"simulate", folder, "-o", filepath.Join(dir, "out.npz")}
	for _, irregular := range []struct{ path, is string }{{pipe, "is a pipe, not a file"}, {"/dev/zero", "is a device, not a file"}} {
		extending := write(t, "extending.yaml", "extends: "+irregular.path)
		link := filepath.Join(t.TempDir(), "link.npy")
		if err := os.Symlink(irregular.path, link); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"train", "-c", irregular.path},
			{"check", "-c", extending},
			{"check", "-c", file, "--set", "task.kind=" + irregular.path},
			{"check", "-c", file, "--set", "task={kind: file, path: " + irregular.path + "}"},
			{"check", "-c", file, "--set", "initializer.load_weights_path=" + irregular.path},
			{"check", "-c", file, "--set", "initializer.W_rec={file: " + irregular.path + "}"},
			{"test", folder, "--weights", irregular.path},
			{"test", irregular.path},
			{"inspect", irregular.path},
			{"inspect", folder, irregular.path},
			{"edit", irregular.path, filepath.Join(dir, "o.npz"), "b_rec = 0"},
			{"edit", folder, filepath.Join(dir, "o.npz"), "b_rec = " + link},
			append(simulate[:4:4], "--inputs", irregular.path),
			append(simulate[:4:4], "--initial-state", irregular.path),
			append(simulate[:4:4], "--t-connectivity", irregular.path),
		} {
			o := invoke(args...)
			if o.status != fault.File && o.status != fault.Usage || !strings.Contains(o.stderr, irregular.is) {
				t.Errorf("%s: status %d\n%s", strings.Join(args, " "), o.status, o.stderr)
			}
		}
	}
	for _, args := range [][]string{{"test", pipes}, {"train", "-o", pipes, "--resume"}, {"train", "-c", file, "-o", pipes, "--resume"}, {"inspect", pipes}} {
		if o := invoke(args...); o.status != fault.File || !strings.Contains(o.stderr, "is a pipe, not a file") {
			t.Errorf("%s: status %d\n%s", strings.Join(args, " "), o.status, o.stderr)
		}
	}
}

// An experiment without an end is not read to its end.
func TestEndlessInput(t *testing.T) {
	o := func() outcome {
		var s ui.Streams
		var messages sharedBuffer
		s.In, s.Out, s.Err, s.Disk = endlessComment{}, &messages, &messages, disk.OS{}
		return outcome{status: execute([]string{"check", "-c", "-"}, s), stderr: messages.String()}
	}()
	if o.status != fault.Usage || !strings.Contains(o.stderr, "standard-input:1:1: the file is larger than 4 MiB") {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
}

type endlessComment struct{}

func (endlessComment) Read(b []byte) (int, error) {
	for k := range b {
		b[k] = '#'
	}
	return len(b), nil
}
