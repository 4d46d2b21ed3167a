package task

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// tableOf writes the rows of a table as low..high trials/different right.
func tableOf(table []TestCondition) (lines []string) {
	for _, c := range table {
		line := ""
		for _, r := range c.Ranges {
			line += fmt.Sprintf("%g..%g ", r.Low, r.High)
		}
		lines = append(lines, line+fmt.Sprintf("%d/%d %d", c.Trials, c.Different, c.Correct))
	}
	return lines
}

// several is a list of values, each so many times.
func several(pairs ...float64) (list []float64) {
	for k := 0; k < len(pairs); k += 2 {
		list = append(list, slices.Repeat(pairs[k:k+1], int(pairs[k+1]))...)
	}
	return list
}

func TestTabulate(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		about     string
		factors   []Factor
		variables [][]float64
		different int
		want      []string
	}{
		{"as many values as bins: a row each, whatever their numbers", []Factor{{Bins: 4}}, [][]float64{several(3, 27, 0, 23, 2, 25, 1, 25)}, 100,
			[]string{"0..0 23/23 23", "1..1 25/25 25", "2..2 25/25 25", "3..3 27/27 27"}},
		{"fewer values than bins", []Factor{{Bins: 4}}, [][]float64{several(1, 90, 2, 5, 3, 5)}, 100,
			[]string{"1..1 90/90 90", "2..2 5/5 5", "3..3 5/5 5"}},
		{"ties at a border stay together", []Factor{{Bins: 2}}, [][]float64{{1, 2, 2, 2, 3}}, 5,
			[]string{"1..1 1/1 1", "2..3 4/4 4"}},
		{"a heavy value, and the rest shared evenly", []Factor{{Bins: 3}}, [][]float64{several(0, 90, 1, 1, 2, 1, 3, 1, 4, 1)}, 94,
			[]string{"0..0 90/90 90", "1..2 2/2 2", "3..4 2/2 2"}},
		{"no ties", []Factor{{Bins: 3}}, [][]float64{{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}}, 10,
			[]string{"1..3 3/3 3", "4..6 3/3 3", "7..10 4/4 4"}},
		{"a bin gets no more because the next value is tied", []Factor{{Bins: 3}}, [][]float64{{1, 1, 2, 2, 3, 3, 4, 5, 6, 7}}, 10,
			[]string{"1..2 4/4 4", "3..4 3/3 3", "5..7 3/3 3"}},
		{"a heavy last value", []Factor{{Bins: 3}}, [][]float64{several(0, 1, 1, 1, 2, 1, 3, 1, 50, 6)}, 10,
			[]string{"0..1 2/2 2", "2..3 2/2 2", "50..50 6/6 6"}},
		{"a row of NaN", []Factor{{Bins: 2}}, [][]float64{{nan, 1, nan, 2, math.Inf(1), nan}}, 6,
			[]string{"1..1 1/1 1", "2..+Inf 2/2 2", "NaN..NaN 3/3 3"}},
		{"nothing but NaN", []Factor{{Bins: 2}}, [][]float64{{nan, nan}}, 2, []string{"NaN..NaN 2/2 2"}},
		{"as they come", []Factor{{}}, [][]float64{{2, nan, 1, 2, math.Copysign(0, -1), 0}}, 6,
			[]string{"0..0 2/2 2", "1..1 1/1 1", "2..2 2/2 2", "NaN..NaN 1/1 1"}},
		{"a listed value that none had", []Factor{{Values: []float64{1, 2, 3}}}, [][]float64{{1, 3}}, 2,
			[]string{"1..1 1/1 1", "2..2 0/0 0", "3..3 1/1 1"}},
		{"no row for what lists and bins leave open", []Factor{{Values: []float64{0, 1, 2}}, {Bins: 2}}, [][]float64{{0, 1, 0, 1}, {5, 6, 5, 7}}, 4,
			[]string{"0..0 5..5 2/2 2", "1..1 6..7 2/2 2", "2..2 5..5 0/0 0", "2..2 6..7 0/0 0"}},
		{"pairs as they come", []Factor{{}, {}}, [][]float64{{0, 0, 1}, {2, 3, 3}}, 3,
			[]string{"0..0 2..2 1/1 1", "0..0 3..3 1/1 1", "1..1 3..3 1/1 1"}},
		{"trials that came again", []Factor{{}}, [][]float64{{0, 1, 0, 1, 0}}, 2,
			[]string{"0..0 3/1 3", "1..1 2/1 2"}},
	} {
		right := slices.Repeat([]bool{true}, len(c.variables[0]))
		if diff := cmp.Diff(c.want, tableOf(Tabulate(c.factors, c.variables, right, c.different))); diff != "" {
			t.Errorf("%s (- wanted, + got):\n%s", c.about, diff)
		}
	}
}

// Whatever the values, every trial is in one row, which its label tells; ties
// never part; there are as many rows as bins or as different values.
func TestTabulateHoldsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(
			rapid.Float64Range(-1, 1), rapid.Map(rapid.IntRange(0, 3), func(k int) float64 { return float64(k) }),
			rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}),
		), 1, 200).Draw(t, "values")
		bins := rapid.IntRange(1, 12).Draw(t, "bins")
		table := Tabulate([]Factor{{Bins: bins}}, [][]float64{values}, make([]bool, len(values)), len(values))
		different := map[float64]bool{}
		for _, v := range values {
			if v == v {
				different[v] = true
			}
		}
		rows, last := 0, math.Inf(-1)
		for k, c := range table {
			r, held := c.Ranges[0], 0
			low, high := math.Inf(1), math.Inf(-1)
			for _, v := range values {
				if r.Low <= v && v <= r.High || r.Low != r.Low && v != v {
					held++
					low, high = min(low, v), max(high, v)
				}
			}
			if held == 0 || held != c.Trials {
				t.Fatalf("row %d holds %d trials and says %d", k, held, c.Trials)
			}
			if r.Low != r.Low {
				continue
			}
			if rows++; low != r.Low || high != r.High || k > 0 && low <= last {
				t.Fatalf("row %d is from %g to %g, and says %v", k, low, high, r)
			}
			last = high
		}
		total := 0
		for _, c := range table {
			total += c.Trials
		}
		if total != len(values) || rows != min(bins, len(different)) {
			t.Fatalf("%d of %d trials in %d rows, of %d bins and %d values", total, len(values), rows, bins, len(different))
		}
	})
}
