package experiment

// Where an experiment says that files go, and which ones it reads.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
)

// TrainingWeights are the files that a run saves weights into during training:
// training_weights_path and save_training_weights_epoch.
type TrainingWeights struct {
	Path  string
	Every int
}

// String is how a checkpoint keeps it.
func (t TrainingWeights) String() string { return fmt.Sprintf("%d %s", t.Every, t.Path) }

func earlierIn(checkpoint *npz.File) (list []TrainingWeights, err error) {
	m, ok := checkpoint.Get(earlierMember)
	if !ok {
		return nil, nil
	}
	texts, err := m.Array.Strings()
	if err != nil {
		return nil, &fault.Error{Status: fault.File, Path: earlierMember, Text: err.Error(), Cause: err}
	}
	for _, text := range texts {
		number, path, _ := strings.Cut(text, " ")
		every, err := strconv.Atoi(number)
		if err != nil || every < 1 {
			return nil, &fault.Error{Status: fault.File, Path: earlierMember, Text: fmt.Sprintf("%q begins with no number of updates", text)}
		}
		list = append(list, TrainingWeights{path, every})
	}
	return list, nil
}

// trainingWeights is where the experiment lets them go.
func (e *Experiment) trainingWeights() TrainingWeights {
	return TrainingWeights{e.Train.TrainingWeights, e.Train.SaveTrainingEpoch}
}

// keepEarlier remembers where the weights of the run went that e goes on with,
// so that they are known for its own when it is overwritten.
func (e *Experiment) keepEarlier(began *Experiment) {
	e.earlier = slices.Clone(began.earlier)
	if t := began.trainingWeights(); t.Path != "" && t != e.trainingWeights() && !slices.Contains(e.earlier, t) {
		e.earlier = append(e.earlier, t)
	}
}

// TrainingWeights are all places where weights of the run go or went, the
// present one first.
func (e *Experiment) TrainingWeights() []TrainingWeights {
	return append([]TrainingWeights{e.trainingWeights()}, e.earlier...)
}

// MostUpdates is the number of updates that training makes if nothing ends it
// before training_iters.
func (e *Experiment) MostUpdates() int {
	least := e.Stage(0).Config.N_batch
	for k := range e.Stages() {
		least = min(least, e.Stage(k).Config.N_batch)
	}
	if e.Train.TrainingIters == 0 {
		return 0
	}
	return (e.Train.TrainingIters-1)/max(least, 1) + 1
}

// Reads are the files that the experiment reads.
func (e *Experiment) Reads() (files []string) {
	for _, p := range strict.Paths(&e.Config) {
		files = append(files, p.String())
	}
	return files
}
