package draw

import (
	"encoding/json"
	"fmt"
	"math"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
	"slices"
	"testing"
)

// All comparisons of TestDistributions together reject a right program with
// this chance, were its seed drawn anew; the seeds are fixed, so a change that
// keeps the streams never meets it. Each comparison gets an equal share.
const (
	falseAlarm      = 1e-6
	mostComparisons = 200
	threshold       = falseAlarm / mostComparisons
)

// Sizes of the samples. With them
//   - the law of a variable is rejected if its range is 2 % shorter, if it is
//     rounded to 1/40 of its range, if it is skewed to u^1.06, or if one of
//     its values comes up with 0.02 more chance than it should;
//   - independence (of two variables of a trial, of trial 2k and 2k+1, of
//     purposes, of seeds) is rejected if 6 % of the pairs are copies;
//   - against the original's 2000 trials a range 10 % shorter is rejected, or
//     a value that comes up with 0.11 more chance;
//   - noise is rejected if its s.d. is 1.5 % off, its mean 0.025 s.d., its
//     correlation with its neighbours 0.025, or if 3 % of it is missing.
//
// TestLawTestsCatch shows each of these.
const (
	marginal = 100_000 // trials
	pairs    = 50_000
	deviates = 200_000
)

// randomTask is a task whose variables are drawn.
type randomTask struct {
	golden string     // the name in statistics.json
	config *plan.Plan // one step a trial is enough, for the laws don't depend on dt
	laws   map[string]law
	// follow are variables that others decide, so that only the original's are
	// there to compare with; further are those that it does not have.
	follow, further []string
	// honoured are given variables that the original draws all the same.
	honoured map[string]float64
}

var randomTasks = []randomTask{
	{
		golden: "perceptual_discrimination",
		config: oneStep("perceptual_discrimination", ""),
		laws: map[string]law{
			"coherence":     {values: []float64{0.1, 0.3, 0.5, 0.7}},
			"direction":     {values: []float64{0, 1}},
			"onset_time":    {low: 0, high: 1000},
			"stim_duration": {low: 250, high: 750},
		},
	},
	{
		golden: "perceptual_discrimination, coherence .4, direction 1 given",
		config: oneStep("perceptual_discrimination", "coherence: 0.4\ndirection: 1"),
		laws: map[string]law{
			"onset_time":    {low: 0, high: 1000},
			"stim_duration": {low: 250, high: 750},
		},
		honoured: map[string]float64{"direction": 1},
	},
	{
		golden: "delayed_discrimination",
		config: oneStep("delayed_discrimination", ""),
		laws: map[string]law{
			"onset_time":        {low: 0, high: 250},
			"stim_duration_1":   {low: 0, high: 500},
			"delay_duration":    {low: 0, high: 500},
			"stim_duration_2":   {low: 0, high: 500},
			"decision_duration": {low: 0, high: 250},
			"choice":            {values: []float64{0, 1}},
			"pair":              {values: []float64{0, 1, 2, 3, 4}},
		},
		follow:  []string{"stimulus_1", "delay", "stimulus_2", "decision", "end", "f1", "f2"},
		further: []string{"pair"},
	},
	{
		golden: "match_to_category",
		config: oneStep("match_to_category", ""),
		laws: map[string]law{
			"angle": {low: 0, high: 2 * math.Pi},
		},
		follow: []string{"category"},
	},
}

// oneStep is a task whose trials are a step long.
func oneStep(kind, settings string) *plan.Plan {
	return section("kind: %s\ndt: 2000\ntau: 100\nT: 2000\nN_batch: 8\n%s", kind, settings)
}

// silentTasks are sections whose inputs are noise alone.
var silentTasks = map[string]func(dt, t float64) *plan.Plan{
	"perceptual_discrimination": silent("perceptual_discrimination"),
	"delayed_discrimination":    silent("delayed_discrimination"),
	"match_to_category":         silent("match_to_category"),
}

