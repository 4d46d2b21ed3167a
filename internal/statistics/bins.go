package statistics

// Values sorted into bins of about the same size.

import "slices"

// CutIntoBins divides groups of equal values, whose sizes are given in the order of the
// values, into so many bins, or as many as there are groups: after which group
// each ends. Of all ways to do so without parting a group, it takes one with the
// least sum of the squares of the bins' sizes.
//
// With a price on every bin, the least sum plus prices is found in one pass, and
// the higher the price the fewer the bins, so the price that gives the wanted
// number is searched. The sum is even or odd as the number of values is, so that
// what another bin gains is even, and at an odd price one number of bins is
// better than any other. The gains fall with the number of bins, so that the one
// after this many is at most the square of all values over this many. Where several
// gains are the same, no odd price gives the numbers between, but two ways at
// neighbouring prices, of which one has too few and one too many, can be joined.
func CutIntoBins(groups []int, bins int) (ends []int) {
	bins = min(bins, len(groups))
	if bins == 0 {
		return nil
	}
	sums := make([]int64, 1, len(groups)+1)
	for k, n := range groups {
		sums = append(sums, sums[k]+int64(n))
	}
	total := sums[len(groups)]
	var few, many []int
	for low, high := int64(0), total*total/int64(bins); ; {
		middle := (low + high) / 2
		ends = binsAtPrice(sums, 2*middle+1)
		switch {
		case len(ends) == bins:
			return ends
		case len(ends) < bins:
			few, high = ends, middle
		default:
			many, low = ends, middle+1
		}
		if low == high {
			return joinBins(few, many, bins)
		}
	}
}

// binsAtPrice gives the ends of bins for which the sum of (size^2 + price) is least,
// with later bins rather larger than earlier ones. sums are the numbers of values
// before each group, and before the end.
//
// best(j) = min over i < j of best(i) + (sums(j) - sums(i))^2 + price. But for
// what depends on j alone, i stands for the line y(i) - 2 sums(i) s at s =
// sums(j), and a later line falls faster: once it is below an earlier one it
// stays there. The lines that are lowest somewhere are kept in a queue.
func binsAtPrice(sums []int64, price int64) (ends []int) {
	type line struct {
		group int
		from  int64 // where it gets lower than the one before it
	}
	y, before := make([]int64, len(sums)), make([]int, len(sums)) // best + sums^2, and the i of it
	queue, head := []line{{}}, 0
	for j := 1; j < len(sums); j++ {
		s := sums[j]
		for head+1 < len(queue) && queue[head+1].from <= s {
			head++
		}
		i := queue[head].group
		before[j] = i
		y[j] = y[i] - 2*sums[i]*s + s*s + price + s*s
		for {
			last := queue[len(queue)-1]
			from := (y[j]-y[last.group])/(2*(s-sums[last.group])) + 1
			if len(queue)-1 == head || from > last.from {
				queue = append(queue, line{j, from})
				break
			}
			queue = queue[:len(queue)-1]
		}
	}
	for j := len(sums) - 1; j > 0; j = before[j] {
		ends = append(ends, j)
	}
	slices.Reverse(ends)
	return ends
}

// joinBins makes the wanted number of bins of two ways to cut that are both best at
// a price, one with fewer and one with more: the first bins of the one and the
// last of the other, from where a bin of the former lies within one of the
// latter. That is as good as both, as the square of a sum is such that exchanging
// the ends of two bins of which one lies within the other never adds to it.
func joinBins(few, many []int, bins int) []int {
	ahead := bins - len(few)
	for k, end := range few {
		if many[k+ahead] <= end {
			return append(slices.Clone(many[:k+ahead]), few[k:]...)
		}
	}
	panic("statistics: no bin lies within another")
}
