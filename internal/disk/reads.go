package disk

// Remembering what a command has read, so that no output replaces one of its inputs.

import (
	"errors"
	"io/fs"
	"sync"
)

// Reads is a Disk that remembers every file that was opened to be read, so that
// no output of a command can take the place of one of its inputs: files are the
// same if the disk says so, whatever names and links lead to them.
type Reads struct {
	Disk
	mutex sync.Mutex
	files []readFile
}

type readFile struct {
	path string
	info fs.FileInfo
}

// Remember begins to do so.
func Remember(d Disk) *Reads { return &Reads{Disk: d} }

// Open opens a file to read.
func (r *Reads) Open(path string) (Handle, error) {
	f, err := r.Disk.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r.note(path, info)
	return f, nil
}

func (r *Reads) note(path string, info fs.FileInfo) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.files = append(r.files, readFile{path, info})
}

// WillRead says that a file, if it is there, is an input although it may be read
// later.
func WillRead(d Disk, path string) error {
	r, ok := d.(*Reads)
	if !ok {
		return nil
	}
	info, err := lookBy(d.Stat, path)
	if info != nil {
		r.note(path, info)
	}
	return err
}

// Forgetting is a Disk behind one that remembers, for what a command reads of
// its own output.
func Forgetting(d Disk) Disk {
	if r, ok := d.(*Reads); ok {
		return r.Disk
	}
	return d
}

// ReadAs is the name under which a file was read that a path leads to; empty if
// nothing is there, or it was not read.
func ReadAs(d Disk, path string) (name string, err error) {
	r, ok := d.(*Reads)
	if !ok {
		return "", nil
	}
	info, err := lookBy(d.Stat, path)
	if info == nil {
		return "", err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, f := range r.files {
		if d.SameFile(f.info, info) {
			return f.path, nil
		}
	}
	return "", nil
}
