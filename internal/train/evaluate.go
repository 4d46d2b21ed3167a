package train

import (
	"errors"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// evaluationBatch bounds the trials that are held in memory at a time.
const evaluationBatch = 1024

// Evaluation is how a network did on trials it was not trained on.
type Evaluation struct {
	Trials  int
	Correct int
	Loss    float64 // without regularization
}

// Accuracy is the share of right answers.
func (e Evaluation) Accuracy() float64 { return float64(e.Correct) / float64(e.Trials) }

// ErrInterrupted says that an evaluation was told to stop.
var ErrInterrupted = errors.New("interrupted during the test")

// Evaluator runs a network on the trials of a task.
type Evaluator[F kernel.Float] struct {
	Net     *model.Network
	Loss    string
	Task    task.Task[F]
	Set     *kernel.Set[F]
	Workers *sim.Workers
	Noise   kernel.Key // begins the address of recurrent noise

	Record *Record[F]      // keeps what happened, if not nil
	Stop   <-chan struct{} // ends the evaluation between two batches once it is closed
}

// Run evaluates the raw weights theta on the trials 0..trials-1 of a purpose.
func (e *Evaluator[F]) Run(theta []F, purpose string, trials int) (total Evaluation, err error) {
	loss, err := grad.NewLoss[F](e.Loss)
	if err != nil {
		return total, err
	}
	eff := make([]F, len(theta))
	model.NewConstraints[F](e.Net.Constraints()).Effective(eff, theta)
	for first := 0; first < trials; first += evaluationBatch {
		select {
		case <-e.Stop:
			return total, ErrInterrupted
		default:
		}
		batch := sim.NewBatch(min(evaluationBatch, trials-first), e.Net.N, sim.Source[F](e.Task))
		if err := batch.Draw(e.Workers, purpose, uint64(first)); err != nil {
			return total, err
		}
		runner, err := sim.NewRunner(e.Net, e.Set, e.Workers, batch, e.Noise, false)
		if err != nil {
			return total, err
		}
		if e.Record != nil && first == 0 {
			e.Record.begin(trials, batch, runner.Cell.Dims())
		}
		runner.Load(eff)
		part := e.batch(runner, batch, loss)
		total.Loss = (total.Loss*float64(total.Trials) + part.Loss*float64(part.Trials)) / float64(total.Trials+part.Trials)
		total.Trials += part.Trials
		total.Correct += part.Correct
	}
	return total, nil
}

// batch evaluates one batch; sums are formed in the order of the shards.
func (e *Evaluator[F]) batch(runner *sim.Runner[F], batch *sim.Batch[F], loss grad.Term[F]) Evaluation {
	total := Evaluation{Trials: batch.Size}
	parts := make([]Evaluation, len(batch.Shards))
	runner.Run(batch, func(_, job int, s *model.Shard[F]) {
		correct, right := answers(e.Task, s)
		parts[job].Correct = right
		parts[job].Loss = loss.Add(s, false)
		if e.Record != nil {
			e.Record.add(runner.Cell, s, correct)
		}
	})
	for _, p := range parts {
		total.Correct += p.Correct
		total.Loss += p.Loss
	}
	return total
}

// answers says which trials of a shard that was run forward are right, and how many.
func answers[F kernel.Float](t task.Task[F], s *model.Shard[F]) (correct []bool, right int) {
	correct = make([]bool, s.Rows)
	t.Correct(correct, s.Trials, s.Output[s.Rows*s.Dims.O:])
	for _, c := range correct {
		if c {
			right++
		}
	}
	return correct, right
}
