package grad

// Loss and gradient of a batch: groups of trials on several workers, summed in their order.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

// Config names what is minimized.
type Config struct {
	Loss         string
	Regularizers Regularizers
}

// Value is a loss and the sum of the regularizers beside it.
type Value struct{ Loss, Regularization float64 }

// Total is what training minimizes.
func (v Value) Total() float64 { return v.Loss + v.Regularization }

// Engine computes values and gradients of a network over batches. Nothing is
// allocated after NewEngine.
type Engine[F kernel.Float] struct {
	runner      *sim.Runner[F]
	constraints model.Constraints[F]
	loss        Term[F]
	rates       []Term[F] // of each worker; nil where no rate is penalized
	weights     []weightPenalties[F]

	eff, deff []F
	groups    []groupSum[F]
	forward   func(worker, job int, s *model.Workspace[F])
	both      func(worker, job int, s *model.Workspace[F])
}

// groupSum is what one group contributes to value and gradient.
type groupSum[F kernel.Float] struct {
	loss, rates float64
	g           []kernel.Mat[F]
	start       model.Workspace[F] // holds the gradient of the initial state
}

// NewEngine returns an engine for batches shaped as batch. Recurrent noise is
// addressed from noise on.
func NewEngine[F kernel.Float](net *model.Network, c Config, set *kernel.Set[F], w *sim.Workers, batch *sim.Batch[F], noise random.Key) (*Engine[F], error) {
	runner, err := sim.NewRunner(net, set, w, batch, noise, true)
	if err != nil {
		return nil, err
	}
	loss, err := NewLoss[F](c.Loss)
	if err != nil {
		return nil, err
	}
	e := &Engine[F]{
		runner:      runner,
		constraints: model.ConstraintsOf[F](net),
		loss:        loss,
		weights:     newWeightPenalties[F](c.Regularizers, net.Layout),
		eff:         make([]F, net.Layout.Size()),
		deff:        make([]F, net.Layout.Size()),
	}
	d := runner.Cell.Dims()
	if c.Regularizers.OnRates() {
		f, err := model.NewTransfer(net.Function, set)
		if err != nil {
			return nil, err
		}
		for _, s := range runner.Workspaces {
			e.rates = append(e.rates, newRatePenalties(c.Regularizers, d, f))
			s.DH = make([]F, len(s.Output)/d.O*d.N)
		}
	}
	for _, trials := range batch.Groups {
		r := groupSum[F]{start: model.Workspace[F]{Dims: d, DCarry: make([]F, trials.Rows*d.Carry)}}
		for _, p := range d.Products {
			r.g = append(r.g, kernel.NewMat[F](p.Out, p.H+p.X+1))
		}
		e.groups = append(e.groups, r)
	}
	e.forward = func(worker, job int, s *model.Workspace[F]) { e.visit(worker, job, s, false) }
	e.both = func(worker, job int, s *model.Workspace[F]) { e.visit(worker, job, s, true) }
	return e, nil
}

// Value returns the loss of theta, one number per entry of the layout, on the batch.
func (e *Engine[F]) Value(theta []F, batch *sim.Batch[F]) Value {
	e.load(theta)
	e.runner.Run(batch, e.forward)
	clear(e.deff)
	return e.add()
}

// Gradient returns the loss of theta on the batch and overwrites dtheta with
// its gradient, regularizers included: one number per entry of the layout in each.
func (e *Engine[F]) Gradient(dtheta, theta []F, batch *sim.Batch[F]) Value {
	e.load(theta)
	e.runner.Run(batch, e.both)
	clear(e.deff)
	for k := range e.groups {
		s := &e.groups[k]
		s.start.Trials = batch.Groups[k]
		model.Unpack(e.runner.Cell.Blocks(), s.g, e.deff)
		e.runner.Cell.BeginBack(e.deff, &s.start)
	}
	v := e.add()
	copy(dtheta, e.deff)
	e.constraints.Back(dtheta, theta)
	return v
}

// Forward runs theta over the batch and hands every group to visit, which is
// called side by side.
func (e *Engine[F]) Forward(theta []F, batch *sim.Batch[F], visit func(worker, job int, s *model.Workspace[F])) {
	e.load(theta)
	e.runner.Run(batch, visit)
}

func (e *Engine[F]) load(theta []F) {
	e.constraints.Effective(e.eff, theta)
	e.runner.Load(e.eff)
}

// visit computes the terms of one group and, if backward, its weight gradient.
func (e *Engine[F]) visit(worker, job int, s *model.Workspace[F], backward bool) {
	to := &e.groups[job]
	if backward {
		clear(s.DOutput)
		clear(s.DH)
	}
	to.loss, to.rates = e.loss.Add(s, backward), 0
	if e.rates != nil {
		to.rates = e.rates[worker].Add(s, backward)
	}
	if !backward {
		return
	}
	for k := range to.g {
		clear(to.g[k].Data)
	}
	s.G = to.g
	Backward(e.runner.Cell, e.runner.Set, s, e.runner.Weights)
	copy(to.start.DCarry, s.DCarry[:len(to.start.DCarry)])
}

// add sums the groups' values in their order and adds the penalties, whose
// gradient goes to deff.
func (e *Engine[F]) add() (v Value) {
	for k := range e.groups {
		v.Loss += e.groups[k].loss
		v.Regularization += e.groups[k].rates
	}
	for _, p := range e.weights {
		v.Regularization += p.add(e.deff, e.eff)
	}
	return v
}
