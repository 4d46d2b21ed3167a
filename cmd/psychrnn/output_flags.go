package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"psychrnn/internal/disk"
	"psychrnn/internal/run"
)

// outputFlags are for the files that a command writes where its user says. No
// output takes the place of anything that the command has read, by whatever name
// and link, of another output, or without --overwrite of anything at all.
type outputFlags struct{ overwrite bool }

func (o *outputFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&o.overwrite, "overwrite", false, "replace files to write that are there already")
}

// checkPlaces refuses outputs that cannot be written, or not all of them. It may be
// asked before anything is read.
func (o outputFlags) checkPlaces(s streams, paths ...string) error {
	for k, path := range paths {
		if path == "" {
			continue
		}
		info, err := s.disk.Stat(path)
		if err == nil && info.IsDir() || os.IsPathSeparator(path[len(path)-1]) {
			return usage("name a file in it", "%s is a folder", path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &disk.Error{Path: path, Err: err}
		}
		if _, err := s.disk.Stat(filepath.Dir(path)); err != nil {
			return &disk.Error{Path: path, Err: err}
		}
		for _, other := range paths[:k] {
			if same, err := s.sameOutput(other, path); err != nil {
				return err
			} else if same {
				return usage("give another name", "%s is to be written twice", path)
			}
		}
		if err := s.notOfRun(path); err != nil {
			return err
		}
		if err := disk.ReadyNamed(s.disk, path); err != nil {
			return err
		}
	}
	return nil
}

// notOfRun refuses outputs that would be files of a run: they would not be what
// its checkpoint says, and what they replaced would be lost.
func (s streams) notOfRun(path string) error {
	real := path
	if there, err := disk.Exists(s.disk, path); err != nil {
		return err
	} else if there {
		if real, err = disk.Resolve(s.disk, path); err != nil && !disk.Absent(err) {
			return err
		}
	}
	for _, path := range []string{path, real} {
		of, err := run.Folder{Path: filepath.Dir(path), Disk: disk.Forgetting(s.disk), Afford: affordContent}.OfRun(filepath.Base(path))
		if err != nil {
			return err
		}
		if of {
			return usage("give another name; test, simulate and inspect take weights by any name", "%s is a file of the run in its folder, which training alone writes", path)
		}
	}
	return nil
}

// sameOutput says whether two outputs are one file, or may be where capital and
// small letters are the same. A device may be both.
func (s streams) sameOutput(a, b string) (bool, error) {
	if a == "" {
		return false, nil
	}
	if info, err := s.disk.Stat(b); err == nil {
		same, err := disk.Same(s.disk, a, b)
		return same && info.Mode().IsRegular(), err
	}
	if !strings.EqualFold(filepath.Base(a), filepath.Base(b)) {
		return false, nil
	}
	return disk.Same(s.disk, filepath.Dir(a), filepath.Dir(b))
}

// checkVacant refuses outputs that would replace what has been read, or what is there
// already. It is asked once all is read, before time is spent, and again where an
// output is written.
func (o outputFlags) checkVacant(s streams, paths ...string) error {
	for _, path := range paths {
		if path == "" {
			continue
		}
		info, err := s.disk.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return &disk.Error{Path: path, Err: err}
		}
		if as, err := disk.ReadAs(s.disk, path); err != nil {
			return err
		} else if as != "" {
			return usage("name another file", "%s would replace what is read", path)
		}
		if info.Mode().IsRegular() && !o.overwrite {
			return usage("give another name, or --overwrite", "%s is there already", path)
		}
	}
	return nil
}

// output is a file to write, whose place is looked at once more when it is whole.
type output struct {
	disk.Disk
	path        string
	checkVacant func() error
}

func (o outputFlags) output(s streams, path string) output {
	return output{s.disk, path, func() error { return o.checkVacant(s, path) }}
}

// write writes it.
func (o output) write(write func(io.Writer) error) error {
	return disk.WriteNamed(o, o.path, func(w io.Writer) error {
		if err := write(w); err != nil {
			return err
		}
		return o.checkVacant()
	})
}
