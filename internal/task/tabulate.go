package task

// How a test is divided into conditions, and its trials sorted into them.

import (
	"fmt"
	"maps"
	"math"
	"psychrnn/internal/statistics"
	"slices"
	"sort"
)

// A Factor is a variable by which a test is divided.
type Factor struct {
	Name   string
	Values []float64 // run through evenly instead of drawn; none: bins
	Bins   int       // of a variable that is drawn as always; 0: its values as they come
}

// MostConditions bounds the values of one factor, and the conditions of a test.
const MostConditions = 1000

// Conditions is the number of conditions that factors make, or more than allowed.
func Conditions(factors []Factor) int {
	n := 1
	for _, f := range factors {
		if n *= max(1, len(f.Values), f.Bins); n > MostConditions {
			break
		}
	}
	return n
}

// Range is what a factor's values in a row of a table have in common: they lie
// from Low to High, which are the least and the greatest of them, or are all
// NaN.
type Range struct{ Low, High float64 }

// TestCondition is a row of a test's table.
type TestCondition struct {
	Ranges []Range // of each factor
	Score
}

// Tabulate sorts trials into conditions, of which each trial is in exactly one.
// variables are those of the factors, each with a value for every trial; trials
// from number different on are repeated ones. A row has no trials only if none
// had its values of the factors that list them.
func Tabulate(factors []Factor, variables [][]float64, correct []bool, different int) []TestCondition {
	t := &tabulation{factors: factors, rows: map[string]*tableRow{}}
	for k, f := range factors {
		t.ranges = append(t.ranges, f.ranges(variables[k]))
	}
	t.coarsen(variables)
	met, places := map[string]bool{}, make([]int, len(factors))
	for trial, right := range correct {
		for k := range factors {
			places[k] = rangeOf(t.ranges[k], variables[k][trial])
		}
		met[fmt.Sprint(t.listed(places))] = true
		c := t.at(places)
		c.Trials++
		if trial < different {
			c.Different++
		}
		if right {
			c.Correct++
		}
	}
	if slices.ContainsFunc(factors, func(f Factor) bool { return len(f.Values) > 0 }) {
		t.combinations(nil, func(places []int) {
			if !met[fmt.Sprint(t.listed(places))] {
				t.at(places)
			}
		})
	}
	rows := slices.SortedFunc(maps.Values(t.rows), func(a, b *tableRow) int { return slices.Compare(a.places, b.places) })
	table := make([]TestCondition, 0, len(rows))
	for _, r := range rows {
		table = append(table, r.TestCondition)
	}
	return table
}

// coarsen takes bins for values as they come, half as many again and again,
// until the table has no more rows than a test may have conditions.
func (t *tabulation) coarsen(variables [][]float64) {
	for {
		rows, widest := 1, -1
		for k, f := range t.factors {
			n := len(t.ranges[k])
			rows = min(rows, MostConditions+1) * max(n, 1)
			if f.Bins == 0 && len(f.Values) == 0 && n > 2 && (widest < 0 || n > len(t.ranges[widest])) { // one may be that of NaN
				widest = k
			}
		}
		if rows <= MostConditions || widest < 0 {
			return
		}
		f := t.factors[widest]
		f.Bins = len(t.ranges[widest]) / 2
		t.ranges[widest] = f.ranges(variables[widest])
	}
}

// tabulation is a table that is being made.
type tabulation struct {
	factors []Factor
	ranges  [][]Range
	rows    map[string]*tableRow
}

// tableRow is a condition with the number of each factor's range.
type tableRow struct {
	TestCondition
	places []int
}

// at is the row of these ranges.
func (t *tabulation) at(places []int) *tableRow {
	key := fmt.Sprint(places)
	r := t.rows[key]
	if r == nil {
		r = &tableRow{places: slices.Clone(places)}
		for k, at := range places {
			r.Ranges = append(r.Ranges, t.ranges[k][at])
		}
		t.rows[key] = r
	}
	return r
}

// listed are those of the ranges that are listed values.
func (t *tabulation) listed(places []int) (listed []int) {
	for k, f := range t.factors {
		if len(f.Values) > 0 {
			listed = append(listed, places[k])
		}
	}
	return listed
}

// combinations tells of all combinations of ranges but NaN that begin so.
func (t *tabulation) combinations(places []int, tell func([]int)) {
	k := len(places)
	if k == len(t.factors) {
		tell(places)
		return
	}
	for at, r := range t.ranges[k] {
		if r.Low == r.Low {
			t.combinations(append(slices.Clone(places), at), tell)
		}
	}
}

// Values as they come have a row each, unless there are too many.
const mostMet, binsMet = 100, 10

// ranges divides the values that a factor has in the trials, in rising order;
// that of NaN, if there are any, is the last.
func (f Factor) ranges(values []float64) (list []Range) {
	missing := slices.ContainsFunc(values, math.IsNaN)
	numbers := slices.Clone(values)
	if f.Bins == 0 {
		numbers = append(numbers, f.Values...)
	}
	numbers = slices.DeleteFunc(numbers, math.IsNaN)
	slices.Sort(numbers)
	var distinct []float64
	var counts []int
	for k, v := range numbers {
		if k == 0 || v != numbers[k-1] {
			distinct, counts = append(distinct, v+0), append(counts, 0) // no -0
		}
		counts[len(counts)-1]++
	}
	bins := f.Bins
	switch {
	case bins > 0:
	case len(f.Values) == 0 && len(distinct) > mostMet:
		bins = binsMet
	default:
		bins = len(distinct)
	}
	from := 0
	for _, to := range statistics.CutIntoBins(counts, bins) {
		list = append(list, Range{distinct[from], distinct[to-1]})
		from = to
	}
	if missing {
		list = append(list, Range{math.NaN(), math.NaN()})
	}
	return list
}

// rangeOf is the number of the range that a value lies in.
func rangeOf(ranges []Range, v float64) int {
	if math.IsNaN(v) {
		return len(ranges) - 1
	}
	return sort.Search(len(ranges), func(k int) bool { return !(v > ranges[k].High) }) // so that NaN ends the order
}
