package draw

import (
	"math"
	"psychrnn/internal/task"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// shares tests values against the chances of whole numbers from low on; the
// last stands for all from there on.
func shares(low int, chances ...float64) func([]float64) float64 {
	return func(values []float64) float64 {
		counts := make([]float64, len(chances))
		for _, v := range values {
			if k := v - float64(low); k != math.Trunc(k) || k < 0 {
				return 0
			}
			counts[min(int(v)-low, len(chances)-1)]++
		}
		for k := len(chances) - 1; k >= 0; k-- {
			if chances[k] == 0 {
				if counts[k] > 0 {
					return 0
				}
				counts, chances = slices.Delete(counts, k, k+1), slices.Delete(slices.Clone(chances), k, k+1)
			}
		}
		return chiSquare(counts, chances)
	}
}

// follows tests values against a continuous distribution function.
func follows(distribution func(float64) float64) func([]float64) float64 {
	return func(values []float64) float64 { return kolmogorov(values, distribution) }
}

// poissonShares are the chances of 0, 1, ... events, the last of that many or more.
func poissonShares(mean float64, n int) []float64 {
	all, rest := make([]float64, n), 1.0
	for k := range n - 1 {
		all[k] = distuv.Poisson{Lambda: mean}.Prob(float64(k))
		rest -= all[k]
	}
	all[n-1] = rest
	return all
}

// drawLaw is a test that the values of a draw pass, and their mean and s.d.
type drawLaw struct {
	test     func([]float64) float64
	mean, sd float64
}

// drawLaws are those of every draw, as it stands in trial.
var drawLaws = map[string]drawLaw{
	`"uniform(-2, 5)"`:     {follows(distuv.Uniform{Min: -2, Max: 5}.CDF), 1.5, 7 / math.Sqrt(12)},
	`"normal(1, 2)"`:       {follows(distuv.Normal{Mu: 1, Sigma: 2}.CDF), 1, 2},
	`"exponential(3)"`:     {follows(distuv.Exponential{Rate: 1. / 3}.CDF), 3, 3},
	`"integer(-1.5, 2.5)"`: {shares(-1, 0.25, 0.25, 0.25, 0.25), 0.5, math.Sqrt(1.25)},
	`"bernoulli(0.3)"`:     {shares(0, 0.7, 0.3), 0.3, math.Sqrt(0.21)},
	`"poisson(2.5)"`:       {shares(0, poissonShares(2.5, 9)...), 2.5, math.Sqrt(2.5)},
	`"poisson(40)"`: {func(values []float64) float64 { // all up to 20 together
		values = slices.Clone(values)
		for k, v := range values {
			values[k] = max(v, 20)
		}
		upTo20 := distuv.Poisson{Lambda: 40}.CDF(20)
		return shares(20, append([]float64{upTo20}, poissonShares(40, 60)[21:]...)...)(values)
	}, 40, math.Sqrt(40)},
	`"choice(1, 2, 4)"`: {shares(1, 1./3, 1./3, 0, 1./3), 7. / 3, math.Sqrt(14) / 3},
	`[0, 1, 3]`:         {shares(0, 1./3, 1./3, 0, 1./3), 4. / 3, math.Sqrt(14) / 3},
	`"truncated_exponential(600, 300, 3000)"`: {follows(func(x float64) float64 {
		return math.Expm1(-(x-300)/600) / math.Expm1(-(3000.-300)/600)
	}), 900 - 2700/math.Expm1(2700./600), math.Sqrt(600*600 - 2700*2700*math.Exp(2700./600)/math.Pow(math.Expm1(2700./600), 2))},
	`{choice: [0, 1, 2], weights: [1, 0, 3]}`: {shares(0, 0.25, 0, 0.75), 1.5, math.Sqrt(0.75)},
}

// chance is that of the values' law, mean or s.d. being as far off, whichever
// is the least likely of the three.
func (l drawLaw) chance(values []float64) float64 {
	n := float64(len(values))
	var first, second, fourth float64
	for _, v := range values {
		d := v - l.mean
		first, second, fourth = first+d/n, second+d*d/n, fourth+d*d*d*d/n
	}
	wide := twoSided((second - l.sd*l.sd) / math.Sqrt((fourth-second*second)/n))
	return min(l.test(values), twoSided(first/l.sd*math.Sqrt(n)), wide)
}

// All comparisons of TestDraws and TestDrawsApart together reject a right
// program with the chance falseAlarm, were its seed drawn anew. With so many
// values a draw is rejected whose mean is off by 3 % of its s.d., or whose s.d.
// is 3 % off.
const (
	drawThreshold = falseAlarm / 120
	drawValues    = 100_000
)

// Every draw has its law, over trials, over the units of a vector and over the
// steps of a signal.
func TestDraws(t *testing.T) {
	if n := 3*3*len(drawLaws) + 4; n > 120 {
		t.Fatalf("%d comparisons are more than the threshold is for", n)
	}
	const head = "{dt: 10, tau: 100, N_batch: 4, inputs: 1, outputs: 2"
	for text, law := range drawLaws {
		compare := func(what string, values []float64) {
			if len(values) != drawValues {
				t.Errorf("%s %s: %d values", text, what, len(values))
			}
			if p := law.chance(values); !(p > drawThreshold) {
				t.Errorf("%s %s: the chance of values like these is %g", text, what, p)
			}
		}
		values := draw(t, newTask[float64](t, section("%s, T: 10, trial: {v: %s}}", head, text), 1), task.Train, 0, drawValues).Variable
		compare("over trials", values)
		if text[0] == '"' {
			compare("over units", draw(t, newTask[float64](t, section("%s, T: 10, trial: {v: {value: %s, each: 1000}}}", head, text), 1), task.Train, 0, drawValues/1000).Variable)
			compare("over steps", draw(t, newTask[float64](t, section("%s, T: 1000000, signals: {v: %s}, x: [{set: v}]}", head, text), 1), task.Train, 0, 1).X)
		}
		shifted, wider := slices.Clone(values), slices.Clone(values)
		for k, v := range values {
			shifted[k], wider[k] = v+0.03*law.sd, law.mean+1.03*(v-law.mean)
		}
		for what, wrong := range map[string][]float64{"shifted": shifted, "too wide": wider} {
			if p := law.chance(wrong); p > drawThreshold {
				t.Errorf("%s %s: not noticed, chance %g", text, what, p)
			}
		}
	}
}

// Draws of neighbouring steps, units, trials and ordinals are not correlated.
func TestDrawsApart(t *testing.T) {
	const rest = "dt: 10, tau: 100, N_batch: 4, inputs: 1, outputs: 2"
	values := map[string][]float64{
		"steps":    draw(t, newTask[float64](t, section("{%s, T: 200000, signals: {v: \"normal(0, 1)\"}, x: [{set: v}]}", rest), 1), task.Train, 0, 1).X,
		"units":    draw(t, newTask[float64](t, section("{%s, T: 10, trial: {v: {value: \"normal(0, 1)\", each: 500}}}", rest), 1), task.Train, 0, 40).Variable,
		"trials":   draw(t, newTask[float64](t, section("{%s, T: 10, trial: {v: \"normal(0, 1)\"}}", rest), 1), task.Train, 0, 20_000).Variable,
		"ordinals": draw(t, newTask[float64](t, section("{%s, T: 10, trial: {v: \"normal(0, 1) - normal(0, 1)\", w: \"normal(0, 1) + normal(0, 1)\"}}", rest), 1), task.Train, 0, 20_000).Variable,
	}
	for what, v := range values {
		if p := uncorrelated(v[:len(v)-1], v[1:]); !(p > drawThreshold) {
			t.Errorf("%s: the chance of a correlation like this is %g", what, p)
		}
	}
}
