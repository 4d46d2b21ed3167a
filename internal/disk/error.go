package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// Error is a file or folder that could not be read or written.
type Error struct {
	Path string
	Err  error
	disk Disk // where to look for what may have been meant; may be nil
}

// wrap says which path an error is about, if it does not say so itself; of none
// it makes none.
func wrap(path string, err error) error {
	if err == nil || errors.As(err, new(*Error)) {
		return err
	}
	return &Error{Path: path, Err: err}
}

func (e *Error) Error() string {
	cause := e.Err
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(e.Err, &path):
		cause = path.Err
	case errors.As(e.Err, &link):
		cause = link.Err
	}
	return fmt.Sprintf("%s: %v", e.Path, cause)
}

func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it, if that is known.
func (e *Error) Hint() string {
	var refused *weights.Error
	switch {
	case errors.As(e.Err, &refused):
		return refused.Hint
	case errors.Is(e.Err, fs.ErrNotExist):
		if near := neighbours(e.disk, e.Path); len(near) > 0 {
			return "did you mean " + strict.Alternatives(near, "") + "?"
		}
		return "check the path; it is relative to where the program runs, or to the file that names it"
	case errors.Is(e.Err, syscall.ENOSPC):
		return "make room on the disk; a training goes on with --resume"
	case errors.Is(e.Err, fs.ErrPermission):
		return "check who may read and write there"
	}
	return ""
}

// neighbours are paths that exist and may be meant by one that does not: its
// first part that is not there is replaced.
func neighbours(d Disk, path string) (found []string) {
	if d == nil {
		return nil
	}
	parent, name := filepath.Dir(path), filepath.Base(path)
	if _, err := d.Stat(parent); err != nil && parent != path {
		return neighbours(d, parent)
	}
	names, err := Names(d, parent)
	if err != nil {
		return nil
	}
	for _, near := range strict.Near(name, names) {
		found = append(found, filepath.Join(parent, near))
	}
	return found
}
