package draw

import (
	"math"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Reductions over the time go to the end of the trial wherever they stand, and
// not over the steps of the longest.
func TestReductionsEndWithTheTrial(t *testing.T) {
	const text = `
dt: 10
tau: 100
N_batch: 4
inputs: 3
outputs: 3
trial:
  d: [0, 20, 50, 100]
  n: sum(s)
  average: mean(s)
  least: min(s)
  most: max(s)
  ever: any(s > 1.5)
  always: all(s > -1.5)
  begin: first(s)
  end: last(s)
  late: first_t(t >= 80)
  time: mean(t)               # the same for trials of the same length
  each: sum(2*u)
  twice: sum(centred^2)       # of a signal that reduces
signals:
  s: normal(0, 1)
  u: {value: "normal(0, 1)", each: 2}
  centred: s - mean(s)
periods: {wait: 10, a: d, last: {from: "last(t)", to: 1000}}
noise: 0*sum(s)
x:
  - {channel: 0, set: s}
  - {channel: 1, set: centred}
  - {channel: "where(any(t >= 80), 2, 1)", add: mean(t)}
y:
  - {channel: 0, set: sum(s)}
  - {channel: 1, when: t < mean(t), set: 1}
  - {channel: 2, in: last, set: cumsum(s)}
accuracy: sum(x[0]) == n and mean(t) == time and last(t) == last_start
`
	config, err := plan.FromText(text)
	if err != nil {
		t.Fatal(err)
	}
	const rows = 40
	source := newTask[float64](t, config, 3)
	trials := draw(t, source, task.Train, 0, rows)
	met := map[float64]bool{}
	for r := range rows {
		value := map[string]float64{}
		for k, name := range trials.Names {
			value[name] = trials.Variable[r*len(trials.Names)+k]
		}
		met[value["d"]] = true
		n := 1 + int(value["d"])/10
		middle := float64(n-1) * 10 / 2
		long := n > 8
		at := func(block []float64, width, s, c int) float64 { return block[(s*rows+r)*width+c] }
		var s []float64
		var total, ever, always, square float64
		always = 1
		for k := range n {
			v := at(trials.X, 3, k, 0)
			s = append(s, v)
			total += v
			ever = max(ever, flag(v > 1.5))
			always = min(always, flag(v > -1.5))
		}
		for k, v := range s {
			c := v - total/float64(n)
			square += c * c
			near(t, "x 1", at(trials.X, 3, k, 1), c+middle*flag(!long))
			near(t, "x 2", at(trials.X, 3, k, 2), middle*flag(long))
		}
		late := math.NaN()
		if long {
			late = 80
		}
		for name, want := range map[string]float64{
			"n": total, "average": total / float64(n), "least": slices.Min(s), "most": slices.Max(s), "ever": ever, "always": always,
			"begin": s[0], "end": s[n-1], "late": late, "time": middle, "twice": square,
		} {
			near(t, name+" of "+strconv.Itoa(n)+" steps", value[name], want)
		}
		running := 0.0
		for k := range n {
			running += s[k]
			near(t, "y 0", at(trials.Y, 3, k, 0), total)
			near(t, "y 1", at(trials.Y, 3, k, 1), flag(float64(10*k) < middle))
			near(t, "y 2", at(trials.Y, 3, k, 2), running*flag(k == n-1))
		}
	}
	if len(met) != 4 {
		t.Errorf("drew durations %v", met)
	}
	correct := make([]bool, rows)
	source.Correct(correct, trials, make([]float64, len(trials.Y)))
	if k := slices.Index(correct, false); k >= 0 {
		t.Errorf("trial %d: the accuracy reduces over other steps than the variables", k)
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9 || math.IsNaN(got) && math.IsNaN(want)) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

// A duration may be the time at which something first happens in a signal.
// What it depends on has no end yet: a circle, or all of T where it is looked
// through for that time.
func TestDurationsOfSignals(t *testing.T) {
	config := section("{dt: 10, tau: 100, N_batch: 4, inputs: 1, outputs: 2, signals: {s: \"bernoulli(0.3)\"}, trial: {hit: \"first_t(cumsum(s) == 2 or t == 100)\", n: sum(s)}, periods: {wait: \"clip(hit, 0, 100)\", answer: 20}, x: [{set: s}]}")
	trials := draw(t, newTask[float64](t, config, 1), task.Train, 0, 50)
	for r := range trials.Rows {
		value := map[string]float64{}
		for k, name := range trials.Names {
			value[name] = trials.Variable[r*len(trials.Names)+k]
		}
		hit, sum := 100.0, 0.0
		for s := range 12 {
			x := trials.X[s*trials.Rows+r]
			if sum += x; sum == 2 && x == 1 {
				hit = min(hit, float64(10*s))
			}
			if mask := trials.Mask[(s*trials.Rows+r)*2]; mask != flag(float64(10*s) < value["hit"]+20) {
				t.Errorf("trial %d, step %d: mask %v, but the second pulse came at %v", r, s, mask, value["hit"])
			}
		}
		if value["hit"] != hit {
			t.Errorf("trial %d: the second pulse came at %v, want %v", r, value["hit"], hit)
		}
		if value["n"] != sum {
			t.Errorf("trial %d: %v pulses, want %v", r, value["n"], sum)
		}
	}
	for rest, want := range map[string]string{
		"trial: {n: sum(s)}, periods: {wait: 50, answer: \"clip(n, 0, 50)\"}":       "trial.n: a circle: sum goes to the end of the trial, which depends on answer_duration, and that on n",
		"periods: {wait: \"clip(mean(s), 0, 50)\"}":                                 "periods.wait: a circle: mean goes to the end of the trial, which depends on wait_duration",
		"T: 100, trial: {n: m, m: last(s)}, periods: {wait: \"clip(n, 0, 50)\"}":    "trial.m: a circle: last goes to the end of the trial, which depends on wait_duration, and that on m",
		"trial: {n: \"max(s)*first_t(s)\"}, periods: {wait: \"max(0, min(n, 9))\"}": "trial.n: a circle: max goes to",
	} {
		_, err := plan.FromText("{dt: 10, tau: 100, N_batch: 4, inputs: 1, outputs: 2, signals: {s: \"normal(0, 1)\"}, " + rest + "}")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 1 {
			t.Errorf("%s: %v, want %s", rest, err, want)
		}
	}
}
