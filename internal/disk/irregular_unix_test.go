//go:build unix

package disk

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"psychrnn/internal/strict"
)

// replaced is a disk on which what is looked at is replaced before it is opened.
type replaced struct {
	OS
	before string
}

func (d replaced) Stat(string) (fs.FileInfo, error) { return os.Stat(d.before) }

// What is no regular file is not read, be it so only by the time it is opened,
// and what it is is said.
func TestIrregular(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	pipe := filepath.Join(dir, "pipe")
	socket := filepath.Join(dir, "socket")
	link := filepath.Join(dir, "link")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, err := range []error{os.WriteFile(file, nil, 0o644), syscall.Mkfifo(pipe, 0o644), os.Symlink("/dev/zero", link)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		pipe: "is a pipe, not a file", "/dev/zero": "is a device, not a file", link: "is a device, not a file",
		dir: "is a folder, not a file", socket: "is a socket, not a file",
	} {
		if _, err := ReadFile(OS{}, path); err == nil || err.Error() != path+": "+want {
			t.Errorf("%v, want %s", err, want)
		}
		if _, err := ReadFile(replaced{OS{}, file}, path); err == nil || err.Error() != path+": "+want {
			if path != socket { // which cannot be opened at all
				t.Errorf("replaced: %v, want %s", err, want)
			}
		}
	}
}

// A file is read as long as it was when it was opened, and a text that is too
// long for an experiment not to its end.
func TestReadAll(t *testing.T) {
	endless := zeros{}
	for start, want := range map[string]int{"": strict.MaxSize + 1, "PK": 8 << 20, "\x93NUMPY": 8 << 20} {
		got, err := readAll(&prefixed{strings.NewReader(start), endless}, 8<<20)
		if err != nil || len(got) != want {
			t.Errorf("%q: %d bytes, want %d: %v", start, len(got), want, err)
		}
	}
	if got, err := readAll(endless, 3); err != nil || len(got) != 3 {
		t.Errorf("%d bytes: %v", len(got), err)
	}
	if _, err := os.Stat("/proc/kmsg"); err == nil { // without a size, and without an end
		if got, err := ReadFile(OS{}, "/proc/kmsg"); len(got) > 0 {
			t.Errorf("read %q, %v", got, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

type prefixed struct {
	start *strings.Reader
	rest  zeros
}

func (p *prefixed) Read(b []byte) (int, error) {
	if p.start.Len() > 0 {
		return p.start.Read(b)
	}
	return p.rest.Read(b)
}
