package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// WriteFile writes a file whole: under another name in the same folder,
// synced, renamed, the folder synced. Whatever goes wrong, the path holds the
// old content or the new. A link stays a link to the file; a device or a pipe
// is written to as it stands.
func WriteFile(path string, write func(io.Writer) error) error {
	if path = followed(path); irregular(path) {
		return writeThrough(path, write)
	}
	return writeWhole(path, func(f *os.File) error { return write(f) })
}

// WriteFileAt is WriteFile for what is not written from front to back. What
// goes to a device or a pipe lies in a temporary file first.
func WriteFileAt(path string, write func(*os.File) error) error {
	if path = followed(path); !irregular(path) {
		return writeWhole(path, write)
	}
	f, err := os.CreateTemp("", temporary("psychrnn"))
	if err != nil {
		return unwritten(path, err)
	}
	defer func() { _, _ = f.Close(), os.Remove(f.Name()) }()
	if err := write(f); err != nil {
		return unwritten(path, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return unwritten(path, err)
	}
	return writeThrough(path, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

// followed is what a link leads to.
func followed(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// irregular says whether there is something that is neither file nor folder.
func irregular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

func writeWhole(path string, write func(*os.File) error) (err error) {
	folder := filepath.Dir(path)
	f, err := createTemporary(folder, filepath.Base(path))
	if err != nil {
		return unwritten(path, err)
	}
	defer func() {
		if err != nil {
			// What keeps the file from being written keeps it from being removed
			// as well, now and then; the first error tells.
			_, _ = f.Close(), os.Remove(f.Name())
			err = unwritten(path, err)
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	// What takes a file's place is open to the same people.
	if err = takeMode(f, path); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// takeMode gives an open file the mode of the one whose place it is to take, if
// there is one. A file system that has none is not asked to change it.
func takeMode(f *os.File, path string) error {
	old, err := os.Stat(path)
	if err != nil {
		return nil // a new file
	}
	info, err := f.Stat()
	if err != nil || info.Mode() == old.Mode() {
		return err
	}
	return f.Chmod(old.Mode().Perm())
}

// writeThrough writes to what is not a regular file.
func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return unwritten(path, err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return unwritten(path, err)
	}
	return nil
}

// Around the names under which files are written.
const temporaryPrefix, temporarySuffix = ".", ".tmp"

// temporary is the pattern of such names, whose star becomes a number.
func temporary(name string) string { return temporaryPrefix + name + ".*" + temporarySuffix }

// createTemporary creates a file of such a name, open to whom the umask says, as
// a new file is: os.CreateTemp keeps all others out.
func createTemporary(folder, name string) (*os.File, error) {
	for {
		random := strconv.FormatUint(rand.Uint64(), 10)
		path := filepath.Join(folder, strings.Replace(temporary(name), "*", random, 1))
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// unwritten says which file could not be written.
func unwritten(path string, err error) error {
	return &FileError{Path: path, Err: err}
}

// FileError is a file or folder that could not be read or written.
type FileError struct {
	Path string
	Err  error
}

func (e *FileError) Error() string {
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

func (e *FileError) Unwrap() error { return e.Err }

// Hint says what to do about it, if that is known.
func (e *FileError) Hint() string {
	var refused *weights.Error
	switch {
	case errors.As(e.Err, &refused):
		return refused.Hint
	case errors.Is(e.Err, fs.ErrNotExist):
		if near := neighbours(e.Path); len(near) > 0 {
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
func neighbours(path string) (found []string) {
	parent, name := filepath.Dir(path), filepath.Base(path)
	if _, err := os.Stat(parent); err != nil && parent != path {
		return neighbours(parent)
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, near := range strict.Near(name, names) {
		found = append(found, filepath.Join(parent, near))
	}
	return found
}

// ReadWeights reads a weight file.
func ReadWeights(path string, limits weights.Limits) (*weights.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{path, err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, &FileError{path, err}
	}
	if info.IsDir() {
		return nil, &FileError{path, errors.New("is a folder, not a weight file")}
	}
	file, err := weights.Read(f, info.Size(), limits)
	if err != nil {
		return nil, &FileError{path, err}
	}
	return file, nil
}

// JSON renders a value, with one key a line if it is for people too.
func JSON(v any, lines bool) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if lines {
		encoder.SetIndent("", "  ")
	}
	err := encoder.Encode(v)
	return b.Bytes(), err
}
