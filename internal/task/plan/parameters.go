package plan

// The values of variables and parameters: a variable is compiled, a parameter is
// evaluated at once.

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// finish compiles an item, all of whose needs have their slots.
func (b *builder) finish(i *Item) {
	c := context{what: "this", draws: true, each: i.each, steps: i.Signal, slots: b.indexSlots(i.each), allSteps: b.measuring()}
	if i.Signal { // which is evaluated for one trial at a time
		i.Expr = b.compile(b.check(i.source, c, false), i.source, c, false)
	} else {
		c.what = "what is drawn for a trial"
		i.Expr = b.perTrial(i.source, c)
	}
	s := ValueSlot{Scope: PerTrial, Size: 1, Low: math.Inf(-1), High: math.Inf(1)}
	if e := i.Expr; e != nil {
		if len(b.sequence) > 0 && len(e.Tree.Reductions()) > 0 {
			b.needEnd(i)
		}
		e.Stream = i.Name
		switch {
		case e.Shape.Axes&^(expr.Units|expr.Steps) != 0:
			i.source.fail(0, "this has rows and columns, a variable is a number or a vector", "an index in brackets picks one of them")
		case e.Shape.Axes&expr.Units != 0:
			s.Shape, s.Size = expr.Vector(e.Shape.Units), e.Shape.Units
			if i.each > 0 && i.each != s.Size {
				i.source.fail(0, fmt.Sprintf("this has %d values, but each says %d", s.Size, i.each), "")
			}
		case i.each > 0:
			s.Shape, s.Size = expr.Vector(i.each), i.each
		}
		bounds := b.bounds(e)
		s.Low, s.High = bounds.Low, bounds.High
		i.Recorded = i.Recorded && i.period == "" || !i.Signal && (len(e.Tree.Calls()) > 0 || b.signalled(e.Tree, c))
	}
	b.broken[i.Name] = b.broken[i.Name] || i.Expr == nil
	if i.Signal {
		s.Shape.Axes |= expr.Steps
	}
	i.Slot = b.addSlot(i.Name, s)
	b.plan.Items = append(b.plan.Items, i)
}

// indexSlots are the slots of index and size within a vector of so many values.
func (b *builder) indexSlots(each int) map[string]int {
	if each == 0 {
		return nil
	}
	index := make([]float64, each)
	for k := range index {
		index[k] = float64(k)
	}
	last := float64(each - 1)
	return map[string]int{
		"index": b.addSlot("", ValueSlot{Shape: expr.Vector(each), Scope: Fixed, Size: each, Fixed: index, High: last}),
		"size":  b.addSlot("", ValueSlot{Scope: Fixed, Size: 1, Fixed: []float64{float64(each)}, Low: last + 1, High: last + 1}),
	}
}

// parameter gives a parameter its values.
func (b *builder) parameter(i *Item) {
	switch values, shape := b.list(i.node, 2); {
	case len(values) == 0: // reported
		b.broken[i.Name] = true
	case shape == expr.Scalar:
		b.constants[i.Name] = values[0]
	default:
		b.addSlot(i.Name, ValueSlot{Shape: shape, Scope: Fixed, Size: len(values), Fixed: values, Low: slices.Min(values), High: slices.Max(values)})
	}
}

func (b *builder) vector(n *strict.Node) (values []float64, shape expr.Shape) {
	var f task.VectorMap
	if !n.Decode(&f) {
		return nil, shape
	}
	each := b.count(f.Each)
	if each == 0 {
		return nil, shape
	}
	return b.numbers(scalar(f.Value, "a value"), "a parameter", b.indexSlots(each), expr.Vector(each)), expr.Vector(each)
}

// count reads how many values a vector has; 0 is a mistake that was reported.
func (b *builder) count(n *strict.Node) int {
	v := b.numbers(scalar(n, "a whole number"), "the number of values", nil, expr.Scalar)
	if v == nil {
		return 0
	}
	if v[0] < 1 || v[0] > mostChannels || v[0] != math.Trunc(v[0]) {
		n.Fail(fmt.Sprintf("must be a whole number from 1 to %d, is %s", mostChannels, task.FormatNumber(v[0])), "")
		return 0
	}
	return int(v[0])
}

