package plan

// The variables, signals and times of periods of a trial, in the order in which
// they need each other.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// An Item is what has a name: what gets a value for every trial, a variable, a signal
// or a time of a period, or a parameter.
type Item struct {
	Name     string
	Signal   bool
	Duration bool // of a period in the sequence
	Recorded bool // it comes out with the trial, or follows from nothing that does
	Slot     int
	Expr     *CompiledExpr

	node      *strict.Node // of what is written for its name; nil: nothing is
	parameter bool         // its values are known when it is visited, and no trial has others
	source    *exprSource
	each      int    // values of a vector
	period    string // that it is a time of
	state     visit
}

// visit says how far a name is on its way into the order of evaluation.
type visit uint8

const (
	untouched visit = iota
	open
	done
)

// compileVariables gives every name of the definition its slot, in the order of
// evaluation, and finds the length of a trial.
func (b *builder) compileVariables() {
	if b.config.Duration > 0 {
		b.setLength(b.config.Duration, b.section.Get("T"))
	}
	for _, e := range b.config.Parameters {
		if b.name(e.Value, e.Key) {
			b.addItem(&Item{Name: e.Key, node: e.Value, parameter: true})
		}
	}
	for k, m := range []strict.Map[*strict.Node]{b.config.Trial, b.config.Signals} {
		for _, e := range m {
			if b.name(e.Value, e.Key) {
				b.variable(e.Value, e.Key, k == 1).node = e.Value
			}
		}
	}
	b.addGiven()
	b.listPeriods()
	b.length()
	for _, i := range b.order {
		b.need(i.Name, i.source, 0)
	}
	b.record()
	for k := range b.plan.Periods {
		p := &b.plan.Periods[k]
		p.Start, p.End = b.slots[b.periods[p.Name].Start], b.slots[b.periods[p.Name].End]
	}
	if len(b.sequence) > 0 { // trials may end before T
		b.plan.EndSlot = b.slots[b.last()]
	}
}

// name says whether a name that the definition gives can be used.
func (b *builder) name(n *strict.Node, name string) bool {
	why := taken(name)
	_, again := b.itemOf[name]
	switch {
	case why != "":
		b.broken[name] = !slices.Contains(ownNames, name) // which have a meaning where they are used
		n.KeyFail(why, "choose another")
	case again:
		n.KeyFail("the name "+name+" is given twice", "parameters, trial variables, signals and times of periods share their names")
	case b.plan.In.has(name) || b.plan.Out.has(name):
		n.KeyFail("a channel is called "+name+" too", "a variable and a channel cannot share a name")
	default:
		return true
	}
	return false
}

// variable takes any form of a variable or signal.
func (b *builder) variable(n *strict.Node, name string, signal bool) *Item {
	i := &Item{Name: name, Signal: signal, Recorded: !signal}
	switch n.Kind() {
	case strict.List:
		i.source = choices(n)
	case strict.Mapping:
		i.source = b.variableMap(n, i)
	default:
		i.source = scalar(n, "a variable")
	}
	if i.source == nil {
		i.source = madeUp(n, "0")
		b.broken[name] = true
	}
	b.addItem(i)
	return i
}

func (b *builder) addItem(i *Item) {
	b.itemOf[i.Name] = i
	b.order = append(b.order, i)
}

func (b *builder) variableMap(n *strict.Node, i *Item) *exprSource {
	var long task.VariableMap
	if !n.Decode(&long) {
		return nil
	}
	if long.Each != nil {
		if i.each = b.count(long.Each); i.each == 0 {
			return nil
		}
	}
	switch {
	case long.Choice != nil && long.Value == nil && long.Weights == nil:
		return call("choice", n, long.Choice)
	case long.Choice != nil && long.Value == nil:
		if len(long.Choice) != len(long.Weights) {
			n.Fail(fmt.Sprintf("%d values to choose from, but %d weights", len(long.Choice), len(long.Weights)), "each value has its weight")
			return nil
		}
		return call(task.Weighted, n, append(long.Choice, long.Weights...))
	case long.Value != nil && long.Choice == nil && long.Weights == nil:
		if long.Value.Kind() == strict.List {
			return choices(long.Value)
		}
		return scalar(long.Value, "a value")
	}
	n.Fail("expected value, or choice with weights", "for example {choice: [0, 1], weights: [3, 1]} or {value: \"uniform(0, 1)\", each: 5}")
	return nil
}

var timed = regexp.MustCompile(`^([0-9.]+)(ms|s)$`)

