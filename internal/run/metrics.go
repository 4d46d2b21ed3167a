package run

// metrics.json, with which a run is complete: written, and recognised when it is read again.

import (
	"bytes"
	"encoding/json"
	"math"

	"psychrnn/internal/eval"
	"psychrnn/internal/machine"
	"psychrnn/internal/train"
	"psychrnn/internal/visible"
)

// Metrics are the final figures of a run. Times and memory are those of the
// program that completed it; what was trained before it was resumed is not in
// them.
type Metrics struct {
	Loss visible.Number `json:"loss"` // the last that was evaluated; null if none
	Scored
	TestLoss              visible.Number `json:"test_loss"`
	TestTrials            int            `json:"test_trials"` // different ones
	TestRuns              int            `json:"test_runs,omitempty"`
	Updates               int            `json:"updates"`
	Trials                int            `json:"trials"`
	Stage                 *int           `json:"stage,omitempty"` // reached in the curriculum, from 0; after the last one their number
	TrainingSeconds       visible.Number `json:"training_seconds"`
	InitializationSeconds visible.Number `json:"initialization_seconds"`
	PeakMemoryBytes       uint64         `json:"peak_memory_bytes"`
	Threads               int            `json:"threads"`
	Seed                  any            `json:"seed"`
	Version               string         `json:"version"`
	Numerics              string         `json:"numerics"`
	StopReason            string         `json:"stop_reason"`

	By         []string    `json:"by,omitempty"` // what divides the test trials into conditions
	Conditions []Condition `json:"conditions,omitempty"`
}

// Add takes in what training came to, through the stages of a curriculum if
// there are any, and how the test went.
func (m *Metrics) Add(last train.Progress, stages int, reason train.Reason, test eval.Evaluation) {
	m.StopReason = string(reason)
	m.Updates, m.Trials = last.Update, last.Trials
	if stages > 0 {
		m.Stage = &last.Stage
	}
	m.Loss = visible.Number(math.NaN())
	if last.Loss != nil {
		m.Loss = visible.Number(last.Loss.Total())
	}
	m.Scored, m.TestLoss = NewScored(test.Score), visible.Number(test.Loss)
	m.TestTrials, m.TestRuns = test.Different, Runs(test.Score)
	m.PeakMemoryBytes = machine.PeakMemory()
}

// figures are those of metrics.json that say which run it is of.
type figures struct {
	Updates, Trials int
	Reason          string `json:"stop_reason"`
}

// figuresIn reads them; ok is false if no run wrote the text.
func figuresIn(text []byte) (f figures, ok bool) {
	var all map[string]json.RawMessage
	var laidOut bytes.Buffer
	if json.Unmarshal(text, &all) != nil || json.Unmarshal(text, &f) != nil || json.Indent(&laidOut, bytes.TrimSpace(text), "", "  ") != nil {
		return f, false
	}
	written, err := visible.JSON(Metrics{Stage: new(int), TestRuns: 1, By: []string{""}, Conditions: []Condition{{}}}, true)
	var known map[string]json.RawMessage
	if err != nil || json.Unmarshal(written, &known) != nil {
		return f, false
	}
	for key := range all {
		if _, is := known[key]; !is {
			return f, false
		}
	}
	for _, key := range []string{"updates", "trials", "stop_reason", "version"} {
		if _, there := all[key]; !there {
			return f, false
		}
	}
	return f, string(text) == laidOut.String()+"\n"
}

// metricsState compares metrics.json with the moment at which training ended for
// a reason. Until the run goes on it is there, and then it is not.
func (r *Recorder) metricsState(reason train.Reason) (State, error) {
	content, err := r.content(r.File(MetricsFile))
	if content == nil || err != nil {
		return Absent, err
	}
	now := r.Source.Progress()
	is, ok := figuresIn(content)
	switch {
	case !ok || is.Updates != now.Update || is.Trials != now.Trials:
		return Foreign, nil
	case is.Reason == string(reason):
		return Same, nil
	case reason == "": // it was to go on, and was ended before these were taken away
		return Other, nil
	}
	return Foreign, nil
}
