package train

import (
	"fmt"
	"math"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// Config is the section train.
type Config struct {
	TrainingIters int     `yaml:"training_iters" default:"50000" min:"0" doc:"trials to train on; training makes ceil(training_iters / N_batch) updates"`
	LearningRate  float64 `yaml:"learning_rate" default:"0.001" above:"0" doc:"learning rate"`
	ClipGrads     bool    `yaml:"clip_grads" default:"true" doc:"scale each tensor's gradient to an L2 norm of at most 1"`
	LossEpoch     int     `yaml:"loss_epoch" default:"10" min:"1" doc:"the loss is evaluated every so many updates"`
}

// Updates is the number of updates for batches of b trials (semantics 4).
func (c Config) Updates(b int) int { return (c.TrainingIters + b - 1) / b }

// clipLimit is the norm to which clip_grads scales a tensor's gradient.
const clipLimit = 1

// Trainer is a network in training. Its own state, theta and the optimizer's
// moments, lies in flat blocks in the order of the network's layout.
type Trainer[F kernel.Float] struct {
	config Config
	engine *grad.Engine[F]
	layout model.Layout
	theta  []F
	before []F // theta before the update
	dtheta []F
	free   []bool // entries that may change; nil if all
	adam   *adam[F]
	update int
}

// DivergenceError says where training stopped being about numbers. The weights
// are those before the update.
type DivergenceError struct {
	Update int
	What   string // the loss, the gradient of a tensor, or a tensor
}

func (e *DivergenceError) Error() string {
	return fmt.Sprintf("update %d: %s is not finite", e.Update, e.What)
}

// New returns a trainer of the network.
func New[F kernel.Float](net *model.Network, c Config, engine *grad.Engine[F]) *Trainer[F] {
	t := &Trainer[F]{
		config: c, engine: engine, layout: net.Layout,
		theta:  make([]F, net.Layout.Size()),
		before: make([]F, net.Layout.Size()),
		dtheta: make([]F, net.Layout.Size()),
		free:   net.Free(),
		adam:   newAdam[F](net.Layout.Size()),
	}
	for k, v := range net.Theta {
		t.theta[k] = F(v)
	}
	return t
}

// Theta is the raw weights as they are now.
func (t *Trainer[F]) Theta() []F { return t.theta }

// Updates is the number of updates made so far.
func (t *Trainer[F]) Updates() int { return t.update }

// Moments are Adam's first and second moments as they are now.
func (t *Trainer[F]) Moments() (m, v []F) { return t.adam.m, t.adam.v }

// Run trains on batch after batch until training_iters trials are reached or
// the observer stops it.
func (t *Trainer[F]) Run(batch *sim.Batch[F], w *sim.Workers, o Observer) error {
	updates := t.config.Updates(batch.Size)
	for t.update < updates {
		if err := batch.Draw(w, task.Train, uint64(t.update)*uint64(batch.Size)); err != nil {
			return err
		}
		progress, err := t.Update(batch)
		if err != nil {
			return err
		}
		if o.AfterUpdate(progress) == Stop {
			return nil
		}
	}
	return nil
}

// Update changes the weights by one step on the batch: the gradient, masked
// where weights are fixed, clipped tensor by tensor, applied. Where that leads
// to what is no number, the weights are left as they were.
func (t *Trainer[F]) Update(batch *sim.Batch[F]) (Progress, error) {
	value := t.engine.Gradient(t.dtheta, t.theta, batch)
	t.mask()
	norm := t.clip()
	if err := t.diverged(value, norm); err != nil {
		return Progress{}, err
	}
	copy(t.before, t.theta)
	t.adam.update(t.theta, t.dtheta, F(t.config.LearningRate), t.free)
	p := Progress{Update: t.update + 1, Trials: (t.update + 1) * batch.Size, GradNorm: norm}
	what := t.notFinite()
	if what == "" && p.Update%t.config.LossEpoch == 0 {
		loss := t.engine.Value(t.theta, batch)
		p.Loss = &loss
		if !finite(loss.Total()) {
			what = "the loss"
		}
	}
	if what != "" {
		copy(t.theta, t.before)
		return Progress{}, &DivergenceError{Update: p.Update, What: what}
	}
	t.update++
	return p, nil
}

// notFinite names a tensor with an entry that is no finite number.
func (t *Trainer[F]) notFinite() string {
	for _, tensor := range t.layout {
		for _, v := range model.View(tensor, t.theta) {
			if v-v != 0 {
				return tensor.Name
			}
		}
	}
	return ""
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (t *Trainer[F]) mask() {
	for k := range t.free {
		if !t.free[k] {
			t.dtheta[k] = 0
		}
	}
}

func (t *Trainer[F]) clip() float64 {
	limit := math.Inf(1)
	if t.config.ClipGrads {
		limit = clipLimit
	}
	return clipNorm(t.layout, t.dtheta, limit)
}

// diverged finds the first tensor whose gradient is not finite, or has a
// square, which Adam takes, that is not.
func (t *Trainer[F]) diverged(value grad.Value, norm float64) error {
	squared := func(v F) bool { return finite(float64(v * v)) }
	if finite(value.Total()) && finite(norm) && (t.config.ClipGrads || squared(F(norm))) {
		return nil
	}
	for _, tensor := range t.layout {
		for _, d := range model.View(tensor, t.dtheta) {
			if !squared(d) {
				return &DivergenceError{Update: t.update + 1, What: "the gradient of " + tensor.Name}
			}
		}
	}
	return &DivergenceError{Update: t.update + 1, What: "the loss"}
}
