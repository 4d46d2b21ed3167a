package run

import (
	"math"

	"psychrnn/internal/train"
)

// Metrics are the final figures of a run. Times and memory are those of the
// program that completed it; what was trained before it was resumed is not in
// them.
type Metrics struct {
	Loss                  Number `json:"loss"` // the last that was evaluated; null if none
	Accuracy              Number `json:"accuracy"`
	AccuracyLow           Number `json:"accuracy_low"`
	AccuracyHigh          Number `json:"accuracy_high"`
	TestLoss              Number `json:"test_loss"`
	TestTrials            int    `json:"test_trials"` // different ones
	TestRuns              int    `json:"test_runs,omitempty"`
	Updates               int    `json:"updates"`
	Trials                int    `json:"trials"`
	Stage                 *int   `json:"stage,omitempty"` // reached in the curriculum, from 0; after the last one their number
	TrainingSeconds       Number `json:"training_seconds"`
	InitializationSeconds Number `json:"initialization_seconds"`
	PeakMemoryBytes       uint64 `json:"peak_memory_bytes"`
	Threads               int    `json:"threads"`
	Seed                  any    `json:"seed"`
	Version               string `json:"version"`
	Numerics              string `json:"numerics"`
	StopReason            string `json:"stop_reason"`

	By         []string    `json:"by,omitempty"` // what divides the test trials into conditions
	Conditions []Condition `json:"conditions,omitempty"`
}

// Add takes in what training came to, through the stages of a curriculum if
// there are any, and how the test went.
func (m *Metrics) Add(last train.Progress, stages int, reason train.Reason, test train.Evaluation) {
	m.StopReason = string(reason)
	m.Updates, m.Trials = last.Update, last.Trials
	if stages > 0 {
		m.Stage = &last.Stage
	}
	m.Loss = Number(math.NaN())
	if last.Loss != nil {
		m.Loss = Number(last.Loss.Total())
	}
	m.Accuracy, m.TestLoss = Number(test.Accuracy()), Number(test.Loss)
	m.TestTrials, m.TestRuns = test.Different, Runs(test.Score)
	low, high := test.Interval()
	m.AccuracyLow, m.AccuracyHigh = Number(low), Number(high)
	m.PeakMemoryBytes = PeakMemory()
}
