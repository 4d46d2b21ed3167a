package experiment

import (
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// checkDirections is the number of random directions along which Check
// compares the gradient.
const checkDirections = 20

// Check is what can be said of an experiment before it is trained.
type Check struct {
	X, Y, Mask []int // shapes of a batch: trials, steps, channels
	Values     int   // entries of all weights
	Trainable  int   // of them, those that training may change
	Gradient   grad.Report
	Warnings   []string // about the task
}

// Check draws a batch and checks the gradient of the network that training
// starts from, both in float64. Where nothing is trained there is no gradient.
func (e *Experiment) Check(set *kernel.Set[float64]) (c Check, err error) {
	net, err := e.Network()
	if err != nil {
		return c, err
	}
	source, err := Task(e, set)
	if err != nil {
		return c, err
	}
	if err := drawBatch(e.Config.Task.N_batch, source); err != nil {
		return c, err
	}
	if c.Warnings, err = task.Suspect(e.Config.Task, source); err != nil {
		return c, err
	}
	t, i, o := source.Shape()
	c.X = []int{e.Config.Task.N_batch, t, i}
	c.Y = []int{e.Config.Task.N_batch, t, o}
	c.Mask = c.Y
	c.Values = net.Layout.Size()
	c.Trainable = c.Values
	for _, free := range net.Free() {
		if !free {
			c.Trainable--
		}
	}
	if c.Trainable == 0 {
		c.Gradient.OK = true
		return c, nil
	}
	config := grad.Config{Loss: e.Loss, Regularizers: e.Regularizers}
	c.Gradient, err = grad.Check(net, config, sim.Source[float64](source), set, e.noise().Text("check"), checkDirections)
	return c, err
}

// drawBatch draws a batch as training would, for the errors it may meet.
func drawBatch(trials int, source task.Task[float64]) error {
	workers := sim.NewWorkers(1)
	defer workers.Close()
	return sim.NewBatch(trials, 1, sim.Source[float64](source)).Draw(workers, task.Train, 0)
}
