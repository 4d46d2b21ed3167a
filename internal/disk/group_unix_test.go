//go:build unix

package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A file that is replaced keeps its group, or is open to no group.
func TestGroup(t *testing.T) {
	groups, err := os.Getgroups()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		groups = append(groups, 12345)
	}
	nothing := func(Handle) error { return nil }
	path := filepath.Join(t.TempDir(), "file")
	for _, c := range []struct{ mode, without fs.FileMode }{{0o640, 0o600}, {0o664, 0o604}, {0o604, 0o600}, {0o600, 0o600}, {0o444, 0o404}} {
		for _, group := range groups {
			if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chown(path, -1, group), os.Chmod(path, c.mode)); err != nil {
				t.Fatal(err)
			}
			for _, own := range []struct {
				disk Disk
				mode fs.FileMode
			}{{OS{}, c.mode}, {foreign{}, c.without}} {
				if err := WriteNamedAt(own.disk, path, nothing); err != nil {
					t.Fatal(err)
				}
				info, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				if has := info.Sys().(*syscall.Stat_t).Gid; info.Mode() != own.mode || int(has) != group && own.disk == (OS{}) {
					t.Errorf("%v of group %d: %v of group %d", c.mode, group, info.Mode(), has)
				}
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// foreign is a disk on which files are given to no group.
type foreign struct{ OS }

type foreignFile struct{ Handle }

func (d foreign) Create(path string, mode fs.FileMode) (Handle, error) {
	f, err := d.OS.Create(path, mode)
	if err != nil {
		return nil, err
	}
	return foreignFile{f}, nil
}

func (foreignFile) TakeGroup(fs.FileInfo) error {
	return &fs.PathError{Op: "chown", Err: syscall.EPERM}
}

// On a disk that renames no open file it is closed before; what else goes wrong
// leaves it open.
func TestBecomeOnceClosed(t *testing.T) {
	folder := t.TempDir()
	for _, refusal := range []error{syscall.EACCES, syscall.EBUSY, syscall.EPERM, syscall.ETXTBSY, syscall.EIO} {
		f, err := OS{}.Create(filepath.Join(folder, "new"), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		file := f.(osFile)
		err = file.become(filepath.Join(folder, "file"), func(from, to string) error {
			if _, open := file.Stat(); open == nil {
				return &os.LinkError{Op: "rename", Old: from, New: to, Err: refusal}
			}
			return os.Rename(from, to)
		})
		fails := errors.Is(refusal, syscall.EIO)
		if _, open := file.Stat(); (err != nil) != fails || (open == nil) != fails {
			t.Errorf("%v: %v, it is open: %v", refusal, err, open == nil)
		}
		_, _ = f.Close(), os.Remove(filepath.Join(folder, "new"))
	}
}
