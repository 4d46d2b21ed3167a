package main

import (
	"fmt"

	"psychrnn/internal/run"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
)

// testResult is how a network did on its test trials.
type testResult struct {
	Event        string     `json:"event"`
	Trials       int        `json:"trials"`
	Loss         run.Number `json:"loss"`
	Accuracy     run.Number `json:"accuracy"`
	AccuracyLow  run.Number `json:"accuracy_low"`
	AccuracyHigh run.Number `json:"accuracy_high"`
}

func newTestResult(e train.Evaluation) testResult {
	low, high := task.Wilson(e.Correct, e.Trials)
	return testResult{"test", e.Trials, run.Number(e.Loss), run.Number(e.Accuracy()), run.Number(low), run.Number(high)}
}

func (r testResult) String() string {
	return fmt.Sprintf("Test on %d trials: loss %.6f, accuracy %.4f (95 %% interval %.4f to %.4f)\n",
		r.Trials, r.Loss, r.Accuracy, r.AccuracyLow, r.AccuracyHigh)
}

// written says where results lie.
type written struct {
	Event string `json:"event"`
	Path  string `json:"path"`
}

func (w written) String() string { return "Results: " + w.Path + "\n" }

// judged is an error where the network's outputs were no numbers.
func judged(e train.Evaluation) error {
	if e.Loss-e.Loss == 0 {
		return nil
	}
	return &failure{statusDiverged, "the loss on the test trials is not finite", "the network's states grow without bound on them; try a smaller train.learning_rate"}
}
