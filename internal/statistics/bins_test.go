package statistics

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sizes are the numbers of values in bins that end after these groups.
func sizes(groups, ends []int) (list []int) {
	from := 0
	for _, to := range ends {
		n := 0
		for _, k := range groups[from:to] {
			n += k
		}
		list, from = append(list, n), to
	}
	return list
}

func squares(sizes []int) (sum int) {
	for _, n := range sizes {
		sum += n * n
	}
	return sum
}

// leastSquares tries all ways to make so many bins of the groups.
func leastSquares(groups []int, bins int) int {
	total := 0
	for _, n := range groups {
		total += n
	}
	if bins == 1 {
		return total * total
	}
	best, size := total*total, 0
	for k := range len(groups) - bins + 1 {
		size += groups[k]
		best = min(best, size*size+leastSquares(groups[k+1:], bins-1))
	}
	return best
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		groups []int
		bins   int
		want   []int
	}{
		{[]int{2, 2, 2, 1, 1, 1, 1}, 3, []int{4, 3, 3}},
		{[]int{1, 1, 1, 1, 6}, 3, []int{2, 2, 6}},
		{[]int{1, 3, 4, 3, 42}, 4, []int{4, 4, 3, 42}},
		{[]int{10, 10, 10, 10, 10}, 3, []int{10, 20, 20}},
		{[]int{10, 10, 10, 10, 10}, 4, []int{10, 10, 10, 20}},
		{slices.Repeat([]int{1}, 10), 4, []int{2, 2, 3, 3}},
		{[]int{7}, 3, []int{7}},
		{nil, 3, nil},
	} {
		if got := sizes(c.groups, CutIntoBins(c.groups, c.bins)); !slices.Equal(got, c.want) {
			t.Errorf("%v into %d: %v instead of %v", c.groups, c.bins, got, c.want)
		}
	}
}

func TestCutIsBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 3), rapid.IntRange(1, 60)), 1, 11).Draw(t, "groups")
		bins := rapid.IntRange(1, len(groups)).Draw(t, "bins")
		ends := CutIntoBins(groups, bins)
		if got := sizes(groups, ends); len(got) != bins || ends[bins-1] != len(groups) || slices.Min(got) == 0 {
			t.Fatalf("%v into %d bins: %v", groups, bins, got)
		}
		if got, want := squares(sizes(groups, ends)), leastSquares(groups, bins); got != want {
			t.Fatalf("%v into %d bins: a sum of squares of %d, but %d is possible", groups, bins, got, want)
		}
	})
}

func TestCutWithoutTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 50), rapid.IntRange(1, 20000)).Draw(t, "values")
		bins := rapid.IntRange(1, min(n, 1000)).Draw(t, "bins")
		groups := slices.Repeat([]int{1}, n)
		got := sizes(groups, CutIntoBins(groups, bins))
		if len(got) != bins || slices.Max(got)-slices.Min(got) > 1 {
			t.Fatalf("%d values into %d bins: %v", n, bins, got)
		}
	})
}
