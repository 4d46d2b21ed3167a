package expr

// Conditions that are stretches of time, so that no step has to be asked.

// A TimeWindow is a condition that holds over a stretch of time: all Gates are
// true, and all Bounds hold for the time.
type TimeWindow struct {
	Bounds []Bound
	Gates  []*Tree // conditions without steps
}

// A Bound is time Relation Value, a value without steps.
type Bound struct {
	Relation Relation
	Value    *Tree
}

// Relation compares the time with a value.
type Relation uint8

// The time is less than the value, at most that, greater, at least that.
const (
	Less Relation = iota
	LessEqual
	Greater
	GreaterEqual
)

// Range gives the steps from <= step < to at which the relation holds between
// evenly rising times and a value: exactly those at which evaluating the comparison
// would say so, since the times are the very numbers. The first step behind the
// border is next to where the spacing says. With NaN there are none.
func (r Relation) Range(times []float64, value float64) (from, to int) {
	n := len(times)
	if value != value {
		return 0, 0
	}
	border := 0
	if n > 1 {
		if guess := (value - times[0]) / (times[1] - times[0]); guess >= float64(n) {
			border = n
		} else if guess > 0 {
			border = int(guess)
		}
	}
	equalIsBehind := r == Less || r == GreaterEqual
	before := func(t float64) bool { return t < value || !equalIsBehind && t == value }
	for border > 0 && !before(times[border-1]) {
		border--
	}
	for border < n && before(times[border]) {
		border++
	}
	if r == Less || r == LessEqual {
		return 0, border
	}
	return border, n
}

// Window takes the expression as a condition apart, which it can if that is a
// conjunction of comparisons of the time with values that have no axis but
// trials, and of conditions without the time. Periods are such comparisons.
func (t *Tree) Window() (w TimeWindow, ok bool) {
	ok = t.conditions(t.root, &w)
	return w, ok
}

func (t *Tree) conditions(n *node, w *TimeWindow) bool {
	if steady(n) {
		w.Gates = append(w.Gates, t.part(n))
		return true
	}
	if n.op == opAnd {
		return t.conditions(n.arguments[0], w) && t.conditions(n.arguments[1], w)
	}
	relations := map[op][]Relation{opLess: {Less, Greater}, opLessEqual: {LessEqual, GreaterEqual}, opEqual: {LessEqual, GreaterEqual}}[n.op]
	for side := range relations { // the time stands left or right
		if value := n.arguments[1-side]; t.isTime(n.arguments[side]) && steady(value) {
			if n.op != opEqual {
				relations = relations[side : side+1]
			}
			for _, r := range relations {
				w.Bounds = append(w.Bounds, Bound{r, t.part(value)})
			}
			return true
		}
	}
	return false
}

func steady(n *node) bool { return n.shape.Axes&^Trials == 0 }

func (t *Tree) isTime(n *node) bool { return n.op == opVariable && n.name == t.time }

func (t *Tree) part(n *node) *Tree { return &Tree{root: n, time: t.time} }
