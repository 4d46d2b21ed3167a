package train

// All that training needs to go on bit for bit, as members of a checkpoint. What a
// checkpoint claims is checked against what its experiment can lead to.

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/npz"
)

// Members of a checkpoint. The optimizer's state is under slotPrefix and the
// slot's name, theta is raw and all blocks are in the order of the layout.
const (
	updateMember       = "update"
	trialsMember       = "trials"
	thetaMember        = "theta"
	slotPrefix         = "slots/"
	stageMember        = "stage"
	stageBeganMember   = "stage_began"  // update after which the stage was entered
	lossesMember       = "losses"       // (k,6): the columns of lossRow
	measurementsMember = "measurements" // (k,5): the columns of measurementRow
	reasonMember       = "stop_reason"  // empty while training is not at its end
)

// Members for whoever looks into the file; they follow from the others.
const (
	stepMember    = "optimizer_step"
	metricsMember = "metric_values" // (k,2)
)

const lossColumns = 6

func lossRow(p Progress) []float64 {
	return []float64{float64(p.Update), float64(p.Trials), p.Loss.Loss, p.Loss.Regularization, p.GradNorm, float64(p.Stage)}
}

func fromLossRow(row []float64) Progress {
	return Progress{
		Update: int(row[0]), Trials: int(row[1]), Loss: &grad.Value{Loss: row[2], Regularization: row[3]},
		GradNorm: row[4], Stage: int(row[5]),
	}
}

// Checkpoint is all that going on bit for bit needs, except the experiment.
func (l *Loop[F]) Checkpoint() *npz.File {
	f, t := &npz.File{}, l.trainer
	put := func(name string, a npz.Array) { f.Set(npz.Member{Name: name, Array: a}) }
	put(updateMember, npz.Whole(uint64(l.at.Update)))
	put(trialsMember, npz.Whole(uint64(l.at.Trials)))
	put(stageMember, npz.Whole(uint64(l.at.Stage)))
	put(stageBeganMember, npz.Whole(uint64(l.began)))
	put(stepMember, npz.Whole(uint64(l.at.Update)))
	put(reasonMember, npz.TextOf(string(l.Finished())))
	put(thetaMember, npz.ArrayOf([]int{len(t.theta)}, t.theta))
	for _, slot := range t.updater.slots {
		put(slotPrefix+slot.Name, npz.ArrayOf([]int{len(slot.Values)}, slot.Values))
	}
	put(metricsMember, l.at.Metric())
	put(measurementsMember, arrayOfRows(l.at.Measurements, measurementColumns, measurementRow))
	put(lossesMember, arrayOfRows(l.losses, lossColumns, lossRow))
	return f
}

// arrayOfRows is an array with a row for each of some things.
func arrayOfRows[T any](things []T, columns int, row func(T) []float64) npz.Array {
	var rows []float64
	for _, t := range things {
		rows = append(rows, row(t)...)
	}
	return npz.ArrayOf([]int{len(things), columns}, rows)
}

// Restore takes the loop to where it stood when the checkpoint was made, or to
// the stage that thresholds which were changed since lead to.
func (l *Loop[F]) Restore(f *npz.File) error {
	t, err := l.trainer, error(nil)
	if *l.at, err = StandingIn(f); err != nil {
		return err
	}
	if l.began, err = whole(f, stageBeganMember); err != nil {
		return err
	}
	if l.at.Stage > 0 && (l.curriculum == nil || l.at.Stage > len(l.curriculum.Stages)) {
		return &fault.Error{Status: fault.File, Path: stageMember, Text: fmt.Sprintf("the experiment has no stage %d", l.at.Stage), Hint: damagedHint}
	}
	if err := fill(t.theta, f, thetaMember); err != nil {
		return err
	}
	if tensor := t.notFinite(); tensor != "" {
		return &fault.Error{Status: fault.File, Path: thetaMember, Text: "holds what is no number, in " + tensor, Hint: damagedHint}
	}
	for _, slot := range t.updater.slots {
		if err := fill(slot.Values, f, slotPrefix+slot.Name); err != nil {
			return err
		}
	}
	rows, err := values[float64](f, lossesMember, anyLength, lossColumns)
	if err != nil {
		return err
	}
	l.losses = nil
	for row := range slices.Chunk(rows, lossColumns) {
		if !areCounts(row[0], row[1], row[5]) {
			return &fault.Error{Status: fault.File, Path: lossesMember, Text: fmt.Sprintf("%g are the numbers of no loss", row), Hint: damagedHint}
		}
		l.losses = append(l.losses, fromLossRow(row))
	}
	if err := l.consistent(); err != nil {
		return err
	}
	if l.ended, err = ReasonIn(f); err != nil {
		return err
	}
	l.enter((Rules{l.config, l.curriculum}).Judge(*l.at))
	return nil
}

// damagedHint is what to do with a checkpoint whose numbers contradict each other.
const damagedHint = "the checkpoint is damaged, or not of this run: bring back a copy of it, or train anew with --overwrite"

