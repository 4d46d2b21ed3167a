package run

// What stands under the names of outputs, in the folder and outside of it.

import (
	"bytes"

	"psychrnn/internal/npz"
)

// OutputStates are those of the outputs that a finished run has.
func (r *Recorder) OutputStates(past Past) (map[string]State, error) {
	states := map[string]State{}
	var err error
	if r.Weights != "" {
		path := r.path(withExtension(r.Weights, archiveExtension))
		if states[path], err = r.OutputState(path, true, past); err != nil {
			return nil, err
		}
	}
	if r.Metric != "" && r.endsCurriculum() {
		path := r.path(withExtension(r.Metric, arrayExtension))
		states[path], err = r.OutputState(path, false, past)
	}
	return states, err
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
