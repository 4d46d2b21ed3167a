package experiment

// Experiments inside weight files.

import (
	"fmt"
	"io/fs"

	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// Inside returns the experiment in a weight file, nil if it holds none.
func Inside(f *npz.File, name string, assignments []string) (*Experiment, error) {
	p, ok := weights.ProvenanceOf(f)
	if !ok {
		return nil, nil
	}
	inside := name + " (its experiment)"
	read := func(path string) ([]byte, error) {
		if path != inside {
			return nil, fmt.Errorf("%s is not inside the weight file: %w", path, fs.ErrNotExist)
		}
		return []byte(p.Experiment), nil
	}
	return LoadTrained(read, inside, assignments)
}

// FromFlag says whether a value was given by a flag.
func FromFlag(n *strict.Node) bool { return n != nil && n.Pos().Line == 0 }
