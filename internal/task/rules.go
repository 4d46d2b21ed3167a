package task

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// operation is what a rule does with its value.
type operation uint8

const (
	set operation = iota
	add
	multiply
)

// A ruleplan is a rule made ready.
type ruleplan struct {
	operation operation
	value     *compiled
	parts     []part
	channels  []int // that it changes; nil if trials choose

	// When it holds: all of these.
	bounds    []bound
	gates     []*compiled
	condition *compiled // at every step; nil if bounds and gates say it all
	periods   [][2]int  // slots of start and end; one of them, if there are any

	index, absolute, size int // slots of what the value knows of its channels
	side                  *side
	where                 string
}

// A bound is a limit for the time.
type bound struct {
	relation expr.Relation
	value    *compiled
}

// noise is that of a stretch of inputs.
type noise struct {
	first, size int
	sd          *compiled
}

func (p *plan) compileRules(rules []Rule, s *side, base float64) ruleset {
	made := ruleset{n: s.n, base: base}
	for k := range rules {
		if r := p.compileRule(&rules[k], s); r != nil {
			made.rules = append(made.rules, r)
		}
	}
	return made
}

func (p *plan) compileRule(r *Rule, s *side) *ruleplan {
	made := &ruleplan{side: s}
	if r.node == nil {
		return nil
	}
	made.where = place(r.node)
	values := 0
	var value *strict.Node
	for _, v := range []struct {
		n  *strict.Node
		do operation
	}{{r.Set, set}, {r.Add, add}, {r.Multiply, multiply}} {
		if v.n != nil {
			values++
			value, made.operation = v.n, v.do
		}
	}
	switch {
	case values == 0:
		r.node.Fail("the rule has no value", "write set, add or multiply")
	case values > 1:
		r.node.Fail("the rule has several values", "write one of set, add and multiply; another rule can follow")
	}
	made.parts = p.selection(s, r.Channel)
	p.when(made, r.When)
	made.periods = p.within(r.In)
	if values != 1 || len(made.parts) == 0 {
		return nil
	}
	p.locate(made, s)
	text, ok := scalar(value, "the value of a rule")
	if !ok {
		return nil
	}
	c := context{what: "a rule", slots: map[string]int{"index": made.index, "channel": made.absolute, "size": made.size}}
	made.value = p.anyTime(text, c)
	if made.value == nil {
		return nil
	}
	if made.value.shape.Axes&^(expr.Steps|expr.Channels) != 0 {
		text.fail(0, "the value is a vector, not one number for a channel", "pick one by an index, such as [index], the channel's place in its group")
		return nil
	}
	return made
}

// locate makes the slots of index, channel and size. What depends on the trial
// is filled in when it is drawn.
func (p *plan) locate(r *ruleplan, s *side) {
	static := true
	var absolute, index, size []float64
	for _, part := range r.parts {
		count := part.size
		if part.index != nil {
			static, count = false, 1
		}
		for k := range count {
			g := s.place(part.first + k)
			absolute = append(absolute, float64(part.first+k))
			index = append(index, float64(part.first+k-g.first))
			size = append(size, float64(g.size))
			r.channels = append(r.channels, part.first+k)
		}
	}
	shape := slot{shape: expr.Shape{Axes: expr.Channels, Channels: len(absolute)}, size: len(absolute), low: 0, high: math.Inf(1)}
	shape.scope = fixed
	if !static {
		r.channels = nil
		shape.scope = perTrial
	}
	for _, place := range []struct {
		values []float64
		slot   *int
	}{{absolute, &r.absolute}, {index, &r.index}, {size, &r.size}} {
		shape.fixed = place.values
		*place.slot = p.addSlot("", shape)
	}
}

// when takes a condition apart, as far as it is a stretch of time.
func (p *plan) when(r *ruleplan, n *strict.Node) {
	if n == nil {
		return
	}
	s, ok := scalar(n, "a condition")
	if !ok {
		return
	}
	c := context{what: "a condition"}
	single := p.check(s, c, false)
	if single == nil {
		return
	}
	if single.Shape().Axes&^expr.Steps != 0 {
		s.fail(0, "one condition is wanted, this has several values", "an index in brackets picks one of them; any and all make one of several")
		return
	}
	if !p.signalled(single, c) && !p.toEnd(single, c) {
		together := p.check(s, c, true)
		if w, ok := together.Window(); ok {
			for _, g := range w.Gates {
				r.gates = append(r.gates, p.compile(g, s, c, true))
			}
			for _, b := range w.Bounds {
				r.bounds = append(r.bounds, bound{b.Relation, p.compile(b.Value, s, c, true)})
			}
			return
		}
	}
	r.condition = p.compile(single, s, c, false)
	r.condition.whole = true
}

// within gives the slots of the periods that in: names.
func (p *plan) within(n *strict.Node) (periods [][2]int) {
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
			periods = append(periods, p.within(item)...)
		}
		return periods
	}
	period, ok := p.periods[n.Text()]
	if n.Kind() != strict.Scalar || !ok {
		names := slices.Sorted(maps.Keys(p.periods))
		hint := n.Hint(func() string {
			return cmp.Or(fault.Known(n.Text(), names, ""), "the task has none: section periods")
		})
		n.Fail(fmt.Sprintf("there is no period %q", n.Text()), n.Otherwise(names, hint))
		return nil
	}
	return [][2]int{{p.slots[period.Start], p.slots[period.End]}}
}

func (p *plan) compileNoise(n *strict.Node) {
	if n == nil {
		return
	}
	make := func(n *strict.Node, first, size int) {
		s, ok := scalar(n, "a standard deviation")
		if !ok {
			return
		}
		sd := p.perTrial(s, context{what: "the strength of noise"})
		switch {
		case sd == nil:
		case sd.shape != expr.Scalar:
			s.fail(0, "one standard deviation is wanted, this has several values", "an index in brackets picks one of them")
		case p.bounds(sd).High < 0:
			p.reportValue(s, "a standard deviation cannot be negative", "")
		default:
			p.noise = append(p.noise, noise{first, size, sd})
		}
	}
	if n.Kind() != strict.Mapping {
		make(n, 0, p.in.n)
		return
	}
	for _, e := range n.Entries() {
		if g := p.in.group(e.Key()); g != nil {
			make(e, g.first, g.size)
		} else {
			e.Unknown(p.in.names())
		}
	}
}
