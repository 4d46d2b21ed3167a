package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"psychrnn/internal/weights"
)

// Names of the files in a run folder.
const (
	ExperimentFile = "experiment.yaml"
	WeightsFile    = "weights.npz"
	LossesFile     = "losses.csv"
	MetricsFile    = "metrics.json"
)

// Folder is the folder of a run.
type Folder struct{ Path string }

// OccupiedError says that a folder already holds something.
type OccupiedError struct {
	Path string
	Run  bool // what it holds is a run, which may be overwritten
}

func (e *OccupiedError) Error() string {
	if e.Run {
		return fmt.Sprintf("%s already holds a run", e.Path)
	}
	return fmt.Sprintf("%s is not empty and holds no run", e.Path)
}

// Create makes the folder, or takes an empty one. One that holds a run is
// emptied of the run's files if overwrite is set.
func Create(path string, overwrite bool) (Folder, error) {
	f := Folder{path}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return f, &FileError{path, err}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return f, &FileError{path, err}
	}
	if len(entries) == 0 {
		return f, nil
	}
	if !f.holdsRun() {
		return f, &OccupiedError{path, false}
	}
	if !overwrite {
		return f, &OccupiedError{path, true}
	}
	return f, f.clear()
}

func (f Folder) holdsRun() bool {
	for _, name := range []string{ExperimentFile, WeightsFile, MetricsFile} {
		if _, err := os.Stat(f.File(name)); err == nil {
			return true
		}
	}
	return false
}

// clear removes the files of a run, the one that means complete first.
func (f Folder) clear() error {
	for _, name := range []string{MetricsFile, WeightsFile, LossesFile, ExperimentFile} {
		if err := os.Remove(f.File(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &FileError{f.File(name), err}
		}
	}
	return nil
}

// File is the path of a file in the folder.
func (f Folder) File(name string) string { return filepath.Join(f.Path, name) }

// WriteText writes a file of the folder.
func (f Folder) WriteText(name string, text []byte) error {
	return WriteFile(f.File(name), func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(text))
		return err
	})
}

// WriteWeights writes a weight file of the folder.
func (f Folder) WriteWeights(name string, file *weights.File) error {
	return WriteFile(f.File(name), file.Write)
}
