package expr

import (
	"math"
	"strings"
)

// EvalInt evaluates an expression of whole numbers, such as a bound of a slice,
// 2*N_rec/5. A value that is no whole number is an error where it arises. The
// error is of type Errors.
func EvalInt(text string, names map[string]int) (int, error) {
	env := Environment{Constants: map[string]float64{}, Functions: Standard()}
	for name, n := range names {
		env.Constants[name] = float64(n)
	}
	t, err := env.Tree(text)
	if err != nil {
		return 0, err
	}
	const largest = 1 << 53 // up to which every whole number is a float64
	x := t.root.evaluate()[0]
	if x == math.Trunc(x) && math.Abs(x) <= largest {
		return int(x), nil
	}
	var errs Errors
	short := strings.TrimSpace(text)
	if len(short) > 40 {
		short = "the value"
	}
	if math.Abs(x) > largest {
		errs.add(t.root.at, "", "%s is %v, which is too large", short, x)
	} else {
		errs.add(t.root.fraction().at, "floor, ceil and round give whole numbers", "%s is %v, not a whole number", short, x)
	}
	return 0, errs
}

// fraction is the innermost part because of which a constant value is no whole
// number.
func (n *node) fraction() *node {
	for _, a := range n.arguments {
		if x := a.evaluate()[0]; x != math.Trunc(x) {
			return a.fraction()
		}
	}
	return n
}
