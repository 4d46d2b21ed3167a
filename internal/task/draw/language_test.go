package draw

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/model"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// channelText is a channel of trial 0 over time.
func channelText(block []float64, rows, n, channel int) string {
	var b []string
	for k, v := range row(block, rows, n, 0) {
		if k%n == channel {
			b = append(b, strconv.FormatFloat(v, 'g', 4, 64))
		}
	}
	return strings.Join(b, " ")
}

// What definitions without chance make of trial 0: ten steps of 10 ms unless
// they say otherwise.
func TestLanguage(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing: x and y 0, mask 1", "{T: 30, inputs: 1, outputs: 2}", "x0 0 0 0|y1 0 0 0|mask1 1 1 1"},
		{"rules in order", "{T: 30, inputs: 1, outputs: 2, y: [{add: 2}, {multiply: 3}, {when: t > 15, set: 1}, {add: 1}]}", "y0 7 7 2"},
		{"conditions are numbers", "{T: 40, inputs: 1, outputs: 2, y: [{set: 5*(10 <= t < 30) + (t == 0)}, {when: 0.5, channel: 1, set: 2}, {when: t, channel: 1, set: 3}]}", "y0 1 5 5 0|y1 2 3 3 3"},
		{"not and in", "{periods: {a: 20, b: 20}, inputs: 1, outputs: 2, y: [{when: not (t in a), channel: 0, set: 1}, {when: t not in b, channel: 1, set: 1}]}", "y0 0 0 1 1|y1 1 1 0 0"},
		{"a name of each kind", "{periods: {choice: 20, in_between: 10}, inputs: {sum: 1, left: 1}, outputs: 2, trial: {mean: choice(3), max: \"max(mean, 1)\"}, x: [{in: choice, channel: sum, add: mean + max}]}", "x0 6 6 0|x1 0 0 0"},
		{"channels", `{T: 10, inputs: {a: 1, rule: 3}, outputs: 2, trial: {k: 1}, x: [{channel: "rule[k]", add: 1}, {channel: [0, rule], add: 10}, {channel: k + 2, add: 100}]}`, "x0 10|x1 10|x2 11|x3 110"},
		{"index, size, channel", "{T: 10, inputs: {a: 1, ring: 3}, outputs: 2, x: [{channel: ring, set: 100*channel + 10*size + index}, {channel: a, set: size}]}", "x0 1|x1 130|x2 231|x3 332"},
		{"the ring", "{T: 10, inputs: {ring: 4}, outputs: 2, x: [{set: \"ring(pi, 1)\"}]}", "x0 0.007192|x1 0.2912|x2 1|x3 0.2912"},
		{"parameters", "{T: 20, inputs: 1, outputs: 2, parameters: {a: T/dt, v: [1, 2], m: [[1, 2], [3, 4]], w: {value: index^2, each: 3}}, x: [{set: \"a + 10*v[1] + 100*m[1][0] + 1000*w[2]\"}]}", "x0 4322 4322"},
		{"replaced", "{T: 20, inputs: 1, outputs: 2, parameters: {p: 1}, trial: {a: 2, b: 3}, x: [{set: 100*p + 10*a + b}], p: 4, a: [5], about: other}", "x0 453 453"},
		{"channels by number", "{T: 10, inputs: 2, outputs: 2, N_in: 3, N_out: 4, x: [{set: N_in}], y: [{set: N_out}]}", "x2 3|y3 4"},

		{"periods without rounding", "{periods: {a: 15, b: 10, c: 5}, inputs: 1, outputs: 2, y: [{in: a, set: 1}, {in: b, set: 2}, {in: c, set: 3}]}", "y0 1 1 2"},
		{"a period of 0 is absent", "{periods: {a: 20, b: 0, c: 10}, inputs: 1, outputs: 2, y: [{in: a, set: 1}, {in: b, set: 2}, {in: c, set: 3}]}", "y0 1 1 3"},
		{"units of time", "{periods: {a: 0.02s, b: 10ms}, inputs: 1, outputs: 2, y: [{in: b, set: 1}]}", "y0 0 0 1"},
		{"times of a period", "{periods: {a: 20, b: 30}, inputs: 1, outputs: 2, y: [{set: b_start + 1000*b_end + 0.1*b_duration}]}", "y0 5.002e+04 5.002e+04 5.002e+04 5.002e+04 5.002e+04"},
		{"outside of the sequence", "{periods: {a: 20, b: 20, c: {from: 10, to: 1000}}, inputs: 1, outputs: 2, y: [{in: c, set: 1}], mask: [{in: [a, c], multiply: 3}]}", "y0 0 1 1 1|mask0 3 3 3 3"},
		{"the end of the sequence", "{T: 50, periods: {a: 20, b: choice(10)}, inputs: 1, outputs: 2, x: [{set: 2}], y: [{set: 3}], noise: 0}", "x0 2 2 2 0 0|mask0 1 1 1 0 0|y0 3 3 3 3 3"},
		{"beyond T", "{T: 30, inputs: 1, outputs: 2, trial: {late: 1000}, y: [{when: t < late, set: 1}, {when: t > late, set: 2}]}", "y0 1 1 1"},
		{"when and in", "{periods: {a: 20, b: 20}, inputs: 1, outputs: 2, y: [{in: [a, b], when: t >= 10, set: 1}]}", "y0 0 1 1 1"},

		{"a signal is a name", "{T: 30, inputs: 1, outputs: 2, signals: {ramp: t/10, twice: 2*ramp}, x: [{set: twice + 1}]}", "x0 1 3 5"},
		{"reduced", "{T: 30, inputs: 1, outputs: 2, signals: {ramp: t/10}, trial: {all: sum(ramp), most: max(ramp), end: last(ramp), begin: first(ramp), when: first_t(ramp > 0)}, x: [{set: all + 10*most + 100*end + 1000*begin + 10*when}]}", "x0 323 323 323"},
		{"hold and cumsum", "{T: 50, inputs: 1, outputs: 2, signals: {pulse: (t == 10) - (t == 30)}, y: [{channel: 0, set: hold(pulse)}, {channel: 1, set: cumsum(pulse)}]}", "y0 0 1 1 -1 -1|y1 0 1 1 0 0"},
		{"a vector of signals", "{T: 30, inputs: {p: 2}, outputs: 2, signals: {u: {value: \"(t == 10*index)\", each: 2}}, x: [{set: \"u[index]\"}]}", "x0 1 0 0|x1 0 1 0"},
		{"batch and trial", "{T: 10, inputs: 1, outputs: 2, y: [{channel: 0, set: trial + 1}, {channel: 1, set: batch + trial % 4}]}", "y0 1|y1 1"},
		{"names", "{T: 25, inputs: 1, outputs: 2, x: [{set: T + N_steps + 1000*N_in + 2000*N_out}], y: [{channel: 0, set: step}, {channel: 1, set: dt + tau + (3.14 < pi < 3.15)}]}", "x0 5028 5028 5028|y0 0 1 2|y1 111 111 111"},
		{"functions", "{T: 10, inputs: 1, outputs: 2, y: [{channel: 0, set: \"where(1 > 2, 3, 4) + -1 % 3\"}, {channel: 1, set: wrap(3*pi/2) + pi/2 + 2^3}]}", "y0 6|y1 8"},
		{"weights", "{periods: {a: 20, b: 10}, inputs: 1, outputs: 2, mask: [{in: b, multiply: 2.5}, {channel: 1, in: b, multiply: 2}]}", "mask0 1 1 2.5|mask1 1 1 5"},
		{"only where it holds", "{T: 30, inputs: 1, outputs: 2, parameters: {v: [1, 2]}, y: [{when: step < 2, set: \"v[step]\"}]}", "y0 1 2 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, err := plan.FromText("{dt: 10, tau: 100, N_batch: 4, " + c.text[1:])
			if err != nil {
				t.Fatal(err)
			}
			trials := draw(t, newTask[float64](t, config, 1), task.Train, 0, 2)
			var got []string
			for _, want := range strings.Split(c.want, "|") {
				name, _, _ := strings.Cut(want, " ")
				side := strings.TrimRight(name, "0123456789")
				channel, _ := strconv.Atoi(name[len(side):])
				block := map[string][]float64{"x": trials.X, "y": trials.Y, "mask": trials.Mask}[side]
				n := map[string]int{"x": trials.I, "y": trials.O, "mask": trials.O}[side]
				got = append(got, name+" "+channelText(block, trials.Rows, n, channel))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Trials are counted from 0 in their batch, batches from 1 since the stage began,
// as the original's generate_trial_params(batch, trial) is told.
func TestBatchAndTrial(t *testing.T) {
	config := section("{dt: 10, tau: 100, N_batch: 3, T: 20, inputs: 1, outputs: 1, trial: {place: trial, number: batch}, x: [{set: 10*batch + trial}], accuracy: place == trial and number == batch}")
	source := newTask[float64](t, config, 1)
	for _, origin := range []uint64{0, 4} {
		trials := model.NewTrials[float64](40, 2, 1, 1)
		trials.First, trials.Origin = 7, origin
		if err := source.Trials(trials, task.Train); err != nil {
			t.Fatal(err)
		}
		for r := range 40 {
			since := 7 + r - int(origin)
			batch, trial := float64(1+since/3), float64(since%3)
			if diff := cmp.Diff([]float64{trial, batch, 10*batch + trial}, []float64{trials.Variable[2*r], trials.Variable[2*r+1], trials.X[r]}); diff != "" {
				t.Errorf("trial %d since %d (-want +got):\n%s", 7+r, origin, diff)
			}
		}
		correct := make([]bool, 40)
		if source.Correct(correct, trials, trials.Y); slices.Contains(correct, false) {
			t.Errorf("the accuracy has other numbers: %v", correct)
		}
	}
}

// An index out of range and a NaN are errors where a rule holds, with the rule
// and the trial.
func TestTrialErrors(t *testing.T) {
	for _, c := range []struct{ rest, want string }{
		{"parameters: {v: [1, 2]}, trial: {k: \"v[trial]\"}", "trial.k: the index is 2, but must be a whole number from 0 to 1 (in trial 2, drawn for train)"},
		{"periods: {a: \"max(0, min(10*sqrt(2 - trial), 20))\"}", "periods.a: the duration is not a number (in trial 3, drawn for train)"},
		{"parameters: {v: [1, 2]}, y: [{set: \"v[step]\"}]", "y[0].set: the index is 2, but must be a whole number from 0 to 1 (in trial 0, drawn for train)"},
		{"y: [{set: 1}, {when: t > 5, set: sqrt(-trial)}]", "y[1]: the value at step 1 is not a number (in trial 1, drawn for train)"},
		{"y: [{channel: trial, set: 1}]", "y[0]: the channel is 2, but must be a whole number from 0 to 1 (in trial 2, drawn for train)"},
		{"trial: {k: trial/2}, y: [{channel: k, set: 1}]", "y[0]: the channel is 0.5, but must be a whole number from 0 to 1 (in trial 1, drawn for train)"},
		{"noise: 2 - trial, y: []", "noise: the standard deviation of the noise is -1 (in trial 3, drawn for train)"},
		{"trial: {w: {choice: [1, 2], weights: [0, 1 - trial]}}", "trial.w: the weights sum to 0 (in trial 1, drawn for train)"},
		{"trial: {p: bernoulli(trial)}", "trial.p: bernoulli: the chance is 2, but must lie between 0 and 1 (in trial 2, drawn for train)"},
		{"trial: {n: poisson(10000*trial)}", "trial.n: poisson: the mean is 20000, but must lie between 0 and 10000, beyond which round(normal(mean, sqrt(mean))) is as good (in trial 2, drawn for train)"},
		{"trial: {p: \"uniform(0, 1)\", q: log(-1 - trial)}, y: [{set: q}]", "y[0]: the value at step 0 is not a number (in trial 0, drawn for train)"},
	} {
		config := section("{dt: 10, tau: 100, N_batch: 4, T: 30, inputs: 1, outputs: 2, %s}", c.rest)
		source := newTask[float64](t, config, 1)
		err := source.Trials(model.NewTrials[float64](4, 3, 1, 2), task.Train)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.rest, err, c.want)
		}
	}
}

// What no network can be trained on is an error with the rule and the trial: a
// value that is infinite, or that the precision has no number for.
func TestInfiniteValues(t *testing.T) {
	const none = ""
	for _, c := range []struct{ rest, float32, float64 string }{
		{"x: [{set: 1/trial}]", "x[0]: the value at step 0 is infinite (in trial 0, drawn for train)", "same"},
		{"y: [{set: 2}, {when: t > 5, channel: 1, set: -1/(1 - trial)}]", "y[1]: the value at step 1 is infinite (in trial 1, drawn for train)", "same"},
		{"mask: [{multiply: 1/(2 - trial)}]", "mask[0]: the value at step 0 is infinite (in trial 2, drawn for train)", "same"},
		{"x: [{set: t/(2 - step)}]", "x[0]: the value at step 2 is infinite (in trial 0, drawn for train)", "same"},
		{"signals: {s: exp(200*step)}, x: [{set: s}]", "x[0]: with this rule the value at step 1 is 7.225973768125749e+86, beyond what float32 holds (in trial 0", none},
		{"x: [{set: 1e39 * (trial == 1)}]", "x[0]: with this rule the value at step 0 is 1e+39, beyond what float32 holds (in trial 1", none},
		{"x: [{set: -1e39}, {multiply: 1e-3}]", none, none}, // in between there is room
		{"x: [{set: 1}, {add: 2e38}, {when: t > 5, add: 2e38}, {add: 1}]", "x[2]: with this rule the value at step 1 is 4e+38, beyond what float32 holds", none},
		{"y: [{set: 1e300}, {multiply: 1e300}]", "y[0]: with this rule the value at step 0 is infinite", "y[1]: with this rule the value at step 0 is infinite"},
		{"y: [{set: 1}, {when: t + 0*t > 15, channel: 1, set: 1e39*step}]", "y[1]: with this rule the value at step 2 is 2e+39, beyond", none},
		{"noise: 1e38", "noise: the standard deviation of the noise is 1e+38", none},
		{"noise: 1/trial", "noise: the standard deviation of the noise is +Inf (in trial 0", "same"},
		{"trial: {limit: 1/(0*trial)}, x: [{when: t < limit, set: 1}]", none, none}, // no value of a trial
	} {
		if c.float64 == "same" {
			c.float64 = c.float32
		}
		config := section("{dt: 10, tau: 100, N_batch: 4, T: 30, inputs: 1, outputs: 2, %s}", c.rest)
		for precision, got := range map[string]struct {
			err  error
			want string
		}{
			"float32": {newTask[float32](t, config, 1).Trials(model.NewTrials[float32](4, 3, 1, 2), task.Train), c.float32},
			"float64": {newTask[float64](t, config, 1).Trials(model.NewTrials[float64](4, 3, 1, 2), task.Train), c.float64},
		} {
			if got.want == none && got.err != nil || got.want != none && (got.err == nil || !strings.Contains(got.err.Error(), got.want)) {
				t.Errorf("%s in %s: %v, want %s", c.rest, precision, got.err, got.want)
			}
		}
	}
}

// Answers to a trial of 100 ms with a target of 1 in channel 1 from 50 ms on,
// as a definition's accuracy judges them. Outputs are given as values of both
// channels at all steps.
func TestAccuracy(t *testing.T) {
	constant := func(a, b float64) func(int) (float64, float64) {
		return func(int) (float64, float64) { return a, b }
	}
	late := func(step int) (float64, float64) { return flag(step < 6), flag(step >= 7) }
	for _, c := range []struct {
		accuracy string
		output   func(step int) (float64, float64)
		want     bool
	}{
		{"choice", constant(0, 1), true},
		{"choice", constant(1, 1), false},
		{"choice", late, false},
		{"{choice: [go, right], in: answer}", late, true},
		{"{choice: [right, go], in: answer}", constant(1, 1), true},
		{"{sign: right, in: answer}", constant(0, 0.1), true},
		{"{sign: right, in: answer}", constant(1, -0.1), false},
		{"{sign: go}", constant(0, 0), true},
		{"mean(output[right]) > 0.5", constant(0, 1), true},
		{"mean(output[right]) > 0.5", late, false},
		{"{correct: \"mean(output[right]) > 0.5\", in: answer}", late, true},
		{"{correct: \"mean(output[right]) > 0.5\", in: [wait, answer]}", late, false},
		{"{correct: \"sum(x) == 6 and last(step) == 6 and first_t(t > 0) == 50\", in: [start, middle]}", late, true},
		{"first_t(output[right] > 0.5) == 70", late, true},
		{"first_t(output[right] > 5) < 1000", late, false}, // never: not a number
		{"not (first_t(output[right] > 5) < 1000)", late, true},
		{"abs(first_t(output[1] > 0.5) - onset) <= 0.4*onset", late, true},
		{"sum(output*y) > 2.5 and last(output[go]) == 0", late, true},
		{"any(output[go] > 0.5) and all(output[go] >= 0)", late, true},
		{"max(output[right]) == 1 and min(output[right]) == 0 and first(output[go]) == 1", late, true},
		{"max(mean(output[go]), 0.7) == 0.7", late, true},
		{"sum(mask[0]) == 10 and sum(x[0]) == 20", late, true},
		{"log(-1)", late, false},
	} {
		accuracy := c.accuracy
		if accuracy[0] != '{' {
			accuracy = strconv.Quote(accuracy)
		}
		config := section("{dt: 10, tau: 100, N_batch: 4, inputs: 1, outputs: [go, right], trial: {onset: choice(50)}, periods: {wait: onset, answer: 50, start: {from: 0, to: 10}, middle: {from: 50, to: 70}}, x: [{set: 2}], y: [{in: answer, channel: right, set: 1}], accuracy: %s}", accuracy)
		source := newTask[float64](t, config, 1)
		trials := draw(t, source, task.Train, 0, 2)
		output, correct := make([]float64, len(trials.Y)), make([]bool, 2)
		for k := range output {
			a, b := c.output(k / 4)
			output[k] = []float64{a, b}[k%2]
		}
		source.Correct(correct, trials, output)
		if correct[0] != c.want || correct[1] != c.want {
			t.Errorf("%s: %v, want %v", c.accuracy, correct, c.want)
		}
	}
}

func flag(c bool) float64 {
	if c {
		return 1
	}
	return 0
}

// Changing one variable of a definition, adding one, or putting them in
// another order leaves all other draws as they were.
func TestMatchedTrials(t *testing.T) {
	const rest = "dt: 10, tau: 100, N_batch: 4, T: 100, inputs: 1, outputs: 2, noise: 0.1, signals: {s: \"normal(0, 1)\"}, x: [{set: s + a + b}]"
	values := func(trial string) (map[string][]float64, []float64) {
		trials := draw(t, newTask[float64](t, section("{%s, trial: {%s}}", rest, trial), 1), task.Train, 7, 3)
		all := map[string][]float64{}
		for r := range trials.Rows {
			for k, name := range trials.Names {
				all[name] = append(all[name], trials.Variable[r*len(trials.Names)+k])
			}
		}
		return all, trials.X
	}
	was, x := values(`a: "uniform(0, 1)", b: "uniform(0, 1) + uniform(0, 1)"`)
	if cmp.Equal(was["a"], was["b"]) {
		t.Error("two variables are the same")
	}
	for _, other := range []string{
		`b: "uniform(0, 1) + uniform(0, 1)", a: "uniform(0, 1)"`,
		`new: "normal(0, 1)", a: "uniform(0, 1)", b: "uniform(0, 1) + uniform(0, 1)"`,
	} {
		is, same := values(other)
		if diff := cmp.Diff([]any{was["a"], was["b"], x}, []any{is["a"], is["b"], same}); diff != "" {
			t.Errorf("%s (-first +other):\n%s", other, diff)
		}
	}
	one, _ := values(`v: {value: "normal(0, 1)", each: 1}, a: 0, b: 0`)
	two, _ := values(`v: {value: "normal(0, 1)", each: 2}, a: 0, b: 0`)
	if diff := cmp.Diff(one["v[0]"], two["v[0]"]); diff != "" {
		t.Errorf("a longer vector (-one +two):\n%s", diff)
	}
	fixed, moved := values(`a: 0.5, b: "uniform(0, 1) + uniform(0, 1)"`)
	if diff := cmp.Diff(was["b"], fixed["b"]); diff != "" {
		t.Errorf("a fixed (-drawn +fixed):\n%s", diff)
	}
	for k := range x { // noise and signal are the same too
		if d := (x[k] - moved[k]) - (was["a"][k%3] - 0.5); d > 1e-12 || d < -1e-12 {
			t.Fatalf("input %d differs by more than the variable: %v", k, d)
		}
	}
}
