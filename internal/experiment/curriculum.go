package experiment

// The task of every stage: what the stage says is laid over the task of the
// experiment, and the result is read like a file.

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// Stages is the number of tasks that training goes through.
func (e *Experiment) Stages() int { return len(e.stagePlans) }

// Stage is the task of a stage, from 0.
func (e *Experiment) Stage(k int) *plan.Plan { return e.stagePlans[k] }

// soundTask is the section task as it was written, nil if it or the sections
// that need it have problems.
func (e *Experiment) soundTask(known fault.Errors, sections ...string) *strict.Node {
	if e.TaskPlan == nil {
		return nil
	}
	for _, section := range sections {
		if slices.ContainsFunc(known, func(p fault.Error) bool { return strict.Within(p.Path, section) }) {
			return nil
		}
	}
	return e.Written.Get("task")
}

// Every stage has a task of its own, which is read, checked and compiled; the
// number of stages is limited, too.
const (
	mostStageValues  = 100_000
	mostStageEntries = 20_000
)

// readStages lays what every stage says over the task of the experiment and
// reads the result. known are the problems met so far.
func (e *Experiment) readStages(loader strict.Loader, known fault.Errors) (found fault.Errors) {
	base := e.soundTask(known, "curriculum")
	if e.Curriculum == nil || base == nil {
		e.stagePlans = []*plan.Plan{e.TaskPlan}
		return nil
	}
	if len(e.Curriculum.Stages) == 0 {
		return fault.Errors{e.Written.Get("curriculum").Problem("has no stages", "stages: [{task: {coherence: 0.7}, threshold: 0.9}, ...]")}
	}
	e.stagePlans = make([]*plan.Plan, len(e.Curriculum.Stages))
	stages, values, entries := e.Written.Find("curriculum.stages"), 0, 0
	for k, at := range stages.Items() {
		s := &e.Curriculum.Stages[k]
		if over := s.Task.Written; over != nil {
			values += base.Size() + over.Size()
		}
		if values > mostStageValues || entries > mostStageEntries {
			found.Add(at.Problem(fmt.Sprintf("up to here the tasks of the stages have more than %d values, or %d names and rules, together", mostStageValues, mostStageEntries), "take fewer stages, or a shorter definition"))
			break
		}
		for _, p := range e.readStage(loader, base, at, k) {
			found.Add(p)
		}
		if s.Task.Config != nil {
			entries += s.Task.Config.Entries()
		}
	}
	return found
}

func (e *Experiment) readStage(loader strict.Loader, base, at *strict.Node, k int) (problems fault.Errors) {
	s := &e.Curriculum.Stages[k]
	switch over := s.Task.Written; {
	case s.Accuracy == nil:
	case over == nil:
		s.Task.Written = at.Only("accuracy")
	case over.Get("accuracy") != nil:
		return fault.Errors{s.Accuracy.KeyProblem("stands in the task of the stage, too", "keep one")}
	default:
		s.Task.Written = strict.Merge(at.Only("accuracy"), over)
		defer func() { // the accuracy stands in the stage, not in its task
			for i := range problems {
				if rest, ok := strings.CutPrefix(problems[i].Path, at.Path()+".task.accuracy"); ok {
					problems[i].Path = at.Path() + ".accuracy" + rest
				}
			}
		}()
	}
	if s.Task.Written == nil {
		s.Task.Config, e.stagePlans[k] = &e.Config.Task, e.TaskPlan
		return nil
	}
	made, err := e.readOver(&s.Task, base, loader)
	if errors.As(err, &problems) {
		return problems
	}
	e.stagePlans[k] = made
	s.Accuracy = nil // the task has it
	problems = e.alike(s.Task, made, "it may not change between stages")
	here, there := s.Task.Config.N_batch, e.Config.Task.N_batch
	if _, perTrial := (model.Arch{Kind: string(e.Model.Kind), N: 1}).PerTrial(); perTrial && here != there {
		problems = append(problems, differs(s.Task.Written, "N_batch", here, there, "it may not change between stages"))
	}
	return problems
}

// readOver reads and compiles what lies over the task, of which base is the text.
func (e *Experiment) readOver(o *task.Override, base *strict.Node, loader strict.Loader) (made *plan.Plan, err error) {
	merged := o.Merge(&e.Config.Task, base)
	err = loader.Decode(merged, o.Config, func(*strict.Node) { made = e.compile(o.Config) })
	return made, err
}

// alike refuses what the network that the task is for cannot go over to.
func (e *Experiment) alike(o task.Override, made *plan.Plan, why string) (found fault.Errors) {
	here, there := o.Config, &e.Config.Task
	for _, c := range []struct {
		key         string
		here, there any
	}{{"dt", here.Dt, there.Dt}, {"tau", here.Tau, there.Tau}, {"N_in", made.In.N, e.TaskPlan.In.N}, {"N_out", made.Out.N, e.TaskPlan.Out.N}} {
		if c.here != c.there {
			found = append(found, differs(o.Written, c.key, c.here, c.there, why))
		}
	}
	return found
}

func differs(at *strict.Node, key string, here, there any, why string) fault.Error {
	for _, place := range []string{key, map[string]string{"N_in": "inputs", "N_out": "outputs"}[key]} {
		if own := at.Get(place); own != nil {
			at = own
			break
		}
	}
	return at.Problem(fmt.Sprintf("%s is %v, but %v in the task; %s", key, here, there, why), "leave it out")
}
