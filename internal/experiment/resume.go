package experiment

// A run that goes on: what its checkpoint says of the experiment, and whether the
// experiment may go on with it.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/train"
)

// Members of a checkpoint beside those of train.
const (
	experimentMember = "experiment"
	numericsMember   = "numerics"
	replacedMember   = "experiment_before"       // what experiment.yaml holds until the experiment is written there
	earlierMember    = "training_weights_before" // where weights went before a run was resumed, if elsewhere
)

// PutInto adds to a checkpoint what says how the run goes on: the experiment, whose
// files are named as seen from the folder, the class in which it is computed, and what
// experiment.yaml holds until it is written anew, unless that is nothing else.
func (e *Experiment) PutInto(checkpoint *npz.File, folder, numerics, replaced string) {
	checkpoint.Set(npz.Member{Name: experimentMember, Array: npz.TextOf(string(e.ResolvedFor(folder)))})
	checkpoint.Set(npz.Member{Name: numericsMember, Array: npz.TextOf(numerics)})
	e.putFiles(checkpoint, folder)
	if replaced != "" {
		checkpoint.Set(npz.Member{Name: replacedMember, Array: npz.TextOf(replaced)})
	}
	if len(e.earlier) > 0 {
		var texts []string
		for _, w := range e.earlier {
			texts = append(texts, w.String())
		}
		checkpoint.Set(npz.Member{Name: earlierMember, Array: npz.TextsOf(texts)})
	}
}

// Saved is a run that was begun before.
type Saved struct {
	Text     string // its experiment, as it is written into its folder
	Replaced string // what may stand there instead, where a run that goes on was ended before it wrote Text
	Numerics string // class in which it was computed; may be unknown
	Standing train.Standing
	Reason   train.Reason // why training ended, if it had
	Resolve  func(path string) (string, error)
	files    map[string][]byte       // that its network was made of, by their paths
	Earlier  []train.TrainingWeights // where weights went during training, before they went elsewhere
}

// SavedIn finds the experiment in a checkpoint.
func SavedIn(checkpoint *npz.File) (s Saved, err error) {
	for _, part := range []struct {
		name  string
		text  *string
		maybe bool
	}{{experimentMember, &s.Text, false}, {numericsMember, &s.Numerics, false}, {replacedMember, &s.Replaced, true}} {
		m, there := checkpoint.Get(part.name)
		if part.maybe && !there {
			continue
		}
		texts, err := m.Array.Strings()
		if err != nil || len(texts) != 1 {
			return s, &fault.Error{Status: fault.File, Path: part.name, Text: "is missing or no text", Hint: "this is no checkpoint: bring back the one of the run, or move the file to another place"}
		}
		*part.text = texts[0]
	}
	if s.Standing, err = train.StandingIn(checkpoint); err != nil {
		return s, err
	}
	if s.Reason, err = train.ReasonIn(checkpoint); err != nil {
		return s, err
	}
	if s.files, err = filesIn(checkpoint); err != nil {
		return s, err
	}
	s.Earlier, err = earlierIn(checkpoint)
	return s, err
}

// Read is read, but finds the experiment under the name of the file, and what
// its network was made of even where the files are gone.
func (s Saved) Read(read func(name string) ([]byte, error), file string) func(name string) ([]byte, error) {
	return instead(s.Lend(read, file), file, []byte(s.Text))
}

// Lend is read, but finds what the network of the run, whose experiment lies
// under the name of the file, was made of even where the files are gone.
func (s Saved) Lend(read func(name string) ([]byte, error), file string) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		content, err := read(name)
		if err != nil {
			if kept, ok := s.kept(name, file); ok {
				return kept, nil
			}
		}
		return content, err
	}
}

// Experiment is what was saved, under the name of the file.
func (s Saved) Experiment(file string) (*Experiment, error) {
	e, err := LoadTrained(s.Read(nothing, file), file, nil)
	if err != nil {
		return nil, err
	}
	e.history, e.earlier, e.Resolve = historyIn(s.Text), s.Earlier, s.Resolve
	return e, nil
}

