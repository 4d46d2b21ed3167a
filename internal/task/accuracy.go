package task

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/statistics"
)

// choice overwrites correct with whether each trial's answer is right: the
// channel with the highest mean over time of output*mask is that of y*mask
// (original 5). Ties go to the first channel, a NaN counts as highest, so a
// trial that is masked all over counts as right. output is (T, Rows, O).
func choice[F kernel.Float](correct []bool, trials *model.Trials[F], output []F) {
	for r := range trials.Rows {
		correct[r] = highest(trials, output, r) == highest(trials, trials.Y, r)
	}
}

// highest is the channel with the highest masked time mean in trial r.
func highest[F kernel.Float](trials *model.Trials[F], values []F, r int) int {
	best, most := 0, math.Inf(-1)
	for o := range trials.O {
		var sum float64
		for t := range trials.T {
			at := (t*trials.Rows+r)*trials.O + o
			sum += float64(values[at]) * float64(trials.Mask[at])
		}
		if math.IsNaN(sum) {
			return o
		}
		if sum > most {
			best, most = o, sum
		}
	}
	return best
}

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
