package plan

// What makes an answer right.

import (
	"cmp"
	"math"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Verdict says how answers are judged.
type Verdict uint8

// The ways to judge answers.
const (
	ByChoice     Verdict = iota // the highest of some channels
	BySign                      // the sign of one
	ByExpression                // anything but 0
	Unjudged                    // not at all: trials that were given may have no more than a loss
)

// A Criterion is the accuracy made ready.
type Criterion struct {
	Verdict  Verdict
	Whole    bool // all channels, all steps: nothing of the trial need be known
	Channels []int
	Periods  [][2]int // slots of start and end; none: all of the trial
	Expr     *CompiledExpr
	Slots    struct{ Output, Y, Mask, X, T, Step int } // of what only the expression knows
}

// compileCriterion reads an accuracy. Of trials from elsewhere one output is
// not judged unless it says how.
func (b *builder) compileCriterion(n *strict.Node, elsewhere bool) {
	j := &b.plan.Criterion
	var long task.AccuracyMap
	switch {
	case n == nil:
	case n.Kind() == strict.Mapping:
		if !n.Decode(&long) {
			return
		}
		j.Periods = b.within(long.In)
	case n.Kind() == strict.Scalar && n.Text() != "choice":
		long.Correct = n
	case n.Kind() == strict.List:
		n.Fail("expected choice, a condition, or a map, found a list", "for example {choice: [0, 1], in: response}")
		return
	}
	given := 0
	for _, one := range []*strict.Node{long.Choice, long.Sign, long.Correct} {
		if one != nil {
			given++
		}
	}
	switch {
	case given > 1 || given == 0 && n != nil && n.Kind() == strict.Mapping:
		n.Fail("expected one of choice, sign and correct", "for example {choice: [0, 1], in: response}")
	case long.Correct != nil:
		b.judgeBy(long.Correct)
	case long.Sign != nil:
		j.Verdict = BySign
		if j.Channels = b.fixedChannels(long.Sign); len(j.Channels) > 1 {
			long.Sign.Fail("one channel is wanted, this has several", "")
		}
	default:
		j.Channels, j.Whole = b.fixedChannels(long.Choice), long.Choice == nil
		switch at := cmp.Or(long.Choice, n); {
		case len(j.Channels) != 1:
		case at != nil:
			at.Fail("a choice of one output is always right", "write {sign: channel}, or a condition such as last(output[0]) > 0.5")
		case elsewhere:
			j.Verdict = Unjudged
		default:
			b.plan.Out.node.Fail("choice, the default accuracy, needs two outputs at least", "write accuracy: {sign: 0}, or a condition")
		}
	}
}

// fixedChannels are those of a judgement, the same for all trials: all where it names none.
func (b *builder) fixedChannels(n *strict.Node) (channels []int) {
	for _, part := range b.selection(&b.plan.Out, n) {
		if part.Index != nil {
			n.Fail("what is judged must be the same channels in all trials", "a condition such as last(output[k]) > 0.5 can use the trial's variables")
			return nil
		}
		for k := range part.Size {
			channels = append(channels, part.First+k)
		}
	}
	return channels
}

func (b *builder) judgeBy(n *strict.Node) {
	b.plan.Criterion.Verdict = ByExpression
	own, slots := map[string]int{}, &b.plan.Criterion.Slots
	for _, v := range []struct {
		name string
		side *Side
		slot *int
	}{
		{"output", &b.plan.Out, &slots.Output}, {"y", &b.plan.Out, &slots.Y}, {"mask", &b.plan.Out, &slots.Mask},
		{"x", &b.plan.In, &slots.X}, {"t", nil, &slots.T}, {"step", nil, &slots.Step},
	} {
		slot := ValueSlot{Shape: expr.Shape{Axes: expr.Steps}, Scope: Judged, Size: 1, Low: math.Inf(-1), High: math.Inf(1), side: v.side}
		if v.side != nil {
			slot.Shape, slot.Size = expr.Shape{Axes: expr.Steps | expr.Channels, Channels: v.side.N}, v.side.N
		}
		*v.slot = b.addSlot("", slot)
		own[v.name] = *v.slot
	}
	s, c := scalar(n, "a condition"), context{what: "an accuracy", slots: own, allSteps: true}
	tree := b.check(s, c, false)
	if tree == nil {
		return
	}
	if shape := tree.Shape(); shape != expr.Scalar {
		s.fail(0, "a trial is right or not, but this has several values", "reductions such as mean, last, any, all make one of them; an index picks a channel: output[0]")
		return
	}
	for _, name := range tree.Variables() {
		if id, shared := b.slots[name]; shared && b.plan.Slots[id].Scope == PerTrial && b.plan.Slots[id].Shape.Axes&expr.Steps != 0 {
			s.fail(0, "the signal "+name+" is gone when answers are judged", "keep what matters of it in a trial variable")
			return
		}
	}
	b.plan.Criterion.Expr = b.compile(tree, s, c, false)
}
