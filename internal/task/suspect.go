package task

import (
	"fmt"
	"slices"

	"psychrnn/internal/model"
)

const (
	suspectTrials  = 1000
	suspectAnswers = 64
)

// Suspect draws 1000 trials and says what makes the task one that cannot be
// learned or need not be: a mask that is never open, and an answer that is
// right in all of them whatever the trial.
func Suspect(c Config, t Task[float64]) (warnings []string, err error) {
	steps, i, o := t.Shape()
	trials := model.NewTrials[float64](block, steps, i, o)
	answers := constantAnswers(c, o)
	output, correct := make([]float64, steps*block*o), make([]bool, block)
	open := false
	for trials.First = 0; trials.First < suspectTrials; trials.First += block {
		if err := t.Trials(trials, Train); err != nil {
			return nil, err
		}
		open = open || slices.ContainsFunc(trials.Mask, func(m float64) bool { return m != 0 })
		answers = slices.DeleteFunc(answers, func(a answer) bool {
			for k := range output {
				output[k] = a.values[k%o]
			}
			t.Correct(correct, trials, output)
			return slices.Contains(correct, false)
		})
	}
	if !open {
		return []string{fmt.Sprintf("the mask is 0 in all of %d trials: nothing is learned", suspectTrials)}, nil
	}
	for _, a := range answers {
		return []string{fmt.Sprintf("%s is right in all of %d trials: the accuracy says nothing", a.what, suspectTrials)}, nil
	}
	return nil, nil
}

// answer is an output that never changes.
type answer struct {
	what   string
	values []float64
}

func constantAnswers(c Config, o int) []answer {
	answers := []answer{{"an output of 0", make([]float64, o)}}
	_, labels := c.Labels()
	for k := range min(o, suspectAnswers) {
		for _, v := range []float64{1, -1} {
			a := answer{fmt.Sprintf("an output of %v in channel %s and 0 elsewhere", v, labels[k]), make([]float64, o)}
			a.values[k] = v
			answers = append(answers, a)
		}
	}
	return answers
}
