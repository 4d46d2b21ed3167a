//go:build !windows

package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A link stays a link to the file that was written, and a pipe a pipe.
func TestWriteNamedKeepsLinksAndPipes(t *testing.T) {
	folder := t.TempDir()
	file, link, pipe := filepath.Join(folder, "file"), filepath.Join(folder, "link"), filepath.Join(folder, "pipe")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	if err := WriteNamed(OS{}, link, write); err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(link); err != nil || target != "file" {
		t.Errorf("the link leads to %q: %v", target, err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "new" {
		t.Errorf("the file holds %q: %v", text, err)
	}
	read := make(chan string)
	go func() {
		text, _ := os.ReadFile(pipe)
		read <- string(text)
	}()
	if err := WriteNamed(OS{}, pipe, write); err != nil {
		t.Fatal(err)
	}
	if text := <-read; text != "new" {
		t.Errorf("the pipe carried %q", text)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is a pipe no more: %v", err)
	}
}

// In a folder that may be somebody else's no link is followed, whatever it is
// called: what it leads to stays as it is.
func TestWriteInside(t *testing.T) {
	dir := t.TempDir()
	mine, folder := filepath.Join(dir, "mine"), filepath.Join(dir, "run")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(mine, "sub"), 0o755), os.Mkdir(folder, 0o755),
		os.WriteFile(filepath.Join(mine, "file"), []byte("mine"), 0o644),
		os.Symlink("../mine/file", filepath.Join(folder, "losses.csv")),
		os.Symlink("../mine/nothing", filepath.Join(folder, "weights.npz")),
		os.Symlink("../mine/file", filepath.Join(folder, TemporaryName("losses.csv"))),
		os.Symlink("../mine", filepath.Join(folder, "steps")),
		os.Symlink(folder, filepath.Join(dir, "link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	for _, name := range []string{"losses.csv", "weights.npz"} {
		path := filepath.Join(dir, "link", name) // how the folder is reached does not matter
		if err := errors.Join(ReadyInside(OS{}, filepath.Dir(path), path), WriteInside(OS{}, filepath.Dir(path), "", path, write)); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is no file: %v", name, err)
		}
	}
	for _, name := range []string{"steps/w1.npz", "steps/sub/w1.npz", "steps/new/w1.npz"} {
		path := filepath.Join(folder, name)
		for _, err := range []error{ReadyInside(OS{}, folder, path), WriteInside(OS{}, folder, "", path, write)} {
			if refused := (*Error)(nil); !errors.As(err, &refused) || refused.Path != filepath.Join(folder, "steps") || refused.Hint() == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if text, err := os.ReadFile(filepath.Join(mine, "file")); string(text) != "mine" {
		t.Errorf("my file holds %q: %v", text, err)
	}
	if list := names(t, mine); len(list) != 2 {
		t.Errorf("beside my file there is %q", list)
	}
}

// A link that leads nowhere is not replaced by a file in silence.
func TestLinkToNowhere(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("nowhere", link); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{ReadyNamed(OS{}, link), WriteNamed(OS{}, link, func(io.Writer) error { return nil })} {
		if refused := (*Error)(nil); !errors.As(err, &refused) || refused.Path != link || refused.Hint() == "" {
			t.Errorf("%v", err)
		}
	}
}

// What keeps a file from being made is blamed on the folder.
func TestBlame(t *testing.T) {
	folder := t.TempDir()
	err := ReadyNamed(full{}, filepath.Join(folder, "a.npz"))
	if err == nil || err.Error() != folder+": a temporary file for a.npz cannot be made there: "+syscall.ENOSPC.Error() {
		t.Error(err)
	}
}

// full is a disk without room.
type full struct{ OS }

func (full) Create(path string, _ fs.FileMode) (Handle, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.ENOSPC}
}
