package statistics

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		correct, n int
		low, high  float64
	}{ // the roots of (p - correct/n)^2 = z^2 p (1-p) / n
		{0, 10, 0, 0.2775328},
		{10, 10, 0.7224672, 1},
		{5, 10, 0.2365931, 0.7634069},
		{81, 263, 0.2552885, 0.3662096},
	} {
		low, high := Wilson(float64(c.correct)/float64(c.n), c.n)
		if diff := cmp.Diff([]float64{c.low, c.high}, []float64{low, high}, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 })); diff != "" {
			t.Errorf("%d of %d (-want +got):\n%s", c.correct, c.n, diff)
		}
	}
}

func TestMcNemar(t *testing.T) {
	for _, c := range []struct {
		lost, gained int
		p            float64
	}{ // twice the smaller tail of a fair coin's binomial distribution
		{0, 0, 1},
		{1, 0, 1},
		{5, 0, 0.0625},
		{8, 2, 0.109375},
		{2, 8, 0.109375},
		{7, 7, 1},
		{400, 300, 0.000178476},
	} {
		if p := McNemar(c.lost, c.gained); math.Abs(p-c.p) > 1e-6 {
			t.Errorf("%d lost and %d gained: p = %g, want %g", c.lost, c.gained, p, c.p)
		}
	}
	if p := McNemar(500, 0); p > 1e-140 || p <= 0 {
		t.Errorf("500 lost: p = %g", p)
	}
}
