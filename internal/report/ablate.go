package report

// What lesions do to a network: in words, as JSON, and as a table.

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/eval"
	"psychrnn/internal/lesion"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/visible"
)

// lesionResult is how a network did under a lesion.
type lesionResult struct {
	Lesion string         `json:"lesion"`
	Of     string         `json:"of,omitempty"` // the entry it was made of
	Loss   visible.Number `json:"loss"`
	run.Scored
	LossChange visible.Number `json:"loss_change"`
	Change     visible.Number `json:"accuracy_change"`
	Lost       int            `json:"lost"`   // trials that the intact network alone has right
	Gained     int            `json:"gained"` // trials that the lesioned one alone has right
	P          visible.Number `json:"p"`

	Conditions []run.Condition `json:"conditions,omitempty"`

	repeats int // of how many that were drawn at random
}

// AblateResult is what lesions do to a network.
type AblateResult struct {
	Event   string         `json:"event"`
	Trials  int            `json:"trials"` // different ones
	Runs    int            `json:"runs,omitempty"`
	By      []string       `json:"by,omitempty"` // what divides the trials into conditions
	Intact  lesionResult   `json:"intact"`
	Lesions []lesionResult `json:"lesions"`
}

// NewAblation is what an ablation came to.
func NewAblation(a session.Ablation) AblateResult {
	r := AblateResult{Event: "ablate", Trials: a.Intact.Different, Runs: run.Runs(a.Intact.Score), By: a.Intact.Factors, Intact: newLesionResult(lesion.Intact, a.Intact, a.Intact)}
	r.Intact.P = 1
	for _, l := range a.Lesions {
		one := newLesionResult(l.Name, l.Tested, a.Intact)
		one.Of, one.repeats = l.Of, l.Repeats
		one.Lost, one.Gained, one.P = l.Lost, l.Gained, visible.Number(l.P)
		r.Lesions = append(r.Lesions, one)
	}
	return r
}

func newLesionResult(name string, e, intact eval.Tested) lesionResult {
	return lesionResult{Lesion: name, Loss: visible.Number(e.Loss), Scored: run.NewScored(e.Score), Conditions: run.NewConditions(e.Conditions),
		LossChange: visible.Number(e.Loss - intact.Loss), Change: visible.Number(e.Accuracy() - intact.Accuracy())}
}

// unjudged says whether the task has no accuracy.
func (r AblateResult) unjudged() bool { return math.IsNaN(float64(r.Intact.Accuracy)) }

// String is the table. Units drawn at random are one line: their mean, and the
// interval that holds the middle 95 % of the draws.
func (r AblateResult) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, tested(r.Trials, r.Runs))
	alignedTable(&b, func(row func(cells ...string)) {
		line := func(l lesionResult, p string) {
			if r.unjudged() {
				row(l.Lesion, fmt.Sprintf("%.6f", l.Loss), fmt.Sprintf("%+.6f", l.LossChange))
				return
			}
			row(slices.Concat([]string{l.Lesion, fmt.Sprintf("%.6f", l.Loss)}, accuracyCells(l.Scored), []string{fmt.Sprintf("%+.4f", l.Change), p})...)
		}
		if r.unjudged() {
			row("lesion", "loss", "change")
		} else {
			row("lesion", "loss", "accuracy", "95 % interval", "change", "p")
		}
		line(r.Intact, "")
		for k := 0; k < len(r.Lesions); k++ {
			if l := r.Lesions[k]; l.repeats > 0 {
				line(summarize(r.Lesions[k:][:l.repeats]), "")
				k += l.repeats - 1
			} else {
				line(l, fmt.Sprintf("%.3g", l.P))
			}
		}
	})
	if len(r.By) > 0 && !r.unjudged() {
		fmt.Fprintln(&b)
		alignedTable(&b, r.conditionRows)
	}
	return b.String()
}

// conditionRows are the accuracy in every condition, but for units drawn at random.
func (r AblateResult) conditionRows(row func(cells ...string)) {
	row(slices.Concat([]string{"lesion"}, r.By, []string{"trials", "accuracy", "95 % interval", "change"})...)
	for _, l := range append([]lesionResult{r.Intact}, r.Lesions...) {
		if l.repeats > 0 {
			continue
		}
		for k, c := range l.Conditions {
			more := []string{""}
			if c.Trials > 0 {
				more = append(accuracyCells(c.Scored), fmt.Sprintf("%+.4f", c.Accuracy-r.Intact.Conditions[k].Accuracy))
			}
			row(slices.Concat([]string{l.Lesion}, c.Labels(), []string{strconv.Itoa(c.Trials)}, more)...)
		}
	}
}

// summarize sums up lesions of units drawn at random.
func summarize(draws []lesionResult) lesionResult {
	m := lesionResult{Lesion: fmt.Sprintf("%s (mean of %d)", draws[0].Of, len(draws))}
	var accuracy []visible.Number
	for _, d := range draws {
		accuracy = append(accuracy, d.Accuracy)
		m.Loss += d.Loss / visible.Number(len(draws))
		m.Accuracy += d.Accuracy / visible.Number(len(draws))
		m.Change += d.Change / visible.Number(len(draws))
		m.LossChange += d.LossChange / visible.Number(len(draws))
	}
	slices.Sort(accuracy)
	cut := len(draws) / 40 // 2.5 % on either side
	m.AccuracyLow, m.AccuracyHigh = accuracy[cut], accuracy[len(draws)-1-cut]
	return m
}

// WriteTable writes a row for the intact network and for each lesion, and below
// each a row for every condition.
func (r AblateResult) WriteTable(w io.Writer) error {
	rows := [][]string{append([]string{"lesion", "of", "trials", "loss", "accuracy", "accuracy_low", "accuracy_high", "loss_change", "accuracy_change", "lost", "gained", "p"}, r.By...)}
	for _, l := range append([]lesionResult{r.Intact}, r.Lesions...) {
		row := []string{l.Lesion, l.Of, strconv.Itoa(r.Trials), l.Loss.String(), l.Accuracy.String(), l.AccuracyLow.String(), l.AccuracyHigh.String(),
			l.LossChange.String(), l.Change.String(), strconv.Itoa(l.Lost), strconv.Itoa(l.Gained), l.P.String()}
		if r.unjudged() {
			for _, k := range []int{4, 5, 6, 8, 9, 10, 11} {
				row[k] = ""
			}
		}
		rows = append(rows, append(row, make([]string, len(r.By))...))
		for k, c := range l.Conditions {
			if c.Trials > 0 {
				rows = append(rows, append([]string{l.Lesion, l.Of, strconv.Itoa(c.Trials), "", c.Accuracy.String(), c.AccuracyLow.String(), c.AccuracyHigh.String(),
					"", (c.Accuracy - r.Intact.Conditions[k].Accuracy).String(), "", "", ""}, c.Labels()...))
			}
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