// list reads numbers, lists, and lists of lists as deep as said; the whole may be a map.
func (b *builder) list(n *strict.Node, depth int) (values []float64, shape expr.Shape) {
	switch {
	case n.Kind() == strict.Scalar:
		return b.numbers(scalar(n, "a parameter"), "a parameter", nil, expr.Scalar), shape
	case n.Kind() == strict.Mapping && depth == 2:
		return b.vector(n)
	case n.Kind() != strict.List || depth == 0 || len(n.Items()) == 0:
		n.Fail("expected a number, a list of numbers, or a list of such lists", "")
		return nil, shape
	}
	var inner expr.Shape
	for k, item := range n.Items() {
		more, s := b.list(item, depth-1)
		if more == nil {
			return nil, shape
		}
		if k > 0 && s != inner {
			item.Fail("the lists have different lengths", "")
			return nil, shape
		}
		inner = s
		values = append(values, more...)
	}
	count := len(n.Items())
	if inner.Axes&expr.Units != 0 {
		return values, expr.Shape{Axes: expr.Rows | expr.Units, Rows: count, Units: inner.Units}
	}
	return values, expr.Vector(count)
}

// numbers evaluates an expression of a shape that no trial changes, with names of its
// own; nil if there is a mistake, which is reported.
func (b *builder) numbers(s *exprSource, what string, own map[string]int, shape expr.Shape) []float64 {
	if s == nil {
		return nil
	}
	b.prepare(s)
	c := context{what: what, slots: own}
	tree := b.check(s, c, false)
	if tree == nil {
		return nil
	}
	var slots []ValueSlot
	for _, name := range tree.Variables() {
		slot := b.plan.Slots[b.slotOf(name, c)]
		if slot.Scope != Fixed {
			s.fail(0, what+" is the same for all trials, but "+name+" is not", "a variable of trial can use it")
			return nil
		}
		slots = append(slots, slot)
	}
	if tree.Shape() != shape {
		s.fail(0, fmt.Sprintf("%d values are wanted, this has another number", max(1, shape.Units)), "an index in brackets picks one of several")
		return nil
	}
	program := tree.Compile()
	before, more := b.computed, program.Operations(1, 1)
	if b.computed += more; more < 0 || b.computed > mostComputed {
		if before <= mostComputed {
			s.fail(0, fmt.Sprintf("up to here parameters take more than %d operations", mostComputed), "take shorter vectors, or write their values")
		}
		b.computed = mostComputed + 1
		return nil
	}
	w := program.Machine()
	if w.Resize(1, 1) != nil {
		return nil
	}
	for k, slot := range slots { // in the order of their names, as the program has them
		w.Bind(k, slot.Fixed)
	}
	values, err := w.Eval()
	if err != nil {
		s.fail(0, err.Error(), "")
		return nil
	}
	if k := slices.IndexFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }); k >= 0 {
		s.fail(0, "the value is "+task.FormatNumber(values[k]), "")
		return nil
	}
	return values
}

// record lists what comes out with a trial: variables, and times of periods
// that are drawn.
func (b *builder) record() {
	for _, i := range b.order {
		if !i.Recorded || i.Expr == nil {
			continue
		}
		s := b.plan.Slots[i.Slot]
		if len(b.plan.Names)+s.Size > mostRecorded {
			i.source.fail(0, fmt.Sprintf("up to here more than %d values come out with every trial", mostRecorded), "take shorter vectors")
			return
		}
		b.plan.Recorded = append(b.plan.Recorded, Recorded{i.Slot, len(b.plan.Names)})
		if s.Shape == expr.Scalar {
			b.plan.Names = append(b.plan.Names, i.Name)
			continue
		}
		for k := range s.Size {
			b.plan.Names = append(b.plan.Names, fmt.Sprintf("%s[%d]", i.Name, k))
		}
	}
}
