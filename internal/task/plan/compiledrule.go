package plan

// Rules that make inputs, targets and mask, and the noise on the inputs.

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Operation is what a rule does with its value.
type Operation uint8

// The operations of rules.
const (
	Set Operation = iota
	Add
	Multiply
)

// A RuleSet is the rules that make x, y or mask, (steps, N), of a base.
type RuleSet struct {
	Rules []*CompiledRule
	N     int
	Base  float64
}

// A CompiledRule is a rule made ready.
type CompiledRule struct {
	Operation Operation
	Value     *CompiledExpr
	Ranges    []ChannelRange
	Channels  []int // that it changes; nil if trials choose

	// When it holds: all of these.
	Bounds    []CompiledBound
	Gates     []*CompiledExpr
	Condition *CompiledExpr // at every step; nil if bounds and gates say it all
	Periods   [][2]int      // slots of start and end; one of them, if there are any

	Once []*CompiledExpr // bounds, gates and value, which may have one value a trial

	Index, Absolute, Size int // slots of what the value knows of its channels
	Side                  *Side
	Where                 string // it stands, for messages
}

// A CompiledBound is a limit for the time.
type CompiledBound struct {
	Relation expr.Relation
	Value    *CompiledExpr
}

// InputNoise is that of a stretch of inputs.
type InputNoise struct {
	First, Size int
	SD          *CompiledExpr
}

func (b *builder) compileRules(rules []task.Rule, s *Side, base float64) RuleSet {
	made := RuleSet{N: s.N, Base: base}
	for k := range rules {
		if r := b.compileRule(&rules[k], s); r != nil {
			made.Rules = append(made.Rules, r)
		}
	}
	return made
}

func (b *builder) compileRule(r *task.Rule, s *Side) *CompiledRule {
	made := &CompiledRule{Side: s}
	if r.Node == nil {
		return nil
	}
	made.Where = place(r.Node)
	values := 0
	var value *strict.Node
	for _, v := range []struct {
		n  *strict.Node
		do Operation
	}{{r.Set, Set}, {r.Add, Add}, {r.Multiply, Multiply}} {
		if v.n != nil {
			values++
			value, made.Operation = v.n, v.do
		}
	}
	switch {
	case values == 0:
		r.Node.Fail("the rule has no value", "write set, add or multiply")
	case values > 1:
		r.Node.Fail("the rule has several values", "write one of set, add and multiply; another rule can follow")
	}
	made.Ranges = b.selection(s, r.Channel)
	b.when(made, r.When)
	made.Periods = b.within(r.In)
	if values != 1 || len(made.Ranges) == 0 {
		return nil
	}
	b.locate(made, s)
	text := scalar(value, "the value of a rule")
	c := context{what: "a rule", slots: map[string]int{"index": made.Index, "channel": made.Absolute, "size": made.Size}}
	made.Value = b.anyTime(text, c)
	if made.Value == nil {
		return nil
	}
	if made.Value.Shape.Axes&^(expr.Steps|expr.Channels) != 0 {
		text.fail(0, "the value is a vector, not one number for a channel", "pick one by an index, such as [index], the channel's place in its group")
		return nil
	}
	for _, limit := range made.Bounds {
		made.Once = append(made.Once, limit.Value)
	}
	made.Once = append(append(made.Once, made.Gates...), made.Value)
	return made
}

// locate makes the slots of index, channel and size. What depends on the trial
// is filled in when it is drawn.
func (b *builder) locate(r *CompiledRule, s *Side) {
	static := true
	var absolute, index, size []float64
	for _, part := range r.Ranges {
		count := part.Size
		if part.Index != nil {
			static, count = false, 1
		}
		for k := range count {
			g := s.Place(part.First + k)
			absolute = append(absolute, float64(part.First+k))
			index = append(index, float64(part.First+k-g.First))
			size = append(size, float64(g.Size))
			r.Channels = append(r.Channels, part.First+k)
		}
	}
	shape := ValueSlot{Shape: expr.Shape{Axes: expr.Channels, Channels: len(absolute)}, Size: len(absolute), Low: 0, High: math.Inf(1)}
	shape.Scope = Fixed
	if !static {
		r.Channels = nil
		shape.Scope = PerTrial
	}
	for _, place := range []struct {
		values []float64
		slot   *int
	}{{absolute, &r.Absolute}, {index, &r.Index}, {size, &r.Size}} {
		shape.Fixed = place.values
		*place.slot = b.addSlot("", shape)
	}
}

// when takes a condition apart, as far as it is a stretch of time.
func (b *builder) when(r *CompiledRule, n *strict.Node) {
	if n == nil {
		return
	}
	s, c := scalar(n, "a condition"), context{what: "a condition"}
	single := b.check(s, c, false)
	if single == nil {
		return
	}
	if single.Shape().Axes&^expr.Steps != 0 {
		s.fail(0, "one condition is wanted, this has several values", "an index in brackets picks one of them; any and all make one of several")
		return
	}
	if !b.signalled(single, c) && !b.toEnd(single, c) {
		together := b.check(s, c, true)
		if w, ok := together.Window(); ok {
			for _, g := range w.Gates {
				r.Gates = append(r.Gates, b.compile(g, s, c, true))
			}
			for _, bound := range w.Bounds {
				r.Bounds = append(r.Bounds, CompiledBound{bound.Relation, b.compile(bound.Value, s, c, true)})
			}
			return
		}
	}
	r.Condition = b.compile(single, s, c, false)
	r.Condition.Whole = true
}

// within gives the slots of the periods that in: names.
func (b *builder) within(n *strict.Node) (periods [][2]int) {
	if n == nil {
		return nil
	}
	if n.Kind() == strict.List {
		if len(n.Items()) == 0 {
			n.Fail("there is no period in the list", "name one, or leave in out")
		}
		for _, item := range n.Items() {
			if item.Kind() == strict.List {
				item.Fail("expected a period, found a list", "")
				continue
			}
			periods = append(periods, b.within(item)...)
		}
		return periods
	}
	period, ok := b.periods[n.Text()]
	if n.Kind() != strict.Scalar || !ok {
		names := slices.Sorted(maps.Keys(b.periods))
		hint := n.Hint(func() string {
			return cmp.Or(fault.Known(n.Text(), names, ""), "the task has none: section periods")
		})
		n.Fail(fmt.Sprintf("there is no period %q", n.Text()), n.Otherwise(names, hint))
		return nil
	}
	return [][2]int{{b.slots[period.Start], b.slots[period.End]}}
}

func (b *builder) compileNoise(n *strict.Node) {
	if n == nil {
		return
	}
	make := func(n *strict.Node, first, size int) {
		s := scalar(n, "a standard deviation")
		sd := b.perTrial(s, context{what: "the strength of noise"})
		switch {
		case sd == nil:
		case sd.Shape != expr.Scalar:
			s.fail(0, "one standard deviation is wanted, this has several values", "an index in brackets picks one of them")
		case b.bounds(sd).High < 0:
			b.reportValue(s, "a standard deviation cannot be negative", "")
		default:
			b.plan.Noise = append(b.plan.Noise, InputNoise{first, size, sd})
		}
	}
	if n.Kind() != strict.Mapping {
		make(n, 0, b.plan.In.N)
		return
	}
	for _, e := range n.Entries() {
		if g, ok := b.plan.In.spans[e.Key()]; ok {
			make(e, g.First, g.Count)
		} else {
			e.Unknown(b.plan.In.names())
		}
	}
}
