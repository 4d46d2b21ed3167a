package session

// What can be said of an experiment before it is trained: a batch is drawn, the first update is
// made, and the gradient is compared with differences of the loss.

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/plan"
)

// checkDirections is the number of random directions along which Check
// compares the gradient.
const checkDirections = 20

// Check draws so many trials of every stage and of the test at most, and no more
// than all come to that many values.
const (
	mostTrials = 1000
	mostDrawn  = 1 << 28
)

// Check is what can be said of an experiment before it is trained.
type Check struct {
	X, Y, Mask []int // shapes of a batch: trials, steps, channels
	Values     int   // entries of all weights
	Trainable  int   // of them, those that training may change
	Gradient   grad.Report
	Drawn      int          // trials of a stage or the test, where they have so many values that fewer than otherwise were drawn; 0: they have not
	Flat       bool         // the gradient of all that is trained is exactly 0
	Diverged   *fault.Error // at the first update; the gradient is not compared then
	Warnings   fault.Errors // what is wrong and training would not notice
}

func (c *Check) warn(text, hint string) {
	c.Warnings = append(c.Warnings, fault.Error{Text: text, Hint: hint})
}

// CheckExperiment draws a batch, makes the first update of training in precision F as
// training makes it, and checks the gradient of the network that training starts
// from in float64. Where nothing is trained there is no gradient.
func CheckExperiment[F kernel.Float](c *Check, e *experiment.Experiment, set *kernel.Set[F], double *kernel.Set[float64], threads int) error {
	net, err := e.Network()
	if err != nil {
		return err
	}
	if err := checkTrials(e, c, set); err != nil {
		return err
	}
	c.unused(e)
	source, err := experiment.TrainingTask(e, 0, double)
	if err != nil {
		return err
	}
	t, i, o := source.Shape()
	c.X = []int{e.Stage(0).Config.N_batch, t, i}
	c.Y = []int{e.Stage(0).Config.N_batch, t, o}
	c.Mask = c.Y
	c.Values = net.Layout.Size()
	c.Trainable = c.Values
	for _, free := range net.Free() {
		if !free {
			c.Trainable--
		}
	}
	if c.Trainable == 0 {
		c.warn(fmt.Sprintf("nothing can be learned: none of the %d weights is trained", c.Values),
			"the _train flags of model and constraints.fixed_weights hold them; leave out those of weights that are to be trained")
	}
	still := c.stuck(net)
	first, err := NewTraining(e, set, threads)
	if err != nil {
		return err
	}
	flat, err := first.Rehearse()
	first.Close()
	if c.Diverged = fault.WithStatus(fault.Diverged, err); c.Diverged != nil {
		return nil
	}
	if err != nil {
		return err
	}
	c.flat(net, flat, still)
	if c.Trainable == 0 {
		c.Gradient.OK = true
		return nil
	}
	config := grad.Config{Loss: e.Loss, Regularizers: e.Regularizers}
	c.Gradient, err = grad.CheckGradient(net, config, sim.TrialSource[float64](source), double, e.Noise().Text("check"), checkDirections)
	return err
}

// flat warns of tensors whose gradient is exactly 0, beside those that are
// known to be still; where all are, that is more than a warning.
func (c *Check) flat(net *model.Network, flat, still []string) {
	free := net.Free()
	var learning, news []string
	for _, t := range net.Layout {
		name := t.ConfigName()
		switch {
		case net.Unused(t), free != nil && !slices.Contains(model.View(t, free), true), slices.Contains(still, name):
		case slices.Contains(flat, name):
			news = append(news, name)
		default:
			learning = append(learning, name)
		}
	}
	c.Flat = len(learning) == 0 && c.Trainable > 0
	if c.Flat || len(news) == 0 {
		return
	}
	c.warn(fmt.Sprintf("the gradient of %s is exactly 0 in all of the first batch: only %s can be learned", and(news), and(learning)),
		"units of a relu that are driven below 0 at every step pass no gradient on, and neither do inputs, masks and W_out that are 0")
}

// and lists names in a sentence.
func and(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// stuck warns of matrices that cannot change in training, though they are meant
// to, and of weights that Dale's law keeps at 0. It names those that are still
// altogether.
func (c *Check) stuck(net *model.Network) (still []string) {
	const hint = "let them start elsewhere; if they are meant to stay, say so with the _train flags of model or with constraints.fixed_weights"
	for _, s := range net.Stuck() {
		switch open := s.Free - s.Masked; {
		case open == 0:
			c.warn(fmt.Sprintf("%s cannot change in training: masks and signs leave none of its %d weights", s.Name, s.Free), hint)
			still = append(still, s.Name)
		case s.Zero == open:
			c.warn(fmt.Sprintf("%s cannot change in training: it starts at 0, and under Dale's law a weight at 0 has no gradient", s.Name), hint)
			still = append(still, s.Name)
		case s.Zero > 0:
			c.warn(fmt.Sprintf("%d of %d weights of %s start at 0 and stay there: under Dale's law a weight at 0 has no gradient", s.Zero, open, s.Name), hint)
		}
	}
	return still
}

// checkTrials draws a batch of every stage, and adds what is to be warned of.
func checkTrials[F kernel.Float](e *experiment.Experiment, c *Check, set *kernel.Set[F]) error {
	for stage := range e.Stages() {
		where := "task"
		if e.Curriculum != nil {
			where = fmt.Sprintf("curriculum.stages[%d].task", stage)
		}
		source, err := experiment.TrainingTask(e, stage, set)
		if err != nil {
			return err
		}
		if err := drawBatch(e.Stage(stage).Config.N_batch, source, task.Train); err != nil {
			return err
		}
		warnings, err := draw.Suspect(e.Stage(stage), source, c.sample(e, e.Stage(stage), mostTrials))
		if err != nil {
			return err
		}
		for _, w := range warnings {
			c.warn(where+": "+w, "psychrnn task preview shows trials")
		}
	}
	source, err := experiment.TestTask(e, set)
	if err != nil {
		return err
	}
	return drawBatch(c.sample(e, e.TestPlan.Task, min(e.Test.Trials, mostTrials)), source, task.Test)
}

// sample is the number of trials to draw where so many are wanted.
func (c *Check) sample(e *experiment.Experiment, t *plan.Plan, wanted int) int {
	drawn := t.Sample(wanted, mostDrawn/(e.Stages()+1))
	if drawn < wanted && (c.Drawn == 0 || drawn < c.Drawn) {
		c.Drawn = drawn
	}
	return drawn
}

// unused warns of what a definition of the experiment's own gives a name to,
// and no stage and no test uses. Trial variables are for tables, too.
func (c *Check) unused(e *experiment.Experiment) {
	tasks := []*plan.Plan{e.TestPlan.Task}
	for stage := range e.Stages() {
		tasks = append(tasks, e.Stage(stage))
	}
	var names []string
	for k, p := range tasks {
		t := *p.Config
		if t.Name != "" || t.Kind != "" {
			return
		}
		now := t.Drop(append(effect.ConditionVariables(e), effect.TrialVariables(t)...))
		if k == 0 {
			names = now
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(now, name) })
	}
	for _, name := range names {
		c.warn("task: nothing uses "+name, "leave it out, or name it in a rule")
	}
}

// drawBatch draws a batch for a purpose, for the errors it may meet.
func drawBatch[F kernel.Float](trials int, source task.Task[F], purpose string) error {
	workers := sim.NewWorkers(1)
	defer workers.Close()
	return sim.NewBatch(trials, 1, sim.TrialSource[F](source)).Draw(workers, purpose, 0)
}
