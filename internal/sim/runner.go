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

	Workspaces []*model.Workspace[F]        // one a worker
	Weights    func(t int) *model.Packed[F] // of step t as the products read them

	noise  []*RecNoise[F]
	drive  []Drive[F]
	key    random.Key
	eff    []F
	packed *model.Packed[F]
	alone  []Wrapper[F] // the network as it is

	// What is run now.
	ctx      context.Context
	batch    *Batch[F]
	wrappers []Wrapper[F]
	visit    func(worker, job int, s *model.Workspace[F])
	job      func(worker, job int)
	entered  []*model.Trials[F] // of each worker
	errs     []error            // of each worker
}

// NewRunner returns a runner for batches shaped as batch. Noise streams are
// addressed from key on; backward asks for room for gradients.
func NewRunner[F kernel.Float](net *model.Network, set *kernel.Set[F], w *Workers, batch *Batch[F], key random.Key, backward bool) (*Runner[F], error) {
	cell, err := model.NewCell(net.Arch, set)
	if err != nil {
		return nil, err
	}
	r := &Runner[F]{
		Cell: cell, Set: set, Workers: w, key: key, alone: []Wrapper[F]{nil},
		entered: make([]*model.Trials[F], w.Len()), errs: make([]error, w.Len()),
	}
	rows, t := batch.Groups[0].Rows, batch.Groups[0].T
	for range w.Len() {
		noise := NewNoise(net.RecNoise, net.Inflow(), rows, cell.Dims().Products[0].OutStride(), set)
		r.noise = append(r.noise, noise)
		r.drive = append(r.drive, noise.Drive())
		r.Workspaces = append(r.Workspaces, model.NewWorkspace[F](cell.Dims(), rows, t, Chunk(rows), backward))
	}
	r.eff = make([]F, cell.Layout().Size())
	r.packed = model.NewPacked[F](cell.Dims())
	r.Weights = func(int) *model.Packed[F] { return r.packed }
	r.job = r.run
	return r, nil
}

// Load takes the effective weights for the batches to come, a block of the layout.
func (r *Runner[F]) Load(eff []F) {
	copy(r.eff, eff)
	model.Pack(r.Cell.Blocks(), eff, r.packed)
}

// Run runs every group of the batch forward and hands it to visit, whose result must
// not depend on the worker.
func (r *Runner[F]) Run(batch *Batch[F], visit func(worker, job int, s *model.Workspace[F])) {
	_ = r.RunWrapped(context.Background(), batch, r.alone, visit) // only a wrapper fails
}

// RunWrapped runs every group of the batch in every wrapper and hands it to visit: job is
// the number of the group times that of the wrappers and the number of the wrapper. A
// nil wrapper leaves the network as it is. The end of ctx ends it early, without an
// error.
func (r *Runner[F]) RunWrapped(ctx context.Context, batch *Batch[F], wrappers []Wrapper[F], visit func(worker, job int, s *model.Workspace[F])) error {
	r.ctx, r.batch, r.wrappers, r.visit = ctx, batch, wrappers, visit
	clear(r.entered)
	clear(r.errs)
	r.Workers.Run(len(batch.Groups)*len(wrappers), r.job)
	return errors.Join(r.errs...)
}

func (r *Runner[F]) run(worker, job int) {
	if r.ctx.Err() != nil {
		return
	}
	s, trials := r.Workspaces[worker], r.batch.Groups[job/len(r.wrappers)]
	if r.entered[worker] != trials { // a run leaves inputs as they are
		s.Enter(trials, r.batch.Size)
		r.entered[worker] = trials
	}
	if err := r.forward(worker, trials, r.wrappers[job%len(r.wrappers)]); err != nil {
		r.errs[worker] = err
		return
	}
	r.visit(worker, job, s)
}

// forward runs the trials in a worker's workspace.
func (r *Runner[F]) forward(worker int, trials *model.Trials[F], wrapper Wrapper[F]) error {
	s, key, cell, drive := r.Workspaces[worker], r.key.Text(r.batch.Purpose), r.Cell, r.drive[worker]
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
	Forward(cell, s, r.Weights, drive, 0, s.T+1)
	return nil
}
