// Package statistics says how sure figures are: intervals and tests of what was
// counted over trials.
package statistics

import "math"

// Wilson is the 95 % interval of a proportion p of n trials (Wilson 1927).
func Wilson(p float64, n int) (low, high float64) {
	const z = 1.959963984540054
	m := float64(n)
	center := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, center-half), min(1, center+half)
}

// McNemar is the chance of a split of discordant pairs at least as uneven as
// this one if both sides were equally likely, exact and two-sided (McNemar
// 1947): lost are the trials that only the first answered right, gained those
// that only the second did.
func McNemar(lost, gained int) float64 {
	n, few := lost+gained, min(lost, gained)
	logGamma := func(x int) float64 { v, _ := math.Lgamma(float64(x)); return v }
	var sum float64
	for k := range few + 1 {
		sum += math.Exp(logGamma(n+1) - logGamma(k+1) - logGamma(n-k+1) - float64(n)*math.Ln2)
	}
	return min(1, 2*sum)
}
