package run

// Conditions of a test as metrics.json and results have them.

import (
	"psychrnn/internal/task"
	"psychrnn/internal/visible"
)

// Scored is the share of trials that were right, with its interval.
type Scored struct {
	Accuracy     visible.Number `json:"accuracy"`
	AccuracyLow  visible.Number `json:"accuracy_low"`
	AccuracyHigh visible.Number `json:"accuracy_high"`
}

// NewScored is that of a score.
func NewScored(s task.Score) Scored {
	low, high := s.Interval()
	return Scored{visible.Number(s.Accuracy()), visible.Number(low), visible.Number(high)}
}

// Condition is how a network did on those test trials whose variables have
// their values in the same ranges.
type Condition struct {
	Low    []visible.Number `json:"low"` // of each variable the least and the greatest of the values; null: NaN
	High   []visible.Number `json:"high"`
	Trials int              `json:"trials"` // different ones
	Runs   int              `json:"runs,omitempty"`
	Scored
}

// NewConditions is the table of a test.
func NewConditions(table []task.TestCondition) (list []Condition) {
	for _, c := range table {
		one := Condition{Trials: c.Different, Runs: Runs(c.Score), Scored: NewScored(c.Score)}
		for _, r := range c.Ranges {
			one.Low, one.High = append(one.Low, visible.Number(r.Low)), append(one.High, visible.Number(r.High))
		}
		list = append(list, one)
	}
	return list
}

// Runs is how many trials were run where some came again, otherwise 0.
func Runs(s task.Score) int {
	if s.Trials == s.Different {
		return 0
	}
	return s.Trials
}

// Labels are the ranges in words. Their numbers are those of the trials in
// full, so that a value's row can be told.
func (c Condition) Labels() (list []string) {
	for k, low := range c.Low {
		text := low.String()
		if high := c.High[k].String(); high != text {
			text += " to " + high
		}
		list = append(list, text)
	}
	return list
}
