package external

// What a program is asked, in what order, and whether its answer is one to the question.

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/task"
)

// client supplies trials that a program is asked for.
type client struct {
	*program
	variables []string
	seed      uint64
	stage     int
	batch     uint64 // trials
	purposes  []string
}

// Batch asks for trials. Of a program that is addressed the batch after this
// one is asked for as well, so that it is made while the network is trained.
func (a *client) Batch(purpose string, first, origin uint64, trials int) (*Archive, []int, error) {
	if purpose == task.Train {
		if err := a.tryAddress(); err != nil {
			return nil, nil, err
		}
	}
	archive, err := a.answer(a.request(purpose, first, origin, trials))
	if err != nil {
		return nil, nil, err
	}
	if purpose == task.Train && a.addressed() {
		a.ahead(a.request(purpose, first+uint64(trials), origin, trials))
	}
	rows := make([]int, trials)
	for k := range rows {
		rows[k] = k
	}
	return archive, rows, nil
}

func (a *client) request(purpose string, first, origin uint64, trials int) request {
	return request{purpose, a.stage, first, trials, a.seed, 1 + (first-origin)/a.batch, (first - origin) % a.batch, a.batch}
}

// answer asks for trials and reads them.
func (a *client) answer(r request) (*Archive, error) {
	content, err := a.ask(r)
	if err != nil {
		return nil, err
	}
	archive, err := ReadArchive(bytes.NewReader(content), int64(len(content)), npz.Limits{Size: a.most(r)})
	if err == nil {
		err = a.check(archive, r)
	}
	if err != nil {
		return nil, a.wrong(r, err)
	}
	return archive, nil
}

// tryAddress takes a program at its word that its trials follow from the
// request alone only after it has given the same trials twice, for every purpose
// of the run, with others in between: what it remembers may be what it was asked
// last, or for this purpose, or since the first trial. A batch is enough to tell
// by, and 8 trials at least, of which each may be one of two.
func (a *client) tryAddress() error {
	if a.tried || !a.addressed() {
		return nil
	}
	a.tried = true
	trials := min(32, max(8, int(a.batch)))
	var rounds [3][]*Archive
	for k, ask := range []struct {
		first  uint64
		trials int
	}{{uint64(trials), trials}, {0, 5}, {uint64(trials), trials}} {
		for _, purpose := range a.purposes {
			answer, err := a.answer(a.request(purpose, ask.first, 0, ask.trials))
			if err != nil {
				return err
			}
			rounds[k] = append(rounds[k], answer)
		}
	}
	for k, purpose := range a.purposes {
		if what := rounds[0][k].Differs(rounds[2][k], a.variables); what != "" {
			a.doubt = fmt.Sprintf("the program %s says that its trials are addressed, but when it was asked for %v twice, %s differed",
				a.name, a.request(purpose, uint64(trials), 0, trials), what)
			a.tell(a.doubt, "the run cannot be resumed; to mend that, seed every generator of random numbers from the request, and use nothing that is left from other requests: see docs/own-trials.md")
			break
		}
	}
	return nil
}

// Different says that a program is taken to give another trial for every number.
func (a *client) Different() int { return 0 }

// check refuses an answer to another question.
func (a *client) check(got *Archive, r request) error {
	for _, side := range []struct {
		name        string
		got, wanted int
	}{{"x", got.Inputs, a.greeting.N_in}, {"y", got.Outputs, a.greeting.N_out}} {
		have, want := []int{got.Trials, got.Steps, side.got}, []int{r.Trials, a.steps, side.wanted}
		if !slices.Equal(have, want) {
			return badArray(side.name, "", "has shape %s, but %s was asked for", npz.ShapeText(have), npz.ShapeText(want))
		}
	}
	for _, name := range a.variables {
		if !slices.Contains(got.Variables, name) {
			return badArray(name, "", "is missing, but command names it as a variable")
		}
	}
	return nil
}

// wrong says that an answer cannot be used.
func (a *client) wrong(r request, err error) error {
	text, hint := "its answer:", answersAlone
	if refused := fault.Content(err); refused != nil && refused.Path != "" {
		text, hint = "in its answer", cmp.Or(refused.Hint, "a request is answered by exactly the trials that it asks for, see docs/own-trials.md")
	}
	return a.fail(fmt.Sprintf("was asked for %v; %s %v", r, text, err), hint)
}

// String names the trials.
func (r request) String() string {
	return fmt.Sprintf("trials %d to %d for %s", r.First, r.First+uint64(r.Trials)-1, r.Purpose)
}
