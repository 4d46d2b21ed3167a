package task

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
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
func (s Score) Interval() (low, high float64) { return Wilson(s.Accuracy(), s.Different) }

// Wilson is the 95 % interval of a proportion p of n trials (Wilson 1927).
func Wilson(p float64, n int) (low, high float64) {
	const z = 1.959963984540054
	m := float64(n)
	center := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, center-half), min(1, center+half)
}

// McNemar is the chance of a split of discordant pairs at least as uneven as
// this one if both sides were equally likely, exact and two-sided (McNemar
// 1947): lost are the trials that only the first answered right, gained those
// that only the second did.
func McNemar(lost, gained int) float64 {
	n, few := lost+gained, min(lost, gained)
	logGamma := func(x int) float64 { v, _ := math.Lgamma(float64(x)); return v }
	var sum float64
	for k := range few + 1 {
		sum += math.Exp(logGamma(n+1) - logGamma(k+1) - logGamma(n-k+1) - float64(n)*math.Ln2)
	}
	return min(1, 2*sum)
}
