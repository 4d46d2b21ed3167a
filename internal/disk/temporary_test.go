package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Every name that the disk takes can be written, and what is half written of it
// is known for what it is.
func TestLongNames(t *testing.T) {
	folder := t.TempDir()
	for _, letter := range []string{"a", "é", "网", "🧠"} {
		for length := 90; length <= 255; length++ {
			name := strings.Repeat(letter, length/len(letter))
			name += strings.Repeat("x", length-len(name))
			path := filepath.Join(folder, name)
			err := WriteNamed(OS{}, path, func(w io.Writer) error {
				list := names(t, folder)
				kind, _ := TemporaryOf(strings.Join(list, " "))
				if len(list) != 1 || !IsTemporaryOf(kind, name) || strings.ToValidUTF8(list[0], "?") != list[0] || len(list[0]) > 143 {
					t.Errorf("%d letters: written as %q", length, list)
				}
				return nil
			})
			if err != nil || Remove(OS{}, path) != nil {
				t.Fatalf("%d letters: %v", length, err)
			}
		}
	}
	for _, ready := range []error{
		ReadyNamed(OS{}, filepath.Join(folder, strings.Repeat("x", 256))),
		ReadyInside(OS{}, folder, filepath.Join(folder, "new", "er", strings.Repeat("x", 256))),
		PossibleInside(OS{}, folder, filepath.Join(folder, "new", strings.Repeat("x", 256))),
	} {
		if err := (*Error)(nil); !errors.As(ready, &err) || err.Hint() != "give a shorter name" {
			t.Errorf("a name that is too long: %v", ready)
		}
	}
	if list := names(t, folder); len(list) > 0 {
		t.Errorf("left behind: %q", list)
	}
}

// What a killed program left of a file is taken away by the next that writes
// it; what one that still runs writes is not, nor what another machine or another
// program may be writing.
func TestLeftovers(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a.npz", strings.Repeat("x", 200) + ".npz"} {
		path := filepath.Join(folder, name)
		other := name[:len(name)-1] + "x" // begins alike
		elsewhere := func(name string) string { return strings.Replace(TemporaryName(name), host(), "01234567", 1) }
		goes := []string{TemporaryName(name), TemporaryName(name), elsewhere(name)}
		stays := []string{TemporaryName(other), elsewhere(name), elsewhere(other), "." + stem(name) + ".4711.tmp", "." + stem(name) + ".old.tmp", "." + stem(name) + ".tmp"}
		for _, left := range append(stays, goes...) {
			if err := os.WriteFile(filepath.Join(folder, left), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		long := time.Now().Add(-3 * 24 * time.Hour)
		for _, left := range []string{goes[2], stays[2]} {
			if err := os.Chtimes(filepath.Join(folder, left), long, long); err != nil {
				t.Fatal(err)
			}
		}
		err := WriteNamed(OS{}, path, func(w io.Writer) error {
			if err := ReadyNamed(OS{}, path); err != nil { // another program begins
				t.Error(err)
			}
			if list := names(t, folder); len(list) != len(stays)+1 {
				t.Errorf("there are %q", list)
			}
			return WriteNamed(OS{}, path, func(io.Writer) error { return nil }) // and is faster
		})
		if err != nil {
			t.Fatal(err)
		}
		want := append(stays, name)
		slices.Sort(want)
		if list := names(t, folder); !slices.Equal(list, want) {
			t.Errorf("there are %q", list)
		}
		for _, left := range want {
			if err := os.Remove(filepath.Join(folder, left)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A leftover that cannot be removed keeps nobody from writing, and the others go.
func TestLeftoverThatStays(t *testing.T) {
	folder := t.TempDir()
	lost := TemporaryName("a.npz")
	for _, left := range []string{lost, TemporaryName("a.npz"), TemporaryName("a.npz")} {
		if err := os.WriteFile(filepath.Join(folder, left), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := ReadyNamed(stale{OS{}, lost}, filepath.Join(folder, "a.npz")); err != nil {
		t.Error(err)
	}
	if list := names(t, folder); len(list) != 1 || list[0] != lost {
		t.Errorf("there are %q", list)
	}
	if err := RemoveTemporaries(stale{OS{}, lost}, folder, func(string) bool { return true }); !errors.Is(err, syscall.ESTALE) {
		t.Error(err)
	}
}

// stale is a disk that has lost a file.
type stale struct {
	OS
	lost string
}

func (d stale) RemoveUnused(path string) error {
	if filepath.Base(path) == d.lost {
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ESTALE}
	}
	return d.OS.RemoveUnused(path)
}

// A file that is replaced is at no time open to more people than it was.
func TestPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private")
	for _, mode := range []fs.FileMode{0o600, 0o400, 0o640} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		look := func(f Handle) {
			if info, err := f.Stat(); err != nil || info.Mode()&^mode&0o077 != 0 {
				t.Errorf("while it is written its mode is %v, not %v: %v", info.Mode(), mode, err)
			}
		}
		if err := WriteNamedAt(OS{}, path, func(f Handle) error { look(f); return nil }); err != nil {
			t.Fatal(err)
		}
		if err := Scratch(OS{}, path, func(f Handle) error { look(f); return nil }); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
