package sim

// The forward pass of a batch by several workers, as training and tests need it.

import (
	"context"
	"errors"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// chunkRows is the number of rows, trials times steps, over which the weight
// gradient is summed at a time: enough for the sum to be rarely loaded and
// stored, few enough for the rows to stay in cache.
const chunkRows = 128

// Chunk is the number of steps over which the weight gradient of so many rows
// is summed at a time.
func Chunk(rows int) int { return max(1, chunkRows/rows) }

// Runner runs batches forward on the workers, each worker in a workspace of its own.
type Runner[F kernel.Float] struct {
	Cell    model.Cell[F]
	Set     *kernel.Set[F]
	Workers *Workers

	workspaces []*model.Workspace[F]
	noise      []*RecNoise[F]
	drive      []Drive[F]
	key        random.Key
	eff        []F
	packed     *model.Packed[F]
	weight     func(t int) *model.Packed[F]

	batch *Batch[F]
	visit func(worker, job int, s *model.Workspace[F])
	job   func(worker, job int)
}

// NewRunner returns a runner for batches shaped as batch. Noise streams are
// addressed from key on; backward asks for room for gradients.
func NewRunner[F kernel.Float](net *model.Network, set *kernel.Set[F], w *Workers, batch *Batch[F], key random.Key, backward bool) (*Runner[F], error) {
	cell, err := model.NewCell(net.Arch, set)
	if err != nil {
		return nil, err
	}
	r := &Runner[F]{Cell: cell, Set: set, Workers: w, key: key}
	rows, t := batch.Groups[0].Rows, batch.Groups[0].T
	for range w.Len() {
		noise := NewNoise(net.RecNoise, net.Inflow(), rows, cell.Dims().Products[0].OutStride(), set)
		r.noise = append(r.noise, noise)
		r.drive = append(r.drive, noise.Drive())
		r.workspaces = append(r.workspaces, model.NewWorkspace[F](cell.Dims(), rows, t, Chunk(rows), backward))
	}
	r.eff = make([]F, cell.Layout().Size())
	r.packed = model.NewPacked[F](cell.Dims())
	r.weight = func(int) *model.Packed[F] { return r.packed }
	r.job = r.run
	return r, nil
}

// Workspaces are the workspaces, one a worker.
func (r *Runner[F]) Workspaces() []*model.Workspace[F] { return r.workspaces }

// PackedAt is the weights of step t as the products read them.
func (r *Runner[F]) PackedAt(t int) *model.Packed[F] { return r.weight(t) }

// Load takes the effective weights for the batches to come, a block of the layout.
func (r *Runner[F]) Load(eff []F) {
	copy(r.eff, eff)
	model.Pack(r.Cell.Blocks(), eff, r.packed)
}

// Run runs every group of the batch forward and hands it to visit, whose result must
// not depend on the worker.
func (r *Runner[F]) Run(batch *Batch[F], visit func(worker, job int, s *model.Workspace[F])) {
	r.batch, r.visit = batch, visit
	r.Workers.Run(len(batch.Groups), r.job)
}

func (r *Runner[F]) run(worker, job int) {
	s, trials := r.workspaces[worker], r.batch.Groups[job]
	s.Enter(trials, r.batch.Size)
	_ = r.forward(worker, trials, nil) // only a wrapper fails
	r.visit(worker, job, s)
}

// RunWrapped runs every group of the batch in every wrapper and hands it to visit
// with the numbers of both; a nil wrapper leaves the network as it is. The end of
// ctx ends it early, without an error.
func (r *Runner[F]) RunWrapped(ctx context.Context, batch *Batch[F], wrappers []Wrapper[F], visit func(wrapper, group int, s *model.Workspace[F])) error {
	errs := make([]error, r.Workers.Len())
	r.batch = batch
	entered := make([]*model.Trials[F], r.Workers.Len())
	r.Workers.Run(len(batch.Groups)*len(wrappers), func(worker, job int) {
		if ctx.Err() != nil {
			return
		}
		group, wrapper := job/len(wrappers), job%len(wrappers)
		s, trials := r.workspaces[worker], batch.Groups[group]
		if entered[worker] != trials { // a run leaves inputs as they are
			s.Enter(trials, batch.Size)
			entered[worker] = trials
		}
		if err := r.forward(worker, trials, wrappers[wrapper]); err != nil {
			errs[worker] = err
			return
		}
		visit(wrapper, group, s)
	})
	return errors.Join(errs...)
}

// forward runs the trials in a worker's workspace.
func (r *Runner[F]) forward(worker int, trials *model.Trials[F], wrapper Wrapper[F]) error {
	s, key, cell, drive := r.workspaces[worker], r.key.Text(r.batch.Purpose), r.Cell, r.drive[worker]
	r.noise[worker].Begin(key, trials.First, trials.Rows)
	r.Cell.Begin(s, r.eff)
	if wrapper != nil {
		wrapped := wrapper.Wrap(cell, trials.Rows, r.Set)
		periods := func(name string) ([][2]int, error) { return r.batch.source.Period(trials, name) }
		var err error
		if drive, err = wrapped.Enter(trials, periods, key, drive); err != nil {
			return err
		}
		cell = wrapped
	}
	Forward(cell, s, r.weight, drive, 0, s.T+1)
	return nil
}
