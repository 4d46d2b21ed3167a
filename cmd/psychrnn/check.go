package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/memory"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/train"
)

func newCheck(s streams) *cobra.Command {
	var o experimentFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Look at an experiment before training it",
		Long: `Read an experiment, draw a batch, make the first update, and compare the gradient
with differences of the loss along random directions. The verdict comes first,
then the experiment with all defaults; all of it is an experiment file again. 1000
trials of each stage and of the test are looked at; fewer, which is said, where they
have very many values. Exit
status 1 if the gradient is wrong, 2 if the file is, 4 if the first update leads
to NaN or infinity.`,
		Example: "  psychrnn check -c my.yaml\n  psychrnn check -c my.yaml --set model.kind=lstm",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.read(c, s); err != nil {
				return err
			}
			return runCheck(c, o)
		},
	}
	o.register(c, "seed", "of all random numbers")
	return c
}

func runCheck(c *cobra.Command, o experimentFlags) error {
	if err := o.given(c); err != nil {
		return err
	}
	e, err := o.load(c, experiment.Load, effect.OfTraining)
	if err != nil {
		return err
	}
	memory, err := session.TrainingMemory(e, o.threads)
	if err := afford(memory, err); err != nil {
		return err
	}
	if err := afford(session.CheckMemory(e)); err != nil {
		return err
	}
	double, err := kernels[float64]()
	if err != nil {
		return err
	}
	defer o.run(e, nil).Close()
	var found session.Check
	err = inPrecision(e.Precision,
		func(set *kernel.Set[float32]) (err error) {
			found, err = session.NewCheck(e, set, double, o.threads)
			return err
		},
		func(set *kernel.Set[float64]) (err error) {
			found, err = session.NewCheck(e, set, double, o.threads)
			return err
		})
	if err != nil {
		return err
	}
	for _, w := range found.Warnings[:min(len(found.Warnings), fault.MostShown)] {
		o.warn(w.Text, w.Hint)
	}
	if n := len(found.Warnings) - fault.MostShown; n > 0 {
		o.warn(fault.More(n), "")
	}
	g := found.Gradient
	if err := o.result(checkResult{"check", found.X, found.Y, found.Mask, found.Values, found.Trainable, g.Directions, run.Number(g.Worst), g.OK, found.Drawn,
		o.threads, o.threadsBy, run.Number(memory.Total()), memory, incomparable(g), found.Diverged}); err != nil {
		return err
	}
	if err := o.result(resolved{"experiment", string(e.Printed("."))}); err != nil {
		return err
	}
	switch {
	case found.Diverged != nil:
		return divergence(found.Diverged, e.Precision)
	case g.OK:
		return nil
	}
	return gradientFailure(found)
}

// divergence says that training would end at its first update.
func divergence(d *train.DivergenceError, precision string) error {
	hint := "numbers are too large for float64: make what leads to them smaller"
	if precision != "float64" {
		hint = "numbers beyond 3.4e38, or whose squares are, have no place in float32: make what leads to them smaller, or compute in precision: float64"
	}
	return fault.New(fault.Diverged, hint, "training would end at once: %v in %s", d, precision)
}

func gradientFailure(found session.Check) error {
	switch {
	case found.Flat:
		return fault.New(fault.Failed, "look at the task with psychrnn task preview: a mask that is 0 everywhere leaves nothing to learn",
			"the gradient is 0, or too small to compare: the loss depends on no weight that is trained")
	case incomparable(found.Gradient):
		return fault.New(fault.Failed, "targets or weights far beyond the outputs make a loss like that: scale them to the order of 1",
			"the gradient is too small beside the loss to be compared: differences of the loss are lost in its rounding")
	}
	return fault.New(fault.Failed, "a loss or transfer function with jumps, or weights that drive states to huge values, cannot be trained by gradients",
		"the gradient does not hold: %d directions could be compared, the largest difference is %.1e of its size", found.Gradient.Directions, found.Gradient.Worst)
}

// incomparable says that there was no gradient to compare in any direction.
func incomparable(g grad.Report) bool { return g.Directions == 0 && g.Kinks == 0 }

// resolved is an experiment with all defaults.
type resolved struct {
	Event string `json:"event"`
	Text  string `json:"text"`
}

func (r resolved) String() string { return r.Text }

// checkResult is what check found beside the experiment.
type checkResult struct {
	Event      string     `json:"event"`
	X          []int      `json:"x"`
	Y          []int      `json:"y"`
	Mask       []int      `json:"mask"`
	Values     int        `json:"values"`
	Trainable  int        `json:"trainable"`
	Directions int        `json:"gradient_directions"`
	Worst      run.Number `json:"gradient_difference"`
	OK         bool       `json:"ok"`
	Drawn      int        `json:"trials_drawn,omitempty"`
	Threads    int        `json:"threads"`
	ThreadsBy  string     `json:"threads_by"`
	Memory     run.Number `json:"memory_bytes"`

	memory   memory.Estimate
	flat     bool
	diverged *train.DivergenceError
}

// String gives comments, so that what is printed stays an experiment file.
func (r checkResult) String() string {
	var b strings.Builder
	if r.OK {
		b.WriteString("# ok: this can be trained\n")
	} else {
		b.WriteString("# not ok\n")
	}
	fmt.Fprintf(&b, "# a batch (trials, steps, channels): x %s, y %s, mask %s\n", shape(r.X), shape(r.Y), shape(r.Mask))
	fmt.Fprintf(&b, "# trainable values: %d of %d\n", r.Trainable, r.Values)
	switch {
	case r.diverged != nil:
		fmt.Fprintf(&b, "# %v\n", r.diverged)
	case r.Trainable == 0:
	case r.flat:
		b.WriteString("# gradient: 0, or too small to compare\n")
	default:
		fmt.Fprintf(&b, "# gradient: %d directions compared, largest difference %.1e of its size\n", r.Directions, float64(r.Worst))
	}
	if r.Drawn > 0 {
		fmt.Fprintf(&b, "# looked at %d trials, because each has so many values\n", r.Drawn)
	}
	fmt.Fprintf(&b, "# memory that training takes: about %s\n", r.memory)
	fmt.Fprintf(&b, "# threads: %d (%s)\n", r.Threads, r.ThreadsBy)
	return b.String()
}

// shape writes a shape as Python does.
func shape(s []int) string {
	return "(" + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(s)), ", "), "[]") + ")"
}
