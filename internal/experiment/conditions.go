package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
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

// Describe says what may stand there.
func (By) Describe() (string, []any) {
	return "names of variables, or {name: {bins: 5}}", []any{"", []element{}, strict.Map[bins]{}}
}

// element is one of a list of factors.
type element struct{}

// Describe says what may stand there.
func (element) Describe() (string, []any) {
	return "the name of a variable, or {name: {bins: 5}}", []any{"", strict.Elsewhere{Form: strict.Map[bins]{}}}
}

// test is the section test made ready.
type test struct {
	task     task.Config
	factors  []task.Factor
	reaction *task.Reaction
}

// readTest lays what the test says over the task and finds the conditions.
// known are the problems met so far.
func (e *Experiment) readTest(loader strict.Loader, known strict.Problems) (found strict.Problems) {
	base := e.soundTask(known, "curriculum", "test")
	if base == nil {
		return nil
	}
	e.test.task = e.stage(e.stages() - 1)
	if over := &e.Test.Task; over.Written != nil {
		if errors.As(over.Merge(&e.Config.Task, base, loader), &found) {
			return found
		}
		if found = e.alike(*over, "the network is made for that"); len(found) > 0 {
			return found
		}
		e.test.task = *over.Config
	}
	for _, f := range e.Test.By {
		made, err := e.test.task.Factor(f.name, f.bins)
		if err != nil {
			hint := ""
			if known := e.test.task.Variables(); !found.Many() && !slices.Contains(known, f.name) {
				hint = strict.Known(f.name, known, "")
			}
			found.Add(f.node.Problem(err.Error(), hint))
			continue
		}
		if slices.ContainsFunc(e.test.factors, func(other task.Factor) bool { return other.Name == f.name }) {
			found.Add(f.node.Problem(f.name+" is named twice", ""))
			continue
		}
		e.test.factors = append(e.test.factors, made)
	}
	if n := task.Conditions(e.test.factors); n > task.MostConditions && len(found) == 0 {
		found = append(found, e.written.Find("test.by").Problem(fmt.Sprintf("these make %d conditions, more than the %d allowed", n, task.MostConditions), "name fewer variables, or bins"))
	}
	if r := e.Test.ReactionTime; r != nil {
		made, key, problem, hint := e.test.task.Reaction(*r)
		if problem != "" {
			found = append(found, e.written.Find("test.reaction_time."+key).Problem(problem, hint))
		}
		e.test.reaction = made
	}
	return found
}

// Tested is how a network did on its test trials, in all and by condition.
type Tested struct {
	train.Evaluation
	Factors    []string
	Conditions []task.Condition
	Reactions  *Reactions // nil if they were not asked for
}

// Reactions are the reaction times of a test.
type Reactions struct {
	Median float64 // ms; NaN if there was none
	Trials int     // with a reaction
}

// tested runs a test; the record, if not nil, keeps what happened.
func tested[F kernel.Float](e *Experiment, run *train.Evaluator[F], theta []F) (t Tested, err error) {
	wanted := len(e.test.factors) > 0 || e.test.reaction != nil
	if run.Record == nil && wanted {
		run.Record = &train.Record[F]{}
	}
	if t.Evaluation, err = run.Run(theta, task.Test, e.Test.Trials); err != nil || !wanted {
		return t, err
	}
	t = divided(e, t.Evaluation, run.Record, run.Record.Correct)
	if times := run.Record.ReactionTimes(); times != nil {
		times = slices.DeleteFunc(slices.Clone(times), math.IsNaN)
		t.Reactions = &Reactions{median(times), len(times)}
	}
	return t, nil
}

// median is the middle of some values, which it sorts, or the mean of the two in
// the middle.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// divided is an evaluation by the conditions of the test, on the trials of a record.
func divided[F kernel.Float](e *Experiment, all train.Evaluation, record *train.Record[F], correct []bool) Tested {
	t := Tested{Evaluation: all}
	var variables [][]float64
	for _, f := range e.test.factors {
		t.Factors = append(t.Factors, f.Name)
		variables = append(variables, record.Variables[slices.Index(record.Names, f.Name)])
	}
	if len(t.Factors) > 0 {
		t.Conditions = task.Tabulate(e.test.factors, variables, correct, all.Different)
	}
	return t
}