// duration is the text of a time, which may have its unit where it is a number.
func duration(n *strict.Node) *exprSource {
	if m := timed.FindStringSubmatch(n.Text()); m != nil {
		if x, err := strconv.ParseFloat(m[1], 64); err == nil {
			if m[2] == "s" {
				x *= 1000
			}
			return madeUp(n, task.FormatNumber(x))
		}
	}
	return &exprSource{n, n.Text(), []sourcePiece{{0, n}}}
}

// listPeriods makes three variables of every period.
func (b *builder) listPeriods() {
	before := "0"
	for _, e := range b.config.Periods {
		p, n := e.Key, e.Value
		if !expr.ValidName(p) {
			n.KeyFail("this cannot be a name", "a name has letters, digits and _, no digit first")
			continue
		}
		start, end, length := p+"_start", p+"_end", p+"_duration"
		if !b.name(n, start) || !b.name(n, end) || !b.name(n, length) {
			continue
		}
		b.periods[p] = expr.Period{Start: start, End: end}
		b.plan.Periods = append(b.plan.Periods, PeriodSlots{Name: p, Loose: task.Loose(n)})
		add := func(name string, s *exprSource) { b.addItem(&Item{Name: name, source: s, period: p}) }
		if task.Loose(n) {
			var s task.PeriodSpan
			from, to := madeUp(n, "0"), madeUp(n, "0")
			if n.Decode(&s) && s.From != nil && s.To != nil {
				from, to = duration(s.From), duration(s.To)
			}
			add(start, from)
			add(end, to)
			add(length, madeUp(n, end+" - "+start))
			continue
		}
		d := b.variable(n, length, false)
		if n.Kind() == strict.Scalar {
			d.source = duration(n)
		}
		d.period, d.Duration = p, true
		b.sequence = append(b.sequence, d)
		add(start, madeUp(n, before))
		add(end, madeUp(n, start+" + "+length))
		before = end
	}
}

// last is the name of the time when the last period of the sequence, and with it
// the trial, ends.
func (b *builder) last() string { return b.sequence[len(b.sequence)-1].period + "_end" }

// measuring says that what is on the path is for the duration of a period.
func (b *builder) measuring() bool {
	return slices.ContainsFunc(b.path, func(n string) bool { return b.itemOf[n].Duration })
}

// needEnd sees to it that the end of the trial is known before an item that
// reduces over the steps until then. The end cannot follow from such an item;
// but the time at which something first happens is a duration that a signal
// draws, for which the whole of T is looked through.
func (b *builder) needEnd(i *Item) {
	if !b.measuring() {
		b.need(b.last(), i.source, 0)
		return
	}
	for _, r := range i.Expr.Tree.Reductions() {
		if r.Text != "first" && r.Text != "first_t" {
			text := fmt.Sprintf("a circle: %s goes to the end of the trial, which depends on %s", r.Text, b.path[0])
			if b.path[0] != i.Name {
				text += ", and that on " + i.Name
			}
			b.broken[i.Name] = true
			i.source.fail(r.At, text, "a duration may use first, first_t, cumsum and hold, which do not ask when the trial ends")
			return
		}
	}
}

// need sees to it that a name has its value before who asks for it.
func (b *builder) need(name string, from *exprSource, at int) {
	if name == "T" || name == "N_steps" {
		if b.config.Duration == 0 && b.measuring() {
			from.fail(at, "the length of a trial follows from the periods here, so a period cannot use it", "give T, or write a number")
			return
		}
		b.length()
		return
	}
	i := b.itemOf[name]
	switch {
	case i == nil || i.state == done:
	case i.state == open && i.parameter:
		i.node.Fail("a circle: the parameter "+name+" needs itself", "")
		b.broken[name] = true
	case i.state == open:
		k := slices.Index(b.path, name)
		from.fail(at, fault.Circle(b.path[k:], "needs"), "")
		b.broken[name] = true
	case i.parameter:
		i.state = open
		b.parameter(i)
		i.state = done
	default:
		i.state = open
		b.path = append(b.path, name)
		b.prepare(i.source)
		b.finish(i)
		b.path = b.path[:len(b.path)-1]
		i.state = done
	}
}

// prepare needs everything that a text names.
func (b *builder) prepare(s *exprSource) {
	syntax, err := expr.Parse(s.text)
	if err != nil {
		return // said when it is checked
	}
	for _, n := range syntax.Names() {
		b.need(n.Text, s, n.At)
	}
	for _, n := range syntax.Periods() {
		if p, ok := b.periods[n.Text]; ok {
			b.need(p.Start, s, n.At)
			b.need(p.End, s, n.At)
		}
	}
}
