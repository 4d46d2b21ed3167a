package disk

// Errors of files: which path, what is wrong with it, and what to do. The hint follows from
// the kind of error, so that every command gives the same advice.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"psychrnn/internal/fault"
)

// Error is a file or folder that could not be read or written.
type Error struct {
	Path string
	Err  error
	disk Disk   // where to look for what may have been meant; may be nil
	hint string // in the place of that which follows from Err
}

// wrap says which path an error is about, if it does not say so itself; of none
// it makes none.
func wrap(path string, err error) error {
	if err == nil || errors.As(err, new(*Error)) {
		return err
	}
	return &Error{Path: path, Err: err}
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Path, bare(e.Err)) }

// bare is an error without the operation and the path, which the Error names.
func bare(err error) error {
	var own *Error
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &own):
		return bare(own.Err)
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// Absent says whether an error says that something is not there. Below what is
// no folder there is nothing.
func Absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// errNowhere says of a link that what it leads to is not there.
var errNowhere = errors.New("is a link that leads nowhere")

// errFolder says of what is to be read or written that it is a folder.
var errFolder = errors.New("is a folder, not a file")

func (e *Error) Unwrap() error { return e.Err }

// Failed says whether an error came from the disk, rather than from what a file
// holds, or from there being none.
func Failed(err error) bool {
	bySystem := errors.As(err, new(*fs.PathError)) || errors.As(err, new(*os.LinkError)) || errors.As(err, new(*os.SyscallError))
	return bySystem && !Absent(err)
}

// hints say what to do about an error.
var hints = []struct {
	err  error
	hint string
}{
	{syscall.ENOSPC, "make room on the disk; a training goes on with --resume"},
	{syscall.EDQUOT, "what you may store there is used up: remove what you do not need; a training goes on with --resume"},
	{syscall.EROFS, "the disk is read-only, as disks become after an error: ask who runs it"},
	{syscall.ESTALE, "the network disk has lost it: look whether it is still there, and run the command again"},
	{syscall.EIO, "the disk, or the network to it, has failed: look whether the file can be read, and run the command again"},
	{syscall.ENAMETOOLONG, "give a shorter name"},
	{errFolder, "name a file in it"},
	{errNowhere, "remove the link, or make what it leads to"},
	{errPipe, "an experiment may come through a pipe as standard input: COMMAND | psychrnn train -c -; anything else is read from files"},
	{errSocket, "give a file"},
	{errDevice, "give a file"},
	{fs.ErrPermission, "check who may read and write there"},
	{syscall.ENOTDIR, "a part of the path is a file, not a folder: check the path"},
	{fs.ErrNotExist, "check the path; it is relative to where the program runs, or to the file that names it"},
}

// Hint says what to do about it.
func (e *Error) Hint() string {
	if refused := fault.Content(e.Err); refused != nil {
		return refused.Hint
	}
	if Absent(e.Err) {
		if e.disk != nil {
			if _, err := e.disk.Lstat(e.Path); err == nil {
				return "it is a link, and what it leads to is not there: look whether the disk is"
			}
		}
		if near := neighbours(e.disk, e.Path); len(near) > 0 {
			return fault.Perhaps(near, "")
		}
	}
	if e.hint != "" {
		return e.hint
	}
	for _, h := range hints {
		if errors.Is(e.Err, h.err) {
			return h.hint
		}
	}
	if errors.As(e.Err, new(syscall.Errno)) {
		return "run the command again; if it fails again, ask who runs the disk"
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
	names, err := EntryNames(d, parent)
	if err != nil {
		return nil
	}
	for _, near := range fault.Near(name, names) {
		found = append(found, filepath.Join(parent, near))
	}
	return found
}
