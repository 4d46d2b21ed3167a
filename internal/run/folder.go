package run

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"psychrnn/internal/disk"
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
type Folder struct {
	Path string
	Disk disk.Disk
}

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
	names, err := disk.Names(f.Disk, f.Path)
	if err != nil {
		return err
	}
	others, ours := 0, false
	for _, name := range names {
		switch {
		case isRunFile(name):
			ours = true
		case !isRunFile(disk.TemporaryOf(name)):
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
	if err := disk.MkdirAll(f.Disk, f.Path); err != nil {
		return err
	}
	return f.remove(files[:len(files)-1]...)
}

// Continue makes the folder of a run ready to go on: it is complete no more,
// and what a killed run left half written is taken away.
func (f Folder) Continue() error { return f.remove(MetricsFile) }

// remove takes away files of the run and all leftovers. They do not come back
// after a power cut beside what is written then.
func (f Folder) remove(names ...string) error {
	for _, name := range names {
		if err := disk.Remove(f.Disk, f.File(name)); err != nil {
			return err
		}
	}
	if err := disk.RemoveTemporaries(f.Disk, f.Path, isRunFile); err != nil {
		return err
	}
	return disk.SyncFolder(f.Disk, f.Path)
}

// Has says whether the folder holds a file of that name.
func (f Folder) Has(name string) (bool, error) { return disk.Exists(f.Disk, f.File(name)) }

// same says whether two paths lead to one folder, which may not be there yet.
func (f Folder) same(a, b string) bool {
	if here, err := f.Disk.Stat(a); err == nil {
		there, err := f.Disk.Stat(b)
		return err == nil && f.Disk.SameFile(here, there)
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

// File is the path of a file in the folder.
func (f Folder) File(name string) string { return filepath.Join(f.Path, name) }

// WriteText writes a file of the folder.
func (f Folder) WriteText(name string, text []byte) error {
	return disk.WriteInside(f.Disk, f.Path, f.File(name), func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(text))
		return err
	})
}

// WriteWeights writes a weight file of the folder.
func (f Folder) WriteWeights(name string, file *weights.File) error {
	return disk.WriteInside(f.Disk, f.Path, f.File(name), file.Write)
}

// WriteMetrics writes the final figures, with which a run is complete.
func (f Folder) WriteMetrics(m Metrics) error {
	text, err := JSON(m, true)
	if err != nil {
		return err
	}
	return f.WriteText(MetricsFile, text)
}
