//go:build unix

package run

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"psychrnn/internal/disk"
)

// New files and folders are open to whom the umask says, and a file that takes
// another's place to whom that was. What is new in the folder of a private run
// stays private.
func TestModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	for _, c := range []struct {
		umask        int
		file, folder os.FileMode
	}{
		{0o022, 0o644, 0o755}, {0o002, 0o664, 0o775}, {0o007, 0o660, 0o770}, {0o077, 0o600, 0o700},
	} {
		syscall.Umask(c.umask)
		f := Folder{Path: filepath.Join(t.TempDir(), "group", "run"), Disk: disk.OS{}}
		r := &Recorder{Folder: f, Outputs: Outputs{Weights: "deep/final"}, Source: ordered{t, f.Path, map[string][]string{}, ""}, Show: unseen{}}
		for _, err := range []error{
			f.Create(), r.Prepare(), r.Write(), r.WriteCheckpoint(), r.Finish(), f.WriteText(ExperimentFile, nil), f.WriteMetrics(Metrics{}),
			disk.WriteNamedAt(disk.OS{}, f.File("simulation.npz"), func(disk.Handle) error { return nil }),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range append([]string{"deep/final.npz", "simulation.npz"}, files...) {
			checkMode(t, f.File(name), c.file)
		}
		checkMode(t, f.Path, c.folder)
		checkMode(t, f.File("deep"), c.folder)
		if err := os.Chmod(f.File(ExperimentFile), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{f.Clear(), r.Write(), r.WriteCheckpoint(), f.WriteText(ExperimentFile, nil), f.WriteMetrics(Metrics{}), os.Remove(f.File("deep/final.npz")), r.Finish()} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range append([]string{"deep/final.npz"}, files...) {
			checkMode(t, f.File(name), 0o600)
		}
		for _, mode := range []os.FileMode{0o600, 0o640, 0o666, 0o444} {
			path := f.File("kept.csv")
			_ = os.Remove(path)
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			if err := disk.WriteNamed(disk.OS{}, path, func(w io.Writer) error { return nil }); err != nil {
				t.Fatal(err)
			}
			checkMode(t, path, mode)
		}
	}
}

func checkMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s: %v, want %v", path, got, want)
	}
}
