package train

import (
	"fmt"
	"slices"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/weights"
)

// Members of a checkpoint. The optimizer's state is under slotPrefix and the
// slot's name, theta is raw and all blocks are in the order of the layout.
const (
	updateMember       = "update"
	stepMember         = "optimizer_step"
	trialsMember       = "trials"
	thetaMember        = "theta"
	slotPrefix         = "slots/"
	stageMember        = "stage"
	stageBeganMember   = "stage_began"
	metricsMember      = "metric_values" // (k,2)
	lossesMember       = "losses"        // (k,6): the columns of lossRow
	performancesMember = "performances"
	doneMember         = "done"
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
func (l *Loop[F]) Checkpoint() *weights.File {
	f, t := &weights.File{}, l.trainer
	put := func(name string, a weights.Array) { f.Set(weights.Member{Name: name, Array: a}) }
	for _, c := range l.counts() {
		put(c.name, weights.Whole(uint64(*c.value)))
	}
	done := weights.Array{Type: "|b1", Data: []byte{0}}
	if l.done {
		done.Data[0] = 1
	}
	put(doneMember, done)
	put(thetaMember, weights.Of([]int{len(t.theta)}, t.theta))
	for _, slot := range t.rule.slots() {
		put(slotPrefix+slot.Name, weights.Of([]int{len(slot.Values)}, slot.Values))
	}
	put(metricsMember, weights.Of([]int{len(l.metrics) / 2, 2}, l.metrics))
	put(performancesMember, weights.Of([]int{len(l.performances)}, l.performances))
	var rows []float64
	for _, p := range l.losses {
		rows = append(rows, lossRow(p)...)
	}
	put(lossesMember, weights.Of([]int{len(l.losses), lossColumns}, rows))
	return f
}

// count is a whole number of a checkpoint.
type count struct {
	name  string
	value *int
}

func (l *Loop[F]) counts() []count {
	return []count{
		{updateMember, &l.trainer.update}, {stepMember, &l.trainer.step}, {trialsMember, &l.trainer.trials},
		{stageMember, &l.stage}, {stageBeganMember, &l.stageBegan},
	}
}

// Restore takes the loop to where it stood when the checkpoint was made.
func (l *Loop[F]) Restore(f *weights.File) error {
	t := l.trainer
	for _, c := range l.counts() {
		values, err := values[float64](f, c.name)
		if err != nil {
			return err
		}
		*c.value = int(values[0])
	}
	if err := fill(t.theta, f, thetaMember); err != nil {
		return err
	}
	for _, slot := range t.rule.slots() {
		if err := fill(slot.Values, f, slotPrefix+slot.Name); err != nil {
			return err
		}
	}
	var rows []float64
	var err error
	if l.metrics, err = values[float64](f, metricsMember, -1, 2); err != nil {
		return err
	}
	if l.performances, err = values[float64](f, performancesMember, -1); err != nil {
		return err
	}
	if rows, err = values[float64](f, lossesMember, -1, lossColumns); err != nil {
		return err
	}
	l.losses = nil
	for row := range slices.Chunk(rows, lossColumns) {
		l.losses = append(l.losses, fromLossRow(row))
	}
	return nil
}

// fill overwrites a block with a member of its size.
func fill[F kernel.Float](block []F, f *weights.File, name string) error {
	v, err := values[F](f, name, len(block))
	copy(block, v)
	return err
}

// values returns a member of that shape, in which -1 is any length.
func values[F kernel.Float](f *weights.File, name string, shape ...int) ([]F, error) {
	m, ok := f.Get(name)
	if !ok {
		return nil, &weights.Error{Member: name, Text: "is missing", Hint: "this is no checkpoint, or one of another version: train anew with --overwrite"}
	}
	fits := len(m.Array.Shape) == len(shape)
	for k := range shape {
		fits = fits && (shape[k] < 0 || shape[k] == m.Array.Shape[k])
	}
	if !fits {
		return nil, &weights.Error{Member: name, Text: fmt.Sprintf("shape %s does not belong to the experiment", weights.ShapeText(m.Array.Shape))}
	}
	v, err := weights.Floats[F](m.Array)
	if err != nil {
		return nil, &weights.Error{Member: name, Text: err.Error(), Err: err}
	}
	return v, nil
}
