package draw

import (
	"math"
	"testing"

	"psychrnn/internal/random"
)

// TestLawTestsCatch draws from laws that are wrong by what the comparisons of
// TestDistributions are said to notice, and from the right ones beside them.
func TestLawTestsCatch(t *testing.T) {
	var golden goldenStatistics
	readJSON(t, "statistics.json", &golden)
	original := func(name string) func([]float64) float64 {
		return golden.variable(t, "perceptual_discrimination", name).test
	}
	period, four, two := law{low: 250, high: 750}, law{values: []float64{0.1, 0.3, 0.5, 0.7}}, law{values: []float64{0, 1}}
	unit := func(test func([]float64, float64) float64) func([]float64) float64 {
		return func(v []float64) float64 { return test(v, 1) }
	}
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	for _, c := range []struct {
		name         string
		right, wrong experiment
	}{
		{"a range 2 % shorter", sampled(period, u, period.test), sampled(period, scaled(0.98), period.test)},
		{"a range 0.1 % longer", sampled(period, u, period.test), sampled(period, scaled(1.001), period.test)},
		{"rounded to 1/40", sampled(period, u, period.test), sampled(period, rounded, period.test)},
		{"skewed", sampled(period, u, period.test), sampled(period, skewed, period.test)},
		{"one of four values favoured", sampled(four, u, four.test), sampled(four, favoured(4, 0.02), four.test)},
		{"one of two values favoured", sampled(two, u, two.test), sampled(two, favoured(2, 0.02), two.test)},
		{"a value that is none", sampled(four, u, four.test), sampled(law{values: []float64{0.1, 0.3, 0.5, 0.9}}, u, four.test)},

		{"a range 10 % shorter than the original's", sampled(period, u, original("stim_duration")),
			sampled(period, scaled(0.9), original("stim_duration"))},
		{"one of the original's four values favoured", sampled(four, u, original("coherence")),
			sampled(four, favoured(4, 0.11), original("coherence"))},
		{"one of the original's two values favoured", sampled(two, u, original("direction")),
			sampled(two, favoured(2, 0.11), original("direction"))},

		{"copies among two ranges", copied(period, period, 0), copied(period, period, 0.06)},
		{"copies among four values and a range", copied(four, period, 0), copied(four, period, 0.06)},
		{"copies among two values and four", copied(two, four, 0), copied(two, four, 0.06)},
		{"copies among two values", copied(two, two, 0), copied(two, two, 0.06)},

		{"noise with another s.d.", noisy(normal, unit(spread)), noisy(louder, unit(spread))},
		{"noise with a mean", noisy(normal, unit(centered)), noisy(shifted, unit(centered))},
		{"noise that is missing in places", noisy(normal, unit(bell)), noisy(missing, unit(bell))},
		{"noise that is uniform", noisy(normal, unit(bell)), noisy(flat, unit(bell))},
		{"noise that repeats itself", repeated(0), repeated(0.025)},
	} {
		for seed := range seeds {
			draws := random.NewKey(seed).Text(c.name).Draws()
			if chance := c.right(&draws); !(chance >= threshold) {
				t.Errorf("%s, seed %d: what is right is rejected, chance %.2g", c.name, seed, chance)
			}
			if chance := c.wrong(&draws); !(chance < threshold) {
				t.Errorf("%s, seed %d: not noticed, chance %.2g", c.name, seed, chance)
			}
		}
	}
}

// experiment draws a sample and returns the chance that a test gives it.
type experiment func(*random.Draws) float64

// sampled draws from a law by its quantiles, with the uniform deviate bent.
func sampled(l law, bent func(u float64) float64, test func([]float64) float64) experiment {
	return func(d *random.Draws) float64 {
		var values []float64
		for range marginal {
			values = append(values, l.quantile(bent(d.Uniform())))
		}
		return test(values)
	}
}

func u(u float64) float64       { return u }
func rounded(u float64) float64 { return math.Floor(40*u) / 40 }
func skewed(u float64) float64  { return math.Pow(u, 1.06) }

func scaled(by float64) func(float64) float64 { return func(u float64) float64 { return by * u } }

// favoured gives the first of n equal cells so much more chance.
func favoured(n int, extra float64) func(float64) float64 {
	share := 1 / float64(n)
	return func(u float64) float64 {
		if u < share+extra {
			return 0
		}
		return share + (u-share-extra)*(1-share)/(1-share-extra)
	}
}

// copied draws pairs of which a share comes from one draw.
func copied(a, b law, share float64) experiment {
	return func(d *random.Draws) float64 {
		var x, y []float64
		for range pairs {
			u, v := d.Uniform(), d.Uniform()
			if d.Uniform() < share {
				v = u
			}
			x, y = append(x, a.quantile(u)), append(y, b.quantile(v))
		}
		return apart(a, b, x, y)
	}
}

func noisy(source func(*random.Draws) float64, test func([]float64) float64) experiment {
	return func(d *random.Draws) float64 {
		var values []float64
		for range deviates {
			values = append(values, source(d))
		}
		return test(values)
	}
}

func normal(d *random.Draws) float64  { return d.Normal() }
func louder(d *random.Draws) float64  { return 1.015 * d.Normal() }
func shifted(d *random.Draws) float64 { return 0.025 + d.Normal() }
func flat(d *random.Draws) float64    { return math.Sqrt(3) * (2*d.Uniform() - 1) }

func missing(d *random.Draws) float64 {
	if d.Uniform() < 0.03 {
		return 0
	}
	return d.Normal()
}

// repeated draws pairs of neighbours with a correlation; a sample has half as
// many as deviates.
func repeated(correlation float64) experiment {
	return func(d *random.Draws) float64 {
		var x, y []float64
		for range deviates / 2 {
			u, v := d.Normal(), d.Normal()
			x, y = append(x, u), append(y, correlation*u+math.Sqrt(1-correlation*correlation)*v)
		}
		return uncorrelated(x, y)
	}
}
