package disktest

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"psychrnn/internal/disk"
)

// The disk in memory does what the operating system's does, errors too.
func TestMemoryIsLikeTheSystem(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("its errors have other numbers")
		return
	}
	root := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		real, err := os.MkdirTemp(root, "")
		if err != nil {
			r.Fatal(err)
		}
		m := New()
		name := rapid.SampledFrom([]string{"a", "b", "c", "a/b", "a/c", "b/b", "link", "link/b", "a/../b", "./c", "a/b/c", strings.Repeat("x", 256)})
		open := map[string][2]disk.Handle{}
		for range rapid.IntRange(1, 30).Draw(r, "operations") {
			path := name.Draw(r, "path")
			here, there := real+"/"+path, path // not cleaned
			var errReal, errMemory error
			what := rapid.SampledFrom([]string{"create", "mkdir", "remove", "remove unused", "stat", "lstat", "readdir", "open", "write", "become", "link", "sync", "close"}).Draw(r, "operation")
			files, isOpen := open[path]
			switch what {
			case "create":
				var a, b disk.Handle
				a, errReal = disk.OS{}.Create(here, 0o640)
				b, errMemory = m.Create(there, 0o640)
				if errReal == nil && errMemory == nil {
					open[path] = [2]disk.Handle{a, b}
				}
			case "mkdir":
				errReal, errMemory = disk.OS{}.Mkdir(here), m.Mkdir(there)
			case "remove":
				errReal, errMemory = disk.OS{}.Remove(here), m.Remove(there)
			case "remove unused":
				_, errReal = disk.OS{}.Stat(here)
				if errReal == nil && !isOpen {
					errReal, errMemory = disk.OS{}.RemoveUnused(here), m.RemoveUnused(there)
				} else {
					errReal = nil
				}
			case "stat", "lstat":
				look := map[string][2]func(string) (fs.FileInfo, error){"stat": {disk.OS{}.Stat, m.Stat}, "lstat": {disk.OS{}.Lstat, m.Lstat}}[what]
				var a, b fs.FileInfo
				a, errReal = look[0](here)
				b, errMemory = look[1](there)
				if errReal == nil && errMemory == nil && (a.Mode().Type() != b.Mode().Type() || a.Mode().IsRegular() && (a.Size() != b.Size() || a.Mode() != b.Mode())) {
					r.Fatalf("%s %s: %v of %d bytes, but %v of %d", what, path, a.Mode(), a.Size(), b.Mode(), b.Size())
				}
			case "readdir":
				var a, b []fs.DirEntry
				a, errReal = disk.OS{}.ReadDir(here)
				b, errMemory = m.ReadDir(there)
				if len(a) != len(b) {
					r.Fatalf("%s: %v, but %v", path, a, b)
				}
			case "open":
				a, err := disk.OS{}.Open(here)
				b, err2 := m.Open(there)
				if errReal, errMemory = err, err2; err == nil && err2 == nil {
					x, err := io.ReadAll(a)
					y, err2 := io.ReadAll(b)
					errReal, errMemory = err, err2
					if string(x) != string(y) {
						r.Fatalf("%s holds %q, but %q", path, x, y)
					}
					_, _ = a.Close(), b.Close()
				}
			case "write":
				if isOpen {
					at := rapid.Int64Range(0, 10).Draw(r, "at")
					_, errReal = files[0].WriteAt([]byte("text"), at)
					_, errMemory = files[1].WriteAt([]byte("text"), at)
				}
			case "become":
				if to := name.Draw(r, "to"); isOpen && filepath.Dir(to) == filepath.Dir(path) {
					errReal = files[0].Become(real + "/" + to)
					errMemory = files[1].Become(to)
					if errReal == nil {
						delete(open, path)
					}
				}
			case "link":
				errReal, errMemory = os.Symlink("a", filepath.Join(real, "link")), m.Link("a", "link")
			case "sync":
				errReal, errMemory = disk.OS{}.SyncFolder(filepath.Dir(here)), m.SyncFolder(filepath.Dir(there))
			case "close":
				if isOpen {
					errReal, errMemory = files[0].Close(), files[1].Close()
					delete(open, path)
				}
			}
			if x, y := number(errReal), number(errMemory); x != y {
				r.Fatalf("%s %s: %v, but %v", what, path, errReal, errMemory)
			}
		}
		for _, files := range open {
			_, _ = files[0].Close(), files[1].Close()
		}
	})
}

// number is that of the system for an error; that a folder is not empty has two.
func number(err error) syscall.Errno {
	var number syscall.Errno
	if errors.As(err, &number); number == syscall.EEXIST {
		return syscall.ENOTEMPTY
	}
	return number
}

// What was synced survives, under a name whose folder was synced.
func TestPowerCut(t *testing.T) {
	begin := func() *Memory {
		m := New()
		m.Put("/d/old", []byte("old"))
		f, err := m.Create("/d/.new", 0o666)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Write([]byte("new"))
		if err := errors.Join(err, f.Sync(), f.Become("/d/old")); err != nil {
			t.Fatal(err)
		}
		g, err := m.Create("/d/unsynced", 0o666)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Write([]byte("text")); err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := begin()
	m.PowerCut(Nothing())
	if files := m.Files(); len(files) != 1 || files["/d/old"] != "old" {
		t.Errorf("nothing: %q", files)
	}
	m = begin()
	m.PowerCut(Names())
	if files := m.Files(); len(files) != 2 || files["/d/old"] != "new" || files["/d/unsynced"] != "\x00\x00\x00\x00" {
		t.Errorf("names: %q", files)
	}
	old, lost := map[string]bool{}, map[string]bool{}
	for seed := range uint64(100) {
		m = begin()
		m.PowerCut(Mixed(seed))
		files := m.Files()
		old[files["/d/old"]], lost[files["/d/unsynced"]] = true, true
		if err := m.SyncFolder("/d"); err != nil {
			t.Fatal(err)
		}
	}
	if len(old) != 2 || !old["old"] || !old["new"] || len(lost) < 8 {
		t.Errorf("mixed: %v %v", old, lost)
	}
	m = begin()
	if err := m.SyncFolder("/d"); err != nil {
		t.Fatal(err)
	}
	m.PowerCut(Nothing())
	if files := m.Files(); files["/d/old"] != "new" || files["/d/unsynced"] != "" {
		t.Errorf("synced: %q", files)
	}
}
