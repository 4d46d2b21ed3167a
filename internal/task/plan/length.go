package plan

// How long a trial is, and its times.

import (
	"fmt"
	"math"
	"sync"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// setLength gives a trial its length in ms, which the node says, unless it is
// too long to be looked at: how much memory a batch may take, the machine says.
func (b *builder) setLength(t float64, n *strict.Node) {
	count := math.Ceil(t / b.plan.Dt)
	b.constants["T"], b.constants["N_steps"] = t, count
	values := count * float64(max(1, b.plan.In.N+2*b.plan.Out.N)) // 1: of channels that are wrong nothing is known
	switch {
	case count < 1:
		n.Fail(fmt.Sprintf("a trial of %v ms has no step", task.FormatNumber(t)), "a period needs a duration above 0")
	case t < b.plan.Dt:
		n.Fail(fmt.Sprintf("a trial of %v ms is shorter than a step of dt, which is %v ms", task.FormatNumber(t), task.FormatNumber(b.plan.Dt)), "T and dt are both in ms")
	case values > mostValues:
		n.Fail(fmt.Sprintf("a trial of %s steps with %d channels takes %s GB", large(count), b.plan.In.N+2*b.plan.Out.N, large(values*8/1e9)), "take a shorter trial, longer steps or fewer channels")
	default:
		b.plan.Steps = int(count)
		b.plan.times = sync.OnceValue(func() []float64 { return timesOf(b.plan.Steps, b.plan.Dt) })
	}
}

// timesOf are the times of so many steps in ms, then their numbers.
func timesOf(steps int, dt float64) []float64 {
	times := make([]float64, 2*steps)
	for s := range steps {
		times[s], times[steps+s] = float64(s)*dt, float64(s)
	}
	return times
}

// large writes a number without a fraction, if its digits can be read.
func large(x float64) string {
	if x < 1e15 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// length puts the periods that follow one another together: a trial is as long
// as the longest can be, and none is cut.
func (b *builder) length() {
	if b.measured {
		return
	}
	b.measured = true
	total, bounded := 0.0, true
	for _, d := range b.sequence {
		b.need(d.Name, d.source, 0)
		s := b.plan.Slots[d.Slot]
		n := d.source.n
		switch {
		case d.Expr == nil:
			bounded = false
			continue
		case s.Size != 1 || s.Shape != expr.Scalar:
			n.Fail("a period has one duration, this has several", "an index in brackets picks one of them")
		case s.High < 0 || s.Low < 0 && !math.IsInf(s.Low, -1):
			n.Fail("the duration can be negative, as low as "+task.FormatNumber(s.Low), "max(0, ...) keeps it from that; 0 leaves the period out")
		case math.IsInf(s.High, 1):
			n.Fail("the duration has no upper bound, so no trial is long enough", "truncated_exponential(mean, min, max) has one, and so has min(..., 1000)")
		case s.Low < 0:
			n.Fail("the duration can be negative", "max(0, ...) keeps it from that; 0 leaves the period out")
		default:
			if total += s.High; bounded && b.config.Duration > 0 && total > b.config.Duration {
				n.Fail(fmt.Sprintf("the period %s can end as late as %s, beyond T, which is %s", d.period, task.FormatNumber(total), task.FormatNumber(b.config.Duration)), "trials are never cut: make T longer, or leave it out")
				bounded = false
			}
			continue
		}
		bounded = false
	}
	if b.config.Duration == 0 && len(b.sequence) > 0 && bounded {
		b.setLength(total, b.section.Get("periods"))
	}
}
