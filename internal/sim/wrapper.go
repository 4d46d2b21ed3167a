package sim

// What may be put around a network's cell, such as a lesion, of which the drivers know
// no more than this.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// Wrapper puts a cell around a network's. Workers share it.
type Wrapper[F kernel.Float] interface {
	// Wrap returns the cell of one worker, for groups of up to rows trials.
	Wrap(cell model.Cell[F], rows int, set *kernel.Set[F]) Wrapped[F]
}

// Wrapped is a cell around another one.
type Wrapped[F kernel.Float] interface {
	model.Cell[F]
	// Enter turns to the trials of a group. Noise is addressed from key on. drive is
	// what drives the network as it is, nil for nothing; what is returned drives it now.
	Enter(trials *model.Trials[F], periods Periods, key random.Key, drive Drive[F]) (Drive[F], error)
	// Continue says which step of the trials the workspace's first one is now, and
	// that the weights are others.
	Continue(step int)
}

// Periods finds the steps from <= k < to of a period in each of some trials.
type Periods func(name string) ([][2]int, error)
