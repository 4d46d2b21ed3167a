package train

import "psychrnn/internal/grad"

// Progress is what the loop tells after an update.
type Progress struct {
	Update   int // updates made so far
	Trials   int // trials trained on so far
	GradNorm float64
	Loss     *grad.Value // on the batch just trained on, after the update; nil between loss epochs
}

// Action is what an Observer wants the loop to do next.
type Action int

// The actions.
const (
	Continue Action = iota
	Stop
)

// Observer watches the loop and says whether to go on.
type Observer interface{ AfterUpdate(Progress) Action }
