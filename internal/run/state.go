package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"psychrnn/internal/disk"
	"psychrnn/internal/model"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// State is how a file compares with what the run would write under its name.
type State int

// The states, of which the last is that of a file that training did not write,
// or that somebody changed: it is never replaced.
const (
	Absent State = iota
	Same
	Other // of this run at another moment, or under another experiment that trains alike
	Foreign
)

// ForeignError says that something stands where training would write that it
// did not write.
type ForeignError struct{ Path string }

func (e *ForeignError) Error() string {
	return e.Path + " is not what training wrote there, and would be replaced"
}

// Past is what is known of the run in the folder as it was left.
type Past struct {
	Alike   func(experiment string) bool // whether one in a weight file trains to the same weights
	Outputs []Outputs                    // that it wrote
	Reason  train.Reason                 // why training ended, if it had
}

// Has says whether a file in the folder may be one of the run's outputs.
func (p Past) Has(f Folder, path string) (bool, error) {
	for _, o := range p.Outputs {
		if has, err := o.has(f, path); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

// States are those of the files that every run has, except the experiment and
// the checkpoint. A run that was ended between its checkpoint and the files that
// follow from it has some of the moment before, one that diverged has some of
// later. One whose training has come to its end has none of later, and one that
// is complete has neither.
func (r *Recorder) States(past Past) (map[string]State, error) {
	complete, err := r.metricsState(past.Reason)
	if err != nil {
		return nil, err
	}
	states := map[string]State{MetricsFile: complete}
	state, trained, err := r.weightsState(r.File(WeightsFile), past)
	if err != nil {
		return nil, err
	}
	now := r.Source.Progress().Trials
	measured := r.Source.Measurements()
	for name, table := range map[string][]byte{LossesFile: LossTable(r.Source.Losses()), PerformanceFile: PerformanceTable(measured)} {
		content, err := r.content(r.File(name))
		if err != nil {
			return nil, err
		}
		last, ok := lastTrials(name, content)
		states[name] = Foreign
		switch {
		case content == nil:
			states[name] = Absent
		case bytes.Equal(content, table):
			states[name] = Same
		case ok && (past.Reason == "" || last <= now):
			if name == PerformanceFile { // what was measured last is measured again under other rules
				moment := min(last, now)
				content, table = before(content, moment), before(table, moment)
			}
			if bytes.HasPrefix(table, content) || bytes.HasPrefix(content, table) {
				states[name] = Other
			}
		}
		if state == Other && ok && last > trained && trained < now {
			state = Foreign // this table is of later
		}
	}
	if state == Other && trained > now && past.Reason != "" {
		state = Foreign
	}
	states[WeightsFile] = state
	if len(measured) == 0 { // then there is no such file
		switch states[PerformanceFile] {
		case Absent:
			states[PerformanceFile] = Same
		case Same:
			states[PerformanceFile] = Other
		}
	}
	for name, state := range states {
		if state == Other && complete == Same && !(name == WeightsFile && trained == now) {
			states[name] = Foreign
		}
		if states[name] != Foreign {
			continue
		}
		if link, err := r.IsLink(r.File(name)); err != nil {
			return nil, err
		} else if link {
			states[name] = Other
		}
	}
	return states, nil
}

// content reads a file; nil if it is not there.
func (f Folder) content(path string) ([]byte, error) {
	if there, err := disk.Exists(f.Disk, path); !there {
		return nil, err
	}
	content, err := disk.ReadArrays(f.Disk, path, func(int64) error { return nil })
	if content == nil && err == nil {
		content = []byte{}
	}
	return content, err
}

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
	whole, plain, err := r.Source.Forms(r.Version)
	if err != nil {
		return Foreign, 0, err
	}
	is, _ := found.Provenance()
	now, _ := whole.Provenance()
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
func sameArrays(found, whole, plain *weights.File) bool {
	as := func(m weights.Member, other *weights.File) bool {
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
func (f Folder) limits(path string) (l weights.Limits) {
	if f.Afford != nil {
		l.Afford = func(bytes int64) error { return f.Afford(path, bytes) }
	}
	return l
}

// trained reads a weight file, if it is there, and says whether training wrote it
// by an experiment that trains alike, and nobody added anything or edited it since.
func (f Folder) trained(path string, alike func(experiment string) bool) (file *weights.File, ours bool, err error) {
	if there, err := disk.Exists(f.Disk, path); !there {
		return nil, false, err
	}
	file, err = disk.ReadWeights(f.Disk, path, f.limits(path))
	switch {
	case errors.As(err, new(*weights.Error)):
		return &weights.File{}, false, nil
	case err != nil:
		return nil, false, err
	}
	provenance, ok := file.Provenance()
	if !ok || len(file.Edits()) > 0 || !alike(provenance.Experiment) {
		return file, false, nil
	}
	network, _, err := model.FromFile(file)
	if err != nil {
		return file, false, nil // training writes networks
	}
	added, err := network.Added(file)
	return file, !added && err == nil, nil
}

// IsOf says whether a file holds weights that were trained by an experiment that
// trains alike.
func (f Folder) IsOf(path string, alike func(experiment string) bool) (bool, error) {
	_, ours, err := f.trained(path, alike)
	return ours, err
}

// IsWritten says whether weights, a table or the figures in the folder are what
// some run by an experiment that trains alike writes, as far as they show it.
func (f Folder) IsWritten(name string, alike func(experiment string) bool) (bool, error) {
	if name == WeightsFile {
		return f.IsOf(f.File(name), alike)
	}
	content, err := f.content(f.File(name))
	if content == nil || err != nil {
		return err == nil, err
	}
	if name == MetricsFile {
		_, ok := figuresIn(content)
		return ok, nil
	}
	_, ok := lastTrials(name, content)
	return ok, nil
}

// IsUnbegun says whether files of the folder are those of a run that was ended
// before its first checkpoint, and would be written again if it began anew: there
// is nothing but the experiment, or it diverged before it had trained on so many
// trials.
func (f Folder) IsUnbegun(list []string, alike func(experiment string) bool, trials int) (bool, error) {
	if len(list) == 1 {
		return list[0] == ExperimentFile, nil
	}
	file, ours, err := f.trained(f.File(WeightsFile), alike)
	if !ours {
		return false, err
	}
	provenance, _ := file.Provenance()
	if provenance.Trials >= uint64(max(trials, 0)) {
		return false, nil
	}
	for _, name := range list {
		switch name {
		case MetricsFile, CheckpointFile:
			return false, nil
		case LossesFile, PerformanceFile:
			content, err := f.content(f.File(name))
			if err != nil {
				return false, err
			}
			if last, ok := lastTrials(name, content); !ok || uint64(last) > provenance.Trials {
				return false, nil
			}
		}
	}
	return true, nil
}

// headers are the first lines of the tables.
var headers = map[string]string{LossesFile: string(LossTable(nil)), PerformanceFile: string(PerformanceTable(nil))}

// lastTrials is the number of trials in the last row of such a table, 0 if it has
// none; ok is false if it is no such table.
func lastTrials(name string, content []byte) (last int, ok bool) {
	rest, ok := strings.CutPrefix(string(content), headers[name])
	if !ok {
		return 0, false
	}
	columns := strings.Count(headers[name], ",")
	for line := range strings.Lines(rest) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		if len(fields) != columns+1 || !strings.HasSuffix(line, "\n") {
			return 0, false
		}
		for k, field := range fields {
			if name == PerformanceFile && k == 3 {
				continue // what was measured
			}
			if _, err := strconv.ParseFloat(field, 64); err != nil {
				return 0, false
			}
		}
		trials, err := strconv.Atoi(fields[1])
		if err != nil {
			return 0, false
		}
		last = trials
	}
	return last, true
}

// before is a table without the rows of so many trials or more.
func before(table []byte, trials int) []byte {
	kept := 0
	for k, line := range bytes.SplitAfter(table, []byte("\n")) {
		fields := bytes.Split(line, []byte(","))
		if k > 0 && len(fields) > 1 {
			if n, err := strconv.Atoi(string(fields[1])); err != nil || n >= trials {
				break
			}
		}
		kept += len(line)
	}
	return table[:kept]
}

// figures are those of metrics.json that say which run it is of.
type figures struct {
	Updates, Trials int
	Reason          string `json:"stop_reason"`
}

// figuresIn reads them; ok is false if no run wrote the text.
func figuresIn(text []byte) (f figures, ok bool) {
	var all map[string]json.RawMessage
	var laidOut bytes.Buffer
	if json.Unmarshal(text, &all) != nil || json.Unmarshal(text, &f) != nil || json.Indent(&laidOut, bytes.TrimSpace(text), "", "  ") != nil {
		return f, false
	}
	written, err := JSON(Metrics{Stage: new(int), TestRuns: 1, By: []string{""}, Conditions: []Condition{{}}}, true)
	var known map[string]json.RawMessage
	if err != nil || json.Unmarshal(written, &known) != nil {
		return f, false
	}
	for key := range all {
		if _, is := known[key]; !is {
			return f, false
		}
	}
	for _, key := range []string{"updates", "trials", "stop_reason", "version"} {
		if _, there := all[key]; !there {
			return f, false
		}
	}
	return f, string(text) == laidOut.String()+"\n"
}

// metricsState compares metrics.json with the moment at which training ended for
// a reason. Until the run goes on it is there, and then it is not.
func (r *Recorder) metricsState(reason train.Reason) (State, error) {
	content, err := r.content(r.File(MetricsFile))
	if content == nil || err != nil {
		return Absent, err
	}
	now := r.Source.Progress()
	is, ok := figuresIn(content)
	switch {
	case !ok || is.Updates != now.Update || is.Trials != now.Trials:
		return Foreign, nil
	case is.Reason == string(reason):
		return Same, nil
	case reason == "": // it was to go on, and was ended before these were taken away
		return Other, nil
	}
	return Foreign, nil
}

// OutputStates are those of the outputs that a finished run has.
func (r *Recorder) OutputStates(past Past) (map[string]State, error) {
	states := map[string]State{}
	var err error
	if r.Weights != "" {
		path := r.path(withExtension(r.Weights, npz))
		if states[path], err = r.OutputState(path, true, past); err != nil {
			return nil, err
		}
	}
	if r.Metric != "" && r.endsCurriculum() {
		path := r.path(withExtension(r.Metric, npy))
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
func (f Folder) MetricState(path string, values weights.Array) (State, error) {
	content, err := f.content(path)
	if content == nil || err != nil {
		return Absent, err
	}
	found, err := weights.ReadNpy(bytes.NewReader(content), int64(len(content)))
	switch {
	case err != nil || found.Type != values.Type || !bytes.HasPrefix(values.Data, found.Data):
		return Foreign, nil
	case len(found.Data) < len(values.Data):
		return Other, nil
	}
	return Same, nil
}
