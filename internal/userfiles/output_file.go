package userfiles

// Outputs, whose places are looked at before anything is read, before time is spent, and
// once more where they are written.

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/memory"
	"psychrnn/internal/run"
)

// Places are the files that a command writes where its user says. No output takes
// the place of anything that the command has read, by whatever name and link, of another
// output, or without Overwrite of anything at all.
type Places struct {
	Disk      disk.Disk
	Overwrite bool
}

// CheckPlaces refuses outputs that cannot be written, or not all of them. It may be
// asked before anything is read.
func (o Places) CheckPlaces(paths ...string) error {
	for k, path := range paths {
		if path == "" {
			continue
		}
		info, err := o.Disk.Stat(path)
		if err == nil && info.IsDir() || os.IsPathSeparator(path[len(path)-1]) {
			return fault.New(fault.Usage, "name a file in it", "%s is a folder", path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &disk.Error{Path: path, Err: err}
		}
		if _, err := o.Disk.Stat(filepath.Dir(path)); err != nil {
			return &disk.Error{Path: path, Err: err}
		}
		for _, other := range paths[:k] {
			if same, err := o.same(other, path); err != nil {
				return err
			} else if same {
				return fault.New(fault.Usage, "give another name", "%s is to be written twice", path)
			}
		}
		if err := o.notOfRun(path); err != nil {
			return err
		}
		if err := disk.ReadyNamed(o.Disk, path); err != nil {
			return err
		}
	}
	return nil
}

// notOfRun refuses outputs that would be files of a run: they would not be what
// its checkpoint says, and what they replaced would be lost.
func (o Places) notOfRun(path string) error {
	real, err := disk.Resolve(o.Disk, path)
	if err != nil && !disk.Absent(err) {
		return err
	}
	for _, path := range []string{path, cmp.Or(real, path)} {
		of, err := run.Folder{Path: filepath.Dir(path), Disk: disk.Forgetting(o.Disk), Afford: memory.AffordContent}.OfRun(filepath.Base(path))
		if err != nil {
			return err
		}
		if of {
			return fault.New(fault.Usage, "give another name; test, simulate and inspect take weights by any name", "%s is a file of the run in its folder, which training alone writes", path)
		}
	}
	return nil
}

// same says whether two outputs are one file, or may be where capital and
// small letters are the same. A device may be both.
func (o Places) same(a, b string) (bool, error) {
	if a == "" {
		return false, nil
	}
	if info, err := o.Disk.Stat(b); err == nil {
		same, err := disk.Same(o.Disk, a, b)
		return same && info.Mode().IsRegular(), err
	}
	if !strings.EqualFold(filepath.Base(a), filepath.Base(b)) {
		return false, nil
	}
	return disk.Same(o.Disk, filepath.Dir(a), filepath.Dir(b))
}

// CheckVacant refuses outputs that would replace what has been read, or what is there
// already. It is asked once all is read, before time is spent, and again where an
// output is written.
func (o Places) CheckVacant(paths ...string) error {
	for _, path := range paths {
		if path == "" {
			continue
		}
		info, err := o.Disk.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return &disk.Error{Path: path, Err: err}
		}
		if as, err := disk.ReadAs(o.Disk, path); err != nil {
			return err
		} else if as != "" {
			return fault.New(fault.Usage, "name another file", "%s would replace what is read", path)
		}
		if info.Mode().IsRegular() && !o.Overwrite {
			return fault.New(fault.Usage, "give another name, or --overwrite", "%s is there already", path)
		}
	}
	return nil
}

// OutputFile is a file to write, whose place is looked at once more when it is whole.
type OutputFile struct {
	disk.Disk
	path        string
	checkVacant func() error
}

// Output is one of them.
func (o Places) Output(path string) OutputFile {
	return OutputFile{o.Disk, path, func() error { return o.CheckVacant(path) }}
}

// Write writes it.
func (o OutputFile) Write(write func(io.Writer) error) error {
	return disk.WriteNamed(o, o.path, func(w io.Writer) error {
		if err := write(w); err != nil {
			return err
		}
		return o.checkVacant()
	})
}
