package run

// Files that an experiment asks for beside those of every run, in the folder or elsewhere.
// Outside the folder nothing is taken away, since a copy of the run may have its own there.

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/train"
)

// Outputs are the files that an experiment asks for beside those of every run;
// relative names lie in the run folder, and empty ones ask for nothing.
type Outputs struct {
	Weights  string                  // save_weights_path
	Training []train.TrainingWeights // the number of the update follows the path; behind the present one those of before
	Updates  int                     // no run of the experiment makes more
	Metric   string                  // output_file of the curriculum
}

const archiveExtension, arrayExtension = ".npz", ".npy"

// withExtension appends the extension that a name may have already.
func withExtension(name, extension string) string {
	return strings.TrimSuffix(name, extension) + extension
}

// output is one of them: a file, or one for each of many updates.
type output struct {
	folder, file string // the longest name that it has
	weights      bool   // it holds weights, rather than a metric
	numbered     bool   // the number of an update, a multiple of every, stands in the name, after the base
	base         string

	every, updates int
}

// of lists the outputs as files of folders.
func (o Outputs) of(f Folder) (list []output) {
	add := func(name, extension string, every int, number string) {
		if name == "" {
			return
		}
		if every == 0 {
			name = strings.TrimSuffix(name, extension)
		}
		// Something stands for what follows a name: without it a slash at the end,
		// which makes it a folder, would be lost.
		path := f.path(name + "*")
		base := strings.TrimSuffix(filepath.Base(path), "*")
		list = append(list, output{filepath.Dir(path), base + number + extension, extension == archiveExtension, every > 0, base, every, o.Updates})
	}
	add(o.Weights, archiveExtension, 0, "")
	add(o.Metric, arrayExtension, 0, "")
	for _, w := range o.Training {
		add(w.Path, archiveExtension, w.Every, strconv.Itoa(o.Updates))
	}
	return list
}

// writes says whether a run may have written a file of that name into the folder.
func (o output) writes(file string) bool {
	if !o.numbered {
		return file == o.file
	}
	n := updateOf(o.base, file)
	return n > 0 && n <= o.updates && n%o.every == 0
}

// temporary says whether a temporary file is of such a name.
func (o output) temporary(kind string) bool {
	if o.numbered {
		return temporaryOfUpdate(o.base, kind)
	}
	return disk.IsTemporaryOf(kind, o.file)
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
		return strings.HasPrefix(archiveExtension, rest)
	}
	return number != rest && rest == archiveExtension
}

// ExistingFiles are files that stand where a run that has made so many updates has
// outputs to write.
type ExistingFiles struct {
	Path     string
	Weights  bool
	Numbered bool // by the update
}

// Standing lists them. A folder that stands there is an error.
func (r *Recorder) Standing(updates int) (list []ExistingFiles, err error) {
	for _, output := range r.of(r.Folder) {
		names := []string{output.file}
		if output.numbered {
			if names, err = disk.EntryNames(r.Disk, output.folder); err != nil {
				return nil, err
			}
		}
		for _, name := range names {
			path := filepath.Join(output.folder, name)
			if !output.writes(name) || output.numbered && updateOf(output.base, name) <= updates {
				continue
			}
			if there, err := disk.Exists(r.Disk, path); err != nil {
				return nil, err
			} else if !there {
				continue
			}
			if is, err := disk.IsFolder(r.Disk, path); err != nil {
				return nil, err
			} else if is {
				return nil, &disk.Error{Path: path, Err: errors.New("is a folder, where training writes a file")}
			}
			list = append(list, ExistingFiles{path, output.weights, output.numbered})
		}
	}
	return list, nil
}

// Collide says whether two outputs would replace each other.
func (r *Recorder) Collide() (bool, error) {
	list := r.of(r.Folder)
	for _, one := range list {
		for _, other := range list {
			if one.numbered || !other.numbered || !other.writes(one.file) {
				continue
			}
			if same, err := r.same(one.folder, other.folder); same || err != nil {
				return same, err
			}
		}
	}
	return false, nil
}

