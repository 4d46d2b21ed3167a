package main

import (
	"bytes"
	"io/fs"
	"maps"
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

// ailing is a disk on which one kind of operation fails for one file.
type ailing struct {
	disk.OS
	operation, path string
	err             error
	failed          *int
}

func (d ailing) check(operation, path string) error {
	if operation != d.operation || filepath.Clean(path) != d.path {
		return nil
	}
	*d.failed++
	return &fs.PathError{Op: operation, Path: path, Err: d.err}
}

func (d ailing) Stat(path string) (fs.FileInfo, error) {
	if err := d.check("stat", path); err != nil {
		return nil, err
	}
	return d.OS.Stat(path)
}

func (d ailing) Lstat(path string) (fs.FileInfo, error) {
	if err := d.check("lstat", path); err != nil {
		return nil, err
	}
	return d.OS.Lstat(path)
}

func (d ailing) Open(path string) (disk.Handle, error) {
	if err := d.check("open", path); err != nil {
		return nil, err
	}
	f, err := d.OS.Open(path)
	if err != nil {
		return nil, err
	}
	return ailingFile{f, d, path}, nil
}

func (d ailing) ReadDir(path string) ([]fs.DirEntry, error) {
	if err := d.check("readdir", path); err != nil {
		return nil, err
	}
	return d.OS.ReadDir(path)
}

type ailingFile struct {
	disk.Handle
	disk ailing
	path string
}

func (f ailingFile) Read(p []byte) (int, error) {
	if err := f.disk.check("read", f.path); err != nil {
		return 0, err
	}
	return f.Handle.Read(p)
}

func (f ailingFile) ReadAt(p []byte, at int64) (int, error) {
	if err := f.disk.check("read", f.path); err != nil {
		return 0, err
	}
	return f.Handle.ReadAt(p, at)
}

// That a file of a run cannot be looked at or read for now is no absence: it is
// said, nothing is touched, and the run goes on as soon as the disk is well.
func TestTransientErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config, folder, whole := write(t, "small.yaml", small), filepath.Join(dir, "run"), filepath.Join(dir, "whole")
	succeed(t, "train", "-q", "-c", config, "-o", folder)
	succeed(t, "train", "-q", "-c", config, "-o", whole)
	contents := func() map[string]string {
		all := map[string]string{}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			all[e.Name()] = read(t, folder, e.Name())
		}
		return all
	}
	met := 0
	for k, file := range []string{"", run.CheckpointFile, run.ExperimentFile, run.WeightsFile, run.LossesFile, run.PerformanceFile, run.MetricsFile} {
		cause := []error{syscall.ESTALE, syscall.EIO}[k%2]
		for _, operation := range []string{"stat", "lstat", "open", "read", "readdir"} {
			for _, args := range [][]string{{"--resume", "-c", config}, {"--resume"}, {"--overwrite", "-c", config}} {
				before := contents()
				d := ailing{operation: operation, path: filepath.Join(folder, file), err: cause, failed: new(int)}
				var out, errs bytes.Buffer
				status := execute(append([]string{"train", "-q", "-o", folder}, args...), ui.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Disk: d})
				switch {
				case *d.failed == 0:
					if status != 0 {
						t.Errorf("%s of %q, %v: status %d though nothing failed\n%s", operation, file, args, status, errs.String())
					}
					continue
				case status != fault.File || !strings.Contains(errs.String(), cause.Error()):
					t.Errorf("%s of %q fails with %v, %v: status %d\n%s", operation, file, cause, args, status, errs.String())
				case !maps.Equal(contents(), before):
					t.Errorf("%s of %q fails with %v, %v: the folder has changed", operation, file, cause, args)
				}
				met++
			}
		}
	}
	if met < 40 {
		t.Errorf("only %d errors were met", met)
	}
	succeed(t, "train", "-q", "-c", config, "-o", folder, "--resume")
	sameBytes(t, folder, whole)
}
