package train

// What the loop tells while it trains.

import "psychrnn/internal/grad"

// Progress is where the loop stands.
type Progress struct {
	Update   int         // updates made so far
	Trials   int         // trials trained on so far
	Stage    int         // of the curriculum, from 0; after the last one their number
	GradNorm float64     // of the last update, before clipping
	Loss     *grad.Value // on the batch just trained on, after the update; nil between loss epochs
}

// What tells events apart. Those of one update come in this order.
type What int

// The events.
const (
	Evaluated     What = iota // the loss was evaluated
	Metric                    // the curriculum's metric was
	MetricDue                 // the last stage was passed: the metric's values are to be saved
	NextStage                 // a stage was passed
	WeightsDue                // weights are to be saved, as they are during training
	Performance               // the performance was measured
	Updated                   // all that belongs to an update is done
	CheckpointDue             // a checkpoint is to be written
)

// Event is something that happened.
type Event struct {
	What
	Progress
	Value float64 // of Metric and Performance
}

// Action is what an Observer wants the loop to do next.
type Action int

// The actions, the stronger one later.
const (
	Continue Action = iota
	Checkpoint
	Stop // after a checkpoint
)

// Observer watches the loop, keeps its clock and writes what is due. Its
// action is heeded after Updated; an error ends training.
type Observer interface{ Observe(Event) (Action, error) }

// Observers is several as one; the strongest action wins.
type Observers []Observer

// Observe tells all of them, up to one that fails.
func (o Observers) Observe(e Event) (Action, error) {
	action := Continue
	for _, each := range o {
		next, err := each.Observe(e)
		if err != nil {
			return Stop, err
		}
		action = max(action, next)
	}
	return action, nil
}
