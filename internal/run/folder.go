package run

import (
	"bytes"
	"errors"
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

// files are those of a run, in the order in which they are taken away: until the
// checkpoint is, it is a run that can go on, and without it one that was begun.
var files = []string{MetricsFile, PerformanceFile, LossesFile, WeightsFile, CheckpointFile, ExperimentFile}

// Folder is the folder of a run.
type Folder struct {
	Path string
	Disk disk.Disk
}

// OccupiedError says that a folder already holds something.
type OccupiedError struct {
	Path string
	Run  bool // what it holds is a run, which may be overwritten
	Lost bool // and whose checkpoint is gone, from which it would go on
}

func (e *OccupiedError) Error() string {
	switch {
	case e.Lost:
		return fmt.Sprintf("%s already holds a run, and no checkpoint to go on from", e.Path)
	case e.Run:
		return fmt.Sprintf("%s already holds a run", e.Path)
	}
	return fmt.Sprintf("%s is not empty and holds no run", e.Path)
}

// Contents is what a folder holds.
type Contents struct {
	Files  []string // that are called like those of a run
	Others bool     // something else, which is not the rest of a file of a run
}

// Contents looks into the folder, which may not be there.
func (f Folder) Contents() (c Contents, err error) {
	names, err := disk.Names(f.Disk, f.Path)
	if err != nil {
		return c, err
	}
	for _, name := range files { // that none can be looked at is no absence
		if _, err := f.Has(name); err != nil {
			return c, err
		}
	}
	for _, name := range names {
		switch {
		case isRunFile(name):
			if is, err := disk.IsFolder(f.Disk, f.File(name)); err != nil {
				return c, err
			} else if is {
				return c, &disk.Error{Path: f.File(name), Err: errors.New("is a folder, where training writes a file")}
			}
			c.Files = append(c.Files, name)
		case !isRunFile(disk.TemporaryOf(name)):
			c.Others = true
		}
	}
	return c, nil
}

// Create makes the folder and takes away what an earlier run left in it, but
// not the experiment: as long as no other is written, it says that the folder
// may be used again.
func (f Folder) Create() error {
	if err := disk.MkdirAll(f.Disk, f.Path); err != nil {
		return err
	}
	if err := f.remove(files[:len(files)-2]...); err != nil {
		return err
	}
	return f.remove(CheckpointFile) // once the others are surely gone
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

// WriteMatrix writes a file of a folder in the run's, unless it is there.
func (f Folder) WriteMatrix(folder, name string, content []byte) error {
	state, err := f.MatrixState(folder, name, content)
	if err != nil || state == Same {
		return err
	}
	if err := disk.MkdirAll(f.Disk, f.File(folder)); err != nil {
		return err
	}
	return f.WriteText(filepath.Join(folder, name), content)
}

// MatrixState compares such a file with what it should hold. What is otherwise
// is somebody's, and an error.
func (f Folder) MatrixState(folder, name string, content []byte) (State, error) {
	path := f.File(filepath.Join(folder, name))
	is, err := f.content(path)
	switch {
	case err != nil || is == nil:
		return Absent, err
	case !bytes.Equal(is, content):
		return Foreign, &ForeignError{path}
	}
	return Same, nil
}

// RemoveMatrices takes away such files, but none that is to be kept, and the
// folder if nothing else is in it.
func (f Folder) RemoveMatrices(folder string, names []string, keep func(path string) (bool, error)) error {
	for _, name := range names {
		path := f.File(filepath.Join(folder, name))
		if kept, err := keep(path); err != nil {
			return err
		} else if kept {
			continue
		}
		if err := disk.Remove(f.Disk, path); err != nil {
			return err
		}
	}
	if len(names) > 0 {
		_ = f.Disk.Remove(f.File(folder)) // others may have files there
	}
	return nil
}
