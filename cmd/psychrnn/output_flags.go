package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"psychrnn/internal/disk"
)

// outputFlags are for the files that a command writes where its user says.
type outputFlags struct{ overwrite bool }

func (o *outputFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&o.overwrite, "overwrite", false, "replace files to write that are there already")
}

// vacant refuses, before time is spent, an output that cannot be written, that
// would replace an input, or that is there already.
func (o outputFlags) vacant(s streams, path string, inputs ...string) error {
	if path == "" {
		return nil
	}
	info, err := s.disk.Stat(path)
	if err == nil && info.IsDir() || os.IsPathSeparator(path[len(path)-1]) {
		return usage("name a file in it", "%s is a folder", path)
	}
	if _, err := s.disk.Stat(filepath.Dir(path)); err != nil {
		return &disk.Error{Path: path, Err: err}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return disk.ReadyNamed(s.disk, path)
	case err != nil:
		return &disk.Error{Path: path, Err: err}
	}
	for _, input := range inputs {
		if same, err := disk.Same(s.disk, input, path); err != nil {
			return err
		} else if same {
			return usage("name another file", "%s would replace what is read", path)
		}
	}
	if info.Mode().IsRegular() && !o.overwrite {
		return usage("give another name, or --overwrite", "%s is there already", path)
	}
	return disk.ReadyNamed(s.disk, path)
}
