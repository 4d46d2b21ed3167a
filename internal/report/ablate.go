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
	"text/tabwriter"

	"psychrnn/internal/eval"
	"psychrnn/internal/lesion"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/visible"
)

// lesionResult is how a network did under a lesion.
type lesionResult struct {
	Lesion       string         `json:"lesion"`
	Of           string         `json:"of,omitempty"` // the entry it was made of
	Loss         visible.Number `json:"loss"`
	Accuracy     visible.Number `json:"accuracy"`
	AccuracyLow  visible.Number `json:"accuracy_low"`
	AccuracyHigh visible.Number `json:"accuracy_high"`
	LossChange   visible.Number `json:"loss_change"`
	Change       visible.Number `json:"accuracy_change"`
	Lost         int            `json:"lost"`   // trials that the intact network alone has right
	Gained       int            `json:"gained"` // trials that the lesioned one alone has right
	P            visible.Number `json:"p"`

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
	low, high := e.Interval()
	return lesionResult{Lesion: name, Loss: visible.Number(e.Loss), Accuracy: visible.Number(e.Accuracy()),
		AccuracyLow: visible.Number(low), AccuracyHigh: visible.Number(high),
		LossChange: visible.Number(e.Loss - intact.Loss), Change: visible.Number(e.Accuracy() - intact.Accuracy()),
		Conditions: NewTest(e).Conditions}
}

// String is the table. Units drawn at random are one line: their mean, and the
// interval that holds the middle 95 % of the draws.
func (r AblateResult) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, tested(r.Trials, r.Runs))
	if r.unjudged() {
		r.writeLosses(&b)
		return b.String()
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "lesion\tloss\taccuracy\t95 % interval\tchange\tp")
	line := func(l lesionResult, p string) {
		fmt.Fprintf(table, "%s\t%.6f\t%.4f\t%.4f to %.4f\t%+.4f\t%s\n", visible.Line(l.Lesion), l.Loss, l.Accuracy, l.AccuracyLow, l.AccuracyHigh, l.Change, p)
	}
	line(r.Intact, "")
	for k := 0; k < len(r.Lesions); {
		l := r.Lesions[k]
		if l.repeats > 0 {
			line(summarize(r.Lesions[k:][:l.repeats]), "")
			k += l.repeats
			continue
		}
		line(l, fmt.Sprintf("%.3g", l.P))
		k++
	}
	flush(table)
	r.writeConditions(&b)
	return b.String()
}

// unjudged says whether the task has no accuracy.
func (r AblateResult) unjudged() bool { return math.IsNaN(float64(r.Intact.Accuracy)) }

// writeLosses prints the table of a task without an accuracy.
func (r AblateResult) writeLosses(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "lesion\tloss\tchange")
	line := func(l lesionResult) {
		fmt.Fprintf(table, "%s\t%.6f\t%+.6f\n", visible.Line(l.Lesion), l.Loss, l.LossChange)
	}
	line(r.Intact)
	for k := 0; k < len(r.Lesions); k++ {
		l := r.Lesions[k]
		if l.repeats > 0 {
			l = summarize(r.Lesions[k:][:l.repeats])
			k += r.Lesions[k].repeats - 1
		}
		line(l)
	}
	flush(table)
}

func flush(table *tabwriter.Writer) {
	if err := table.Flush(); err != nil {
		panic("psychrnn: a table in memory cannot be written")
	}
}

// writeConditions prints the accuracy of every condition, but for units drawn
// at random.
func (r AblateResult) writeConditions(w io.Writer) {
	if len(r.By) == 0 {
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nlesion\t%s\ttrials\taccuracy\t95 %% interval\tchange\n", strings.Join(r.By, "\t"))
	for _, l := range append([]lesionResult{r.Intact}, r.Lesions...) {
		if l.repeats > 0 {
			continue
		}
		for k, c := range l.Conditions {
			fmt.Fprintf(table, "%s\t%s\t%d\t", visible.Line(l.Lesion), strings.Join(c.Labels(), "\t"), c.Trials)
			if c.Trials > 0 {
				fmt.Fprintf(table, "%.4f\t%.4f to %.4f\t%+.4f", c.Accuracy, c.AccuracyLow, c.AccuracyHigh, c.Accuracy-r.Intact.Conditions[k].Accuracy)
			}
			fmt.Fprintln(table)
		}
	}
	flush(table)
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
	number := func(x visible.Number) string { return strconv.FormatFloat(float64(x), 'g', -1, 64) }
	for _, l := range append([]lesionResult{r.Intact}, r.Lesions...) {
		if r.unjudged() {
			rows = append(rows, []string{l.Lesion, l.Of, strconv.Itoa(r.Trials), number(l.Loss), "", "", "", number(l.LossChange), "", "", "", ""})
			continue
		}
		rows = append(rows, append([]string{l.Lesion, l.Of, strconv.Itoa(r.Trials), number(l.Loss), number(l.Accuracy), number(l.AccuracyLow), number(l.AccuracyHigh),
			number(l.LossChange), number(l.Change), strconv.Itoa(l.Lost), strconv.Itoa(l.Gained), number(l.P)}, make([]string, len(r.By))...))
		for k, c := range l.Conditions {
			if c.Trials > 0 {
				rows = append(rows, append([]string{l.Lesion, l.Of, strconv.Itoa(c.Trials), "", number(c.Accuracy), number(c.AccuracyLow), number(c.AccuracyHigh),
					"", number(c.Accuracy - r.Intact.Conditions[k].Accuracy), "", "", ""}, c.Labels()...))
			}
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
