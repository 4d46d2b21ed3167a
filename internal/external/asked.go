package external

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"psychrnn/internal/task"
	"psychrnn/internal/weights"
)

// asked supplies trials that a program is asked for.
type asked struct {
	*program
	variables []string
	seed      uint64
	stage     int
	batch     uint64 // trials
}

// Batch asks for trials. Of a program that is addressed the batch after this
// one is asked for as well, so that it is made while the network is trained.
func (a *asked) Batch(purpose string, first, origin uint64, trials int) (*task.Archive, []int, error) {
	r := a.request(purpose, first, origin, trials)
	content, err := a.ask(r)
	if err != nil {
		return nil, nil, err
	}
	archive, err := task.ReadArchive(bytes.NewReader(content), int64(len(content)), weights.Limits{Size: a.most(r)})
	if err == nil {
		err = a.check(archive, r)
	}
	if err != nil {
		return nil, nil, a.wrong(r, err)
	}
	if purpose == task.Train && a.hello.Addressed {
		a.ahead(a.request(purpose, first+uint64(trials), origin, trials))
	}
	rows := make([]int, trials)
	for k := range rows {
		rows[k] = k
	}
	return archive, rows, nil
}

func (a *asked) request(purpose string, first, origin uint64, trials int) request {
	return request{purpose, a.stage, first, trials, a.seed, 1 + (first-origin)/a.batch, (first - origin) % a.batch, a.batch}
}

// check refuses an answer to another question.
func (a *asked) check(got *task.Archive, r request) error {
	have := []int{got.Trials, got.Steps, got.Inputs}
	if want := []int{r.Trials, a.steps, a.hello.N_in}; !slices.Equal(have, want) {
		return &weights.Error{Member: "x", Text: fmt.Sprintf("has shape %s, but %s was asked for", weights.ShapeText(have), weights.ShapeText(want))}
	}
	have[2] = got.Outputs
	if want := []int{r.Trials, a.steps, a.hello.N_out}; !slices.Equal(have, want) {
		return &weights.Error{Member: "y", Text: fmt.Sprintf("has shape %s, but %s was asked for", weights.ShapeText(have), weights.ShapeText(want))}
	}
	for _, name := range a.variables {
		if !slices.Contains(got.Variables, name) {
			return &weights.Error{Member: name, Text: "is missing, but command names it as a variable"}
		}
	}
	return nil
}

// wrong says that an answer cannot be used.
func (a *asked) wrong(r request, err error) error {
	text, hint := "its answer:", answersAlone
	var refused *weights.Error
	if errors.As(err, &refused) && refused.Member != "" {
		text, hint = "in its answer", cmp.Or(refused.Hint, "a request is answered by exactly the trials that it asks for, see docs/own-trials.md")
	}
	return a.fail(fmt.Sprintf("was asked for %v; %s %v", r, text, err), hint)
}

// String names the trials.
func (r request) String() string {
	return fmt.Sprintf("trials %d to %d for %s", r.First, r.First+uint64(r.Trials)-1, r.Purpose)
}
