package main

import (
	"encoding/csv"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
)

// told is a task of which every column is known: named outputs, periods of
// drawn and of fixed length, a window of the answer, a variable with the name of
// a column, and trials that end before others.
const told = `
task:
  dt: 10
  tau: 50
  N_batch: 8
  inputs: [left, right]
  outputs: {choose: 2, fixate: 1}
  trial:
    side: choice(0, 1)
    target: side + 10
  periods: {wait: "uniform(0, 50)", stimulus: 45, answer: "choice(40, 80)"}
  noise: 1
  x: [{in: stimulus, channel: side, add: 1}]
  y: [{in: answer, channel: "choose[side]", set: 1}]
  accuracy: {choice: choose, in: answer}
model: {N_rec: 12, rec_noise: 0.3}
train: {training_iters: 64}
test: {trials: 50, reaction_time: {threshold: 0.8, from: stimulus, channels: ["choose[0]", 1]}}
`

// columnsIn reads a CSV as columns.
func columnsIn(t *testing.T, text string) map[string][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for c, name := range rows[0] {
		if columns[name] != nil {
			t.Errorf("two columns are called %s", name)
		}
		for _, row := range rows[1:] {
			columns[name] = append(columns[name], row[c])
		}
	}
	return columns
}

func floats(t *testing.T, texts []string) (values []float64) {
	t.Helper()
	for _, text := range texts {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	return values
}

// numbersOf is the numbers of an array.
func numbersOf(t *testing.T, f *npz.File, name string) []float64 {
	t.Helper()
	m, _ := f.Get(name)
	v, err := m.Array.Float64s()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// The table says of every trial what follows from its outputs, and the saved
// file says the same under the same names.
func TestTrialTable(t *testing.T) {
	folder, at := filepath.Join(t.TempDir(), "run"), t.TempDir()
	file, saved := filepath.Join(at, "t.csv"), filepath.Join(at, "t.npz")
	succeed(t, "train", "-q", "-c", write(t, "told.yaml", told), "-o", folder)
	succeed(t, "test", folder, "-q", "--csv", file, "--save", saved)
	f, columns := arrays(t, saved), columnsIn(t, read(t, file))
	names := []string{
		"trial", "side", "target", "wait_duration", "answer_duration", "wait_start", "wait_end", "stimulus_start", "stimulus_end", "answer_start", "answer_end",
		"answer_target", "choice", "correct", "rt", "mean_output_choose[0]", "mean_output_choose[1]", "mean_output_fixate",
	}
	if header, _, _ := strings.Cut(read(t, file), "\n"); header != strings.Join(names, ",") {
		t.Fatalf("columns are %s", header)
	}
	outputs, y := numbersOf(t, f, "outputs"), numbersOf(t, f, "y")
	m, _ := f.Get("outputs")
	steps := m.Array.Shape[1]
	side, wait, length := floats(t, columns["side"]), floats(t, columns["wait_duration"]), floats(t, columns["answer_duration"])
	met := map[string]int{}
	for trial := range 50 {
		begins, ends := wait[trial]+45, wait[trial]+45+length[trial]
		var means [3]float64
		n, rt := 0.0, math.NaN()
		for step := range steps {
			out := outputs[(trial*steps+step)*3:][:3]
			time := float64(step) * 10
			if begins <= time && time < ends {
				n++
				for c := range means {
					means[c] += out[c]
				}
			}
			if wait[trial] <= time && time < ends && max(out[0], out[1]) >= 0.8 && math.IsNaN(rt) {
				rt = time - wait[trial]
			}
		}
		for c := range means {
			means[c] /= n
		}
		choice := 0
		if means[1] > means[0] {
			choice = 1
		}
		correct := 0.0
		if choice == int(side[trial]) {
			correct = 1
		}
		want := map[string]any{
			"trial": float64(trial), "target": side[trial] + 10, "wait_start": 0.0, "wait_end": wait[trial], "stimulus_start": wait[trial], "stimulus_end": begins,
			"answer_start": begins, "answer_end": ends, "answer_target": "choose[" + columns["side"][trial] + "]", "choice": "choose[" + strconv.Itoa(choice) + "]",
			"correct": correct, "rt": rt, "mean_output_choose[0]": means[0], "mean_output_choose[1]": means[1], "mean_output_fixate": means[2],
		}
		for name, want := range want {
			got := columns[name][trial]
			if text, is := want.(string); is {
				if got != text {
					t.Errorf("trial %d: %s is %s, want %s", trial, name, got, text)
				}
				continue
			}
			x, number := floats(t, []string{got})[0], want.(float64)
			if math.Abs(x-number) > 1e-9 || math.IsNaN(x) != math.IsNaN(number) {
				t.Errorf("trial %d: %s is %g, want %g", trial, name, x, number)
			}
		}
		met[columns["choice"][trial]]++
		met["correct "+columns["correct"][trial]]++
		if math.IsNaN(rt) {
			met["no reaction"]++
		}
		if len(y) != len(outputs) {
			t.Fatal("y is of another shape")
		}
	}
	if len(met) != 5 {
		t.Errorf("not all is met: %v", met)
	}
	for _, name := range names[1:] {
		a, _ := f.Get(name)
		texts, err := a.Array.Strings()
		if err != nil {
			for _, v := range numbersOf(t, f, name) {
				texts = append(texts, strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
		if !slices.Equal(texts, columns[name]) {
			t.Errorf("%s is saved as %v, but the table says %v", name, texts, columns[name])
		}
	}
}

// Tables call what they share alike, and name channels as the task does.
func TestSameColumns(t *testing.T) {
	c, folder, out := write(t, "told.yaml", told), filepath.Join(t.TempDir(), "run"), filepath.Join(t.TempDir(), "out.csv")
	succeed(t, "train", "-q", "-c", c, "-o", folder)
	succeed(t, "simulate", folder, "-q", "--trials", "2", "--save-rates", "-o", out)
	simulated, preview := columnsIn(t, read(t, out)), columnsIn(t, succeed(t, "task", "preview", "-c", c, "--trials", "1"))
	for name, columns := range map[string]map[string][]string{"simulate": simulated, "preview": preview} {
		for _, column := range []string{"trial", "step", "t"} {
			if columns[column] == nil {
				t.Errorf("%s: no column %s: %v", name, column, slices.Sorted(maps.Keys(columns)))
			}
		}
	}
	for _, column := range []string{"output_choose[0]", "output_choose[1]", "output_fixate", "state_0", "state_11", "rate_0", "rate_11"} {
		if simulated[column] == nil {
			t.Errorf("simulate: no column %s", column)
		}
	}
	for _, column := range []string{"x_left", "x_right", "y_choose[0]", "y_fixate", "mask_fixate", "side", "target", "periods"} {
		if preview[column] == nil {
			t.Errorf("preview: no column %s", column)
		}
	}
}

// A choice by its sign is 1 or -1, of channels without names it is a number, and
// a condition chooses nothing.
func TestChoices(t *testing.T) {
	for accuracy, want := range map[string]string{
		"{sign: 0}": "-1 1", "choice": "0 1", "last(output[0]) > 0": "",
	} {
		folder, file := trained(t, "task.accuracy="+accuracy, "test.trials=200"), filepath.Join(t.TempDir(), "t.csv")
		succeed(t, "test", folder, "-q", "--csv", file)
		columns := columnsIn(t, read(t, file))
		values := slices.Sorted(slices.Values(columns["choice"]))
		if got := strings.Join(slices.Compact(values), " "); got != want && got != strings.Split(want, " ")[1] && got != strings.Split(want, " ")[0] {
			t.Errorf("%s: choices are %q, want %q", accuracy, got, want)
		}
		for k, target := range columns["target"] {
			if right := target == columns["choice"][k]; right != (columns["correct"][k] == "1") {
				t.Errorf("%s, trial %d: %s of %s is %s", accuracy, k, columns["choice"][k], target, columns["correct"][k])
			}
		}
	}
}

// Rates are the transfer function of states; those of an LSTM are its hidden
// states, and its cell is what the next one follows from: with
// f, g = sigmoid, c = tanh of z W + b, z = [hidden, x], it is f cell + g c.
func TestSaveRates(t *testing.T) {
	t.Parallel()
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for kind, rate := range map[string]func(float64) float64{"basic": math.Tanh, "lstm": func(s float64) float64 { return s }, "gru": func(s float64) float64 { return s }} {
		folder, at := trained(t, "model.kind="+kind, "model.transfer_function=tanh", "precision=float64"), t.TempDir()
		if kind != "basic" {
			folder = trained(t, "model.kind="+kind, "precision=float64")
		}
		tested, simulated := filepath.Join(at, "t.npz"), filepath.Join(at, "s.npz")
		succeed(t, "test", folder, "-q", "--save", tested, "--save-rates", "--set", "test.trials=1")
		succeed(t, "simulate", folder, "-q", "-o", simulated, "--save-rates", "--trials", "1")
		f := arrays(t, tested)
		states, rates := numbersOf(t, f, "states"), numbersOf(t, f, "rates")
		for k, s := range states {
			if math.Abs(rates[k]-rate(s)) > 1e-15 {
				t.Fatalf("%s: rate %g of state %g", kind, rates[k], s)
			}
		}
		names := []string{"rates"}
		if kind == "lstm" {
			names = append(names, "cell")
		} else if _, ok := f.Get("cell"); ok {
			t.Errorf("%s has a cell", kind)
		}
		if !alike(t, tested, simulated, names...) {
			t.Errorf("%s: test and simulate differ", kind)
		}
		if kind != "lstm" {
			continue
		}
		w, cell, x := arrays(t, filepath.Join(folder, "weights.npz")), numbersOf(t, f, "cell"), numbersOf(t, f, "x")
		gate := func(name string, t0, unit int) float64 {
			matrix, bias := numbersOf(t, w, "W_"+name), numbersOf(t, w, "b_"+name)
			sum := bias[unit]
			for k := range 10 {
				sum += states[(t0-1)*10+k] * matrix[k*10+unit]
			}
			for k := range 2 {
				sum += x[t0*2+k] * matrix[(10+k)*10+unit]
			}
			return sum
		}
		for step := 1; step < 20; step++ {
			for unit := range 10 {
				want := sigmoid(gate("f", step, unit))*cell[(step-1)*10+unit] + sigmoid(gate("i", step, unit))*math.Tanh(gate("c", step, unit))
				// The file is in float32.
				if got := cell[step*10+unit]; math.Abs(got-want) > 1e-6 {
					t.Fatalf("step %d, unit %d: cell %g, want %g", step, unit, got, want)
				}
			}
		}
	}
	if o := invoke("test", trained(t), "--save-rates"); o.status != fault.Usage || !strings.Contains(o.stderr, "nothing is saved") {
		t.Errorf("status %d: %s", o.status, o.stderr)
	}
}
