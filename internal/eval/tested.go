package eval

// Tests of a network, in all and by condition, intact and under lesions.

import (
	"context"
	"math"
	"slices"

	"psychrnn/internal/sim"
	"psychrnn/internal/statistics"
	"psychrnn/internal/task"
)

// Tested is how a network did on its test trials, in all and by condition.
type Tested struct {
	Evaluation
	Factors    []string
	Conditions []task.TestCondition
	Reactions  *Reactions // nil if they were not asked for

	// Under a lesion, beside how the network did without; of no meaning without one.
	Lost, Gained int     // trials that only the intact network answered right, and only this one
	P            float64 // chance of that if the lesion did nothing; NaN without an accuracy

	right []bool // of each trial
}

// Reactions are the reaction times of a test.
type Reactions struct {
	Median float64 // ms; NaN if there was none
	Trials int     // with a reaction
}

// Test runs the raw weights theta, of the shape of the layout, on the trials. The
// record, if not nil, keeps what happened; the end of ctx ends the test early.
func (e *Evaluator[F]) Test(ctx context.Context, theta []F) (Tested, error) {
	if e.Record == nil && (len(e.Factors) > 0 || e.Reaction != nil) {
		e.Record = &Record[F]{}
	}
	found, err := e.run(ctx, theta, []sim.Wrapper[F]{nil})
	if err != nil {
		return Tested{}, err
	}
	t := found[0]
	e.divide(&t)
	if e.Record == nil {
		return t, nil
	}
	name := task.Free(task.ReactionColumn, e.Record.Names)
	if k := slices.IndexFunc(e.Record.Columns, func(c task.Column) bool { return c.Name == name }); k >= 0 {
		times := slices.DeleteFunc(slices.Clone(e.Record.Values[k]), math.IsNaN)
		t.Reactions = &Reactions{median(times), len(times)}
	}
	return t, nil
}

// Ablate runs the raw weights theta on the trials, intact and under each lesion.
func (e *Evaluator[F]) Ablate(ctx context.Context, theta []F, lesions []sim.Wrapper[F]) (intact Tested, list []Tested, err error) {
	e.Record = &Record[F]{}
	found, err := e.run(ctx, theta, append([]sim.Wrapper[F]{nil}, lesions...))
	if err != nil {
		return intact, nil, err
	}
	for k := range found {
		one := &found[k]
		e.divide(one)
		for trial, right := range found[0].right[:one.Different] { // each trial once
			switch {
			case right && !one.right[trial]:
				one.Lost++
			case one.right[trial] && !right:
				one.Gained++
			}
		}
		if one.P = math.NaN(); !one.Unjudged {
			one.P = statistics.McNemar(one.Lost, one.Gained)
		}
	}
	return found[0], found[1:], nil
}

// divide tells a test by its conditions, whose variables are those of the record.
func (e *Evaluator[F]) divide(t *Tested) {
	var variables [][]float64
	for _, f := range e.Factors {
		t.Factors = append(t.Factors, f.Name)
		variables = append(variables, e.Record.Values[slices.Index(e.Record.Names, f.Name)])
	}
	if len(t.Factors) > 0 {
		t.Conditions = task.Tabulate(e.Factors, variables, t.right, t.Different)
	}
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
