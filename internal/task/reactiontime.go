package task

// What a test takes for a reaction.

import "psychrnn/internal/strict"

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

var _ = strict.Describe[Channels]("a channel (number, name or group), or a list of them", 0, "", []channelOrGroup{})

type channelOrGroup struct{}

var _ = strict.Describe[channelOrGroup]("a number or a name", 0, "")

// Reaction is a ReactionTime made ready for a task.
type Reaction struct {
	Threshold float64
	From      int   // the slot of the plan that holds the time; -1: the start of the trial
	Channels  []int // of the outputs
}
