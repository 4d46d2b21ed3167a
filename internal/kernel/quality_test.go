package kernel

import (
	"math"
	"slices"
	"testing"

	"psychrnn/internal/random"
)

// The tests of quality have fixed seeds, so that they pass always or never.
// Their bounds are passed by good deviates in all but one of about 10^4 seeds.
// The slow tests draw ten times as many deviates.

func TestQuality(t *testing.T) { testQuality(t, 1<<20) }

func testQuality(t *testing.T, sample int) {
	run(t, "float32", func(t *testing.T, set *Set[float32]) {
		x := drawn(set, sample)
		testMoments(t, x)
		testDistribution(t, x)
		testIndependence(t, set, sample/16)
	})
}

// drawn returns sample deviates from short rows of many streams, as training
// draws them.
func drawn(set *Set[float32], sample int) []float32 {
	const row = 512
	x := make([]float32, sample)
	s := make([]random.Stream, sample/row)
	for i := range s {
		s[i] = random.NewKey(11).Text("quality").Number(uint64(i)).Stream()
	}
	set.Normal(x, row, row, s)
	return x
}

// testMoments compares the first six moments and the tails with the normal's.
func testMoments(t *testing.T, x []float32) {
	sample := float64(len(x))
	// The mean of x^p, and of x^2p.
	moments := [][2]float64{1: {0, 1}, 2: {1, 3}, 3: {0, 15}, 4: {3, 105}, 5: {0, 945}, 6: {15, 10395}}
	for p := 1; p < len(moments); p++ {
		sum := 0.0
		for _, v := range x {
			sum += math.Pow(float64(v), float64(p))
		}
		mean, square := moments[p][0], moments[p][1]
		z := (sum/sample - mean) / math.Sqrt((square-mean*mean)/sample)
		if math.Abs(z) > 4 {
			t.Errorf("moment %d is %v, %.1f deviations from %v", p, sum/sample, z, mean)
		}
	}
	for beyond := 0.5; beyond <= 5; beyond += 0.5 {
		for _, sign := range []float32{1, -1} {
			count := 0
			for _, v := range x {
				if v*sign > float32(beyond) {
					count++
				}
			}
			want := sample * 0.5 * math.Erfc(beyond/math.Sqrt2)
			// A count of few is Poisson distributed: its root is nearly normal.
			if z := 2 * (math.Sqrt(float64(count)+0.375) - math.Sqrt(want+0.375)); math.Abs(z) > 4 {
				t.Errorf("%d deviates beyond %v, want %.1f", count, sign*float32(beyond), want)
			}
		}
	}
	if top := slices.Max(x); top < 4.5 || top > 6.7 {
		t.Errorf("the largest deviate is %v", top)
	}
}

// testDistribution is Kolmogorov's and Smirnov's test. It sorts x.
func testDistribution(t *testing.T, x []float32) {
	sample := float64(len(x))
	slices.Sort(x)
	distance := 0.0
	for i, v := range x {
		p := 0.5 * math.Erfc(-float64(v)/math.Sqrt2)
		distance = max(distance, p-float64(i)/sample, float64(i+1)/sample-p)
	}
	if d := distance * math.Sqrt(sample); d > 2.2 {
		t.Errorf("distance times root of the sample is %v", d)
	}
}

// testIndependence looks for correlation, of deviates and of their squares,
// between lanes, later draws, streams of neighbouring numbers, and of
// neighbouring seeds.
func testIndependence(t *testing.T, set *Set[float32], n int) {
	draw := func(k random.Key) []float32 {
		x := make([]float32, n+2*Lane)
		set.Normal(x, len(x), len(x), []random.Stream{k.Stream()})
		return x
	}
	key := random.NewKey(3).Text("trial")
	x := draw(key)
	for lag := 1; lag < 2*Lane; lag++ { // cosine and sine of a radius lie Lane apart
		independent(t, x[:n], x[lag:lag+n], "lag", lag)
	}
	for i := range 2 * Lane {
		for j := range i {
			independent(t, every(x, i), every(x, j), "lane", i)
		}
	}
	for i := range 16 {
		independent(t, x[:n], draw(random.NewKey(uint64(4 + i)).Text("trial"))[:n], "seed", i)
		independent(t, draw(key.Number(uint64(i)))[:n], draw(key.Number(uint64(i + 1)))[:n], "trial", i)
		independent(t, x[:n], draw(key.Number(1 << i))[:n], "number", i)
		independent(t, x[:n], draw(key.Number(0).Number(uint64(i)))[:n], "block", i)
	}
}

// every takes every 32nd number from number i on: a lane's.
func every(x []float32, i int) []float32 {
	var lane []float32
	for ; i < len(x)-2*Lane; i += 2 * Lane {
		lane = append(lane, x[i])
	}
	return lane
}

func independent(t *testing.T, x, y []float32, what string, i int) {
	t.Helper()
	var xy, squares float64
	for i := range x {
		u, v := float64(x[i]), float64(y[i])
		xy += u * v
		squares += (u*u - 1) * (v*v - 1)
	}
	// The variances of the two terms are 1 and 4.
	root := math.Sqrt(float64(len(x)))
	if z := xy / root; math.Abs(z) > 5 {
		t.Errorf("%s %d: correlation of %.1f deviations", what, i, z)
	}
	if z := squares / (2 * root); math.Abs(z) > 5 {
		t.Errorf("%s %d: correlation of squares of %.1f deviations", what, i, z)
	}
}
