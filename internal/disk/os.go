package disk

// The disk of the operating system: one call of the system for each operation of Disk.
// What differs between systems is in os_unix.go and os_windows.go.

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// OS is the disk of the operating system.
type OS struct{}

// osFile is an open file of it.
type osFile struct{ *os.File }

// file keeps an error from becoming a File that is no nil.
func file(f *os.File, err error) (Handle, error) {
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Open opens a file to read. It waits for nobody if it is a pipe by now.
func (OS) Open(path string) (Handle, error) {
	return file(os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0))
}

// Create makes a file, open to whom the mode and the umask say, and locks it.
func (d OS) Create(path string, mode fs.FileMode) (Handle, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	mine := lock(f)
	if mine {
		// Another program may have taken it for unused before it was locked.
		mine, err = d.holds(f, path)
	}
	if err != nil || !mine {
		_ = f.Close()
		if err == nil {
			err = &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
		}
		return nil, err
	}
	return osFile{f}, nil
}

// holds says whether an open file still has a name.
func (OS) holds(f *os.File, path string) (bool, error) {
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Lstat(path)
	if Absent(err) {
		return false, nil
	}
	return err == nil && os.SameFile(opened, there), err
}

// Stream opens a pipe or a device to write.
func (OS) Stream(path string) (Handle, error) { return file(os.OpenFile(path, os.O_WRONLY, 0)) }

// Stat looks at what a path leads to.
func (OS) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// Lstat looks at what has that name.
func (OS) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// SameFile compares.
func (OS) SameFile(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

// ReadDir lists a folder.
func (OS) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// Mkdir makes a folder, open to whom the umask says.
func (OS) Mkdir(path string) error { return os.Mkdir(path, 0o777) }

// Remove takes away a file, a link or an empty folder.
func (OS) Remove(path string) error { return os.Remove(path) }

// Resolve follows all links of a path.
func (OS) Resolve(path string) (string, error) { return filepath.EvalSymlinks(path) }
