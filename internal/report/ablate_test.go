package report

import (
	"math"
	"testing"

	"psychrnn/internal/run"
	"psychrnn/internal/visible"
)

// The interval of units drawn at random holds the middle 95 % of the draws.
func TestMiddle(t *testing.T) {
	var draws []lesionResult
	for k := range 40 {
		draws = append(draws, lesionResult{Of: "chance", Scored: run.Scored{Accuracy: visible.Number(7*k%40) / 40}})
	}
	m := summarize(draws)
	if m.Lesion != "chance (mean of 40)" || m.AccuracyLow != 1.0/40 || m.AccuracyHigh != 38.0/40 || math.Abs(float64(m.Accuracy)-19.5/40) > 1e-12 {
		t.Errorf("%+v", m)
	}
}
