package eval

// The evaluator runs a network on test trials, whole or under lesions. Trials are drawn
// batch after batch, every lesion sees the very same ones, and sums are formed in the
// order of the groups, so that results depend on no number of threads.

import (
	"context"

	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// mostHeld bounds the trials that are held in memory at a time.
const mostHeld = 1024

// Held is how many of the trials are in memory at a time.
func Held(trials int) int { return min(trials, mostHeld) }

// Evaluation is how a network did on trials it was not trained on.
type Evaluation struct {
	task.Score
	Loss float64 // without regularization
}

// Evaluator runs a network on the test trials of a task.
type Evaluator[F kernel.Float] struct {
	Net     *model.Network
	Loss    string
	Task    task.Task[F]
	Trials  int
	Set     *kernel.Set[F]
	Workers *sim.Workers
	Noise   random.Key // begins the address of recurrent noise

	Unjudged bool           // the task has no accuracy
	Factors  []task.Factor  // divide the trials into conditions
	Reaction *task.Reaction // that the record tells the times of, if not nil

	Record *Record[F] // keeps what happened without a lesion, if not nil

	// Keep, if not nil, is told of every group that was run under a lesion.
	// Workers call it side by side.
	Keep func(lesion int, cell model.Cell[F], s *model.Workspace[F])
}

// run evaluates the raw weights theta under each lesion, nil for none. The record is of
// the first. The end of ctx ends it between two groups.
func (e *Evaluator[F]) run(ctx context.Context, theta []F, lesions []sim.Wrapper[F]) ([]Tested, error) {
	loss, err := grad.NewLoss[F](e.Loss)
	if err != nil {
		return nil, err
	}
	all := make([]Tested, len(lesions))
	for k := range all {
		all[k].right = make([]bool, e.Trials)
	}
	eff := make([]F, len(theta))
	model.ConstraintsOf[F](e.Net).Effective(eff, theta)
	for first := 0; first < e.Trials; first += mostHeld {
		batch := sim.NewBatch(Held(e.Trials-first), e.Net.N, sim.TrialSource[F](e.Task))
		if err := batch.Draw(e.Workers, task.Test, uint64(first)); err != nil {
			return nil, err
		}
		runner, err := sim.NewRunner(e.Net, e.Set, e.Workers, batch, e.Noise, false)
		if err != nil {
			return nil, err
		}
		if e.Record != nil && first == 0 {
			e.Record.begin(e.Trials, batch, runner.Cell.Dims(), e.Task.Columns(e.Reaction))
		}
		runner.Load(eff)
		if err := e.batch(ctx, runner, batch, loss, lesions, all); err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, fault.New(fault.Interrupted, "", "interrupted during the test")
		}
	}
	return all, nil
}

// batch adds what one batch comes to under each lesion.
func (e *Evaluator[F]) batch(ctx context.Context, runner *sim.Runner[F], batch *sim.Batch[F], loss grad.Term[F], lesions []sim.Wrapper[F], all []Tested) error {
	groups := len(batch.Groups)
	losses := make([]float64, len(lesions)*groups)
	err := runner.RunWrapped(ctx, batch, lesions, func(_, job int, s *model.Workspace[F]) {
		lesion, group := job%len(lesions), job/len(lesions)
		correct := all[lesion].right[s.First:][:s.Rows]
		e.Task.Correct(correct, s.Trials, outputRows(s))
		losses[lesion*groups+group] = loss.Add(s, false)
		if e.Record != nil && lesion == 0 {
			outcomes := make([]float64, s.Rows*len(e.Record.answers()))
			e.Task.Outcomes(outcomes, s.Trials, outputRows(s), e.Reaction)
			e.Record.add(runner.Cell, s, correct, outcomes)
		}
		if e.Keep != nil {
			e.Keep(lesion, runner.Cell, s)
		}
	})
	for k := range all {
		total, part := &all[k], 0.0
		for _, l := range losses[k*groups:][:groups] {
			part += l
		}
		before := total.Trials
		total.Trials += batch.Size
		total.Loss = (total.Loss*float64(before) + part*float64(batch.Size)) / float64(total.Trials)
		total.Correct = countTrue(total.right[:total.Trials])
		total.Different, total.Unjudged = total.Trials, e.Unjudged
		if n := e.Task.Different(); n > 0 { // of which the others are repeats
			total.Different = min(n, total.Trials)
		}
	}
	return err
}

// Right says of a group that was run forward how many of its trials are right.
func Right[F kernel.Float](t task.Task[F], s *model.Workspace[F]) int {
	correct := make([]bool, s.Rows)
	t.Correct(correct, s.Trials, outputRows(s))
	return countTrue(correct)
}

func countTrue(right []bool) (n int) {
	for _, is := range right {
		if is {
			n++
		}
	}
	return n
}

// outputRows are those of a group that was run forward, (T, Rows, O).
func outputRows[F kernel.Float](s *model.Workspace[F]) []F { return s.Output[s.Rows*s.Dims.O:] }