// consistent says whether what a checkpoint counts can have come of one training.
func (l *Loop[F]) consistent() error {
	update, trials := l.at.Update, l.at.Trials
	refuse := func(member, format string, args ...any) error {
		return &fault.Error{Status: fault.File, Path: member, Text: fmt.Sprintf(format, args...), Hint: damagedHint}
	}
	switch {
	case trials < update:
		return refuse(trialsMember, "%d trials are too few for %d updates", trials, update)
	case update == 0 && trials > 0:
		return refuse(trialsMember, "%d trials without an update", trials)
	case l.began > update:
		return refuse(stageBeganMember, "the stage began after update %d, which is to come", l.began)
	case len(l.losses) != update/l.config.LossEpoch:
		return refuse(lossesMember, "%d losses of %d updates, but one is evaluated every %d", len(l.losses), update, l.config.LossEpoch)
	}
	before := Progress{}
	for k, p := range l.losses {
		if p.Update != (k+1)*l.config.LossEpoch || p.Trials <= before.Trials || p.Trials > trials {
			return refuse(lossesMember, "loss %d is of update %d and trial %d", k, p.Update, p.Trials)
		}
		before = p
	}
	last := Measurement{}
	for k, m := range l.at.Measurements {
		if m.Update < last.Update || m.Update > update || m.Trials < last.Trials || m.Trials > trials {
			return refuse(measurementsMember, "measurement %d is of update %d and trial %d", k, m.Update, m.Trials)
		}
		last = m
	}
	return nil
}

// areCounts says whether all are whole numbers that something can have.
func areCounts(numbers ...float64) bool {
	for _, n := range numbers {
		if !(n >= 0 && n <= 1<<53 && n == math.Trunc(n)) {
			return false
		}
	}
	return true
}

// enter goes to the stage in which a run goes on. That which was just passed is
// as if it had never been left.
func (l *Loop[F]) enter(stage int) {
	if stage == l.at.Stage {
		return
	}
	s := *l.at
	l.at.Stage, l.began = stage, s.Update
	metrics := s.metrics()
	if stage != s.Stage-1 || len(metrics) == 0 || metrics[len(metrics)-1].Update != s.Update {
		return
	}
	l.began = 0
	for _, m := range metrics {
		if m.Stage != stage {
			l.began = m.Update
		}
	}
}

// ReasonIn is why the training of a checkpoint ended, if it had.
func ReasonIn(f *npz.File) (Reason, error) {
	m, err := member(f, reasonMember)
	if err != nil {
		return "", err
	}
	texts, err := m.Strings()
	if err != nil {
		return "", fault.In(reasonMember, err)
	}
	reason := Reason(texts[0])
	if !slices.Contains([]Reason{"", TrialsDone, CurriculumPassed, PerformancePassed}, reason) {
		return "", &fault.Error{Status: fault.File, Path: reasonMember, Text: fmt.Sprintf("%q is no reason to end", reason)}
	}
	return reason, nil
}

// fill overwrites a block with a member of its size.
func fill[F kernel.Float](block []F, f *npz.File, name string) error {
	v, err := values[F](f, name, len(block))
	copy(block, v)
	return err
}

// anyLength stands in a shape for whatever is there.
const anyLength = -1

// whole returns a member that is one whole number.
func whole(f *npz.File, name string) (int, error) {
	m, err := member(f, name)
	if err != nil {
		return 0, err
	}
	n, err := m.Int64s()
	switch {
	case err != nil:
		return 0, fault.In(name, err)
	case n[0] < 0 || int64(int(n[0])) != n[0]:
		return 0, &fault.Error{Status: fault.File, Path: name, Text: fmt.Sprintf("%d is no number of anything", n[0]), Hint: damagedHint}
	}
	return int(n[0]), nil
}

// values returns a member of that shape. A run writes numbers as it computes
// with them: those of another type are not this run's, and may be rounded.
func values[F kernel.Float](f *npz.File, name string, shape ...int) ([]F, error) {
	a, err := member(f, name, shape...)
	if err != nil {
		return nil, err
	}
	if written := npz.ArrayOf[F]([]int{0}, nil).Type; a.Type != written {
		return nil, &fault.Error{Status: fault.File, Path: name, Text: fmt.Sprintf("entries of type %s, but the run writes %s", a.Type, written), Hint: damagedHint}
	}
	return npz.Floats[F](a)
}

// member returns an array of that shape.
func member(f *npz.File, name string, shape ...int) (npz.Array, error) {
	m, ok := f.Get(name)
	if !ok {
		return m.Array, &fault.Error{Status: fault.File, Path: name, Text: "is missing", Hint: "this is no checkpoint, or one of another version: train anew with --overwrite"}
	}
	fits := len(m.Array.Shape) == len(shape)
	for k := 0; fits && k < len(shape); k++ {
		fits = shape[k] == anyLength || shape[k] == m.Array.Shape[k]
	}
	if !fits {
		return m.Array, &fault.Error{Status: fault.File, Path: name, Text: fmt.Sprintf("shape %s does not belong to the experiment", npz.ShapeText(m.Array.Shape)), Hint: damagedHint}
	}
	return m.Array, nil
}
