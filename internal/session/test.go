package session

import (
	"math"
	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
	"slices"
)

// Tests of a network, in all and by condition.

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
func tested[F kernel.Float](e *experiment.Experiment, run *train.Evaluator[F], theta []F) (t Tested, err error) {
	wanted := len(e.TestPlan.Factors) > 0 || e.TestPlan.Reaction != nil
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
func divided[F kernel.Float](e *experiment.Experiment, all train.Evaluation, record *train.Record[F], correct []bool) Tested {
	t := Tested{Evaluation: all}
	var variables [][]float64
	for _, f := range e.TestPlan.Factors {
		t.Factors = append(t.Factors, f.Name)
		variables = append(variables, record.Variables[slices.Index(record.Names, f.Name)])
	}
	if len(t.Factors) > 0 {
		t.Conditions = task.Tabulate(e.TestPlan.Factors, variables, correct, all.Different)
	}
	return t
}
