package experiment

import (
	"fmt"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Training is an experiment set up to be trained in precision F.
type Training[F kernel.Float] struct {
	Network *model.Network

	experiment *Experiment
	set        *kernel.Set[F]
	workers    *sim.Workers
	batch      *sim.Batch[F]
	trainer    *train.Trainer[F]
}

// NewTraining draws the network and starts the workers; Close ends them.
func NewTraining[F kernel.Float](e *Experiment, set *kernel.Set[F], threads int) (*Training[F], error) {
	net, err := e.Network()
	if err != nil {
		return nil, err
	}
	if err := representable[F](net); err != nil {
		return nil, err
	}
	source, err := Task(e, set)
	if err != nil {
		return nil, err
	}
	t := &Training[F]{Network: net, experiment: e, set: set, workers: sim.NewWorkers(threads)}
	t.batch = sim.NewBatch(e.Config.Task.N_batch, net.N, sim.Source[F](source))
	config := grad.Config{Loss: e.Loss, Regularizers: e.Regularizers}
	engine, err := grad.NewEngine(net, config, set, t.workers, t.batch, e.noise())
	if err != nil {
		t.Close()
		return nil, err
	}
	t.trainer = train.New(net, e.Train, engine)
	return t, nil
}

// Close ends the workers.
func (t *Training[F]) Close() { t.workers.Close() }

// Run trains until the experiment's end or until the observer stops it.
func (t *Training[F]) Run(o train.Observer) error { return t.trainer.Run(t.batch, t.workers, o) }

// File is the weight file of the network as it is now, with the experiment in it.
func (t *Training[F]) File(version string) (*weights.File, error) {
	m, v := t.trainer.Moments()
	f, err := model.ToFile(t.Network, t.trainer.Theta(), &model.Moments[F]{M: m, V: v})
	if err != nil {
		return nil, err
	}
	f.SetProvenance(weights.Provenance{
		Experiment: string(t.experiment.Resolved()),
		Version:    version,
		Seed:       t.experiment.Seed.Weights,
		Trials:     uint64(t.trainer.Updates() * t.batch.Size),
	})
	return f, nil
}

// Test runs the network as it is now on the experiment's test trials; closing
// stop ends the test early.
func (t *Training[F]) Test(stop <-chan struct{}) (Tested, error) {
	e, err := NewTest(t.experiment, t.Network, t.set, t.workers)
	if err != nil {
		return Tested{}, err
	}
	e.Stop = stop
	return tested(t.experiment, e, t.trainer.Theta())
}

// NewTest returns what runs a network on the experiment's test trials.
func NewTest[F kernel.Float](e *Experiment, net *model.Network, set *kernel.Set[F], w *sim.Workers) (*train.Evaluator[F], error) {
	source, err := testTask(e, set)
	if err != nil {
		return nil, err
	}
	return &train.Evaluator[F]{Net: net, Loss: e.Loss, Task: source, Set: set, Workers: w, Noise: e.testNoise()}, nil
}

// representable refuses weights that precision F has no numbers for.
func representable[F kernel.Float](net *model.Network) error {
	for _, t := range net.Layout {
		for _, v := range model.View(t, net.Theta) {
			if w := F(v); w-w != 0 {
				return newMisfit(fmt.Sprintf("%s holds %g, which the experiment's precision has no number for", t.Name, v),
					"compute in float64 with precision: float64, or give other weights")
			}
		}
	}
	return nil
}
