// Package plan makes a plan of a definition: names in the order in which they need
// each other, compiled expressions, the channels and times that rules are for, what
// makes an answer right, and the length of a trial. All mistakes of the definition
// are reported where they stand. Package draw follows the plan.
package plan

import (
	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"slices"
)

// A Plan is a definition made ready for drawing trials. It doesn't change and may
// be shared; what changes is in the memory of workers.
type Plan struct {
	Config  *task.Config // of which the plan is made
	Dt      float64      // ms
	Steps   int          // of every trial
	In, Out Side

	Slots     []ValueSlot     // values by the numbers of their slots
	TrialSlot int             // slot of the trial's place in its batch
	BatchSlot int             // slot of the batch's number
	Items     []*Item         // in the order of evaluation
	Exprs     []*CompiledExpr // by their numbers
	Recorded  []Recorded
	Names     []string      // of what is recorded
	Periods   []PeriodSlots // in the order of the definition
	EndSlot   int           // slot of the time when a trial ends; -1: all of T

	Noise     []InputNoise
	X, Y      RuleSet
	Mask      RuleSet
	Criterion Criterion

	work  int              // float64 values that a worker needs to draw trials
	times func() []float64 // of every step, then its number; made when the first trial is drawn
}

// BlockSize is the number of trials whose variables are evaluated together.
const BlockSize = 16

// Scope says what a slot's values belong to.
type Scope uint8

// The scopes of values.
const (
	PerTrial Scope = iota // rows one after another
	Fixed                 // the same for all
	Timewise              // a value for every step, the same for all
	Judged                // of the trial that is judged
)

// A ValueSlot is a place for the values of a name.
type ValueSlot struct {
	Name      string     // "" if only some expressions know it
	Shape     expr.Shape // of one trial's values
	Scope     Scope
	Size      int       // values of one trial, a step
	Fixed     []float64 // of scope Fixed
	Low, High float64   // bounds of the values

	side *Side // whose channels the values are for, where an accuracy may name them
}

// Whole is the number of values of one trial, over so many steps.
func (s *ValueSlot) Whole(steps int) int {
	if s.Shape.Axes&expr.Steps != 0 {
		return s.Size * steps
	}
	return s.Size
}

// A Recorded value comes out with a trial: from At on, there are those of a slot.
type Recorded struct{ Slot, At int }

// A PeriodSlots has the slots of the times at which it starts and ends.
type PeriodSlots struct {
	Name       string
	Start, End int
	Loose      bool // it is not one of the sequence that makes the trial
}

// A CompiledExpr is an expression that knows where its variables are.
type CompiledExpr struct {
	ID      int
	Tree    *expr.Tree
	Program *expr.Program
	Shape   expr.Shape // of one trial
	Block   bool       // it is evaluated for several trials together
	Whole   bool       // a value depends on all steps
	ToEnd   bool       // it reduces over the steps of the trial, as many as it has
	Slots   []int      // of the program's variables
	Stream  string     // addresses its draws
	Where   string     // it stands, for messages

	source *exprSource
}

// Trialwise says whether each trial has a value of its own.
func (c *CompiledExpr) Trialwise() bool { return c.Program.Shape().Axes&expr.Trials != 0 }

// New checks and compiles the definition of a section that was read. It gives nil
// if there is a mistake in the section, which is reported where it stands.
func New(c *task.Config) *Plan {
	if c.Section == nil {
		return nil
	}
	before := c.Section.Mistakes()
	b := newBuilder(c)
	b.build()
	if c.Section.Mistakes() != before || !c.Sound {
		return nil
	}
	return b.plan
}

// FromText reads and compiles a section that stands alone.
func FromText(text string) (p *Plan, err error) {
	n, err := strict.Parse("task", []byte(text))
	if err != nil {
		return nil, err
	}
	c := &task.Config{}
	err = strict.Loader{}.Decode(n, c, func(*strict.Node) { p = New(c) })
	return p, err
}

// Times are those of every step, in ms.
func (p *Plan) Times() []float64 { return p.times()[:p.Steps] }

// StepNumbers are the numbers of the steps.
func (p *Plan) StepNumbers() []float64 { return p.times()[p.Steps:] }

// Channels are the numbers of inputs and outputs.
func (p *Plan) Channels() (in, out int) { return p.In.N, p.Out.N }

// Work is the number of float64 values that one worker needs to draw trials.
func (p *Plan) Work() int { return p.work + 2*p.Steps }

// Judged says whether answers are right or wrong, and not only near or far.
func (p *Plan) Judged() bool { return p.Criterion.Verdict != Unjudged }

// PeriodNames lists the periods of the task.
func (p *Plan) PeriodNames() (names []string) {
	for _, k := range p.Periods {
		names = append(names, k.Name)
	}
	return names
}

// Period finds a period by its name, which the task has.
func (p *Plan) Period(name string) PeriodSlots {
	return p.Periods[slices.IndexFunc(p.Periods, func(k PeriodSlots) bool { return k.Name == name })]
}

// SlotOf finds a slot by its name, which the task has.
func (p *Plan) SlotOf(name string) int {
	return slices.IndexFunc(p.Slots, func(s ValueSlot) bool { return s.Name == name })
}

// Sample is how many of the trials that are wanted, one at least, come to no more
// than so many values: a trial may have millions, and be told in few words.
func (p *Plan) Sample(wanted, values int) int {
	each := p.Work()/BlockSize + p.Steps*(p.In.N+2*p.Out.N)
	return min(wanted, max(values/max(each, 1), 1))
}
