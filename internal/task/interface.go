package task

// What everything that trains or tests asks of a task, however its trials are made.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Task supplies trials and judges answers.
type Task[F kernel.Float] interface {
	// Shape is the number of steps, input and output channels of every trial.
	Shape() (t, i, o int)
	// Different is the number of different trials that there are, after which
	// they come again; 0: there is no end of them.
	Different() int
	// Fetch prepares the trials first, first+1, ... of a purpose, of which Trials is
	// asked for parts. Batches are counted from the trial origin. One at a time calls it.
	Fetch(purpose string, first, origin uint64, trials int) error
	// Trials overwrites dst with the trials dst.First ... of the purpose.
	// Workers call it side by side.
	Trials(dst *model.Trials[F], purpose string) error
	// Correct overwrites correct with whether each trial's answer is right,
	// from the outputs (T, Rows, O).
	Correct(correct []bool, trials *model.Trials[F], output []F)
	// Period finds the steps from <= k < to of a period, which the task has, in each
	// of the trials that it drew.
	Period(trials *model.Trials[F], name string) ([][2]int, error)
	// Columns are what Outcomes tells of every trial, with the reaction time if
	// a reaction is given.
	Columns(r *Reaction) []Column
	// Outcomes overwrites to, (Rows, columns), with what outputs (T, Rows, O)
	// did in each trial. What cannot be told is NaN.
	Outcomes(to []float64, trials *model.Trials[F], output []F, r *Reaction)
}

// Purposes of trials. Each has streams of its own.
const (
	Train       = "train"
	Performance = "performance" // measured during training
	Curriculum  = "curriculum"  // measured for a stage's threshold
	Test        = "test"
)
