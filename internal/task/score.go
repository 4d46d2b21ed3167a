package task

// How well answers did.

import (
	"math"

	"psychrnn/internal/statistics"
)

// Score is how many answers were right.
type Score struct {
	Trials    int  // that were run
	Different int  // how many different ones these are: a file's trials may come again
	Correct   int  // of those that were run
	Unjudged  bool // the task has no accuracy
}

// Accuracy is the share of right answers, NaN where none is judged.
func (s Score) Accuracy() float64 {
	if s.Unjudged {
		return math.NaN()
	}
	return float64(s.Correct) / float64(s.Trials)
}

// Interval is the 95 % interval of the accuracy, by the number of different
// trials: to run a trial again tells nothing of other trials, however the noise
// in the network differs.
func (s Score) Interval() (low, high float64) { return statistics.Wilson(s.Accuracy(), s.Different) }
