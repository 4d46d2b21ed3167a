package train

// Tests of a network on fresh trials, whole or under lesions.

import (
	"errors"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// evaluationBatch bounds the trials that are held in memory at a time.
const evaluationBatch = 1024

// EvaluationBatch is how many of the trials are in memory at a time.
func EvaluationBatch(trials int) int { return min(trials, evaluationBatch) }

// Evaluation is how a network did on trials it was not trained on.
type Evaluation struct {
	task.Score
	Loss float64 // without regularization
}

// ErrInterrupted says that an evaluation was told to stop.
var ErrInterrupted = errors.New("interrupted during the test")

// Evaluator runs a network on the trials of a task.
type Evaluator[F kernel.Float] struct {
	Net     *model.Network
	Loss    string
	Task    task.Task[F]
	Set     *kernel.Set[F]
	Workers *sim.Workers
	Noise   random.Key // begins the address of recurrent noise

	Unjudged bool           // the task has no accuracy
	Reaction *task.Reaction // that the record tells the times of, if not nil

	Record *Record[F]      // keeps what happened, if not nil
	Stop   <-chan struct{} // ends the evaluation between two groups once it is closed

	// Keep, if not nil, is told of every group that was run under a lesion.
	// Workers call it side by side.
	Keep func(lesion int, cell model.Cell[F], s *model.Workspace[F], correct []bool)
}

// Different is how many of so many trials are different ones: the first.
func (e *Evaluator[F]) Different(trials int) int {
	if n := e.Task.Different(); n > 0 {
		return min(trials, n)
	}
	return trials
}

// Run evaluates the raw weights theta on the trials 0..trials-1 of a purpose.
func (e *Evaluator[F]) Run(theta []F, purpose string, trials int) (Evaluation, error) {
	list, err := e.RunLesions(theta, purpose, trials, []*sim.Lesion[F]{nil})
	return list[0], err
}

// RunLesions evaluates the raw weights theta under each lesion, nil for none, on
// the very same trials 0..trials-1 of a purpose. The record is of the first.
func (e *Evaluator[F]) RunLesions(theta []F, purpose string, trials int, lesions []*sim.Lesion[F]) ([]Evaluation, error) {
	totals := make([]Evaluation, len(lesions))
	loss, err := grad.NewLoss[F](e.Loss)
	if err != nil {
		return totals, err
	}
	eff := make([]F, len(theta))
	model.NewConstraints[F](e.Net.Constraints()).Effective(eff, theta)
	for first := 0; first < trials; first += evaluationBatch {
		batch := sim.NewBatch(min(evaluationBatch, trials-first), e.Net.N, sim.Source[F](e.Task))
		if err := batch.Draw(e.Workers, purpose, uint64(first)); err != nil {
			return totals, err
		}
		runner, err := sim.NewRunner(e.Net, e.Set, e.Workers, batch, e.Noise, false)
		if err != nil {
			return totals, err
		}
		if e.Record != nil && first == 0 {
			e.Record.begin(trials, batch, runner.Cell.Dims(), e.Task.Columns(e.Reaction))
		}
		runner.Load(eff)
		parts, err := e.batch(runner, batch, loss, lesions)
		if err != nil {
			return totals, err
		}
		select {
		case <-e.Stop:
			return totals, ErrInterrupted
		default:
		}
		for k, part := range parts {
			total := &totals[k]
			total.Loss = (total.Loss*float64(total.Trials) + part.Loss*float64(part.Trials)) / float64(total.Trials+part.Trials)
			total.Trials += part.Trials
			total.Correct += part.Correct
			total.Different, total.Unjudged = e.Different(total.Trials), e.Unjudged
		}
	}
	return totals, nil
}

// batch evaluates one batch under each lesion; sums are formed in the order of
// the groups.
func (e *Evaluator[F]) batch(runner *sim.Runner[F], batch *sim.Batch[F], loss grad.Term[F], lesions []*sim.Lesion[F]) ([]Evaluation, error) {
	totals, groups := make([]Evaluation, len(lesions)), len(batch.Groups)
	parts := make([]Evaluation, len(lesions)*groups)
	err := runner.RunLesions(batch, lesions, e.Stop, func(lesion, group int, s *model.Workspace[F]) {
		correct, right := answers(e.Task, s)
		parts[lesion*groups+group] = Evaluation{Score: task.Score{Correct: right}, Loss: loss.Add(s, false)}
		if e.Record != nil && lesion == 0 {
			outcomes := make([]float64, s.Rows*len(e.Record.Columns))
			e.Task.Outcomes(outcomes, s.Trials, outputs(s), e.Reaction)
			e.Record.add(runner.Cell, s, correct, outcomes)
		}
		if e.Keep != nil {
			e.Keep(lesion, runner.Cell, s, correct)
		}
	})
	for k, p := range parts {
		total := &totals[k/groups]
		total.Trials = batch.Size
		total.Correct += p.Correct
		total.Loss += p.Loss
	}
	return totals, err
}

// answers says which trials of a group that was run forward are right, and how many.
func answers[F kernel.Float](t task.Task[F], s *model.Workspace[F]) (correct []bool, right int) {
	correct = make([]bool, s.Rows)
	t.Correct(correct, s.Trials, outputs(s))
	for _, c := range correct {
		if c {
			right++
		}
	}
	return correct, right
}

// outputs are those of a group that was run forward, (T, Rows, O).
func outputs[F kernel.Float](s *model.Workspace[F]) []F { return s.Output[s.Rows*s.Dims.O:] }
