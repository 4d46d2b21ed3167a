package draw

import (
	"math"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task/plan"
	"slices"
	"sync"
)

// Whether answers are right, and what a network did in a trial.

// A Judge judges answers to trials of a plan, whoever made them.
type Judge[F kernel.Float] struct {
	plan   *plan.Plan
	blocks sync.Pool // of *noisyBlock[F]
}

// NewJudge makes the judge of a plan's trials.
func NewJudge[F kernel.Float](p *plan.Plan) *Judge[F] {
	j := &Judge[F]{plan: p}
	j.blocks.New = func() any { return newNoisyBlock[F](p) }
	return j
}

// Shape is the number of steps and of input and output channels.
func (j *Judge[F]) Shape() (t, i, o int) { return j.plan.Steps, j.plan.In.N, j.plan.Out.N }

// Correct overwrites correct with whether each trial's answer is right, from the
// outputs (T, Rows, O). A trial that cannot be judged counts as wrong, and so do all
// of a task that is not judged.
func (j *Judge[F]) Correct(correct []bool, trials *model.Trials[F], output []F) {
	if !j.plan.Judged() {
		clear(correct)
		return
	}
	w := j.blocks.Get().(*noisyBlock[F])
	defer j.blocks.Put(w)
	a := &attempt[F]{w: w, trials: trials, output: output}
	recall(w.trialBlock, trials, !j.plan.Criterion.Whole, func(row int, unknown error) {
		if unknown == nil {
			a.turn(row)
		}
		correct[row] = unknown == nil && a.right()
	})
}

// restore takes the recorded variables back and evaluates what follows from them.
func (w *trialBlock) restore(variables []float64, first int) error {
	width := len(w.plan.Names)
	for _, rec := range w.plan.Recorded {
		size := w.plan.Slots[rec.Slot].Size
		for r := range w.rows {
			copy(w.values[rec.Slot][r*size:(r+1)*size], variables[(first+r)*width+rec.At:])
		}
	}
	return w.variables(false)
}

// right judges the trial.
func (a *attempt[F]) right() bool {
	if a.w.plan.Criterion.Verdict != plan.ByExpression {
		return a.pick(a.output) == a.pick(a.trials.Y)
	}
	return a.condition()
}

// pick is the channel or the sign that values, outputs or y, choose: the channel
// with the highest sum over the judged steps of value*mask (original 5). Ties go
// to the first channel and a NaN counts as highest, so a trial that is masked all
// over counts as right.
func (a *attempt[F]) pick(values []F) float64 {
	j := &a.w.plan.Criterion
	if j.Verdict == plan.BySign {
		switch sum := a.sum(values, j.Channels[0]); {
		case sum > 0:
			return 1
		case sum < 0:
			return -1
		}
		return 0
	}
	best, most := j.Channels[0], math.Inf(-1)
	for _, c := range j.Channels {
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
func (w *trialBlock) judgedSteps() {
	w.judged, w.runs = w.judged[:0], w.runs[:0]
	j := &w.plan.Criterion
	if j.Whole {
		w.runs = append(w.runs, stepRange{0, w.plan.Steps})
	} else {
		all := stepRange{0, w.over()}
		for _, slots := range j.Periods {
			w.runs = append(w.runs, all.and(w.period(slots)))
		}
		if len(j.Periods) == 0 {
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
	slots := &w.plan.Criterion.Slots
	for _, side := range []struct {
		slot, channels int
		from           []F
	}{
		{slots.Output, w.plan.Out.N, a.output}, {slots.Y, w.plan.Out.N, a.trials.Y},
		{slots.Mask, w.plan.Out.N, a.trials.Mask}, {slots.X, w.plan.In.N, a.trials.X},
	} {
		for k, s := range w.judged {
			to, at := w.values[side.slot][k*side.channels:][:side.channels], (s*a.trials.Rows+a.row)*side.channels
			for c := range to {
				to[c] = float64(side.from[at+c])
			}
		}
	}
	for k, s := range w.judged {
		w.values[slots.T][k], w.values[slots.Step][k] = w.plan.Times()[s], float64(s)
	}
	v, err := w.evaluate(w.plan.Criterion.Expr, 0, n)
	return err == nil && v[0] != 0 && !math.IsNaN(v[0])
}
