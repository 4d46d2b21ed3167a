package run

// What stands under the names of outputs, in the folder and outside of it.

import (
	"bytes"
	"path/filepath"

	"psychrnn/internal/npz"
)

// OutputStates are those of the outputs that a finished run has.
func (r *Recorder) OutputStates(past Past) (states map[string]State, err error) {
	states = map[string]State{}
	for _, o := range r.of(r.Folder) {
		if o.numbered || !o.weights && !r.endsCurriculum() {
			continue
		}
		path := filepath.Join(o.folder, o.file)
		if states[path], err = r.OutputState(path, o.weights, past); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// OutputState compares what stands where an output is to be written with what
// would be written now. Of another moment is only what lies in the folder, under
// a name that the run has had: what lies elsewhere may be of a copy of the run.
func (r *Recorder) OutputState(path string, isWeights bool, past Past) (State, error) {
	own, err := r.Inside(path)
	if own {
		own, err = past.Has(r.Folder, path)
	}
	if err != nil {
		return Foreign, err
	}
	if isWeights {
		state, trained, err := r.weightsState(path, past)
		if now := r.Source.Progress().Trials; state == Other && (trained > now || !own && trained != now) {
			state = Foreign
		}
		return state, err
	}
	state, err := r.MetricState(path, r.Source.Metric())
	if state == Other && !own {
		state = Foreign
	}
	return state, err
}

// MetricState compares the metric of a curriculum in a file with values; at another
// moment there were fewer of them.
func (f Folder) MetricState(path string, values npz.Array) (State, error) {
	content, err := f.content(path)
	if content == nil || err != nil {
		return Absent, err
	}
	found, err := npz.ReadNpy(bytes.NewReader(content), int64(len(content)))
	switch {
	case err != nil || found.Type != values.Type || !bytes.HasPrefix(values.Data, found.Data):
		return Foreign, nil
	case len(found.Data) < len(values.Data):
		return Other, nil
	}
	return Same, nil
}
