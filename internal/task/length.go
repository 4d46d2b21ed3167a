package task

import (
	"fmt"
	"math"
	"sync"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
)

// setLength gives a trial its length in ms, which the node says, unless it is
// too long to be looked at: how much memory a batch may take, the machine says.
func (b *builder) setLength(t float64, n *strict.Node) {
	count := math.Ceil(t / b.dt)
	b.constants["T"], b.constants["N_steps"] = t, count
	values := count * float64(max(1, b.in.n+2*b.out.n)) // 1: of channels that are wrong nothing is known
	switch {
	case count < 1:
		n.Fail(fmt.Sprintf("a trial of %v ms has no step", number(t)), "a period needs a duration above 0")
	case t < b.dt:
		n.Fail(fmt.Sprintf("a trial of %v ms is shorter than a step of dt, which is %v ms", number(t), number(b.dt)), "T and dt are both in ms")
	case values > mostValues:
		n.Fail(fmt.Sprintf("a trial of %s steps with %d channels takes %s GB", large(count), b.in.n+2*b.out.n, large(values*8/1e9)), "take a shorter trial, longer steps or fewer channels")
	default:
		b.steps = int(count)
		b.times = sync.OnceValue(func() []float64 { return timesOf(b.steps, b.dt) })
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
		b.need(d.name, d.source, 0)
		s := b.slot[d.slot]
		n := d.source.n
		switch {
		case d.expr == nil:
			bounded = false
			continue
		case s.size != 1 || s.shape != expr.Scalar:
			n.Fail("a period has one duration, this has several", "an index in brackets picks one of them")
		case s.high < 0 || s.low < 0 && !math.IsInf(s.low, -1):
			n.Fail("the duration can be negative, as low as "+number(s.low), "max(0, ...) keeps it from that; 0 leaves the period out")
		case math.IsInf(s.high, 1):
			n.Fail("the duration has no upper bound, so no trial is long enough", "truncated_exponential(mean, min, max) has one, and so has min(..., 1000)")
		case s.low < 0:
			n.Fail("the duration can be negative", "max(0, ...) keeps it from that; 0 leaves the period out")
		default:
			if total += s.high; bounded && b.config.Duration > 0 && total > b.config.Duration {
				n.Fail(fmt.Sprintf("the period %s can end as late as %s, beyond T, which is %s", d.period, number(total), number(b.config.Duration)), "trials are never cut: make T longer, or leave it out")
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
