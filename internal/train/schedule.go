package train

// The learning rate and its schedules: each a formula of the number of the update, so that a
// run that goes on has the rate of one that was never interrupted.

import (
	"math"

	"psychrnn/internal/strict"
)

// Rate is a learning rate: a number, or a schedule with a horizon of its own,
// so that a run can be extended without changing what came before.
type Rate struct {
	Schedule string  `yaml:"schedule" default:"constant" oneof:"constant step exponential cosine" doc:"how the rate changes"`
	Start    float64 `yaml:"start" short:"true" required:"true" above:"0" doc:"rate at the beginning"`
	Decay    float64 `yaml:"decay" default:"0.9" above:"0" max:"1" doc:"factor; step, exponential"`
	Every    int     `yaml:"every" default:"100" min:"1" doc:"number of updates from one factor to the next; step, exponential"`
	Over     int     `yaml:"over" default:"1000" min:"1" doc:"number of updates until the end is reached; cosine"`
	End      float64 `yaml:"end" default:"0" min:"0" doc:"rate at the end; cosine"`
	WarmUp   int     `yaml:"warm_up" default:"0" min:"0" doc:"number of updates during which the rate first rises from 0 in equal steps; any schedule"`
}

// At is the rate of update number step, from 1:
//
//	constant      start
//	step          start decay^floor(u/every)
//	exponential   start decay^(u/every)
//	cosine        end + (start-end)(1 + cos(pi min(u/over, 1)))/2
//
// with u = step-1, times min(step/warm_up, 1).
func (r Rate) At(step int) float64 {
	u := float64(step - 1)
	rate := r.Start
	switch r.Schedule {
	case "step":
		rate *= math.Pow(r.Decay, math.Floor(u/float64(r.Every)))
	case "exponential":
		rate *= math.Pow(r.Decay, u/float64(r.Every))
	case "cosine":
		rate = r.End + (r.Start-r.End)*(1+math.Cos(math.Pi*math.Min(u/float64(r.Over), 1)))/2
	}
	if step < r.WarmUp {
		rate *= float64(step) / float64(r.WarmUp)
	}
	return rate
}

// scheduleKeys are the keys of each schedule beside those of all.
var scheduleKeys = map[string][]string{
	"constant":    {},
	"step":        {"decay", "every"},
	"exponential": {"decay", "every"},
	"cosine":      {"over", "end"},
}

var sharedKeys = []string{"schedule", "start", "warm_up"}

// rate has the fields of a Rate without its way of being read.
type rate Rate

// DecodeStrict reads a number or a schedule.
func (r *Rate) DecodeStrict(n *strict.Node) {
	if n.Decode((*rate)(r)) {
		rejectForeignKeys(n, "the schedule "+r.Schedule, append(scheduleKeys[r.Schedule], sharedKeys...))
	}
}

// EncodeStrict writes a number, or what the schedule needs.
func (r Rate) EncodeStrict() any {
	if r.Schedule == "constant" && r.WarmUp == 0 {
		return r.Start
	}
	entries := strict.Map[any]{{Key: "schedule", Value: r.Schedule}, {Key: "start", Value: r.Start}}
	values := map[string]any{"decay": r.Decay, "every": r.Every, "over": r.Over, "end": r.End}
	for _, key := range scheduleKeys[r.Schedule] {
		entries.Set(key, values[key])
	}
	entries.Set("warm_up", r.WarmUp)
	return entries
}

var _ = strict.Describe[Rate]("a number, or a schedule", 0.0, strict.Variants{Form: rate{}, Key: "schedule", Keys: schedules})

// schedules are the keys that may stand, by schedule.
func schedules() map[string][]strict.Field {
	keys := map[string][]strict.Field{}
	for name, own := range scheduleKeys {
		keys[name] = fieldsOf(append(own, sharedKeys...))
	}
	return keys
}
