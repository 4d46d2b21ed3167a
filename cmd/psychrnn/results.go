package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"psychrnn/internal/experiment"
	"psychrnn/internal/run"
	"psychrnn/internal/task"
)

// testResult is how a network did on its test trials.
type testResult struct {
	Event        string     `json:"event"`
	Trials       int        `json:"trials"`
	Loss         run.Number `json:"loss"`
	Accuracy     run.Number `json:"accuracy"`
	AccuracyLow  run.Number `json:"accuracy_low"`
	AccuracyHigh run.Number `json:"accuracy_high"`

	By         []string          `json:"by,omitempty"`
	Conditions []conditionResult `json:"conditions,omitempty"`
}

// conditionResult is how it did on those of a condition: values of the
// variables, or bins from low to high.
type conditionResult struct {
	Low          []float64  `json:"low"`
	High         []float64  `json:"high"`
	Trials       int        `json:"trials"`
	Accuracy     run.Number `json:"accuracy"`
	AccuracyLow  run.Number `json:"accuracy_low"`
	AccuracyHigh run.Number `json:"accuracy_high"`
}

func newTestResult(e experiment.Tested) testResult {
	low, high := task.Wilson(e.Correct, e.Trials)
	r := testResult{"test", e.Trials, run.Number(e.Loss), run.Number(e.Accuracy()), run.Number(low), run.Number(high), e.Factors, nil}
	for _, c := range e.Conditions {
		low, high := task.Wilson(c.Correct, c.Trials)
		r.Conditions = append(r.Conditions, conditionResult{c.Low, c.High, c.Trials,
			run.Number(float64(c.Correct) / float64(c.Trials)), run.Number(low), run.Number(high)})
	}
	return r
}

func (r testResult) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Test on %d trials: loss %.6f, accuracy %.4f (95 %% interval %.4f to %.4f)\n",
		r.Trials, r.Loss, r.Accuracy, r.AccuracyLow, r.AccuracyHigh)
	if len(r.Conditions) == 0 {
		return b.String()
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "%s\ttrials\taccuracy\t95 %% interval\n", strings.Join(r.By, "\t"))
	for _, c := range r.Conditions {
		fmt.Fprint(table, strings.Join(c.bins(), "\t"), "\t")
		if c.Trials == 0 {
			fmt.Fprint(table, "0\t\t\n")
			continue
		}
		fmt.Fprintf(table, "%d\t%.4f\t%.4f to %.4f\n", c.Trials, c.Accuracy, c.AccuracyLow, c.AccuracyHigh)
	}
	if err := table.Flush(); err != nil {
		panic("psychrnn: a table in memory cannot be written")
	}
	return b.String()
}

// bin is a value, or a bin in four digits.
func bin(low, high float64) string {
	if low == high {
		return fmt.Sprintf("%.6g", low)
	}
	return fmt.Sprintf("%.4g to %.4g", low, high)
}

// written says where results lie.
type written struct {
	Event string `json:"event"`
	Path  string `json:"path"`
}

func (w written) String() string { return "Results: " + w.Path + "\n" }

// judged is an error where the network's outputs were no numbers.
func judged(e experiment.Tested) error {
	if e.Loss-e.Loss == 0 {
		return nil
	}
	return &failure{statusDiverged, "the loss on the test trials is not finite", "the network's states grow without bound on them; try a smaller train.learning_rate"}
}
