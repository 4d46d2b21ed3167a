package task

import (
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// verdict says how answers are judged.
type verdict uint8

const (
	byChoice     verdict = iota // the highest of some channels
	bySign                      // the sign of one
	byExpression                // anything but 0
	unjudged                    // not at all: trials that were given may have no more than a loss
)

// judge is the accuracy made ready.
type judge struct {
	verdict  verdict
	whole    bool // all channels, all steps: nothing of the trial need be known
	channels []int
	periods  [][2]int
	expr     *compiled
	slots    struct{ output, y, mask, x, t, step int }
}

// judgement is the long form of an accuracy.
type judgement struct {
	_       struct{}     `doc:"An accuracy as a map"`
	Choice  *strict.Node `yaml:"choice" doc:"channels: the one with the highest output must be the one with the highest target"`
	Sign    *strict.Node `yaml:"sign" doc:"a channel: its output must have the sign of its target"`
	Correct *strict.Node `yaml:"correct" doc:"a condition"`
	In      *strict.Node `yaml:"in" doc:"when the answer is given; the whole trial if absent"`
}

// Judged says whether answers are right or wrong, and not only near or far.
func (c *Config) Judged() bool { return c.plan.judge.verdict != unjudged }

// compileJudge reads an accuracy. Of trials from elsewhere one output is
// not judged unless it says how.
func (p *plan) compileJudge(n *strict.Node, elsewhere bool) {
	j := &p.judge
	var long judgement
	switch {
	case n == nil:
	case n.Kind() == strict.Mapping:
		if !n.Decode(&long) {
			return
		}
		j.periods = p.within(long.In)
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
		p.judgeBy(long.Correct)
	case long.Sign != nil:
		j.verdict = bySign
		if j.channels = p.fixedChannels(long.Sign); len(j.channels) > 1 {
			long.Sign.Fail("one channel is wanted, this has several", "")
		}
	default:
		at := n
		if long.Choice != nil {
			at = long.Choice
			j.channels = p.fixedChannels(at)
			if len(j.channels) == 0 {
				return
			}
		} else {
			for k := range p.out.n {
				j.channels = append(j.channels, k)
			}
			j.whole = true
		}
		if len(j.channels) == 1 {
			if at == nil && elsewhere {
				j.verdict = unjudged
				return
			}
			if at == nil {
				p.out.node.Fail("choice, the default accuracy, needs two outputs at least", "write accuracy: {sign: 0}, or a condition")
				return
			}
			at.Fail("a choice of one output is always right", "write {sign: channel}, or a condition such as last(output[0]) > 0.5")
		}
	}
}

// fixedChannels are those of a judgement, the same for all trials.
func (p *plan) fixedChannels(n *strict.Node) (channels []int) {
	for _, part := range p.selection(&p.out, n) {
		if part.index != nil {
			n.Fail("what is judged must be the same channels in all trials", "a condition such as last(output[k]) > 0.5 can use the trial's variables")
			return nil
		}
		for k := range part.size {
			channels = append(channels, part.first+k)
		}
	}
	return channels
}

func (p *plan) judgeBy(n *strict.Node) {
	s, ok := scalar(n, "a condition")
	if !ok {
		return
	}
	p.judge.verdict = byExpression
	own := map[string]int{}
	for _, side := range []struct {
		name     string
		channels int
		slot     *int
	}{
		{"output", p.out.n, &p.judge.slots.output}, {"y", p.out.n, &p.judge.slots.y},
		{"mask", p.out.n, &p.judge.slots.mask}, {"x", p.in.n, &p.judge.slots.x},
	} {
		*side.slot = p.addSlot("", slot{
			shape: expr.Shape{Axes: expr.Steps | expr.Channels, Channels: side.channels}, scope: current,
			size: side.channels, low: math.Inf(-1), high: math.Inf(1)})
		own[side.name] = *side.slot
	}
	for name, slotOf := range map[string]*int{"t": &p.judge.slots.t, "step": &p.judge.slots.step} {
		*slotOf = p.addSlot("", slot{shape: expr.Shape{Axes: expr.Steps}, scope: current, size: 1, low: 0, high: math.Inf(1)})
		own[name] = *slotOf
	}
	c := context{what: "an accuracy", slots: own, sides: true, allSteps: true}
	tree := p.check(s, c, false)
	if tree == nil {
		return
	}
	if shape := tree.Shape(); shape != expr.Scalar {
		s.fail(0, "a trial is right or not, but this has several values", "reductions such as mean, last, any, all make one of them; an index picks a channel: output[0]")
		return
	}
	for _, name := range tree.Variables() {
		if id, shared := p.slots[name]; shared && p.slot[id].scope == perTrial && p.slot[id].shape.Axes&expr.Steps != 0 {
			s.fail(0, "the signal "+name+" is gone when answers are judged", "keep what matters of it in a trial variable")
			return
		}
	}
	p.judge.expr = p.compile(tree, s, c, false)
}

// Correct overwrites correct with whether each trial's answer is right.
// A trial that cannot be judged counts as wrong, and so do all of a task that is
// not judged.
func (s *sampler[F]) Correct(correct []bool, trials *model.Trials[F], output []F) {
	j := &s.plan.judge
	if j.verdict == unjudged {
		clear(correct)
		return
	}
	w := s.spaces.Get().(*space[F])
	defer s.spaces.Put(w)
	a := &attempt[F]{w: w, trials: trials, output: output}
	s.recalled(w, trials, !j.whole, func(row int, known bool) {
		if known {
			a.turn(row)
		}
		correct[row] = known && a.right()
	})
}

// restore takes the recorded variables back and evaluates what follows from them.
func (w *workspace) restore(variables []float64, first int) error {
	width := len(w.plan.names)
	for _, rec := range w.plan.recorded {
		size := w.plan.slot[rec.slot].size
		for r := range w.rows {
			copy(w.values[rec.slot][r*size:(r+1)*size], variables[(first+r)*width+rec.at:])
		}
	}
	return w.variables(false)
}

// right judges the trial.
func (a *attempt[F]) right() bool {
	if a.w.plan.judge.verdict != byExpression {
		return a.pick(a.output) == a.pick(a.trials.Y)
	}
	return a.condition()
}

// pick is the channel or the sign that values, outputs or y, choose: the channel
// with the highest sum over the judged steps of value*mask (original 5). Ties go
// to the first channel and a NaN counts as highest, so a trial that is masked all
// over counts as right.
func (a *attempt[F]) pick(values []F) float64 {
	j := &a.w.plan.judge
	if j.verdict == bySign {
		switch sum := a.sum(values, j.channels[0]); {
		case sum > 0:
			return 1
		case sum < 0:
			return -1
		}
		return 0
	}
	best, most := j.channels[0], math.Inf(-1)
	for _, c := range j.channels {
		switch v := a.sum(values, c); {
		case math.IsNaN(v):
			return float64(c)
		case v > most:
			best, most = c, v
		}
	}
	return float64(best)
}

// sum is that of a channel's values times the mask, over the steps that are judged.
func (a *attempt[F]) sum(values []F, channel int) (total float64) {
	for _, s := range a.w.judged {
		at := a.at(s, channel)
		total += float64(values[at]) * float64(a.trials.Mask[at])
	}
	return total
}

// judgedSteps lists the steps to which the judgement of the trial at work is limited.
func (w *workspace) judgedSteps() {
	w.judged, w.runs = w.judged[:0], w.runs[:0]
	j := &w.plan.judge
	if j.whole {
		w.runs = append(w.runs, stepRange{0, w.plan.steps})
	} else {
		all := stepRange{0, w.over()}
		for _, slots := range j.periods {
			w.runs = append(w.runs, all.and(w.period(slots)))
		}
		if len(j.periods) == 0 {
			w.runs = append(w.runs, all)
		}
	}
	hull := hullOf(w.runs)
	for s := hull.from; s < hull.to; s++ {
		if slices.ContainsFunc(w.runs, func(r stepRange) bool { return r.from <= s && s < r.to }) {
			w.judged = append(w.judged, s)
		}
	}
}

// condition evaluates the accuracy's expression over the steps that are judged and
// no others.
func (a *attempt[F]) condition() bool {
	w, n := a.w, len(a.w.judged)
	slots := &w.plan.judge.slots
	for _, side := range []struct {
		slot, channels int
		from           []F
	}{
		{slots.output, w.plan.out.n, a.output}, {slots.y, w.plan.out.n, a.trials.Y},
		{slots.mask, w.plan.out.n, a.trials.Mask}, {slots.x, w.plan.in.n, a.trials.X},
	} {
		for k, s := range w.judged {
			to, at := w.values[side.slot][k*side.channels:][:side.channels], (s*a.trials.Rows+a.row)*side.channels
			for c := range to {
				to[c] = float64(side.from[at+c])
			}
		}
	}
	for k, s := range w.judged {
		w.values[slots.t][k], w.values[slots.step][k] = w.times()[s], float64(s)
	}
	v, err := w.evaluate(w.plan.judge.expr, 0, n)
	return err == nil && v[0] != 0 && !math.IsNaN(v[0])
}
