package report

// What is found of an experiment before it is trained. Its words are comments, so that what
// is printed with the experiment stays an experiment file.

import (
	"fmt"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/memory"
	"psychrnn/internal/session"
	"psychrnn/internal/visible"
)

// Resolved is an experiment with all defaults.
type Resolved struct {
	Event string `json:"event"`
	Text  string `json:"text"`
}

func (r Resolved) String() string { return r.Text }

// CheckResult is what check found beside the experiment.
type CheckResult struct {
	Event      string         `json:"event"`
	X          []int          `json:"x"`
	Y          []int          `json:"y"`
	Mask       []int          `json:"mask"`
	Values     int            `json:"values"`
	Trainable  int            `json:"trainable"`
	Directions int            `json:"gradient_directions"`
	Worst      visible.Number `json:"gradient_difference"`
	OK         bool           `json:"ok"`
	Drawn      int            `json:"trials_drawn,omitempty"`
	Threads    int            `json:"threads"`
	ThreadsBy  string         `json:"threads_by"`
	Memory     visible.Number `json:"memory_bytes"`

	memory   memory.Estimate
	flat     bool
	diverged *fault.Error
}

// NewCheckResult is what was found, and what training takes.
func NewCheckResult(c session.Check, threads int, by string, takes memory.Estimate) CheckResult {
	g := c.Gradient
	return CheckResult{"check", c.X, c.Y, c.Mask, c.Values, c.Trainable, g.Directions, visible.Number(g.Worst), g.OK, c.Drawn,
		threads, by, visible.Number(takes.Total()), takes, incomparable(g), c.Diverged}
}

// String gives comments, so that what is printed stays an experiment file.
func (r CheckResult) String() string {
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

// Untrainable says why an experiment cannot be trained, if it cannot.
func Untrainable(found session.Check, precision string) error {
	switch {
	case found.Diverged != nil:
		hint := "numbers are too large for float64: make what leads to them smaller"
		if precision != "float64" {
			hint = "numbers beyond 3.4e38, or whose squares are, have no place in float32: make what leads to them smaller, or compute in precision: float64"
		}
		return fault.New(fault.Diverged, hint, "training would end at once: %v in %s", found.Diverged, precision)
	case found.Gradient.OK:
		return nil
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