// NotAs says that a run cannot go on as an experiment that differs in these keys.
func NotAs(keys []string) error {
	verb := "differs"
	if len(keys) > 1 {
		verb = "differ"
	}
	return fault.New(fault.Usage, "give the experiment as it was, another folder with -o, or --overwrite to begin anew; without -c the run's own experiment goes on",
		"the experiment is not the one that the run was begun with: %s %s", strings.Join(keys, ", "), verb)
}

// CanGoOn says whether a run that was begun as the saved experiment, which
// lies under the name of the file, may go on as e. It returns what was saved.
func (e *Experiment) CanGoOn(s Saved, file string) (began *Experiment, err error) {
	if began, err = s.Experiment(file); err != nil {
		return nil, err
	}
	if err := began.canStandAt(s); err != nil {
		return nil, err
	}
	e.keepEarlier(began)
	now := e.Values()
	keys := slices.DeleteFunc(Differing(began.Values(), now), func(key string) bool {
		return strict.Within(key, "curriculum.stages") && e.mayChangeStage(began, s, key) ||
			MayChange(key)
	})
	if len(keys) == 0 {
		return began, nil
	}
	for k, key := range keys {
		if section, ok := strings.CutSuffix(key, ".sha256"); ok {
			keys[k] = fmt.Sprintf("%s (the content of %s)", key, now[section+".file"])
		}
	}
	return nil, NotAs(keys)
}

// canStandAt says whether training by the experiment comes to where a run stands.
func (e *Experiment) canStandAt(s Saved) error {
	most := 0
	for k := range e.Stages() {
		most = max(most, e.Stage(k).Config.N_batch)
	}
	update, trials, size := s.Standing.Update, s.Standing.Trials, e.Stage(0).Config.N_batch
	text := ""
	switch {
	case trials > 0 && trials-most >= e.Train.TrainingIters:
		text = fmt.Sprintf("%d trials are more than the %d of its experiment", trials, e.Train.TrainingIters)
	case e.Curriculum == nil && (trials%size != 0 || trials/size != update):
		text = fmt.Sprintf("%d updates with %d trials each are not %d trials", update, size, trials)
	case s.Reason != e.Rules().Finished(s.Standing):
		text = fmt.Sprintf("it says that %q has ended training, but by its experiment and its numbers it is %q", s.Reason, e.Rules().Finished(s.Standing))
	default:
		return nil
	}
	return &fault.Error{Status: fault.File, Text: text, Hint: "the checkpoint is damaged, or not of this run: bring back a copy of it, or train anew with --overwrite"}
}

// Differing are the keys whose values are not the same, or are in only one.
func Differing(then, now map[string]string) []string {
	either := maps.Clone(then)
	maps.Copy(either, now)
	maps.DeleteFunc(either, func(key, _ string) bool {
		old, known := then[key]
		value, still := now[key]
		return known && still && old == value
	})
	return slices.Sorted(maps.Keys(either))
}

func nothing(name string) ([]byte, error) {
	return nil, fmt.Errorf("%s is not read again", name)
}

// Values are the resolved experiment's scalars by their paths, with the task of
// every stage in full, however it came to it.
func (e *Experiment) Values() map[string]string {
	defer e.separated(e.bare())()
	all := maps.Collect(strict.Scalars(&e.Config))
	if e.Curriculum == nil {
		return all
	}
	for k := range e.Curriculum.Stages {
		path := fmt.Sprintf("curriculum.stages[%d].task.", k)
		maps.DeleteFunc(all, func(key, _ string) bool { return strings.HasPrefix(key, path) })
		for below, text := range strict.Scalars(e.Curriculum.Stages[k].Task.Config) {
			all[path+below] = text
		}
	}
	return all
}