// silent puts the onset behind the end.
func silent(kind string) func(dt, t float64) *plan.Plan {
	return func(dt, t float64) *plan.Plan {
		return section("{kind: %s, dt: %v, tau: 100, T: %v, N_batch: 8, onset_time: %v}", kind, dt, t, 2*t)
	}
}

// goldenStatistics is what statistics.json says.
type goldenStatistics struct {
	Parameters map[string]map[string]json.RawMessage
	Noise      []struct {
		Task     string
		Dt       float64
		Formula  float64 `json:"formula_std"`
		Measured float64 `json:"measured_std"`
		Samples  float64
	}
}

// goldenVariable is a variable over the original's trials: values and how
// often they came up, or a histogram.
type goldenVariable struct {
	Values, Counts   []float64
	Histogram, Edges []float64
}

// variable returns what the original drew for a variable of a task.
func (g goldenStatistics) variable(t *testing.T, task, name string) (v goldenVariable) {
	t.Helper()
	if err := json.Unmarshal(g.Parameters[task][name], &v); err != nil {
		t.Fatalf("statistics.json, %s of %s: %v", name, task, err)
	}
	return v
}

// counts sorts values into the bins of the golden variable. Its outermost
// edges are the smallest and the largest of its own values.
func (v goldenVariable) counts(values []float64) []float64 {
	if v.Edges == nil {
		return law{values: v.Values}.counts(values)
	}
	counts := make([]float64, len(v.Histogram))
	inner := v.Edges[1 : len(v.Edges)-1]
	for _, value := range values {
		bin, _ := slices.BinarySearch(inner, value)
		counts[bin]++
	}
	return counts
}

func (v goldenVariable) test(values []float64) float64 {
	switch {
	case v.Edges != nil:
		return sameSource(v.Histogram, v.counts(values))
	case !(law{values: v.Values}).allows(values):
		return 0
	}
	return sameSource(v.Counts, v.counts(values))
}

// comparison is one comparison of a sample with its law.
type comparison struct {
	name   string
	chance float64
}

func TestDistributions(t *testing.T) {
	var golden goldenStatistics
	readJSON(t, "statistics.json", &golden)
	var all []comparison
	for _, r := range randomTasks {
		t.Run(r.golden, func(t *testing.T) { all = append(all, r.compare(t, golden)...) })
	}
	noises := map[string]int{}
	for _, n := range golden.Noise {
		silent, ok := silentTasks[n.Task]
		if !ok {
			continue
		}
		noises[n.Task]++
		name := fmt.Sprintf("%s, dt %v: noise", n.Task, n.Dt)
		sample := drawNoise(t, silent(n.Dt, 100*n.Dt))
		for _, c := range sample.compare(n.Formula) {
			all = append(all, comparison{name + " " + c.name, c.chance})
		}
		z := math.Log(sample.measured()/n.Measured) / math.Sqrt(0.5/float64(len(sample.all))+0.5/n.Samples)
		all = append(all, comparison{name + " against the original's", twoSided(z)})
	}
	for name := range silentTasks {
		if noises[name] < 3 {
			t.Errorf("%s: noise was compared for %d lengths of a step", name, noises[name])
		}
	}
	if len(all) > mostComparisons {
		t.Errorf("%d comparisons share a threshold made for %d", len(all), mostComparisons)
	}
	least := 1.0
	for _, c := range all {
		least = min(least, c.chance)
		if !(c.chance >= threshold) {
			t.Errorf("%s: a right program does this with chance %.2g", c.name, c.chance)
		}
	}
	t.Logf("%d comparisons, the least likely with chance %.2g", len(all), least)
}

