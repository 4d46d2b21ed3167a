package draw

// Whether there is anything to learn in a task.

import (
	"fmt"
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// suspectAnswers is how many outputs are tried as an answer that never changes.
const suspectAnswers = 64

// Suspect draws so many trials and says what makes the task one that cannot be
// learned or need not be: a mask that is never open or is negative, inputs that
// are always 0, periods out of the trial, and an answer that is right in all of
// them whatever the trial.
func Suspect[F kernel.Float](p *plan.Plan, t task.Task[F], drawn int) (warnings []string, err error) {
	steps, i, o := t.Shape()
	trials := model.NewTrials[F](min(plan.BlockSize, drawn), steps, i, o)
	w, placed := newBlock(p), placedPeriods(p)
	answers := constantAnswers[F](p, o)
	output, correct := make([]F, steps*trials.Rows*o), make([]bool, trials.Rows)
	other := func(v F) bool { return v != 0 }
	open, seen, negative := false, false, false
	for trials.First = 0; trials.First < uint64(drawn); trials.First += uint64(trials.Rows) {
		if err := t.Trials(trials, task.Train); err != nil {
			return nil, err
		}
		if err := look(w, placed, trials); err != nil {
			return nil, err
		}
		open = open || slices.ContainsFunc(trials.Mask, other)
		seen = seen || slices.ContainsFunc(trials.X, other)
		negative = negative || slices.ContainsFunc(trials.Mask, func(m F) bool { return m < 0 })
		answers = slices.DeleteFunc(answers, func(a constantAnswer[F]) bool {
			for k := range output {
				output[k] = a.values[k%o]
			}
			t.Correct(correct, trials, output)
			return slices.Contains(correct, false)
		})
	}
	if !seen {
		warnings = append(warnings, fmt.Sprintf("the input is 0 in all of %d trials: the network sees nothing", drawn))
	}
	if negative {
		warnings = append(warnings, "the mask is negative in some trials: mean_squared_error squares it, and binary_cross_entropy then rewards wrong outputs")
	}
	warnings = append(warnings, outside(placed, drawn)...)
	if !open {
		return append(warnings, fmt.Sprintf("the mask is 0 in all of %d trials: nothing is learned", drawn)), nil
	}
	if len(answers) > 0 {
		warnings = append(warnings, fmt.Sprintf("%s is right in all of %d trials: the accuracy says nothing", answers[0].what, drawn))
	}
	return warnings, nil
}

// constantAnswer is an output that never changes.
type constantAnswer[F kernel.Float] struct {
	what   string
	values []F
}

func constantAnswers[F kernel.Float](p *plan.Plan, o int) []constantAnswer[F] {
	answers := []constantAnswer[F]{{"an output of 0", make([]F, o)}}
	labels := p.Out.Labels()
	for k := range min(o, suspectAnswers) {
		for _, v := range []F{1, -1} {
			a := constantAnswer[F]{fmt.Sprintf("an output of %v in channel %s and 0 elsewhere", v, labels[k]), make([]F, o)}
			a.values[k] = v
			answers = append(answers, a)
		}
	}
	return answers
}
