package expr

// Shapes of values: named axes in the order of memory, of which the numbers of trials and
// steps are known only at evaluation.

import (
	"fmt"
	"math/bits"
)

// Axes is a set of the axes along which a value differs.
type Axes uint8

// The axes in the order of memory, the first slowest. Rows and cols are those
// of matrices, units those of vectors and of groups of channels.
const (
	Trials Axes = 1 << iota
	Rows
	Cols
	Units
	Steps
	Channels
)

const axes = 6

var axisNames = [axes]string{"trials", "rows", "columns", "units", "steps", "channels"}

// Shape is the axes of a value, with the lengths that are known when an
// expression is checked; a length is 0 where the axis is absent.
type Shape struct {
	Axes                        Axes
	Rows, Cols, Units, Channels int
}

// Scalar is a single number.
var Scalar Shape

// Vector is the shape of n units.
func Vector(n int) Shape { return Shape{Axes: Units, Units: n} }

// lengths gives the length along every axis, 1 where it is absent.
func (s Shape) lengths(trials, steps int) [axes]int {
	all := [axes]int{trials, s.Rows, s.Cols, s.Units, steps, s.Channels}
	for i := range all {
		if s.Axes>>i&1 == 0 {
			all[i] = 1
		}
	}
	return all
}

// size is the number of values, or -1 if that is beyond all measure.
func (s Shape) size(trials, steps int) int {
	n := 1
	for _, l := range s.lengths(trials, steps) {
		high, low := bits.Mul64(uint64(n), uint64(l)) //nolint:gosec // G115: lengths are never negative
		if high != 0 || low > 1<<40 {
			return -1
		}
		n = int(low)
	}
	return n
}

// length is the static length of an axis.
func (s Shape) length(axis Axes) int {
	return s.lengths(1, 1)[bits.TrailingZeros8(uint8(axis))]
}

// without takes axes away.
func (s Shape) without(gone Axes) Shape {
	s.Axes &^= gone
	for i, l := range []*int{nil, &s.Rows, &s.Cols, &s.Units, nil, &s.Channels} {
		if l != nil && s.Axes>>i&1 == 0 {
			*l = 0
		}
	}
	return s
}

// with is the shape in which both fit, and what doesn't fit or "".
func (s Shape) with(other Shape) (both Shape, misfit string) {
	both = Shape{s.Axes | other.Axes, max(s.Rows, other.Rows), max(s.Cols, other.Cols), max(s.Units, other.Units), max(s.Channels, other.Channels)}
	here, there := s.lengths(1, 1), other.lengths(1, 1)
	for i, name := range axisNames {
		if s.Axes&other.Axes>>i&1 != 0 && here[i] != there[i] {
			misfit = fmt.Sprintf("%d and %d %s", here[i], there[i], name)
		}
	}
	return both, misfit
}

// strides gives the distance in memory between neighbours along every axis, 0
// where the axis is absent.
func (s Shape) strides(trials, steps int) [axes]int {
	var strides [axes]int
	lengths, n := s.lengths(trials, steps), 1
	for i := axes - 1; i >= 0; i-- {
		if s.Axes>>i&1 != 0 {
			strides[i] = n
			n *= lengths[i]
		}
	}
	return strides
}
