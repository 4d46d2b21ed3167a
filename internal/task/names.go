package task

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
)

var configType = reflect.TypeFor[config]()

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

// FunctionNames are all that may stand before a bracket, with usage and meaning.
func FunctionNames() map[string][2]string {
	all := map[string][2]string{}
	for name, f := range functions {
		all[name] = [2]string{f.Usage, f.Doc}
	}
	for name, d := range distributions {
		if name != weighted {
			all[name] = [2]string{d.usage, d.doc}
		}
	}
	return all
}

// taken says why a trial variable or parameter cannot have a name, or "".
func taken(name string) string {
	switch {
	case len(name) > expr.LongestName:
		return fmt.Sprintf("a name has at most %d letters", expr.LongestName)
	case !expr.ValidName(name):
		return "this cannot be a name"
	case slices.Contains(ownNames, name):
		return name + " is a name of the language"
	case slices.Contains(configKeys(), name):
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
	sides    bool // the slots include output, y, mask, x with their channels
}

// Uses are the names of the language and of variables that expressions of the
// definition have in them.
func (d *Definition) Uses() map[string]bool {
	nodes := d.roots()
	for _, m := range d.named() {
		for _, e := range *m {
			nodes = append(nodes, e.Value)
		}
	}
	names := map[string]bool{}
	for _, n := range nodes {
		addUses(names, n)
	}
	return names
}

// named are the sections that give names to values.
func (d *Definition) named() []*strict.Map[*strict.Node] {
	return []*strict.Map[*strict.Node]{&d.Parameters, &d.Trial, &d.Signals}
}

// roots are the expressions that trials and their judgement come from.
func (d *Definition) roots() []*strict.Node {
	nodes := []*strict.Node{d.Noise, d.Accuracy}
	for _, e := range d.Periods {
		nodes = append(nodes, e.Value)
	}
	for _, rules := range [][]Rule{d.X, d.Y, d.Mask} {
		for _, r := range rules {
			nodes = append(nodes, r.When, r.Channel, r.Set, r.Add, r.Multiply)
		}
	}
	return nodes
}

// Drop takes away what a definition gives a name to but neither uses, straight
// or by way of other names, nor has among the wanted ones. It gives their names.
func (d *Definition) Drop(wanted []string) (unused []string) {
	live, kept := map[string]bool{}, map[*strict.Node]bool{}
	for _, name := range wanted {
		live[name] = true
	}
	for _, n := range d.roots() {
		addUses(live, n)
	}
	for before := -1; before < len(kept); {
		before = len(kept)
		for _, m := range d.named() {
			for _, e := range *m {
				if live[e.Key] && !kept[e.Value] {
					kept[e.Value] = true
					addUses(live, e.Value)
				}
			}
		}
	}
	for _, m := range d.named() {
		*m = slices.DeleteFunc(slices.Clone(*m), func(e strict.Entry[*strict.Node]) bool {
			if kept[e.Value] {
				return false
			}
			unused = append(unused, e.Key)
			return true
		})
	}
	return unused
}

// addUses adds the names in all expressions below a node. A text that is none,
// as a duration with its unit, names nothing.
func addUses(names map[string]bool, n *strict.Node) {
	switch {
	case n == nil:
	case n.Kind() == strict.Mapping:
		for _, e := range n.Entries() {
			addUses(names, e)
		}
	case n.Kind() == strict.List:
		for _, item := range n.Items() {
			addUses(names, item)
		}
	default:
		if syntax, err := expr.Parse(n.Text()); err == nil {
			for _, name := range syntax.Names() {
				names[name.Text] = true
			}
		}
	}
}

// known are the variables that all expressions of a kind may name, as far as
// slots were looked at.
type known struct {
	variables map[string]expr.Variable
	slots     int
}

// environment is all that an expression may name, until done is called, which
// takes away again what only this one may. In a batch, what differs from trial
// to trial has an axis for that.
func (p *plan) environment(c context, batch bool) (env *expr.Environment, done func()) {
	at := 0
	if batch {
		at = 1
	}
	all := &p.known[at]
	if all.variables == nil {
		all.variables = map[string]expr.Variable{}
	}
	variable := func(id int) expr.Variable {
		s := &p.slot[id]
		v := expr.Variable{Shape: s.shape}
		if batch && s.scope == perTrial {
			v.Axes |= expr.Trials
		}
		return v
	}
	for ; all.slots < len(p.slot); all.slots++ {
		if name := p.slot[all.slots].name; name != "" {
			all.variables[name] = variable(all.slots)
		}
	}
	for name, id := range c.slots { // names of the language, which no other slot has
		v := variable(id)
		if c.sides {
			switch name {
			case "output", "y", "mask":
				v.Names = p.out.spans()
			case "x":
				v.Names = p.in.spans()
			}
		}
		all.variables[name] = v
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
		Variables: all.variables, Constants: p.constants, Functions: maps.Clone(functions),
		Periods: p.periods, Time: "t",
	}
	for name, d := range distributions {
		if name != weighted || c.draws {
			env.Functions[name] = expr.External(d.usage, d.doc, d.least, d.most, adds)
		}
	}
	return env, func() {
		for name := range c.slots {
			delete(all.variables, name)
		}
	}
}

// newConstants are the numbers that every expression knows.
func newConstants(c *Config) map[string]float64 {
	return map[string]float64{"pi": math.Pi, "dt": c.Dt, "tau": c.Tau}
}

// constant says whether a name is a number that is known, or will be.
func (p *plan) constant(name string) bool {
	_, ok := p.constants[name]
	return ok || p.broken[name] || name == "T" || name == "N_steps"
}

func (p *plan) variableNames() []string {
	return append(slices.Sorted(maps.Keys(p.slots)), slices.Sorted(maps.Keys(p.constants))...)
}
