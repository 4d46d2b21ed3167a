// Package report puts what commands have found into words for people and JSON for
// programs. Both say the same; numbers that are not finite are null in JSON.
package report

// How a network did on its test trials.

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"psychrnn/internal/eval"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
	"psychrnn/internal/visible"
)

// TestResult is how a network did on its test trials.
type TestResult struct {
	Event  string         `json:"event"`
	Trials int            `json:"trials"` // different ones
	Runs   int            `json:"runs,omitempty"`
	Loss   visible.Number `json:"loss"`
	run.Scored

	Reactions *reactionResult `json:"reaction_time,omitempty"`

	By         []string        `json:"by,omitempty"`
	Conditions []run.Condition `json:"conditions,omitempty"`
}

// NewTest is what a test came to.
func NewTest(e eval.Tested) TestResult {
	r := TestResult{"test", e.Different, run.Runs(e.Score), visible.Number(e.Loss), run.NewScored(e.Score), nil, e.Factors, run.NewConditions(e.Conditions)}
	if e.Reactions != nil {
		r.Reactions = &reactionResult{visible.Number(e.Reactions.Median), e.Reactions.Trials, e.Trials - e.Reactions.Trials}
	}
	return r
}

// reactionResult is what reaction times came to.
type reactionResult struct {
	Median  visible.Number `json:"median"` // ms; null if there was none
	Trials  int            `json:"trials"`
	Without int            `json:"without"` // trials without a reaction
}

func (r reactionResult) String() string {
	if r.Trials == 0 {
		return "Reaction time: no trial has one\n"
	}
	return fmt.Sprintf("Reaction time: median %.6g ms of %s, %d without\n", r.Median, visible.Count(r.Trials, "trial"), r.Without)
}

// tested counts trials, and how often they were run if some came again.
func tested(trials, runs int) string {
	if runs == 0 {
		return visible.Count(trials, "trial")
	}
	return fmt.Sprintf("%s, run %d times in all", visible.Count(trials, "different trial"), runs)
}

func (r TestResult) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Test on %s: loss %.6f", tested(r.Trials, r.Runs), r.Loss)
	if !math.IsNaN(float64(r.Accuracy)) { // of a task that has one
		fmt.Fprintf(&b, ", accuracy %.4f (95 %% interval %s)", r.Accuracy, interval(r.Scored))
	}
	b.WriteString("\n")
	if r.Reactions != nil {
		b.WriteString(r.Reactions.String())
	}
	if len(r.Conditions) > 0 {
		alignedTable(&b, func(row func(cells ...string)) {
			row(append(slices.Clone(r.By), "trials", "accuracy", "95 % interval")...)
			for _, c := range r.Conditions {
				cells := append(c.Labels(), fmt.Sprint(c.Trials), "", "")
				if c.Trials > 0 {
					copy(cells[len(c.Low)+1:], accuracyCells(c.Scored))
				}
				row(cells...)
			}
		})
	}
	return b.String()
}

// accuracyCells are those of a table: the accuracy, and its interval.
func accuracyCells(a run.Scored) []string {
	return []string{fmt.Sprintf("%.4f", a.Accuracy), interval(a)}
}

func interval(a run.Scored) string { return fmt.Sprintf("%.4f to %.4f", a.AccuracyLow, a.AccuracyHigh) }

// ResultPlaces says where results lie.
type ResultPlaces struct {
	Event string `json:"event"`
	Path  string `json:"path"`
}

func (w ResultPlaces) String() string { return "Results: " + visible.Line(w.Path) + "\n" }

// Finite is an error where the network's outputs were no numbers.
func Finite(e eval.Tested) error {
	if e.Loss-e.Loss == 0 {
		return nil
	}
	return fault.New(fault.Diverged, "the network's states grow without bound on them; try a smaller train.learning_rate", "the loss on the test trials is not finite")
}
