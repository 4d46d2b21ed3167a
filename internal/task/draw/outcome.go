package draw

// What a network did in trials, for tables.

import (
	"math"
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// attempt is a trial that was run, in the row at work.
type attempt[F kernel.Float] struct {
	w      *noisyBlock[F]
	trials *model.Trials[F]
	output []F
	row    int
}

// turn goes to the row at work, which is that of the trials, and lists the steps
// in which it is judged.
func (a *attempt[F]) turn(row int) {
	a.row = row
	a.w.judgedSteps()
}

// counts says whether the mask of any output is not 0 at a step.
func (a *attempt[F]) counts(step int) bool {
	mask := a.trials.Mask[(step*a.trials.Rows+a.row)*a.trials.O:][:a.trials.O]
	return slices.ContainsFunc(mask, func(m F) bool { return m != 0 })
}

// at is where the values of a channel at a step lie in outputs, y and mask.
func (a *attempt[F]) at(step, channel int) int {
	return (step*a.trials.Rows+a.row)*a.trials.O + channel
}

// mean is the mean output of a channel in the steps in which the answer is given:
// those of the judgement's periods, or else those that the mask counts.
func (a *attempt[F]) mean(channel int) float64 {
	sum, n := 0.0, 0
	for _, s := range a.w.judged {
		if len(a.w.plan.Criterion.Periods) > 0 || a.counts(s) {
			sum += float64(a.output[a.at(s, channel)])
			n++
		}
	}
	return sum / float64(n)
}

// reaction is the time of the first step from the start on at which a channel
// reaches the threshold, from that start, NaN if none does.
func (a *attempt[F]) reaction(r *task.Reaction) float64 {
	start := 0.0
	if r.From >= 0 {
		start = a.w.values[r.From][a.w.row]
	}
	for s := range a.w.over() {
		if a.w.plan.Times()[s] >= start && slices.ContainsFunc(r.Channels, func(c int) bool { return float64(a.output[a.at(s, c)]) >= r.Threshold }) {
			return a.w.plan.Times()[s] - start
		}
	}
	return math.NaN()
}

// outcomeColumn is a column, and what it holds of a trial.
type outcomeColumn[F kernel.Float] struct {
	task.Column
	of func(a *attempt[F]) float64
}

// outcomes are the columns of a plan's trials: when periods began and ended, what
// was chosen and what was to be, whether that was right, the reaction time if a
// reaction is given, and the mean of each output in the answer's window.
func outcomes[F kernel.Float](p *plan.Plan, r *task.Reaction) (list []outcomeColumn[F]) {
	add := func(name string, labels []string, of func(a *attempt[F]) float64) {
		list = append(list, outcomeColumn[F]{task.Column{Name: task.Free(name, p.Names), Labels: labels}, of})
	}
	for _, k := range p.Periods {
		for _, slot := range []int{k.Start, k.End} {
			if name := p.Slots[slot].Name; !slices.Contains(p.Names, name) { // else it is there already
				add(name, nil, func(a *attempt[F]) float64 { return a.w.values[slot][a.w.row] })
			}
		}
	}
	if p.Criterion.Verdict == plan.ByChoice || p.Criterion.Verdict == plan.BySign {
		var labels []string
		if p.Criterion.Verdict == plan.ByChoice && p.Out.Named {
			labels = p.Out.Labels()
		}
		add(task.TargetColumn, labels, func(a *attempt[F]) float64 { return a.pick(a.trials.Y) })
		add(task.ChoiceColumn, labels, func(a *attempt[F]) float64 { return a.pick(a.output) })
	}
	if p.Criterion.Verdict != plan.Unjudged {
		add(task.CorrectColumn, nil, func(a *attempt[F]) float64 {
			if a.right() {
				return 1
			}
			return 0
		})
	}
	if r != nil {
		add(task.ReactionColumn, nil, func(a *attempt[F]) float64 { return a.reaction(r) })
	}
	for k, name := range task.ChannelColumns(task.MeanColumns, p.Out.Labels(), p.Out.N) {
		add(name, nil, func(a *attempt[F]) float64 { return a.mean(k) })
	}
	return list
}

// Columns are what Outcomes tells.
func (j *Judge[F]) Columns(r *task.Reaction) (columns []task.Column) {
	for _, o := range outcomes[F](j.plan, r) {
		columns = append(columns, o.Column)
	}
	return columns
}

// Outcomes overwrites to, (Rows, columns), with what outputs (T, Rows, O) did in each
// trial: NaN where its variables cannot be known.
func (j *Judge[F]) Outcomes(to []float64, trials *model.Trials[F], output []F, r *task.Reaction) {
	list := outcomes[F](j.plan, r)
	w := j.blocks.Get().(*noisyBlock[F])
	defer j.blocks.Put(w)
	a := &attempt[F]{w: w, trials: trials, output: output}
	recall(w.trialBlock, trials, true, func(row int, unknown error) {
		if unknown == nil {
			a.turn(row)
		}
		for k, o := range list {
			value := &to[row*len(list)+k]
			if *value = math.NaN(); unknown == nil {
				*value = o.of(a)
			}
		}
	})
}
