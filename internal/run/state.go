package run

// What the files of a run show of it: whether each is what training wrote there,
// now or at another moment, or somebody's. Nothing of somebody's is replaced.

import (
	"bytes"
	"path/filepath"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
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

// NotTrained says that something stands where training would write that it did not
// write.
func NotTrained(path string) error {
	return fault.New(fault.Usage, "move it to another place, or give another name or another folder with -o",
		"%s is not what training wrote there, and would be replaced", path)
}

// Past is what is known of the run in the folder as it was left.
type Past struct {
	Alike   func(experiment string) bool // whether one in a weight file trains to the same weights
	Outputs                              // that it wrote
	Reason  train.Reason                 // why training ended, if it had
}

// Has says whether a run in the folder may have written a file, which exists, as one
// of its outputs.
func (p Past) Has(f Folder, path string) (bool, error) {
	for _, output := range p.of(f) {
		if !output.writes(filepath.Base(path)) {
			continue
		}
		if same, err := f.same(filepath.Dir(path), output.folder); same || err != nil {
			return same, err
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
	provenance, _ := weights.ProvenanceOf(file)
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
