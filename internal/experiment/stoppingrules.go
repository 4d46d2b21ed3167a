package experiment

// Stopping rules that change when a run goes on.

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"psychrnn/internal/strict"
	"psychrnn/internal/train"
)

// What a change of a key means for a run that goes on, as its tag resume says.
const (
	free      = "free"      // it does not reach the bits of what was trained
	ends      = "ends"      // it decides when training ends
	threshold = "threshold" // it decides when a stage ends
	course    = "course"    // it means nothing once training is at its end
)

var listIndex = regexp.MustCompile(`\[\d+\]`)

// resumeTag is the tag resume of a key, or of the section that it is in; ""
// where a run cannot go on with another value.
func resumeTag(key string) string {
	key = listIndex.ReplaceAllString(key, "[]")
	for _, k := range strict.Keys(reflect.TypeFor[Config]()) {
		if k.Resume != "" && strict.Within(key, k.Path) {
			return k.Resume
		}
	}
	return ""
}

// MayChange says whether a run may go on with another value of a key, whatever
// it has trained; a threshold see mayChangeStage.
func MayChange(key string) bool {
	tag := resumeTag(key)
	return tag != "" && tag != threshold
}

// IsThreshold says whether a key is the threshold of a stage.
func IsThreshold(key string) bool { return resumeTag(key) == threshold }

const lengthRule = "train.training_iters"

// Rules are the experiment's.
func (e *Experiment) Rules() train.Rules {
	return train.Rules{Config: e.Train, Curriculum: e.Curriculum}
}

// mayChangeStage says whether a key of a stage may differ from that of the run
// that e goes on with: a threshold, or whatever belongs to a stage that only
// one of them has and in which nothing was trained.
func (e *Experiment) mayChangeStage(began *Experiment, s Saved, key string) bool {
	if e.Curriculum == nil || began.Curriculum == nil {
		return false
	}
	var stage int
	if _, err := fmt.Sscanf(key, "curriculum.stages[%d]", &stage); err != nil {
		return false
	}
	had, has := len(began.Curriculum.Stages), len(e.Curriculum.Stages)
	if stage < min(had, has) {
		return IsThreshold(key)
	}
	return stage >= had || stage > s.Standing.Stage
}

// UnusedRules are keys that came too late: without any of them training was at
// its end, for a reason, and with them it is, too, for other ones maybe.
type UnusedRules struct {
	Keys   []string
	Reason train.Reason
	Now    []train.Reason
}

// SettleRules decides by which stopping rules a run goes on that was begun as
// another experiment. New ones that lead to no more training are only asked of
// the network: the record keeps those with which it was trained. Where the
// record alone would not lead to this run, it says until when others held.
func (e *Experiment) SettleRules(began *Experiment, s Saved) (unused UnusedRules, err error) {
	e.history = began.history
	changed := slices.DeleteFunc(Differing(began.Values(), e.Values()), func(key string) bool {
		tag := resumeTag(key)
		return tag == "" || tag == free
	})
	if len(changed) == 0 {
		return unused, nil
	}
	before, now, at := began.Rules(), e.Rules(), s.Standing
	judged := at
	judged.Stage = now.Judge(at)
	reason := before.Finished(at)
	switch {
	case reason == "" || now.Finished(judged) == "":
		if !now.Explain(before, at) {
			e.history = append(slices.Clone(e.history), historyOf(at.Update, changed, began.Values()))
		}
		return unused, nil
	case e.Stages() != began.Stages():
		return unused, NotAs([]string{"the number of curriculum.stages"})
	}
	unused.Reason, unused.Now = reason, now.Ends(judged)
	e.Later = &train.Rules{Config: now.Config}
	if reason == train.TrialsDone && at.Trials >= e.Train.TrainingIters { // the last batch went as far as more trials reach
		changed = slices.DeleteFunc(changed, func(key string) bool { return key == lengthRule })
	} else {
		e.Train.TrainingIters = began.Train.TrainingIters
	}
	e.Train.PerformanceMeasure, e.Train.PerformanceCutoff = began.Train.PerformanceMeasure, began.Train.PerformanceCutoff
	e.Train.TrainingWeights, e.Train.SaveTrainingEpoch = began.Train.TrainingWeights, began.Train.SaveTrainingEpoch
	e.Train.PerformanceEpoch, e.Train.PerformanceWindow = began.Train.PerformanceEpoch, began.Train.PerformanceWindow
	if e.Curriculum != nil {
		asked := *e.Curriculum
		asked.Stages = slices.Clone(asked.Stages)
		e.Later.Curriculum = &asked
		for k := range e.Curriculum.Stages {
			e.Curriculum.Stages[k].Threshold = began.Curriculum.Stages[k].Threshold
		}
	}
	unused.Keys = changed
	return unused, nil
}

// historyMark begins the comments of a resolved experiment that say which
// stopping rules held before.
const historyMark = "# Up to update "

func historyOf(update int, keys []string, values map[string]string) string {
	var held []string
	for _, key := range keys {
		value, given := values[key]
		switch {
		case key == lengthRule || resumeTag(key) == course: // a run that is made longer is the run of that length
		case given:
			held = append(held, key+": "+value)
		default:
			held = append(held, "no "+key)
		}
	}
	return fmt.Sprintf("%s%d it was trained with %s", historyMark, update, strings.Join(held, ", "))
}

// historyIn are those comments.
func historyIn(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, historyMark) {
			break
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return lines
}
