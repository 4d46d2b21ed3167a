package train

// One update: gradient, mask, clip, optimizer. Of an update that diverges nothing stays.

import (
	"math"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
)

// Trainer is a network in training. Its own state, theta and the optimizer's
// slots, lies in flat blocks in the order of the network's layout.
type Trainer[F kernel.Float] struct {
	config  Config
	engine  *grad.Engine[F]
	layout  model.Layout
	theta   []F
	state   [][]F // theta and the slots
	before  [][]F // what they were before the update
	dtheta  []F
	free    []bool // entries that may change; nil if all
	updater *updater[F]

	at Standing // stage and measurements are those of a loop
}

// notFinite says where training stopped being about numbers: the loss, the gradient
// of a tensor, or a tensor. The weights are those before the update.
func notFinite(update int, what string) error {
	return fault.New(fault.Diverged, "the weights before that update were kept; try a smaller train.learning_rate, or train.clip_grads: true",
		"update %d: %s is not finite", update, what)
}

// New returns a trainer of the network.
func New[F kernel.Float](net *model.Network, c Config, engine *grad.Engine[F]) *Trainer[F] {
	size := net.Layout.Size()
	t := &Trainer[F]{
		config: c, engine: engine, layout: net.Layout,
		theta: model.Theta[F](net), dtheta: make([]F, size),
		free:    net.Free(),
		updater: newUpdater[F](c.Optimizer, size),
	}
	t.state = [][]F{t.theta}
	for _, slot := range t.updater.slots {
		t.state = append(t.state, slot.Values)
	}
	for range t.state {
		t.before = append(t.before, make([]F, size))
	}
	return t
}

// Theta is the raw weights as they are now, of the shape of the layout; not a copy.
func (t *Trainer[F]) Theta() []F { return t.theta }

// Slots are the optimizer's state as it is now.
func (t *Trainer[F]) Slots() []model.OptimizerSlot[F] { return t.updater.slots }

// Update changes the weights by one step on the batch: the gradient, masked
// where weights are fixed, clipped, applied. Where that leads to what is no
// number, weights and slots are left as they were.
func (t *Trainer[F]) Update(batch *sim.Batch[F]) (Progress, error) {
	value := t.engine.Gradient(t.dtheta, t.theta, batch)
	t.mask()
	norm := apply(t.config.ClipGrads, t.layout, t.dtheta)
	if err := t.diverged(value, norm); err != nil {
		return Progress{}, err
	}
	replace(t.before, t.state)
	p := Progress{Update: t.at.Update + 1, Trials: t.at.Trials + batch.Size, GradNorm: norm}
	t.updater.update(t.theta, t.dtheta, p.Update, F(t.config.LearningRate.At(p.Update)), t.free)
	what := t.notFinite()
	if what == "" && p.Update%t.config.LossEpoch == 0 {
		loss := t.engine.Value(t.theta, batch)
		p.Loss = &loss
		if !finite(loss.Total()) {
			what = "the loss"
		}
	}
	if what != "" {
		replace(t.state, t.before)
		return Progress{}, notFinite(p.Update, what)
	}
	t.at.Update, t.at.Trials = p.Update, p.Trials
	return p, nil
}

// flat names the tensors of which training may change entries, but whose
// gradient in the last update was exactly 0.
func (t *Trainer[F]) flat() (names []string) {
	for _, tensor := range t.layout {
		free := t.free == nil || slices.Contains(model.View(tensor, t.free), true)
		if free && !slices.ContainsFunc(model.View(tensor, t.dtheta), func(d F) bool { return d != 0 }) {
			names = append(names, tensor.ConfigName())
		}
	}
	return names
}

// replace copies block by block.
func replace[F kernel.Float](blocks, by [][]F) {
	for k := range blocks {
		copy(blocks[k], by[k])
	}
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

// diverged finds the first tensor whose gradient is not finite, or has a
// square, which optimizers take, that is not.
func (t *Trainer[F]) diverged(value grad.Value, norm float64) error {
	squared := func(v F) bool { return finite(float64(v * v)) }
	if finite(value.Total()) && finite(norm) && squared(F(t.config.ClipGrads.most(norm))) {
		return nil
	}
	for _, tensor := range t.layout {
		for _, d := range model.View(tensor, t.dtheta) {
			if !squared(d) {
				return notFinite(t.at.Update+1, "the gradient of "+tensor.Name)
			}
		}
	}
	return notFinite(t.at.Update+1, "the loss")
}
