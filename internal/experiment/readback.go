package experiment

// What training writes into a run folder of the experiment: it is read back before
// anything is written, and recognized where it lies. Experiments inside weight files.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// IsRecord says whether a text that lies in a folder is what training writes
// there: the whole experiment with every default, and nothing of anybody's own.
func IsRecord(read reader, resolve func(path string) (string, error), file string, text []byte, bounds Bounds) bool {
	e, err := LoadTrained(instead(read, file, text), file, nil, bounds)
	if err != nil {
		return false
	}
	e.Resolve, e.history = resolve, historyIn(string(text))
	return bytes.Equal(e.ResolvedFor(filepath.Dir(file)), text)
}

// unreadable says that an experiment, written out whole, cannot be read again.
func unreadable(err error) error {
	text := err.Error()
	if problems := fault.ErrorsIn(err); problems != nil {
		text = problems[0].Text
	}
	return fault.New(fault.Usage, "keep matrices in .npy or .npz files and long tables of trials in an .npz file, which experiment.yaml names",
		"the experiment, written with every default and without aliases, cannot be read again: %s", text)
}

// ReadBack reads what training is going to write into a folder, before anything
// is written: a run whose experiment could not be read would be lost.
func (e *Experiment) ReadBack(read reader, folder string, bounds Bounds) error {
	text, file := e.ResolvedFor(folder), filepath.Join(folder, "experiment.yaml")
	matrices := e.Matrices(folder)
	written := func(read reader) reader {
		return instead(func(name string) ([]byte, error) {
			if content, ok := matrices[filepath.Base(name)]; ok && filepath.Dir(name) == filepath.Join(folder, MatricesFolder) {
				return content, nil
			}
			// The folder may not be there yet, to go up from.
			real, err := e.realFile(name)
			if err != nil {
				return nil, err
			}
			return read(real)
		}, file, text)
	}
	bounds.ReadArrays = written(bounds.ReadArrays)
	again, err := Load(written(read), file, nil, bounds)
	var problems fault.Errors
	switch {
	case errors.As(err, &problems) && len(problems.Unwrap()) == 0:
		return unreadable(err)
	case err != nil: // a file could not be read this time
		return err
	}
	again.Resolve, again.history = e.Resolve, e.history
	if !bytes.Equal(again.ResolvedFor(folder), text) {
		return unreadable(errors.New("it would be read as another one"))
	}
	return nil
}

// Inside returns the experiment in a weight file, nil if it holds none.
func Inside(f *npz.File, name string, assignments []string) (*Experiment, error) {
	p, ok := weights.ProvenanceOf(f)
	if !ok {
		return nil, nil
	}
	inside := name + " (its experiment)"
	others := func(path string) ([]byte, error) {
		return nil, fmt.Errorf("%s is not inside the weight file: %w", path, fs.ErrNotExist)
	}
	return LoadTrained(instead(others, inside, []byte(p.Experiment)), inside, assignments)
}

// FromFlag says whether a value was given by a flag.
func FromFlag(n *strict.Node) bool { return n != nil && n.Pos().Line == 0 }
