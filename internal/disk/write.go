package disk

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
)

// WriteFile writes a file whole: under another name in the same folder,
// synced, renamed, the folder synced. Whatever goes wrong, the path holds the
// old content or the new. A link stays a link to the file; a device or a pipe
// is written to as it stands.
func WriteFile(d Disk, path string, write func(io.Writer) error) error {
	if path = followed(d, path); irregular(d, path) {
		return writeThrough(d, path, write)
	}
	return writeWhole(d, path, func(f File) error { return write(f) })
}

// WriteFileAt is WriteFile for what is not written from front to back. What
// goes to a device or a pipe lies in a temporary file first.
func WriteFileAt(d Disk, path string, write func(File) error) error {
	if path = followed(d, path); !irregular(d, path) {
		return writeWhole(d, path, write)
	}
	return Scratch(d, path, func(f File) error {
		if err := write(f); err != nil {
			return err
		}
		return writeThrough(d, path, func(w io.Writer) error {
			_, err := io.Copy(w, io.NewSectionReader(f, 0, 1<<62))
			return err
		})
	})
}

// Scratch lends a temporary file, which lies beside the path that it is for.
func Scratch(d Disk, path string, use func(File) error) error {
	f, name, err := createTemporary(d, filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return wrap(path, err)
	}
	defer func() { _, _ = f.Close(), d.Remove(name) }()
	return wrap(path, use(f))
}

// followed is what a link leads to.
func followed(d Disk, path string) string {
	if target, err := d.Resolve(path); err == nil {
		return target
	}
	return path
}

// irregular says whether there is something that is neither file nor folder.
func irregular(d Disk, path string) bool {
	info, err := d.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

func writeWhole(d Disk, path string, write func(File) error) (err error) {
	folder := filepath.Dir(path)
	f, name, err := createTemporary(d, folder, filepath.Base(path))
	if err != nil {
		return wrap(path, err)
	}
	defer func() {
		if err != nil {
			// What keeps the file from being written keeps it from being removed
			// as well, now and then; the first error tells.
			_, _ = f.Close(), d.Remove(name)
			err = wrap(path, err)
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	// What takes a file's place is open to the same people.
	if err = takeMode(d, f, path); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = d.Rename(name, path); err != nil {
		return err
	}
	return d.SyncFolder(folder)
}

// takeMode gives an open file the mode of the one whose place it is to take, if
// there is one. A file system that has none is not asked to change it.
func takeMode(d Disk, f File, path string) error {
	old, err := d.Stat(path)
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
func writeThrough(d Disk, path string, write func(io.Writer) error) error {
	f, err := d.Stream(path)
	if err != nil {
		return wrap(path, err)
	}
	return wrap(path, errors.Join(write(f), f.Close()))
}

// Around the names under which files are written.
const temporaryPrefix, temporarySuffix = ".", ".tmp"

// createTemporary creates a file under a name that only a temporary of the
// file of that name has.
func createTemporary(d Disk, folder, name string) (File, string, error) {
	for {
		random := strconv.FormatUint(rand.Uint64(), 10)
		path := filepath.Join(folder, temporaryPrefix+name+"."+random+temporarySuffix)
		f, err := d.Create(path)
		if !errors.Is(err, fs.ErrExist) {
			return f, path, err
		}
	}
}

// TemporaryOf is the name of the file for which a temporary was made; empty if
// this is not the name of one.
func TemporaryOf(name string) string {
	name, hidden := strings.CutPrefix(name, temporaryPrefix)
	name, cut := strings.CutSuffix(name, temporarySuffix)
	at := strings.LastIndexByte(name, '.') // what follows is random
	if !hidden || !cut || at < 0 {
		return ""
	}
	return name[:at]
}

// RemoveTemporaries removes from a folder what was left half written of files
// of such names.
func RemoveTemporaries(d Disk, folder string, of func(name string) bool) error {
	names, err := Names(d, folder)
	if err != nil {
		return err
	}
	for _, name := range names {
		if made := TemporaryOf(name); made != "" && of(made) {
			if err := Remove(d, filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	return nil
}
