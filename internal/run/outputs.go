package run

import (
	"path/filepath"
	"strconv"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/weights"
)

// Outputs are the files that an experiment asks for beside those of every run;
// relative names lie in the run folder, and empty ones ask for nothing.
type Outputs struct {
	Weights  string // save_weights_path
	Training string // training_weights_path, which the number of the update follows
	Every    int    // save_training_weights_epoch: the updates are its multiples
	Updates  int    // no run of the experiment makes more
	Metric   string // output_file of the curriculum
}

const npz, npy = ".npz", ".npy"

// withExtension appends the extension that a name may have already.
func withExtension(name, extension string) string {
	return strings.TrimSuffix(name, extension) + extension
}

// output is one of them: which names a run may have written in a folder, the
// longest of them, and which temporary files are of such names.
type output struct {
	folder, longest   string
	writes, temporary func(file string) bool
}

// of lists the outputs as files of folders.
func (o Outputs) of(f Folder) (list []output) {
	add := func(name string, longest func(base string) string, writes, temporary func(base, file string) bool) {
		if name == "" {
			return
		}
		// The * stands for what follows the name. Without it a slash at the end
		// of the name, which makes it a folder, would be lost.
		path := f.path(name + "*")
		base := strings.TrimSuffix(filepath.Base(path), "*")
		list = append(list, output{
			filepath.Dir(path), longest(base),
			func(file string) bool { return writes(base, file) }, func(file string) bool { return temporary(base, file) },
		})
	}
	one := func(name, extension string) {
		file := func(base string) string { return withExtension(base, extension) }
		add(name, file,
			func(base, name string) bool { return name == file(base) },
			func(base, kind string) bool { return disk.IsTemporaryOf(kind, file(base)) })
	}
	one(o.Weights, npz)
	one(o.Metric, npy)
	add(o.Training,
		func(base string) string { return base + strconv.Itoa(o.Updates) + npz },
		func(base, file string) bool {
			n := updateOf(base, file)
			return n > 0 && n <= o.Updates && n%o.Every == 0
		}, temporaryOfUpdate)
	return list
}

// temporaryOfUpdate says whether a temporary file is of weights of an update.
func temporaryOfUpdate(base, kind string) bool {
	name, long := disk.BeginningOf(kind)
	if !long {
		name = kind
	}
	number, begins := strings.CutPrefix(name, base)
	if !begins {
		return long && strings.HasPrefix(base, name)
	}
	rest := strings.TrimLeft(number, "0123456789")
	if long {
		return strings.HasPrefix(npz, rest)
	}
	return number != rest && rest == npz
}

// updateOf is the number of the update whose weights a file holds; 0 if that is
// not how it is called.
func updateOf(base, file string) int {
	number, begins := strings.CutPrefix(file, base)
	digits, ends := strings.CutSuffix(number, npz)
	n, err := strconv.Atoi(digits)
	if !begins || !ends || err != nil || strconv.Itoa(n) != digits {
		return 0
	}
	return n
}

// Possible finds out, before a folder is made into that of a run, whether the disk
// takes the names of the outputs.
func (r *Recorder) Possible() error { return r.each(disk.PossibleInside) }

// Ready finds out, before anything of a run is changed, whether the outputs could
// be written.
func (r *Recorder) Ready() error { return r.each(disk.ReadyInside) }

func (r *Recorder) each(try func(d disk.Disk, folder, path string) error) error {
	for _, output := range r.of(r.Folder) {
		if err := try(r.Disk, r.Folder.Path, filepath.Join(output.folder, output.longest)); err != nil {
			return err
		}
	}
	return nil
}

// Prepare makes the folders of the outputs, and takes away what a killed run
// left half written in them.
func (r *Recorder) Prepare() error {
	for _, output := range r.of(r.Folder) {
		if err := disk.NoLinks(r.Disk, r.Folder.Path, output.folder); err != nil {
			return err
		}
		if err := disk.MkdirAll(r.Disk, output.folder); err != nil {
			return err
		}
		if err := disk.RemoveTemporaries(r.Disk, output.folder, output.temporary); err != nil {
			if _, inside, unknown := r.inside(output.folder); inside || unknown != nil { // elsewhere it is a courtesy
				return err
			}
		}
	}
	return r.Ready()
}

// ReplacesRun says whether the weights that were asked for would take the place
// of a file of the run.
func (r *Recorder) ReplacesRun() bool {
	return r.Writes(withExtension(r.path(r.Weights), npz))
}

// Writes says whether a path is that of a file that every run writes into the folder.
func (f Folder) Writes(path string) bool {
	return isRunFile(filepath.Base(path)) && f.same(filepath.Dir(path), f.Path)
}

// path is where an output lies.
func (f Folder) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return f.File(name)
}

// RemoveOutputs takes away what the run of an experiment wrote beside the files
// of every run, but nothing that is to be kept. Outside the folder, or where a
// link leads out of it, only a weight file in which that very experiment stands
// is surely of the run; what else could be is left, and returned.
func (f Folder) RemoveOutputs(o Outputs, experiment string, keep func(path string) (bool, error)) (left []string, err error) {
	for _, output := range o.of(f) {
		names, err := disk.Names(f.Disk, output.folder)
		if err != nil {
			return left, err
		}
		link, err := disk.LinkOn(f.Disk, f.Path, output.folder)
		if err != nil {
			return left, err
		}
		folder, inside, err := f.inside(output.folder)
		if err != nil {
			return left, err
		}
		inside = inside && link == ""
		if inside {
			if err := disk.RemoveTemporaries(f.Disk, output.folder, output.temporary); err != nil {
				return left, err
			}
		}
		removed := false
		for _, name := range names {
			path := filepath.Join(output.folder, name)
			if !output.writes(name) {
				continue
			}
			if kept, err := keep(path); err != nil {
				return left, err
			} else if kept {
				continue
			}
			if is, err := disk.IsFolder(f.Disk, path); err != nil {
				return left, err
			} else if is {
				continue
			}
			switch {
			case link != "", !inside && !f.isOf(path, experiment):
				left = append(left, path)
			default:
				removed = true
				if err := disk.Remove(f.Disk, path); err != nil {
					return left, err
				}
			}
		}
		if removed {
			if err := disk.SyncFolder(f.Disk, output.folder); err != nil {
				return left, err
			}
		}
		for ; inside && !f.same(folder, f.Path); folder = filepath.Dir(folder) {
			if f.Disk.Remove(folder) != nil { // others have files there
				break
			}
		}
	}
	return left, nil
}

// inside gives the path of a folder without links, and whether it lies in the
// run's. What does not exist does not.
func (f Folder) inside(folder string) (path string, ok bool, err error) {
	here, err := f.withoutLinks(f.Path)
	if err == nil {
		path, err = f.withoutLinks(folder)
	}
	if disk.Absent(err) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	relative, err := filepath.Rel(here, path)
	return path, err == nil && filepath.IsLocal(relative), nil
}

func (f Folder) withoutLinks(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return disk.Resolve(f.Disk, path)
}

// isOf says whether a file holds weights that were trained by an experiment.
func (f Folder) isOf(path, experiment string) bool {
	file, err := disk.ReadWeights(f.Disk, path, weights.Limits{})
	if err != nil {
		return false
	}
	provenance, ok := file.Provenance()
	return ok && provenance.Experiment == experiment
}
