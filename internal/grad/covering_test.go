package grad

import "testing"

// covering returns rows of levels, one level a factor, in which every pair of
// levels of two factors that is allowed occurs: not the smallest such array,
// but a small one, built greedily. levels[f] is the number of levels of factor f.
func covering(levels []int, allowed func(f, a, g, b int) bool) [][]int {
	type pair struct{ f, a, g, b int } // f < g
	open := map[pair]bool{}
	var order []pair
	for g := range levels {
		for f := range g {
			for a := range levels[f] {
				for b := range levels[g] {
					if allowed(f, a, g, b) {
						order = append(order, pair{f, a, g, b})
						open[pair{f, a, g, b}] = true
					}
				}
			}
		}
	}
	// gain is how many open pairs level a of factor f closes in the row, -1 if it is not allowed there.
	gain := func(row []int, f, a int) (n int) {
		for g, b := range row {
			if b < 0 || g == f {
				continue
			}
			p := pair{f, a, g, b}
			if g < f {
				p = pair{g, b, f, a}
			}
			if !allowed(p.f, p.a, p.g, p.b) {
				return -1
			}
			if open[p] {
				n++
			}
		}
		return n
	}
	var rows [][]int
	for _, seed := range order {
		if !open[seed] {
			continue
		}
		row := make([]int, len(levels))
		for f := range row {
			row[f] = -1
		}
		row[seed.f], row[seed.g] = seed.a, seed.b
		for f := range row {
			if row[f] >= 0 {
				continue
			}
			best := -1
			for k := range levels[f] {
				a := (k + len(rows)) % levels[f] // spreads the levels where nothing is gained
				if n := gain(row, f, a); n > best {
					best, row[f] = n, a
				}
			}
		}
		for g := range row {
			for f := range g {
				delete(open, pair{f, row[f], g, row[g]})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCovering(t *testing.T) {
	levels := []int{4, 9, 2, 9, 5}
	allowed := func(f, a, g, b int) bool { return !(f == 0 && a == 0 && g == 4 && b > 2) }
	rows := covering(levels, allowed)
	if len(rows) > 120 {
		t.Errorf("%d rows", len(rows))
	}
	for g := range levels {
		for f := range g {
			seen := map[[2]int]bool{}
			for _, row := range rows {
				seen[[2]int{row[f], row[g]}] = true
			}
			for a := range levels[f] {
				for b := range levels[g] {
					if seen[[2]int{a, b}] != allowed(f, a, g, b) {
						t.Errorf("factor %d level %d beside factor %d level %d: in a row %v", f, a, g, b, seen[[2]int{a, b}])
					}
				}
			}
		}
	}
}
