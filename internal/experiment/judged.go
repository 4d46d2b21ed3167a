package experiment

// Whatever goes by the accuracy needs a task that says what is right.

import (
	"fmt"

	"psychrnn/internal/fault"
)

// needAccuracy refuses what goes by the accuracy of a task that has none, as
// trials of one output that were given. known are the problems met so far.
func (e *Experiment) needAccuracy(known fault.Errors) (found fault.Errors) {
	if len(known) > 0 {
		return nil
	}
	refuse := func(key, how string) {
		found = append(found, e.Written.Find(key).Problem(how+" by the accuracy, but a task of one output has none unless it says what is right", "task.accuracy says it, such as {sign: 0} or a condition"))
	}
	judged := true
	for k := range e.Stages() {
		at := e.Stage(k)
		judged = judged && at.Judged()
		if e.Curriculum != nil && !at.Judged() {
			refuse(fmt.Sprintf("curriculum.stages[%d]", k), "the stage is passed")
		}
	}
	for _, key := range []string{"train.performance_cutoff", "train.performance_measure"} {
		if !judged && e.Train.PerformanceMeasure != "" && e.Written.Find(key) != nil {
			refuse(key, "training goes")
			break
		}
	}
	if len(e.TestPlan.Factors) > 0 && !e.TestPlan.Task.Judged() {
		refuse("test.by", "conditions are compared")
	}
	return found
}
