package experiment

import (
	"errors"
	"fmt"
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// inherited are the keys of the task that hold for a stage of another kind too.
var inherited = []string{"dt", "tau", "T", "N_batch"}

// stages is the number of tasks that training goes through.
func (e *Experiment) stages() int {
	if e.Curriculum == nil {
		return 1
	}
	return len(e.Curriculum.Stages)
}

// stage is the task of a stage, from 0.
func (e *Experiment) stage(k int) task.Config {
	if e.Curriculum == nil {
		return e.Config.Task
	}
	return *e.Curriculum.Stages[k].Task.Config
}

// readStages lays what every stage says over the task of the experiment and
// reads the result. known are the problems met so far.
func (e *Experiment) readStages(loader strict.Loader, known strict.Problems) (found strict.Problems) {
	broken := func(section string) bool {
		return slices.ContainsFunc(known, func(p strict.Problem) bool { return within(p.Path, section) })
	}
	base := e.written.Get("task")
	if e.Curriculum == nil || base == nil || broken("task") || broken("curriculum") {
		return nil
	}
	if len(e.Curriculum.Stages) == 0 {
		return strict.Problems{e.written.Get("curriculum").Problem("has no stages", "stages: [{task: {coherence: 0.7}, threshold: 0.9}, ...]")}
	}
	for k := range e.Curriculum.Stages {
		found = append(found, e.readStage(loader, base, k)...)
	}
	return found
}

func (e *Experiment) readStage(loader strict.Loader, base *strict.Node, k int) strict.Problems {
	s := &e.Curriculum.Stages[k].Task
	s.Config = &task.Config{}
	if s.Written == nil {
		*s.Config = e.Config.Task
		return nil
	}
	if s.Written.Kind() == strict.Mapping && s.Written.Get("kind") != nil {
		base = base.Only(inherited...)
	}
	var problems strict.Problems
	if errors.As(loader.Decode(strict.Merge(base, s.Written), s.Config), &problems) {
		return problems
	}
	return e.checkStage(s.Written, *s.Config)
}

// checkStage refuses a stage that the network cannot go over to.
func (e *Experiment) checkStage(at *strict.Node, stage task.Config) (found strict.Problems) {
	first := e.Config.Task
	differs := func(key string, here, there any) {
		n := at
		if own := at.Get(key); own != nil {
			n = own
		}
		found = append(found, n.Problem(fmt.Sprintf("%s is %v, but %v in the task; it may not change between stages", key, here, there), "leave it out"))
	}
	if stage.Dt != first.Dt {
		differs("dt", stage.Dt, first.Dt)
	}
	if stage.Tau != first.Tau {
		differs("tau", stage.Tau, first.Tau)
	}
	if e.Model.Kind == "lstm" && stage.N_batch != first.N_batch {
		differs("N_batch", stage.N_batch, first.N_batch)
	}
	i, o, err := channelsOf(first)
	if err != nil {
		return found
	}
	switch si, so, err := channelsOf(stage); {
	case err != nil:
		found = append(found, at.Problem(err.Error(), ""))
	case si != i:
		differs("N_in", si, i)
	case so != o:
		differs("N_out", so, o)
	}
	return found
}

// channelsOf are the inputs and outputs of a task.
func channelsOf(c task.Config) (i, o int, err error) {
	t, err := task.New(c, 0, kernel.Plain[float64]())
	if err != nil {
		return 0, 0, err
	}
	_, i, o = t.Shape()
	return i, o, nil
}
