//go:build unix

package disk

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"psychrnn/internal/strict/yaml"
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
		if _, err := ReadText(OS{}, path); err == nil || err.Error() != path+": "+want {
			t.Errorf("%v, want %s", err, want)
		}
		if _, err := ReadText(replaced{OS{}, file}, path); err == nil || err.Error() != path+": "+want {
			if path != socket { // which cannot be opened at all
				t.Errorf("replaced: %v, want %s", err, want)
			}
		}
	}
}

// A file is read as long as it was when it was opened, and a text that is too
// long for an experiment not to its end, however it begins. Of a file of arrays
// nothing is read that cannot be afforded.
func TestReadsWhatIsWanted(t *testing.T) {
	const size = 8 << 20
	file := filepath.Join(t.TempDir(), "file")
	none := errors.New("that is too much")
	for _, start := range []string{"", "PK\x03\x04", "\x93NUMPY"} {
		if err := errors.Join(os.WriteFile(file, []byte(start), 0o644), os.Truncate(file, size)); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadText(OS{}, file); err != nil || len(got) != yaml.MaxSize+1 {
			t.Errorf("%q: %d bytes of a text: %v", start, len(got), err)
		}
		asked := int64(0)
		for _, want := range []error{nil, none} {
			got, err := ReadArrays(OS{}, file, func(n int64) error { asked = n; return want })
			if !errors.Is(err, want) || asked != size || (want == nil) != (len(got) == size) {
				t.Errorf("%q: %d bytes of arrays, asked about %d: %v", start, len(got), asked, err)
			}
		}
	}
	if got, err := ReadText(grown{OS{}, 3}, file); err != nil || len(got) != 3 {
		t.Errorf("of a file that grows %d bytes were read: %v", len(got), err)
	}
	if _, err := os.Stat("/proc/kmsg"); err == nil { // without a size, and without an end
		if got, err := ReadText(OS{}, "/proc/kmsg"); len(got) > 0 {
			t.Errorf("read %q, %v", got, err)
		}
	}
}

// grown is a disk whose files were of that size when they were opened.
type grown struct {
	OS
	size int64
}

type grownFile struct {
	Handle
	size int64
}

type grownInfo struct {
	fs.FileInfo
	size int64
}

func (d grown) Open(path string) (Handle, error) {
	f, err := d.OS.Open(path)
	return grownFile{f, d.size}, err
}

func (f grownFile) Stat() (fs.FileInfo, error) {
	info, err := f.Handle.Stat()
	return grownInfo{info, f.size}, err
}

func (i grownInfo) Size() int64 { return i.size }
