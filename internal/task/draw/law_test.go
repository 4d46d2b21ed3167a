package draw

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// law is the distribution of a trial's variable: each of values with equal
// chance or, without values, evenly over [low, high).
type law struct {
	values    []float64
	low, high float64
}

// quantile returns the value below which the law has the share u.
func (l law) quantile(u float64) float64 {
	if l.values != nil {
		return l.values[min(int(u*float64(len(l.values))), len(l.values)-1)]
	}
	return l.low + u*(l.high-l.low)
}

// test returns the chance that values of this law lie as far from it as these
// or farther, 0 if one of them is impossible.
func (l law) test(values []float64) float64 {
	switch {
	case !l.allows(values):
		return 0
	case l.values != nil:
		return chiSquare(l.counts(values), even(l.cells()))
	}
	return kolmogorov(values, func(v float64) float64 { return (v - l.low) / (l.high - l.low) })
}

func (l law) allows(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool {
		if l.values != nil {
			return !slices.Contains(l.values, v)
		}
		return !(l.low <= v && v < l.high)
	})
}

// cells is the number of cells into which the law is cut, all of equal chance.
func (l law) cells() int {
	if l.values != nil {
		return len(l.values)
	}
	return 4
}

func (l law) cell(v float64) int {
	if l.values != nil {
		return slices.Index(l.values, v)
	}
	return int(float64(l.cells()) * (v - l.low) / (l.high - l.low))
}

func (l law) counts(values []float64) []float64 {
	counts := make([]float64, l.cells())
	for _, v := range values {
		counts[l.cell(v)]++
	}
	return counts
}

// even are the chances of n cells that are alike.
func even(n int) []float64 {
	shares := make([]float64, n)
	for k := range shares {
		shares[k] = 1 / float64(n)
	}
	return shares
}

// apart tests that pairs of two laws are independent, on the grid of their cells.
func apart(a, b law, x, y []float64) float64 {
	if !a.allows(x) || !b.allows(y) {
		return 0
	}
	counts := make([]float64, a.cells()*b.cells())
	for k := range x {
		counts[a.cell(x[k])*b.cells()+b.cell(y[k])]++
	}
	return chiSquare(counts, even(len(counts)))
}

// chiSquare tests counts against the shares expected (Pearson 1900).
func chiSquare(counts, shares []float64) float64 {
	var n, sum float64
	for _, count := range counts {
		n += count
	}
	for k, count := range counts {
		e := n * shares[k]
		sum += (count - e) * (count - e) / e
	}
	return distuv.ChiSquared{K: float64(len(counts) - 1)}.Survival(sum)
}

// sameSource tests that two lists of counts come from one distribution.
func sameSource(a, b []float64) float64 {
	var n, m, sum float64
	for k := range a {
		n, m = n+a[k], m+b[k]
	}
	for k := range a {
		d := math.Sqrt(m/n)*a[k] - math.Sqrt(n/m)*b[k]
		sum += d * d / (a[k] + b[k])
	}
	return distuv.ChiSquared{K: float64(len(a) - 1)}.Survival(sum)
}

// kolmogorov tests values against a continuous distribution function, by the
// first term of the limiting law of its largest distance (Kolmogorov 1933).
func kolmogorov(values []float64, distribution func(float64) float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := float64(len(sorted))
	var most float64
	for k, v := range sorted {
		f := distribution(v)
		most = max(most, f-float64(k)/n, float64(k+1)/n-f)
	}
	return min(1, 2*math.Exp(-2*n*most*most))
}

// twoSided is the chance of a standard normal deviate beyond +-z.
func twoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// spread tests that deviates with mean 0 have the standard deviation sd.
func spread(deviates []float64, sd float64) float64 {
	var sum float64
	for _, v := range deviates {
		sum += v * v / (sd * sd)
	}
	c := distuv.ChiSquared{K: float64(len(deviates))}
	return 2 * min(c.CDF(sum), c.Survival(sum))
}

// centered tests that deviates of standard deviation sd have the mean 0.
func centered(deviates []float64, sd float64) float64 {
	var sum float64
	for _, v := range deviates {
		sum += v
	}
	return twoSided(sum / sd / math.Sqrt(float64(len(deviates))))
}

// bell tests that deviates have the law N(0, sd^2).
func bell(deviates []float64, sd float64) float64 {
	return kolmogorov(deviates, distuv.Normal{Sigma: sd}.CDF)
}

// uncorrelated tests that two lists of deviates with mean 0 are not correlated.
func uncorrelated(x, y []float64) float64 {
	var xx, yy, xy float64
	for k := range x {
		xx, yy, xy = xx+x[k]*x[k], yy+y[k]*y[k], xy+x[k]*y[k]
	}
	return twoSided(xy / math.Sqrt(xx*yy) * math.Sqrt(float64(len(x))))
}
