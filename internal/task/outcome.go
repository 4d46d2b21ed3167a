package task

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// ReactionTime says what a reaction is.
type ReactionTime struct {
	Threshold float64  `yaml:"threshold" required:"true" doc:"the reaction is the first step at which an output is at or above this"`
	From      string   `yaml:"from" doc:"the period from whose start on reactions count, and times run; the whole trial if absent"`
	Channels  Channels `yaml:"channels" doc:"the outputs that count; all if absent"`
}

// Channels are channels or groups by their names, or channels by their numbers.
type Channels []string

// DecodeStrict reads one of them, or a list.
func (c *Channels) DecodeStrict(n *strict.Node) {
	items := []*strict.Node{n}
	if n.Kind() == strict.List {
		items = n.Items()
		if len(items) == 0 {
			n.Fail("there is no channel in the list", "name one")
		}
	}
	*c = nil
	for _, item := range items {
		if item == nil || item.Kind() != strict.Scalar {
			n.Fail("expected the name or the number of a channel, or a list of them", "")
			return
		}
		*c = append(*c, item.Text())
	}
}

// Describe says what may stand there.
func (Channels) Describe() (string, []any) {
	return "a channel (number, name or group), or a list of them", []any{0, "", []channelName{}}
}

type channelName struct{}

// Describe says what may stand there.
func (channelName) Describe() (string, []any) { return "a number or a name", []any{0, ""} }

// Reaction is a ReactionTime made ready for a task.
type Reaction struct {
	threshold float64
	from      int // slot of the time; -1: the start of the trial
	channels  []int
}

// Reaction finds what a reaction time means in the task. Where it means
// nothing, key is the part that is wrong and hint what may have been meant.
func (c *Config) Reaction(r ReactionTime) (made *Reaction, key string, problem, hint string) {
	p := c.plan
	made = &Reaction{threshold: r.Threshold, from: -1}
	if r.From != "" {
		at, ok := p.periods[r.From]
		if !ok {
			return nil, "from", "the task of the test has no period " + r.From, cmp.Or(fault.Known(r.From, c.PeriodNames(), ""), "it has none; leave from out: the whole trial counts")
		}
		made.from = p.slots[at.Start]
	}
	for _, name := range r.Channels {
		found := p.out.find(name)
		if len(found) == 0 {
			return nil, "channels", "the task of the test has no output " + name, fault.Known(name, p.out.known(), "")
		}
		made.channels = append(made.channels, found...)
	}
	for k := range p.out.n {
		if r.Channels == nil {
			made.channels = append(made.channels, k)
		}
	}
	return made, "", "", ""
}

// labels are those of all channels.
func (s *side) labels() (all []string) {
	for k := range s.n {
		all = append(all, s.label(k))
	}
	return all
}

// known are the names of groups and of channels.
func (s *side) known() []string {
	all := s.names()
	for _, label := range s.labels() {
		if !slices.Contains(all, label) {
			all = append(all, label)
		}
	}
	return all
}

// find lists the channels of a name: a group, or a channel's label or number.
func (s *side) find(name string) (channels []int) {
	group := s.group(name)
	for k := range s.n {
		if group != nil && group.first <= k && k < group.first+group.size || name == s.label(k) || name == strconv.Itoa(k) {
			channels = append(channels, k)
		}
	}
	return channels
}

// attempt is a trial that was run, in the row at work.
type attempt[F kernel.Float] struct {
	w      *space[F]
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
		if len(a.w.plan.judge.periods) > 0 || a.counts(s) {
			sum += float64(a.output[a.at(s, channel)])
			n++
		}
	}
	return sum / float64(n)
}

// reaction is the time of the first step from the start on at which a channel
// reaches the threshold, from that start, NaN if none does.
func (a *attempt[F]) reaction(r *Reaction) float64 {
	start := 0.0
	if r.from >= 0 {
		start = a.w.values[r.from][a.w.row]
	}
	for s := range a.w.over() {
		if a.w.plan.times()[s] >= start && slices.ContainsFunc(r.channels, func(c int) bool { return float64(a.output[a.at(s, c)]) >= r.threshold }) {
			return a.w.plan.times()[s] - start
		}
	}
	return math.NaN()
}

// outcome is a column, and what it holds of a trial.
type outcome[F kernel.Float] struct {
	Column
	of func(a *attempt[F]) float64
}

// outcomes are the columns of a plan's trials: when periods began and ended, what
// was chosen and what was to be, whether that was right, the reaction time if a
// reaction is given, and the mean of each output in the answer's window.
func outcomes[F kernel.Float](p *plan, r *Reaction) (list []outcome[F]) {
	add := func(name string, labels []string, of func(a *attempt[F]) float64) {
		list = append(list, outcome[F]{Column{Free(name, p.names), labels}, of})
	}
	for _, name := range p.periodNames {
		for _, time := range []string{p.periods[name].Start, p.periods[name].End} {
			if !slices.Contains(p.names, time) { // it is there already
				slot := p.slots[time]
				add(time, nil, func(a *attempt[F]) float64 { return a.w.values[slot][a.w.row] })
			}
		}
	}
	if p.judge.verdict == byChoice || p.judge.verdict == bySign {
		var labels []string
		if p.judge.verdict == byChoice && p.out.named {
			labels = p.out.labels()
		}
		add(targetColumn, labels, func(a *attempt[F]) float64 { return a.pick(a.trials.Y) })
		add(choiceColumn, labels, func(a *attempt[F]) float64 { return a.pick(a.output) })
	}
	if p.judge.verdict != unjudged {
		add(correctColumn, nil, func(a *attempt[F]) float64 {
			if a.right() {
				return 1
			}
			return 0
		})
	}
	if r != nil {
		add(ReactionColumn, nil, func(a *attempt[F]) float64 { return a.reaction(r) })
	}
	for k, name := range ChannelColumns(meanColumns, p.out.labels(), p.out.n) {
		add(name, nil, func(a *attempt[F]) float64 { return a.mean(k) })
	}
	return list
}

// Columns are what Outcomes tells.
func (s *sampler[F]) Columns(r *Reaction) (columns []Column) {
	for _, o := range outcomes[F](s.plan, r) {
		columns = append(columns, o.Column)
	}
	return columns
}

// Outcomes tells what outputs did.
func (s *sampler[F]) Outcomes(to []float64, trials *model.Trials[F], output []F, r *Reaction) {
	list := outcomes[F](s.plan, r)
	w := s.spaces.Get().(*space[F])
	defer s.spaces.Put(w)
	a := &attempt[F]{w: w, trials: trials, output: output}
	s.recalled(w, trials, true, func(row int, known bool) {
		if known {
			a.turn(row)
		}
		for k, o := range list {
			if value := &to[row*len(list)+k]; known {
				*value = o.of(a)
			} else {
				*value = math.NaN()
			}
		}
	})
}

// recalled tells of each row whether its variables are known, of which the others
// follow from those that were recorded; needed says that they are asked for.
func (s *sampler[F]) recalled(w *space[F], trials *model.Trials[F], needed bool, tell func(row int, known bool)) {
	for first := 0; first < trials.Rows; first += block {
		w.begin(trials.First+uint64(first), trials.Origin, min(block, trials.Rows-first))
		known := !needed || w.restore(trials.Variable, first) == nil
		for w.row = range w.rows {
			tell(first+w.row, known)
		}
	}
}
