package session

// An experiment set up to be trained in a precision, with all that a checkpoint holds.

import (
	"context"

	"psychrnn/internal/eval"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Training is an experiment set up to be trained in precision F: the loop, with what it
// needs and what becomes of it.
type Training[F kernel.Float] struct {
	*train.Loop[F]
	Network  *model.Network
	Replaced string // what experiment.yaml holds in the folder until it is written anew; empty: nothing else

	experiment *experiment.Experiment
	set        *kernel.Set[F]
	workers    *sim.Workers
}

// NewTraining draws the network and starts the workers; Close ends them.
func NewTraining[F kernel.Float](e *experiment.Experiment, set *kernel.Set[F], threads int) (*Training[F], error) {
	net, err := e.Network()
	if err != nil {
		return nil, err
	}
	if err := representable[F](net); err != nil {
		return nil, err
	}
	t := &Training[F]{Network: net, experiment: e, set: set, workers: sim.NewWorkers(threads)}
	t.Loop = train.NewLoop(net, e.Train, e.Curriculum, t.workers, t.open)
	return t, nil
}

// open makes a stage ready to be trained on.
func (t *Training[F]) open(stage int) (s train.Stage[F], err error) {
	e := t.experiment
	c := e.Stage(stage)
	if s.Task, err = experiment.TrainingTask(e, stage, t.set); err != nil {
		return s, err
	}
	s.Batch = sim.NewBatch(c.Config.N_batch, t.Network.N, sim.TrialSource[F](s.Task))
	config := grad.Config{Loss: e.Loss, Regularizers: e.Regularizers}
	s.Engine, err = grad.NewEngine(t.Network, config, t.set, t.workers, s.Batch, e.Noise())
	return s, err
}

// Close ends the workers.
func (t *Training[F]) Close() { t.workers.Close() }

// Metric is the curriculum's metric, (k,2): each value with its stage.
func (t *Training[F]) Metric() npz.Array { return t.Standing().Metric() }

// Weights is the weight file of the network as it is now, with the experiment in it.
func (t *Training[F]) Weights(version string) (*npz.File, error) {
	f, err := weights.ToFile(t.Network, t.Theta(), t.Slots())
	if err != nil {
		return nil, err
	}
	weights.SetProvenance(f, weights.Provenance{
		Experiment: string(t.experiment.Resolved()),
		Version:    version,
		Seed:       t.experiment.Seed.Weights,
		Trials:     uint64(t.Progress().Trials),
	})
	return f, nil
}

// Checkpoint is all that going on bit for bit needs. Files that the experiment
// reads are named as seen from the folder.
func (t *Training[F]) Checkpoint(folder string) *npz.File {
	f := t.Loop.Checkpoint()
	t.experiment.PutInto(f, folder, t.set.Numerics, t.Replaced)
	return f
}

// Unreached is what is asked of the network and was not reached, whatever ended
// training.
func (t *Training[F]) Unreached() []train.Reason {
	asked, s := t.experiment.Rules(), t.Standing()
	if t.experiment.Later != nil {
		asked = *t.experiment.Later
		s.Stage = asked.Judge(s)
	}
	return asked.Unreached(s)
}

// Test runs the network as it is now on the experiment's test trials; the end of ctx
// ends the test early.
func (t *Training[F]) Test(ctx context.Context) (eval.Tested, error) {
	e, err := newEvaluator(t.experiment, t.Network, t.set, t.workers)
	if err != nil {
		return eval.Tested{}, err
	}
	return e.Test(ctx, t.Theta())
}

// newEvaluator returns what runs a network on the experiment's test trials.
func newEvaluator[F kernel.Float](e *experiment.Experiment, net *model.Network, set *kernel.Set[F], w *sim.Workers) (*eval.Evaluator[F], error) {
	if err := representable[F](net); err != nil {
		return nil, err
	}
	source, err := experiment.TestTask(e, set)
	if err != nil {
		return nil, err
	}
	p := &e.TestPlan
	return &eval.Evaluator[F]{Net: net, Loss: e.Loss, Task: source, Trials: e.Test.Trials, Set: set, Workers: w, Noise: e.TestNoise(),
		Factors: p.Factors, Reaction: p.Reaction, Unjudged: !p.Task.Judged()}, nil
}

// representable refuses weights that precision F has no numbers for.
func representable[F kernel.Float](net *model.Network) error {
	for _, t := range net.Layout {
		for _, v := range model.View(t, net.Theta) {
			if w := F(v); w-w != 0 {
				return fault.New(fault.Misfit, "compute in float64 with precision: float64, or give other weights",
					"%s holds %g, which the experiment's precision has no number for", t.Name, v)
			}
		}
	}
	return nil
}
