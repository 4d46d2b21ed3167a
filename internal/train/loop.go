package train

// The loop over batches: what is done after an update, in the original's order. What
// happens is told to an Observer, which writes and prints.

import (
	"errors"
	"slices"

	"psychrnn/internal/eval"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// Stage is what a network is trained on until the next stage.
type Stage[F kernel.Float] struct {
	Task   task.Task[F]
	Batch  *sim.Batch[F]
	Engine *grad.Engine[F]
}

// Loop trains batch after batch, in the order of original 4.
type Loop[F kernel.Float] struct {
	// Score is what metric and performance are; the accuracy unless changed.
	Score func(purpose string, s task.Score) float64

	config     Config
	curriculum *Curriculum // nil: none
	workers    *sim.Workers
	trainer    *Trainer[F]
	open       func(stage int) (Stage[F], error)
	current    Stage[F]
	opened     int // number of the current stage; -1: none yet

	// What a checkpoint holds beside the trainer's state.
	at     *Standing // the trainer's; of its measurements all, lest a longer window miss some
	began  int       // update after which the stage was entered
	losses []Progress
	ended  Reason // of the run that the loop goes on with
}

// NewLoop returns a loop that begins at the network's weights; open makes a
// stage ready, of which there is one without a curriculum.
func NewLoop[F kernel.Float](net *model.Network, c Config, curriculum *Curriculum, w *sim.Workers, open func(stage int) (Stage[F], error)) *Loop[F] {
	trainer := New[F](net, c, nil)
	return &Loop[F]{
		open: open, config: c, curriculum: curriculum, workers: w, opened: -1,
		trainer: trainer, at: &trainer.at,
		Score: func(_ string, s task.Score) float64 { return s.Accuracy() },
	}
}

// Theta is the raw weights as they are now, of the shape of the layout; not a copy.
func (l *Loop[F]) Theta() []F { return l.trainer.Theta() }

// Slots are the optimizer's state as it is now.
func (l *Loop[F]) Slots() []model.OptimizerSlot[F] { return l.trainer.Slots() }

// Progress is where the loop stands, with the last loss that was evaluated.
func (l *Loop[F]) Progress() Progress {
	p := Progress{Update: l.at.Update, Trials: l.at.Trials, Stage: l.at.Stage}
	if len(l.losses) > 0 {
		p.Loss = l.losses[len(l.losses)-1].Loss
	}
	return p
}

// Losses are all that were evaluated.
func (l *Loop[F]) Losses() []Progress { return l.losses }

// Standing is what the stopping rules are applied to.
func (l *Loop[F]) Standing() Standing { return *l.at }

// Finished says whether training has come to its end, and why. It follows from
// where the loop stands, so that a run whose limits were raised goes on.
func (l *Loop[F]) Finished() Reason {
	return Rules{l.config, l.curriculum}.Finished(*l.at)
}

// Run trains until the end or until the observer stops it.
func (l *Loop[F]) Run(o Observer) (Reason, error) {
	if err := l.owed(o); err != nil {
		return "", err
	}
	for {
		if reason := l.Finished(); reason != "" {
			return reason, l.tell(o, Event{What: CheckpointDue})
		}
		if err := l.next(o); err != nil {
			return "", err
		}
		action, err := o.Observe(l.event(Event{What: Updated}))
		if err == nil && action != Continue {
			err = l.tell(o, Event{What: CheckpointDue})
		}
		if err != nil || action == Stop {
			return "", err
		}
	}
}

// next makes one update with all that belongs to it.
func (l *Loop[F]) next(o Observer) error {
	if err := l.draw(task.Train); err != nil {
		if l.at.Update > 0 { // what was reached is not lost with the source of trials
			err = errors.Join(err, l.tell(o, Event{What: CheckpointDue}))
		}
		return err
	}
	p, err := l.trainer.Update(l.current.Batch)
	if err != nil {
		return err
	}
	if p.Loss != nil {
		p.Stage = l.at.Stage
		l.losses = append(l.losses, p)
		if err := l.tell(o, Event{What: Evaluated, Progress: p}); err != nil {
			return err
		}
	}
	if err := l.advance(o, p.Update); err != nil {
		return err
	}
	if l.Finished() != CurriculumPassed {
		if err := l.weightsDue(o, p.Update); err != nil {
			return err
		}
	}
	return l.perform(o, p.Update)
}

// Rehearse makes the first update, and then another one on the same batch. The
// error is that of the first. It names the tensors that both should have changed
// but whose gradient was exactly 0: where only the first is, as before readout
// weights that start at 0, training begins later.
func (l *Loop[F]) Rehearse() (flat []string, err error) {
	if err := l.draw(task.Train); err != nil {
		return nil, err
	}
	if _, err := l.trainer.Update(l.current.Batch); err != nil {
		return nil, err
	}
	if flat = l.trainer.flat(); len(flat) == 0 {
		return nil, nil
	}
	_, _ = l.trainer.Update(l.current.Batch) // its gradient is known even where the update fails
	again := l.trainer.flat()
	return slices.DeleteFunc(flat, func(name string) bool { return !slices.Contains(again, name) }), nil
}

// owed does what the last update would have done in the stage that thresholds
// which were changed since lead to: it asks for the weights, if a curriculum
// ended with it, and measures the performance there.
func (l *Loop[F]) owed(o Observer) error {
	ended, update := l.ended, l.at.Update
	l.ended = ""
	if l.Finished() == CurriculumPassed {
		return nil
	}
	if ended == CurriculumPassed {
		if err := l.weightsDue(o, update); err != nil {
			return err
		}
	}
	k := len(l.at.Measurements) - 1
	if k < 0 || l.at.Measurements[k].Update != update || l.at.Measurements[k].Purpose != task.Performance || l.at.Measurements[k].Stage == l.at.Stage {
		return nil
	}
	l.at.Measurements = l.at.Measurements[:k]
	return l.perform(o, update)
}

// weightsDue asks for the weights where they are due.
func (l *Loop[F]) weightsDue(o Observer, update int) error {
	if l.config.TrainingWeights == "" || update%l.config.SaveTrainingEpoch != 0 {
		return nil
	}
	return l.tell(o, Event{What: WeightsDue})
}

// advance evaluates the metric where it is due, and enters the next stage if
// the threshold is reached.
func (l *Loop[F]) advance(o Observer, update int) error {
	if l.curriculum == nil || update%l.curriculum.MetricEpoch != 0 {
		return nil
	}
	value, err := l.measure(task.Curriculum)
	if err != nil {
		return err
	}
	if err := l.tell(o, Event{What: Metric, Value: value}); err != nil {
		return err
	}
	if value < l.curriculum.Stages[l.at.Stage].Threshold {
		return nil
	}
	l.at.Stage, l.began = l.at.Stage+1, update
	if l.at.Stage == len(l.curriculum.Stages) && l.curriculum.OutputFile != "" {
		if err := l.tell(o, Event{What: MetricDue}); err != nil {
			return err
		}
	}
	if err := l.Ready(); err != nil {
		return err
	}
	return l.tell(o, Event{What: NextStage})
}

// perform measures the performance where it is due.
func (l *Loop[F]) perform(o Observer, update int) error {
	if l.config.PerformanceMeasure == "" || update%l.config.PerformanceEpoch != 0 {
		return nil
	}
	value, err := l.measure(task.Performance)
	if err != nil {
		return err
	}
	return l.tell(o, Event{What: Performance, Value: value})
}

// measure runs the network on a fresh batch, and keeps what comes of it.
func (l *Loop[F]) measure(purpose string) (float64, error) {
	if err := l.draw(purpose); err != nil {
		return 0, err
	}
	b := l.current.Batch
	right := make([]int, len(b.Groups))
	l.current.Engine.Forward(l.trainer.theta, b, func(_, job int, s *model.Workspace[F]) {
		right[job] = eval.Right(l.current.Task, s)
	})
	score := task.Score{Trials: b.Size}
	for _, n := range right {
		score.Correct += n
	}
	value := l.Score(purpose, score)
	l.at.Measurements = append(l.at.Measurements, Measurement{l.at.Update, l.at.Trials, l.opened, purpose, value})
	return value, nil
}

// Ready opens the stage that the loop is in, if it is not at its end.
func (l *Loop[F]) Ready() error {
	if l.opened == l.at.Stage || l.Finished() == CurriculumPassed {
		return nil
	}
	stage, err := l.open(l.at.Stage)
	if err != nil {
		return err
	}
	l.current, l.opened = stage, l.at.Stage
	// In a new stage the original counts batches anew.
	stage.Batch.Origin = uint64(l.at.Trials - (l.at.Update-l.began)*stage.Batch.Size)
	l.trainer.engine = stage.Engine
	return nil
}

// draw fills the batch of the stage with trials for a purpose. They are
// numbered by the trials trained on so far, so that none comes twice.
func (l *Loop[F]) draw(purpose string) error {
	if err := l.Ready(); err != nil {
		return err
	}
	return l.current.Batch.Draw(l.workers, purpose, uint64(l.at.Trials))
}

// event completes an event by where the loop stands.
func (l *Loop[F]) event(e Event) Event {
	if e.What != Evaluated {
		e.Progress = Progress{Update: l.at.Update, Trials: l.at.Trials, Stage: l.at.Stage}
	}
	return e
}

func (l *Loop[F]) tell(o Observer, e Event) error {
	_, err := o.Observe(l.event(e))
	return err
}
