package plan

// What expressions may Name: functions, variables, constants, and which names are
// taken.

import (
	"fmt"
	"maps"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/task"
)

// everyAxis is what reductions reduce: all but the trials.
const everyAxis = expr.Rows | expr.Cols | expr.Units | expr.Steps | expr.Channels

// functions are those of every expression of a task but the draws.
var functions = func() map[string]*expr.Function {
	all := expr.Standard()
	maps.Copy(all, expr.Reductions(everyAxis))
	all["ring"] = expr.Macro("ring(angle, width)", "a bump on the ring of a group, 1 where the channel's angle 2 pi index/size is the angle",
		"exp(-wrap(2*pi*index/size - angle)^2 / (2*width^2))")
	return all
}()

// ownNames are the language's own. None of them can be anything else.
var ownNames = []string{
	"t", "step", "T", "dt", "tau", "N_steps", "N_in", "N_out", "channel", "index", "size",
	"batch", "trial", "pi", "output", "y", "mask", "x",
}

// records are what stands beside the variables in the tables and files of a
// test, as far as it is no key of the definition.
var records = []string{"states", "correct"}

// taken says why a trial variable or parameter cannot have a name, or "".
func taken(name string) string {
	switch {
	case len(name) > expr.LongestName:
		return fmt.Sprintf("a name has at most %d letters", expr.LongestName)
	case !expr.ValidName(name):
		return "this cannot be a name"
	case slices.Contains(ownNames, name):
		return name + " is a name of the language"
	case slices.Contains(task.SectionKeys(), name):
		return name + " is a key of the definition"
	case slices.Contains(records, name):
		return name + " is what a test records beside the variables"
	}
	return ""
}

// context is what an expression may do beside naming variables.
type context struct {
	what  string // for messages
	draws bool
	each  int            // draws are vectors of so many; 0: single numbers
	steps bool           // draws are made at every step
	slots map[string]int // of names that only it has
	// allSteps says that reductions go over all steps that there are, since the
	// end of the trial is not known yet, or the steps are its own already.
	allSteps bool
}

// namedSlots are the variables that all expressions of a kind may name, as far as
// slots were looked at.
type namedSlots struct {
	variables map[string]expr.Variable
	slots     int
}

// environment is all that an expression may name, until done is called, which
// takes away again what only this one may. In a batch, what differs from trial
// to trial has an axis for that.
func (b *builder) environment(c context, batch bool) (env *expr.Environment, done func()) {
	at := 0
	if batch {
		at = 1
	}
	all := &b.named[at]
	if all.variables == nil {
		all.variables = map[string]expr.Variable{}
	}
	variable := func(id int) expr.Variable {
		s := &b.plan.Slots[id]
		v := expr.Variable{Shape: s.Shape}
		if s.side != nil {
			v.Names = s.side.spans
		}
		if batch && s.Scope == PerTrial {
			v.Axes |= expr.Trials
		}
		return v
	}
	for ; all.slots < len(b.plan.Slots); all.slots++ {
		if name := b.plan.Slots[all.slots].Name; name != "" {
			all.variables[name] = variable(all.slots)
		}
	}
	for name, id := range c.slots { // names of the language, which no other slot has
		all.variables[name] = variable(id)
	}
	adds := expr.Shape{}
	if c.each > 0 {
		adds = expr.Vector(c.each)
	}
	if c.steps {
		adds.Axes |= expr.Steps
	}
	if batch {
		adds.Axes |= expr.Trials
	}
	env = &expr.Environment{
		Variables: all.variables, Constants: b.constants, Functions: maps.Clone(functions),
		Periods: b.periods, Time: "t",
	}
	for name, d := range task.Distributions {
		if name != task.Weighted || c.draws {
			env.Functions[name] = expr.ExternalFunction(d.Usage, d.Doc, d.Least, d.Most, adds)
		}
	}
	return env, func() {
		for name := range c.slots {
			delete(all.variables, name)
		}
	}
}

// constant says whether a name is a number that is known, or will be.
func (b *builder) constant(name string) bool {
	_, ok := b.constants[name]
	return ok || b.broken[name] || name == "T" || name == "N_steps"
}

func (b *builder) variableNames() []string {
	return append(slices.Sorted(maps.Keys(b.slots)), slices.Sorted(maps.Keys(b.constants))...)
}
