package run

// The folder of a run: the names of its files, whether it holds a run, and files written whole
// or not at all. Nothing in it is followed that is a link.

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"psychrnn/internal/disk"
	"psychrnn/internal/npz"
	"psychrnn/internal/visible"
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

	// Afford, unless it is nil, is asked before so many bytes of a weight file are read.
	Afford func(path string, bytes int64) error
}

// Contents are the files in the folder, which may not be there, that are called
// like those of a run.
func (f Folder) Contents() (list []string, err error) {
	names, err := disk.EntryNames(f.Disk, f.Path)
	if err != nil {
		return nil, err
	}
	for _, name := range files { // that none can be looked at is no absence
		if _, err := f.Has(name); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		if !isRunFile(name) {
			continue
		}
		if is, err := disk.IsFolder(f.Disk, f.File(name)); err != nil {
			return nil, err
		} else if is {
			return nil, &disk.Error{Path: f.File(name), Err: errors.New("is a folder, where training writes a file")}
		}
		list = append(list, name)
	}
	return list, nil
}

// OfRun says whether a name is that of a file of a run which the folder holds, or
// will hold: a checkpoint is there, or an experiment, which training writes first.
func (f Folder) OfRun(name string) (bool, error) {
	if !isRunFile(name) {
		return false, nil
	}
	list, err := f.Contents()
	return slices.Contains(list, CheckpointFile) || slices.Contains(list, ExperimentFile), err
}

// Clear takes away the files of a run, but not the experiment: as long as no
// other is written, it says that the folder may be used again.
func (f Folder) Clear() error {
	if err := f.remove(files[:len(files)-2]...); err != nil {
		return err
	}
	return f.remove(CheckpointFile) // once the others are surely gone
}

// Continue makes the folder of a run ready to go on: it is complete no more,
// and what a killed run left half written is taken away.
func (f Folder) Continue() error { return f.remove(MetricsFile) }

// Create makes the folder of a new run, and takes away what a killed one left half
// written.
func (f Folder) Create() error {
	if err := disk.MkdirAll(f.Disk, f.Path); err != nil {
		return err
	}
	return f.remove()
}

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
func (f Folder) same(a, b string) (bool, error) {
	if there, err := disk.Exists(f.Disk, a); err != nil {
		return false, err
	} else if there {
		return disk.Same(f.Disk, a, b)
	}
	here, err := filepath.Abs(a)
	if err != nil {
		return false, err
	}
	there, err := filepath.Abs(b)
	return here == there, err
}

func isRunFile(name string) bool { return slices.Contains(files, name) }

// File is the path of a file in the folder.
func (f Folder) File(name string) string { return filepath.Join(f.Path, name) }

// WriteText writes a file of the folder.
func (f Folder) WriteText(name string, text []byte) error {
	return disk.WriteInside(f.Disk, f.Path, f.File(ExperimentFile), f.File(name), func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(text))
		return err
	})
}

// WriteWeights writes a weight file of the folder.
func (f Folder) WriteWeights(name string, file *npz.File) error {
	return disk.WriteInside(f.Disk, f.Path, f.File(ExperimentFile), f.File(name), file.Write)
}

// WriteMetrics writes the final figures, with which a run is complete.
func (f Folder) WriteMetrics(m Metrics) error {
	text, err := visible.JSON(m, true)
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
		return Foreign, NotTrained(path)
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