// updateOf is the number of the update whose weights a file holds; 0 if that is
// not how it is called.
func updateOf(base, file string) int {
	number, begins := strings.CutPrefix(file, base)
	digits, ends := strings.CutSuffix(number, archiveExtension)
	n, err := strconv.Atoi(digits)
	if !begins || !ends || err != nil || strconv.Itoa(n) != digits {
		return 0
	}
	return n
}

// Within says whether an output lies in a folder of the run's, or below it.
func (r *Recorder) Within(folder string) (bool, error) {
	for _, output := range r.of(r.Folder) {
		for at := output.folder; at != filepath.Dir(at); at = filepath.Dir(at) {
			if same, err := r.same(at, r.File(folder)); same || err != nil {
				return same, err
			}
		}
	}
	return false, nil
}

// Nameless says whether a path, to which an extension is appended, names no file.
func Nameless(path string) bool {
	_, file := filepath.Split(path)
	switch strings.TrimSuffix(strings.TrimSuffix(file, archiveExtension), arrayExtension) {
	case "", ".", "..":
		return path != ""
	}
	return false
}

// Possible finds out, before a folder is made into that of a run, whether the disk
// takes the names of the outputs.
func (r *Recorder) Possible() error { return r.each(disk.PossibleInside) }

// Ready finds out, before anything of a run is changed, whether the outputs could
// be written.
func (r *Recorder) Ready() error { return r.each(disk.ReadyInside) }

func (r *Recorder) each(try func(d disk.Disk, folder, path string) error) error {
	for _, output := range r.of(r.Folder) {
		if err := try(r.Disk, r.Folder.Path, filepath.Join(output.folder, output.file)); err != nil {
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
// of a file that every run writes into the folder.
func (r *Recorder) ReplacesRun() (bool, error) {
	path := r.path(withExtension(r.Weights, archiveExtension))
	if !isRunFile(filepath.Base(path)) {
		return false, nil
	}
	return r.same(filepath.Dir(path), r.Path)
}

// path is where an output lies.
func (f Folder) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return f.File(name)
}

// RemoveOutputs takes away what a run wrote beside the files of every run, but
// nothing that is to be kept, and nothing that is not found to be its own. Outside
// the folder, or where a link leads out of it, what may be of the run is left:
// a copy of the run has its outputs there, too. What is left is returned.
func (f Folder) RemoveOutputs(o Outputs, own func(path string, weights bool) (bool, error), keep func(path string) (bool, error)) (left []string, err error) {
	for _, output := range o.of(f) {
		names, err := disk.EntryNames(f.Disk, output.folder)
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
			ours, err := own(path, output.weights)
			switch {
			case err != nil:
				return left, err
			case ours && inside:
				removed = true
				if err := disk.Remove(f.Disk, path); err != nil {
					return left, err
				}
			case ours, !inside, !output.weights:
				left = append(left, path)
			}
		}
		if removed {
			if err := disk.SyncFolder(f.Disk, output.folder); err != nil {
				return left, err
			}
		}
		for ; inside; folder = filepath.Dir(folder) {
			if run, err := f.same(folder, f.Path); run || err != nil || f.Disk.Remove(folder) != nil { // others have files there
				break
			}
		}
	}
	return left, nil
}

// Inside says whether a path is that of something in the folder, or in one of its
// folders.
func (f Folder) Inside(path string) (bool, error) {
	_, inside, err := f.inside(filepath.Dir(path))
	return inside, err
}

// IsLink says whether a path in the folder is that of a link. Where it leads
// nothing is written to, so that nothing is lost with it.
func (f Folder) IsLink(path string) (bool, error) {
	if inside, err := f.Inside(path); !inside || err != nil {
		return false, err
	}
	if there, err := disk.Exists(f.Disk, path); !there {
		return false, err
	}
	info, err := f.Disk.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0, err
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