// compare draws trials of the task and compares what was drawn with the laws,
// with the original's trials, and with each other.
func (r randomTask) compare(t *testing.T, golden goldenStatistics) (list []comparison) {
	here, next := newTask[float32](t, r.config, 1), newTask[float32](t, r.config, 2)
	drawn := r.variables(t, here, task.Train, marginal)
	purpose := r.variables(t, here, task.Test, pairs)
	seed := r.variables(t, next, task.Train, pairs)
	add := func(name string, chance float64) {
		list = append(list, comparison{r.golden + ": " + name, chance})
	}
	for name, values := range drawn {
		l, random := r.laws[name]
		if slices.Contains(r.further, name) {
			add(name, l.test(values))
			continue
		}
		original := golden.variable(t, r.golden, name)
		if slices.Contains(r.follow, name) {
			add(name+" against the original's", original.test(values))
			continue
		}
		if given, ok := r.honoured[name]; ok {
			original = goldenVariable{Values: []float64{given}}
		}
		switch {
		case random != (len(original.Values) != 1):
			t.Errorf("the original draws %s, but no law is known, or the other way round", name)
		case !random:
			if slices.ContainsFunc(values, func(v float64) bool { return v != original.Values[0] }) {
				t.Errorf("%s should always be %v", name, original.Values[0])
			}
		default:
			add(name, l.test(values))
			add(name+" against the original's", original.test(values))
			even, odd := halves(values[:marginal])
			add(name+" of consecutive trials", apart(l, l, even, odd))
			add(name+" of two purposes", apart(l, l, values[:pairs], purpose[name]))
			add(name+" of two seeds", apart(l, l, values[:pairs], seed[name]))
			for other := range r.laws {
				if other < name {
					add(other+" with "+name, apart(r.laws[other], l, drawn[other][:pairs], values[:pairs]))
				}
			}
		}
	}
	for name := range r.laws {
		if drawn[name] == nil {
			t.Errorf("%s is not among what is drawn for a trial", name)
		}
	}
	return list
}

// variables returns what was drawn for so many trials, by name.
func (r randomTask) variables(t *testing.T, source task.Task[float32], purpose string, trials int) map[string][]float64 {
	t.Helper()
	drawn := draw(t, source, purpose, 0, trials)
	byName := map[string][]float64{}
	for k, name := range drawn.Names {
		byName[name] = row(drawn.Variable, len(drawn.Names), 1, k)
	}
	return byName
}

// halves takes a list apart into entries 0, 2, 4 ... and 1, 3, 5 ...
func halves(values []float64) (even, odd []float64) {
	return row(values, 2, 1, 0), row(values, 2, 1, 1)
}

// noiseSample is noise in one order, and pairs of it that are neighbours in
// time, channel and trial.
type noiseSample struct {
	all        []float64
	neighbours map[string][2][]float64
}

// drawNoise returns the inputs of a silent task.
func drawNoise(t *testing.T, c *plan.Plan) noiseSample {
	t.Helper()
	source := newTask[float64](t, c, 1)
	steps, channels, _ := source.Shape()
	rows := deviates / steps / channels / 2 * 2
	trials := draw(t, source, task.Train, 0, rows)
	s := noiseSample{all: trials.X, neighbours: map[string][2][]float64{}}
	neighbours := func(name string, apart, within int) {
		var pair [2][]float64
		for at := range trials.X {
			if at/apart%within%2 == 0 && at/apart%within+1 < within {
				pair[0], pair[1] = append(pair[0], trials.X[at]), append(pair[1], trials.X[at+apart])
			}
		}
		s.neighbours[name] = pair
	}
	neighbours("between channels", 1, channels)
	neighbours("between trials", channels, rows)
	neighbours("between steps", channels*rows, steps)
	return s
}

func (s noiseSample) measured() float64 {
	var sum float64
	for _, v := range s.all {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(s.all)))
}

// compare compares noise with N(0, sd^2), fresh at every step, channel and trial.
func (s noiseSample) compare(sd float64) []comparison {
	list := []comparison{{"s.d.", spread(s.all, sd)}, {"mean", centered(s.all, sd)}, {"shape", bell(s.all, sd)}}
	for name, pair := range s.neighbours {
		list = append(list, comparison{name, uncorrelated(pair[0], pair[1])})
	}
	return list
}
