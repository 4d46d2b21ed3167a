package experiment

import (
	"fmt"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

// checkDirections is the number of random directions along which Check
// compares the gradient.
const checkDirections = 20

// mostTested is the number of trials of the test that Check draws at most.
const mostTested = 1000

// Check is what can be said of an experiment before it is trained.
type Check struct {
	X, Y, Mask []int // shapes of a batch: trials, steps, channels
	Values     int   // entries of all weights
	Trainable  int   // of them, those that training may change
	Gradient   grad.Report
	Warnings   []string // about the task
	Stuck      []string // about weights that cannot change
}

// Check draws a batch and checks the gradient of the network that training
// starts from, both in float64. Where nothing is trained there is no gradient.
func (e *Experiment) Check(set *kernel.Set[float64]) (c Check, err error) {
	net, err := e.Network()
	if err != nil {
		return c, err
	}
	c.Stuck = stuck(net)
	if e.Precision == "float64" {
		err = checkTrials(e, &c, set)
	} else { // whose numbers end earlier
		err = checkTrials(e, &c, kernel.Plain[float32]())
	}
	if err != nil {
		return c, err
	}
	source, err := Task(e, 0, set)
	if err != nil {
		return c, err
	}
	t, i, o := source.Shape()
	c.X = []int{e.stage(0).N_batch, t, i}
	c.Y = []int{e.stage(0).N_batch, t, o}
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

// stuck warns of matrices that cannot change in training, though they are meant
// to, and of weights that Dale's law keeps at 0.
func stuck(net *model.Network) (warnings []string) {
	for _, s := range net.Stuck() {
		switch open := s.Free - s.Masked; {
		case open == 0:
			warnings = append(warnings, fmt.Sprintf("%s cannot change in training: masks and signs leave none of its %d weights", s.Name, s.Free))
		case s.Zero == open:
			warnings = append(warnings, fmt.Sprintf("%s cannot change in training: it starts at 0, and under Dale's law a weight at 0 has no gradient", s.Name))
		case s.Zero > 0:
			warnings = append(warnings, fmt.Sprintf("%d of %d weights of %s start at 0 and stay there: under Dale's law a weight at 0 has no gradient", s.Zero, open, s.Name))
		}
	}
	return warnings
}

// checkTrials draws a batch of every stage, and adds what is to be warned of.
func checkTrials[F kernel.Float](e *Experiment, c *Check, set *kernel.Set[F]) error {
	for stage := range e.stages() {
		where := "task"
		if e.Curriculum != nil {
			where = fmt.Sprintf("curriculum.stages[%d].task", stage)
		}
		source, err := Task(e, stage, set)
		if err != nil {
			return err
		}
		if err := drawBatch(e.stage(stage).N_batch, source, task.Train); err != nil {
			return err
		}
		warnings, err := task.Suspect(e.stage(stage), source)
		if err != nil {
			return err
		}
		for _, w := range warnings {
			c.Warnings = append(c.Warnings, where+": "+w)
		}
	}
	source, err := testTask(e, set)
	if err != nil {
		return err
	}
	return drawBatch(min(e.Test.Trials, mostTested), source, task.Test)
}

// drawBatch draws a batch for a purpose, for the errors it may meet.
func drawBatch[F kernel.Float](trials int, source task.Task[F], purpose string) error {
	workers := sim.NewWorkers(1)
	defer workers.Close()
	return sim.NewBatch(trials, 1, sim.Source[F](source)).Draw(workers, purpose, 0)
}
