package run

// Metrics are the final figures of a run.
type Metrics struct {
	Loss                  float64 `json:"loss"`
	Accuracy              float64 `json:"accuracy"`
	AccuracyLow           float64 `json:"accuracy_low"`
	AccuracyHigh          float64 `json:"accuracy_high"`
	TestLoss              float64 `json:"test_loss"`
	TestTrials            int     `json:"test_trials"`
	Updates               int     `json:"updates"`
	Trials                int     `json:"trials"`
	TrainingSeconds       float64 `json:"training_seconds"`
	InitializationSeconds float64 `json:"initialization_seconds"`
	PeakMemoryBytes       uint64  `json:"peak_memory_bytes"`
	Threads               int     `json:"threads"`
	Seed                  any     `json:"seed"`
	Version               string  `json:"version"`
	Numerics              string  `json:"numerics"`
	StopReason            string  `json:"stop_reason"`
}
