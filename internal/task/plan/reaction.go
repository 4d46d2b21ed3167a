package plan

// What a reaction time means in a task.

import (
	"cmp"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/task"
)

// Reaction finds what a reaction time means in the task. Where it means
// nothing, key is the part that is wrong and hint what may have been meant.
func (p *Plan) Reaction(r task.ReactionTime) (made *task.Reaction, key string, problem, hint string) {
	made = &task.Reaction{Threshold: r.Threshold, From: -1}
	if r.From != "" {
		if !slices.Contains(p.PeriodNames(), r.From) {
			return nil, "from", "the task of the test has no period " + r.From, cmp.Or(fault.Known(r.From, p.PeriodNames(), ""), "it has none; leave from out: the whole trial counts")
		}
		made.From = p.Period(r.From).Start
	}
	for _, name := range r.Channels {
		found := p.Out.find(name)
		if len(found) == 0 {
			return nil, "channels", "the task of the test has no output " + name, fault.Known(name, p.Out.known(), "")
		}
		made.Channels = append(made.Channels, found...)
	}
	for k := range p.Out.N {
		if r.Channels == nil {
			made.Channels = append(made.Channels, k)
		}
	}
	return made, "", "", ""
}
