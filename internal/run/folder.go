package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"psychrnn/internal/weights"
)

// Names of the files in a run folder.
const (
	ExperimentFile  = "experiment.yaml"
	WeightsFile     = "weights.npz"
	LossesFile      = "losses.csv"
	PerformanceFile = "performance.csv"
	MetricsFile     = "metrics.json"
	CheckpointFile  = "checkpoint.npz"
)

// files are those of a run, the one that means complete first,
// and the one by which a folder is known for that of a run last.
var files = []string{MetricsFile, CheckpointFile, WeightsFile, LossesFile, PerformanceFile, ExperimentFile}

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

// Free says whether a run may be written into the folder: it is not there yet,
// or empty, or holds a run that is to be overwritten. Nothing is changed.
func (f Folder) Free(overwrite bool) error {
	entries, err := os.ReadDir(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &FileError{f.Path, err}
	}
	others, ours := 0, false
	for _, e := range entries {
		switch {
		case isRunFile(e.Name()):
			ours = true
		case !isLeftover(e.Name(), isRunFile):
			others++
		}
	}
	switch {
	case ours && !overwrite:
		return &OccupiedError{f.Path, true}
	case !ours && others > 0:
		return &OccupiedError{f.Path, false}
	}
	return nil
}

// Create makes the folder and takes away what an earlier run left in it, but
// no file of anybody else's, and not the experiment: as long as no other is
// written, it says that the folder may be used again.
func (f Folder) Create(overwrite bool) error {
	if err := f.Free(overwrite); err != nil {
		return err
	}
	if err := os.MkdirAll(f.Path, 0o777); err != nil {
		return &FileError{f.Path, err}
	}
	return f.remove(files[:len(files)-1]...)
}

// Continue makes the folder of a run ready to go on: it is complete no more,
// and what a killed run left half written is taken away.
func (f Folder) Continue() error { return f.remove(MetricsFile) }

// remove takes away files of the run and all leftovers.
func (f Folder) remove(names ...string) error {
	for _, name := range names {
		if err := removeFile(f.File(name)); err != nil {
			return err
		}
	}
	return removeLeftovers(f.Path, isRunFile)
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &FileError{path, err}
	}
	return nil
}

// removeLeftovers removes the half-written files of such names from a folder.
func removeLeftovers(folder string, of func(name string) bool) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return &FileError{folder, err}
	}
	for _, e := range entries {
		if isLeftover(e.Name(), of) {
			if err := removeFile(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Has says whether the folder holds a file of that name.
func (f Folder) Has(name string) bool {
	_, err := os.Stat(f.File(name))
	return err == nil
}

// sameFolder says whether two paths lead to one folder, which may not be there yet.
func sameFolder(a, b string) bool {
	if here, err := os.Stat(a); err == nil {
		there, err := os.Stat(b)
		return err == nil && os.SameFile(here, there)
	}
	here, errHere := filepath.Abs(a)
	there, errThere := filepath.Abs(b)
	return errHere == nil && errThere == nil && here == there
}

func isRunFile(name string) bool {
	for _, f := range files {
		if name == f {
			return true
		}
	}
	return false
}

// isLeftover says whether a run that was killed while it wrote a file of such a
// name left it.
func isLeftover(name string, of func(name string) bool) bool {
	name, hidden := strings.CutPrefix(name, temporaryPrefix)
	name, cut := strings.CutSuffix(name, temporarySuffix)
	at := strings.LastIndexByte(name, '.') // what follows is random
	return hidden && cut && at >= 0 && of(name[:at])
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

// WriteMetrics writes the final figures, with which a run is complete.
func (f Folder) WriteMetrics(m Metrics) error {
	text, err := JSON(m, true)
	if err != nil {
		return err
	}
	return f.WriteText(MetricsFile, text)
}
