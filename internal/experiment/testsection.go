package experiment

// The section test made ready: its task, and the conditions by which it is told apart.
// Whatever goes by the accuracy needs a task that says what is right.

import (
	"errors"
	"fmt"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/plan"
)

// By names the variables by which a test is divided.
type By []factor

// factor is one of them, with the place where it is named.
type factor struct {
	name string
	bins int
	node *strict.Node
}

// bins is the long form of a factor that has no list of values.
type bins struct {
	Bins int `yaml:"bins" required:"true" min:"1" max:"1000" doc:"number of bins, with as nearly the same number of trials as possible; equal values share a bin"`
}

// DecodeStrict reads a name, or a list of names and of names with bins.
func (b *By) DecodeStrict(n *strict.Node) {
	switch n.Kind() {
	case strict.Scalar:
		*b = append(*b, factor{name: n.Text(), node: n})
	case strict.List:
		var items []*strict.Node
		n.Decode(&items)
		for _, item := range items {
			switch {
			case item == nil:
			case item.Kind() == strict.List:
				item.Fail("expected the name of a variable, found a list", "")
			default:
				b.DecodeStrict(item)
			}
		}
	case strict.Mapping:
		var all strict.Map[bins]
		n.Decode(&all)
		for _, e := range all {
			*b = append(*b, factor{e.Key, e.Value.Bins, n.Get(e.Key)})
		}
	}
}

// EncodeStrict writes a list, or nothing.
func (b By) EncodeStrict() any {
	var list []any
	for _, f := range b {
		if f.bins == 0 {
			list = append(list, f.name)
		} else {
			list = append(list, strict.Map[any]{{Key: f.name, Value: bins{f.bins}}})
		}
	}
	if list == nil {
		return nil
	}
	return list
}

var _ = strict.Describe[By]("names of variables, or {name: {bins: 5}}", "", []element{}, strict.Map[bins]{})

// element is one of a list of factors.
type element struct{}

var _ = strict.Describe[element]("the name of a variable, or {name: {bins: 5}}", "", strict.Elsewhere{Form: strict.Map[bins]{}})

// TestPlan is the section test made ready.
type TestPlan struct {
	Task     *plan.Plan
	Factors  []task.Factor
	Reaction *task.Reaction
}

// readTest lays what the test says over the task and finds the conditions.
// known are the problems met so far.
func (e *Experiment) readTest(loader strict.Loader, known fault.Errors) (found fault.Errors) {
	base := e.soundTask(known, "curriculum", "test")
	if base == nil {
		return nil
	}
	e.TestPlan.Task = e.Stage(e.Stages() - 1)
	if over := &e.Test.Task; over.Written != nil {
		made, err := e.readOver(over, base, loader)
		if errors.As(err, &found) {
			return found
		}
		if found = e.alike(*over, made, "the network is made for that"); len(found) > 0 {
			return found
		}
		e.TestPlan.Task = made
	}
	for _, f := range e.Test.By {
		made, err := draw.FactorOf(e.TestPlan.Task, f.name, f.bins)
		if err != nil {
			hint := ""
			if known := e.TestPlan.Task.Names; !found.Many() && !slices.Contains(known, f.name) {
				hint = fault.Known(f.name, known, "")
			}
			found.Add(f.node.Problem(err.Error(), hint))
			continue
		}
		if slices.ContainsFunc(e.TestPlan.Factors, func(other task.Factor) bool { return other.Name == f.name }) {
			found.Add(f.node.Problem(f.name+" is named twice", ""))
			continue
		}
		e.TestPlan.Factors = append(e.TestPlan.Factors, made)
	}
	if n := task.Conditions(e.TestPlan.Factors); n > task.MostConditions && len(found) == 0 {
		found = append(found, e.Written.Find("test.by").Problem(fmt.Sprintf("these make %d conditions, more than the %d allowed", n, task.MostConditions), "name fewer variables, or bins"))
	}
	if r := e.Test.ReactionTime; r != nil {
		made, key, problem, hint := e.TestPlan.Task.Reaction(*r)
		if problem != "" {
			found = append(found, e.Written.Find("test.reaction_time."+key).Problem(problem, hint))
		}
		e.TestPlan.Reaction = made
	}
	return found
}

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
