package task

// How a test is divided into conditions, and its trials sorted into them.

import (
	"cmp"
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
	ranges := rangesOf(factors, variables)
	rows, met := map[string]*tableRow{}, map[string]bool{}
	rowAt := func(places []int) *tableRow {
		key := fmt.Sprint(places)
		if rows[key] == nil {
			rows[key] = &tableRow{places: slices.Clone(places)}
			for k, at := range places {
				rows[key].Ranges = append(rows[key].Ranges, ranges[k][at])
			}
		}
		return rows[key]
	}
	listed := func(places []int) string { // those of the ranges that are listed values
		var of []int
		for k, f := range factors {
			if len(f.Values) > 0 {
				of = append(of, places[k])
			}
		}
		return fmt.Sprint(of)
	}
	places := make([]int, len(ranges))
	for trial, right := range correct {
		for k, r := range ranges {
			places[k] = rangeOf(r, variables[k][trial]) //nolint:gosec // G602: there is a variable for each factor
		}
		met[listed(places)] = true
		c := rowAt(places)
		c.Trials++
		if trial < different {
			c.Different++
		}
		if right {
			c.Correct++
		}
	}
	if slices.ContainsFunc(factors, func(f Factor) bool { return len(f.Values) > 0 }) {
		combinations(ranges, nil, func(places []int) {
			if !met[listed(places)] {
				rowAt(places)
			}
		})
	}
	sorted := slices.SortedFunc(maps.Values(rows), func(a, b *tableRow) int { return slices.Compare(a.places, b.places) })
	table := make([]TestCondition, 0, len(sorted))
	for _, r := range sorted {
		table = append(table, r.TestCondition)
	}
	return table
}

// tableRow is a condition with the number of each factor's range.
type tableRow struct {
	TestCondition
	places []int
}

// rangesOf divides the values of each factor. It takes bins for values as they come,
// half as many again and again, until the table has no more rows than a test may have
// conditions.
func rangesOf(factors []Factor, variables [][]float64) (ranges [][]Range) {
	for k, f := range factors {
		ranges = append(ranges, f.ranges(variables[k]))
	}
	for {
		rows, widest := 1, -1
		for k, f := range factors {
			n := len(ranges[k])
			rows = min(rows, MostConditions+1) * max(n, 1)
			if f.Bins == 0 && len(f.Values) == 0 && n > 2 && (widest < 0 || n > len(ranges[widest])) { // one may be that of NaN
				widest = k
			}
		}
		if rows <= MostConditions || widest < 0 {
			return ranges
		}
		f := factors[widest]
		f.Bins = len(ranges[widest]) / 2
		ranges[widest] = f.ranges(variables[widest])
	}
}

// combinations tells of all combinations of ranges but NaN that begin so.
func combinations(ranges [][]Range, places []int, tell func([]int)) {
	k := len(places)
	if k == len(ranges) {
		tell(places)
		return
	}
	for at, r := range ranges[k] {
		if r.Low == r.Low {
			combinations(ranges, append(slices.Clone(places), at), tell)
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
	bins := cmp.Or(f.Bins, len(distinct))
	if f.Bins == 0 && len(f.Values) == 0 && len(distinct) > mostMet {
		bins = binsMet
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
