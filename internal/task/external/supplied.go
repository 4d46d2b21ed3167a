package external

// A task whose trials come from elsewhere.

import (
	"sync"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/plan"
)

// Supply gives trials that are made elsewhere.
type Supply interface {
	// Batch gives the trials first, first+1, ... of a purpose: an archive and
	// the row of each in it. Batches are counted from the trial origin. It is
	// called by one at a time.
	Batch(purpose string, first, origin uint64, trials int) (*Archive, []int, error)
	// Different is what it is of a task: trial n is another than those before
	// it for n below that number, and none of them from there on.
	Different() int
}

// supplied is a task whose trials come from a Supply and are judged by its plan.
type supplied[F kernel.Float] struct {
	*draw.Judge[F]
	plan   *plan.Plan
	supply Supply

	mutex sync.Mutex
	at    batch
}

// batch is what the supply gave last.
type batch struct {
	purpose string
	first   uint64
	archive *Archive
	rows    []int
}

// NewTask returns the task of a plan of kind file or command.
func NewTask[F kernel.Float](p *plan.Plan, supply Supply) task.Task[F] {
	return &supplied[F]{Judge: draw.NewJudge[F](p), plan: p, supply: supply}
}

// Different is what the supply says.
func (s *supplied[F]) Different() int { return s.supply.Different() }

// Fetch gets a batch of trials, of which Trials then gives parts.
func (s *supplied[F]) Fetch(purpose string, first, origin uint64, trials int) error {
	_, err := s.get(purpose, first, origin, trials, true)
	return err
}

// get gives a batch that holds these trials: the last one if it does.
func (s *supplied[F]) get(purpose string, first, origin uint64, trials int, anew bool) (batch, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	b := &s.at
	if !anew && b.archive != nil && b.purpose == purpose && b.first <= first && first+uint64(trials) <= b.first+uint64(len(b.rows)) {
		return *b, nil
	}
	archive, rows, err := s.supply.Batch(purpose, first, origin, trials)
	if err != nil {
		return batch{}, err
	}
	*b = batch{purpose, first, archive, rows}
	return *b, nil
}

// Trials overwrites dst with the trials of the purpose numbered dst.First and up.
func (s *supplied[F]) Trials(dst *model.Trials[F], purpose string) error {
	b, err := s.get(purpose, dst.First, dst.Origin, dst.Rows, false)
	if err != nil {
		return err
	}
	dst.Names, dst.Variable = s.plan.Names, dst.Variable[:0]
	for row := range dst.Rows {
		trial := b.rows[dst.First-b.first+uint64(row)]
		copyTrial(b.archive, trial, dst, row)
		for _, name := range dst.Names {
			dst.Variable = append(dst.Variable, b.archive.values[name](trial))
		}
	}
	return nil
}
