package run

// Weights in a run folder: whether training wrote them, and at which moment.

import (
	"math"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// weightsState compares weights with those of now, and says on how many trials
// they were trained. Weights of another moment may be of the run.
func (r *Recorder) weightsState(path string, past Past) (state State, trained int, err error) {
	found, ours, err := r.trained(path, past.Alike)
	switch {
	case err != nil:
		return Foreign, 0, err
	case found == nil:
		return Absent, 0, nil
	case !ours:
		return Foreign, 0, nil
	}
	whole, err := r.Source.Weights(r.Version)
	if err != nil {
		return Foreign, 0, err
	}
	plain, _, err := weights.WithoutPickles(whole)
	if err != nil {
		return Foreign, 0, err
	}
	is, _ := weights.ProvenanceOf(found)
	now, _ := weights.ProvenanceOf(whole)
	trained = int(min(is.Trials, math.MaxInt))
	switch {
	case is.Trials != now.Trials:
		return Other, trained, nil
	case !sameArrays(found, whole, plain):
		return Foreign, trained, nil
	case is.Experiment != now.Experiment:
		return Other, trained, nil
	}
	return Same, trained, nil
}

// sameArrays says whether a file has what it should have in one of the two forms,
// and nothing else. What says where the file comes from may differ.
func sameArrays(found, whole, plain *npz.File) bool {
	as := func(m npz.Member, other *npz.File) bool {
		is, ok := other.Get(m.Name)
		return ok && (weights.IsProvenance(m.Name) || is.Same(m))
	}
	for _, m := range found.Members {
		if !as(m, whole) && !as(m, plain) {
			return false
		}
	}
	for _, m := range whole.Members {
		_, there := found.Get(m.Name)
		if _, always := plain.Get(m.Name); always && !there {
			return false
		}
	}
	return true
}

// limits are those of reading a weight file.
func (f Folder) limits(path string) (l npz.Limits) {
	if f.Afford != nil {
		l.Afford = func(bytes int64) error { return f.Afford(path, bytes) }
	}
	return l
}

// trained reads a weight file, if it is there, and says whether training wrote it
// by an experiment that trains alike, and nobody added anything or edited it since.
func (f Folder) trained(path string, alike func(experiment string) bool) (file *npz.File, ours bool, err error) {
	if there, err := disk.Exists(f.Disk, path); !there {
		return nil, false, err
	}
	file, err = disk.ReadWeights(f.Disk, path, f.limits(path))
	switch {
	case fault.Content(err) != nil:
		return &npz.File{}, false, nil
	case err != nil:
		return nil, false, err
	}
	provenance, ok := weights.ProvenanceOf(file)
	if !ok || len(weights.EditNotes(file)) > 0 || !alike(provenance.Experiment) {
		return file, false, nil
	}
	loaded, err := weights.FromFile(file)
	if err != nil {
		return file, false, nil // training writes networks
	}
	more, err := weights.HasMore(file, loaded.Network)
	return file, !more && err == nil, nil
}

// IsOf says whether a file holds weights that were trained by an experiment that
// trains alike.
func (f Folder) IsOf(path string, alike func(experiment string) bool) (bool, error) {
	_, ours, err := f.trained(path, alike)
	return ours, err
}
