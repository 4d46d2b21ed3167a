// Package disk is everything that the program does with files. All commands
// and the run folder work through one Disk, so that a test can let any single
// operation fail, or cut the power after it.
//
// What it keeps to: files are read only if they are regular, and written whole
// (see write.go); only what does not exist is absent, and any other error of
// looking at something is an error; every error names its path (see Error).
package disk

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
)

// Disk is the operations themselves, each of which may fail. Errors that say
// that something does not exist, or exists already, are fs.ErrNotExist and
// fs.ErrExist to errors.Is.
type Disk interface {
	Open(path string) (Handle, error) // to read
	// Create makes a file to write and read; nothing may be there, no link
	// either. It is marked as in use until it is closed or the program ends.
	Create(path string, mode fs.FileMode) (Handle, error)
	Stream(path string) (Handle, error) // to write, what is there and is no regular file: a pipe, a device
	Stat(path string) (fs.FileInfo, error)
	Lstat(path string) (fs.FileInfo, error) // of a link itself
	SameFile(a, b fs.FileInfo) bool         // of two that Stat or Lstat gave
	ReadDir(path string) ([]fs.DirEntry, error)
	Mkdir(path string) error
	Remove(path string) error            // of a file, a link or an empty folder
	RemoveUnused(path string) error      // of a file, unless it is surely or possibly in use (see Create)
	SyncFolder(path string) error        // makes names in a folder last through a power cut
	Resolve(path string) (string, error) // the path without links

	// Hold holds a folder, so that no other program does at the same time, until
	// it lets go or ends, however it ends; ErrHeld says that another one does.
	// Nothing is written for that. Where a disk has no locks, everybody may.
	Hold(folder string) (release func(), err error)
}

// Handle is an open file.
type Handle interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt
	Stat() (fs.FileInfo, error)
	Chmod(mode fs.FileMode) error
	TakeGroup(of fs.FileInfo) error // gives it the group of what Stat or Lstat gave
	Sync() error                    // makes the content last through a power cut
	// Become gives a file that was created another name, in the place of what
	// has that name. It is closed then, and may be if that failed.
	Become(path string) error
	Close() error
}

// Stat looks at what a path leads to.
func Stat(d Disk, path string) (fs.FileInfo, error) {
	info, err := d.Stat(path)
	if err != nil {
		return nil, &Error{Path: path, Err: err, disk: d}
	}
	return info, nil
}

// Exists says whether something is there, be it a link that leads nowhere.
func Exists(d Disk, path string) (bool, error) {
	info, err := lookBy(d.Lstat, path)
	return info != nil, err
}

// IsFolder says whether a path leads to a folder.
func IsFolder(d Disk, path string) (bool, error) {
	info, err := lookBy(d.Stat, path)
	return info != nil && info.IsDir(), err
}

// lookBy looks at something by a disk's Stat or Lstat; nil where nothing is.
func lookBy(by func(string) (fs.FileInfo, error), path string) (fs.FileInfo, error) {
	info, err := by(path)
	switch {
	case err == nil:
		return info, nil
	case Absent(err):
		return nil, nil
	case errors.Is(err, syscall.EINVAL):
		return nil, &Error{Path: path, Err: err, hint: "give another name"}
	}
	return nil, wrap(path, err)
}

// Same says whether two paths lead to one thing that exists.
func Same(d Disk, a, b string) (bool, error) {
	x, err := lookBy(d.Stat, a)
	if x == nil {
		return false, err
	}
	y, err := lookBy(d.Stat, b)
	return y != nil && d.SameFile(x, y), err
}

// Resolve is the path without links.
func Resolve(d Disk, path string) (string, error) {
	real, err := d.Resolve(path)
	return real, wrap(path, err)
}

// EntryNames lists the entries of a folder; none where nothing is. Of what is there
// and is no folder it is an error.
func EntryNames(d Disk, folder string) (names []string, err error) {
	entries, err := d.ReadDir(folder)
	if Absent(err) {
		if _, missing := d.Stat(folder); Absent(missing) {
			return nil, nil
		}
	}
	if err != nil {
		return nil, wrap(folder, err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

// MkdirAll makes a folder and those that it lies in, and makes them last.
func MkdirAll(d Disk, path string) error {
	if there, err := IsFolder(d, path); there || err != nil {
		return err
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := MkdirAll(d, parent); err != nil {
			return err
		}
	}
	if err := d.Mkdir(path); err != nil {
		if there, _ := IsFolder(d, path); !there { // another program was faster
			if _, look := d.Lstat(path); look == nil && errors.Is(err, fs.ErrExist) {
				err = errNowhere
			}
			return wrap(path, err)
		}
	}
	return SyncFolder(d, parent)
}

// SyncFolder makes names in a folder last through a power cut.
func SyncFolder(d Disk, folder string) error { return wrap(folder, d.SyncFolder(folder)) }

// Remove takes away a file; it may be gone already. Whoever writes a file that
// must not be beside it calls SyncFolder before.
func Remove(d Disk, path string) error {
	if err := d.Remove(path); err != nil && !Absent(err) {
		return wrap(path, err)
	}
	return nil
}
