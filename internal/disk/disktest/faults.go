package disktest

import (
	"io/fs"
	"sync"

	"psychrnn/internal/disk"
)

// Operation is one that a program asks of a disk, or of a file that it has open.
type Operation struct {
	Number int // 0 is the first
	Name   string
	Path   string
}

// Fault is what becomes of an operation.
type Fault struct {
	Err  error
	Done bool // it fails though it was done, as where the answer of a network disk is lost
	Part bool // half of what is to be written is written, half of what is to be read is read
}

// Faulty is a disk whose operations may fail.
type Faulty struct {
	Disk  disk.Disk
	Fault func(Operation) Fault

	mutex  sync.Mutex
	number int
}

// Count is how many operations there were.
func (d *Faulty) Count() int {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.number
}

func (d *Faulty) fault(name, path string) Fault {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	o := Operation{d.number, name, path}
	d.number++
	return d.Fault(o)
}

// do is an operation that gives something.
func do[T any](d *Faulty, name, path string, f func() (T, error)) (result T, err error) {
	fault := d.fault(name, path)
	if fault.Err != nil && !fault.Done {
		return result, &fs.PathError{Op: name, Path: path, Err: fault.Err}
	}
	result, err = f()
	if fault.Err != nil {
		var none T
		return none, &fs.PathError{Op: name, Path: path, Err: fault.Err}
	}
	return result, err
}

// try is an operation that gives nothing.
func try(d *Faulty, name, path string, f func() error) error {
	_, err := do(d, name, path, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

func (d *Faulty) file(name, path string, f func() (disk.Handle, error)) (disk.Handle, error) {
	var opened disk.Handle
	_, err := do(d, name, path, func() (_ disk.Handle, err error) {
		opened, err = f()
		return opened, err
	})
	if err != nil {
		if opened != nil {
			_ = opened.Close() // nobody knows of it
		}
		return nil, err
	}
	return &faultyFile{opened, d, path}, nil
}

// Open opens a file to read.
func (d *Faulty) Open(path string) (disk.Handle, error) {
	return d.file("open", path, func() (disk.Handle, error) { return d.Disk.Open(path) })
}

// Create makes a file.
func (d *Faulty) Create(path string, mode fs.FileMode) (disk.Handle, error) {
	return d.file("create", path, func() (disk.Handle, error) { return d.Disk.Create(path, mode) })
}

// Stream opens a pipe or a device to write.
func (d *Faulty) Stream(path string) (disk.Handle, error) {
	return d.file("stream", path, func() (disk.Handle, error) { return d.Disk.Stream(path) })
}

// Stat looks at what a path leads to.
func (d *Faulty) Stat(path string) (fs.FileInfo, error) {
	return do(d, "stat", path, func() (fs.FileInfo, error) { return d.Disk.Stat(path) })
}

// Lstat looks at what has that name.
func (d *Faulty) Lstat(path string) (fs.FileInfo, error) {
	return do(d, "lstat", path, func() (fs.FileInfo, error) { return d.Disk.Lstat(path) })
}

// SameFile compares, which cannot fail.
func (d *Faulty) SameFile(a, b fs.FileInfo) bool { return d.Disk.SameFile(a, b) }

// ReadDir lists a folder.
func (d *Faulty) ReadDir(path string) ([]fs.DirEntry, error) {
	return do(d, "readdir", path, func() ([]fs.DirEntry, error) { return d.Disk.ReadDir(path) })
}

// Mkdir makes a folder.
func (d *Faulty) Mkdir(path string) error {
	return try(d, "mkdir", path, func() error { return d.Disk.Mkdir(path) })
}

// Remove takes away a file, a link or an empty folder.
func (d *Faulty) Remove(path string) error {
	return try(d, "remove", path, func() error { return d.Disk.Remove(path) })
}

// RemoveUnused removes a file that is not in use.
func (d *Faulty) RemoveUnused(path string) error {
	return try(d, "remove unused", path, func() error { return d.Disk.RemoveUnused(path) })
}

// SyncFolder makes names last.
func (d *Faulty) SyncFolder(path string) error {
	return try(d, "sync folder", path, func() error { return d.Disk.SyncFolder(path) })
}

// Resolve follows all links of a path.
func (d *Faulty) Resolve(path string) (string, error) {
	return do(d, "resolve", path, func() (string, error) { return d.Disk.Resolve(path) })
}

// faultyFile is an open file of it.
type faultyFile struct {
	file disk.Handle
	disk *Faulty
	path string
}

// transfer reads or writes.
func (f *faultyFile) transfer(name string, p []byte, move func([]byte) (int, error)) (int, error) {
	fault := f.disk.fault(name, f.path)
	n := 0
	var err error
	switch {
	case fault.Part && len(p) > 1:
		n, err = move(p[:len(p)/2])
	case fault.Err == nil || fault.Done:
		n, err = move(p)
	}
	if fault.Err != nil {
		return n, &fs.PathError{Op: name, Path: f.path, Err: fault.Err}
	}
	return n, err
}

// Read reads on.
func (f *faultyFile) Read(p []byte) (int, error) { return f.transfer("read", p, f.file.Read) }

// ReadAt reads from a place on.
func (f *faultyFile) ReadAt(p []byte, at int64) (int, error) {
	return f.transfer("read at", p, func(p []byte) (int, error) { return f.file.ReadAt(p, at) })
}

// Write writes on.
func (f *faultyFile) Write(p []byte) (int, error) { return f.transfer("write", p, f.file.Write) }

// WriteAt writes from a place on.
func (f *faultyFile) WriteAt(p []byte, at int64) (int, error) {
	return f.transfer("write at", p, func(p []byte) (int, error) { return f.file.WriteAt(p, at) })
}

// Stat looks at the file.
func (f *faultyFile) Stat() (fs.FileInfo, error) { return do(f.disk, "stat file", f.path, f.file.Stat) }

// Chmod changes who may do what.
func (f *faultyFile) Chmod(mode fs.FileMode) error {
	return try(f.disk, "chmod", f.path, func() error { return f.file.Chmod(mode) })
}

// TakeGroup changes the group.
func (f *faultyFile) TakeGroup(of fs.FileInfo) error {
	return try(f.disk, "chgrp", f.path, func() error { return f.file.TakeGroup(of) })
}

// Sync makes the content last.
func (f *faultyFile) Sync() error { return try(f.disk, "sync", f.path, f.file.Sync) }

// Become gives the file another name.
func (f *faultyFile) Become(path string) error {
	return try(f.disk, "become", f.path, func() error { return f.file.Become(path) })
}

// Close closes it, whether that is said to fail or not.
func (f *faultyFile) Close() error {
	err := f.file.Close()
	if fault := f.disk.fault("close", f.path); fault.Err != nil {
		return &fs.PathError{Op: "close", Path: f.path, Err: fault.Err}
	}
	return err
}

// Hold never fails: where a folder cannot be held, everybody may be in it.
func (d *Faulty) Hold(path string) (release func(), err error) { return d.Disk.Hold(path) }
