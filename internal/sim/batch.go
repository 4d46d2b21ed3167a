package sim

// A batch of trials, cut into groups that workers take through time. How it is cut
// depends on the batch and the network alone, so that sums over the groups, made in
// their order, are the same with any number of threads.

import (
	"errors"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Sizes of groups: trials that go through time together on one worker. They depend
// on the batch and the network alone, never on the number of workers, so that
// sums over trials are formed in the same order by any number of them.
const (
	rowStep   = 16
	largeRows = 32  // of networks whose weights leave the cache
	largeN    = 700 // units from which they do
	maxGroups = 32
)

// GroupRows is the number of trials in a group of a batch of b trials for a
// network of n units.
func GroupRows(b, n int) int {
	step := rowStep
	if n >= largeN {
		step = largeRows
	}
	return min(step*max(1, (b-1)/(step*maxGroups)+1), b)
}

// TrialSource supplies trials.
type TrialSource[F kernel.Float] interface {
	// Trials overwrites dst with the trials dst.First ... of the purpose.
	// Workers call it side by side.
	Trials(dst *model.Trials[F], purpose string) error
	// Shape is the number of steps, input and output channels of every trial.
	Shape() (t, i, o int)
	// Fetch says which batch the workers will ask for the parts of.
	Fetch(purpose string, first, origin uint64, trials int) error
	// Period finds the steps from <= k < to of a period, which the trials have,
	// in each of those that were drawn.
	Period(trials *model.Trials[F], name string) ([][2]int, error)
}

// Batch holds the trials of a batch, group by group.
type Batch[F kernel.Float] struct {
	Purpose string
	Size    int    // trials
	Origin  uint64 // number of the trial from which batches are counted
	Groups  []*model.Trials[F]
	source  TrialSource[F]
	errs    []error
	draw    func(worker, job int)
}

// NewBatch returns room for b trials of a source, cut into groups for a network
// of n units.
func NewBatch[F kernel.Float](b, n int, source TrialSource[F]) *Batch[F] {
	batch := &Batch[F]{Size: b, source: source}
	t, i, o := source.Shape()
	rows := GroupRows(b, n)
	for at := 0; at < b; at += rows {
		batch.Groups = append(batch.Groups, model.NewTrials[F](min(rows, b-at), t, i, o))
	}
	batch.errs = make([]error, len(batch.Groups))
	batch.draw = func(_, k int) { batch.errs[k] = batch.source.Trials(batch.Groups[k], batch.Purpose) }
	return batch
}

// Draw fills the batch with the trials first, first+1, ... of the purpose.
func (b *Batch[F]) Draw(w *Workers, purpose string, first uint64) error {
	b.Purpose = purpose
	if err := b.source.Fetch(purpose, first, b.Origin, b.Size); err != nil {
		return err
	}
	for _, trials := range b.Groups {
		trials.First, trials.Origin = first, b.Origin
		first += uint64(trials.Rows)
	}
	w.Run(len(b.Groups), b.draw)
	return errors.Join(b.errs...)
}
