package plan

// How a plan is built. A builder knows what stands where in the file, so that every
// mistake gets its place, and goes on after a mistake: names with one are broken,
// and nothing that uses them is judged.

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// A builder puts names into the order in which they need each other, and compiles
// what is said of them.
type builder struct {
	plan    *Plan
	config  task.Config // with something in the place of timing that could not be read
	section *strict.Node

	constants map[string]float64
	itemOf    map[string]*Item
	order     []*Item                // of the file
	periods   map[string]expr.Period // by the names of their times
	sequence  []*Item                // durations of the periods that follow one another
	slots     map[string]int         // by the name that all expressions know
	named     [2]namedSlots          // what all expressions may name, for a block of trials last

	blamed map[string]bool // paths of values that were said to be wrong
	broken map[string]bool // names with a mistake: what uses them is not judged

	path     []string // names that need each other, up to the one at work
	measured bool     // the periods have been put together
	computed int      // operations that parameters took so far
}

func newBuilder(c *task.Config) *builder {
	b := &builder{
		plan: &Plan{Config: c, EndSlot: -1}, config: *c, section: c.Section,
		itemOf: map[string]*Item{}, periods: map[string]expr.Period{}, slots: map[string]int{},
		blamed: map[string]bool{}, broken: map[string]bool{},
	}
	b.setTiming()
	b.plan.Dt = b.config.Dt
	b.plan.In = b.newSide("inputs", "N_in", c.Inputs, c.N_in, c.File.Inputs)
	b.plan.Out = b.newSide("outputs", "N_out", c.Outputs, c.N_out, c.File.Outputs)
	b.constants = map[string]float64{
		"pi": math.Pi, "dt": b.config.Dt, "tau": b.config.Tau, "N_in": float64(b.plan.In.N), "N_out": float64(b.plan.Out.N),
		"T": 1, "N_steps": 1, // until they are known
	}
	return b
}

// build compiles the definition into the plan, as far as there is no mistake.
func (b *builder) build() {
	for _, name := range []string{"t", "step"} {
		b.addSlot(name, ValueSlot{Shape: expr.Shape{Axes: expr.Steps}, Scope: Timewise, Size: 1, Low: 0, High: math.Inf(1)})
	}
	b.plan.TrialSlot = b.addSlot("trial", ValueSlot{Scope: PerTrial, Size: 1, Low: 0, High: float64(b.config.N_batch - 1)})
	b.plan.BatchSlot = b.addSlot("batch", ValueSlot{Scope: PerTrial, Size: 1, Low: 1, High: math.Inf(1)})
	b.compileVariables()
	b.checkFile()
	if b.plan.Steps == 0 {
		return
	}
	p, c := b.plan, &b.config
	b.compileNoise(c.Noise)
	p.X = b.compileRules(c.X, &p.In, 0)
	p.Y = b.compileRules(c.Y, &p.Out, 0)
	p.Mask = b.compileRules(c.Mask, &p.Out, 1)
	b.compileCriterion(c.Accuracy, c.Kind != "")
	b.checkMemory()
}

// checkMemory refuses what no worker has the memory for.
func (b *builder) checkMemory() {
	values := 0
	for k := range b.plan.Slots {
		if s := &b.plan.Slots[k]; s.Scope == PerTrial {
			values += BlockSize * s.Whole(b.plan.Steps)
		}
	}
	for _, c := range b.plan.Exprs {
		trials := 1
		if c.Block {
			trials = BlockSize
		}
		more := c.Program.Values(trials, b.plan.Steps)
		if values += more; more < 0 || values > mostWork {
			c.source.fail(0, fmt.Sprintf("up to here, drawing a trial takes more than %d GB", mostWork*8>>30), "take shorter trials, longer steps or fewer values")
			return
		}
	}
	b.plan.work = values
}

func (b *builder) addSlot(name string, s ValueSlot) int {
	s.Name = name
	b.plan.Slots = append(b.plan.Slots, s)
	if name != "" {
		b.slots[name] = len(b.plan.Slots) - 1
	}
	return len(b.plan.Slots) - 1
}

// check reads an expression in one of the two ways.
func (b *builder) check(s *exprSource, c context, batch bool) *expr.Tree {
	if s == nil {
		return nil
	}
	syntax, err := expr.Parse(s.text)
	if err == nil && b.usesBroken(syntax) {
		return nil
	}
	var tree *expr.Tree
	if err == nil {
		env, done := b.environment(c, batch)
		env.Brief = s.n.Brief()
		tree, err = env.Check(syntax)
		done()
	}
	if err != nil {
		s.report(err)
		return nil
	}
	if calls := tree.Calls(); len(calls) > 0 && !c.draws {
		s.fail(calls[0].At, calls[0].Name+" draws a number, which "+c.what+" cannot", "draw it in trial, or in signals afresh at every step")
		return nil
	}
	return tree
}

func (b *builder) usesBroken(s *expr.Syntax) bool {
	return slices.ContainsFunc(s.Names(), func(n expr.Name) bool { return b.broken[n.Text] }) ||
		slices.ContainsFunc(s.Periods(), func(n expr.Name) bool {
			at, ok := b.periods[n.Text]
			return ok && (b.broken[at.Start] || b.broken[at.End])
		})
}

// compile makes a checked expression ready.
func (b *builder) compile(tree *expr.Tree, s *exprSource, c context, batch bool) *CompiledExpr {
	if tree == nil {
		return nil
	}
	made := &CompiledExpr{ID: len(b.plan.Exprs), Tree: tree, Program: tree.Compile(), Block: batch, source: s, Where: place(s.n)}
	made.Shape = made.Program.Shape()
	made.Shape.Axes &^= expr.Trials
	made.Whole, made.ToEnd = tree.Reduces(), b.toEnd(tree, c)
	for _, name := range made.Program.Variables() {
		id := b.slotOf(name, c)
		made.Slots = append(made.Slots, id)
		at := &b.plan.Slots[id]
		made.Whole = made.Whole || at.Shape.Axes&(expr.Steps|expr.Units) == expr.Steps|expr.Units
	}
	b.plan.Exprs = append(b.plan.Exprs, made)
	return made
}

// slotOf is the slot of a variable that an expression names.
func (b *builder) slotOf(name string, c context) int {
	if id, own := c.slots[name]; own {
		return id
	}
	return b.slots[name]
}

// reportValue reports a value that an expression cannot have. Where a file gives a
// variable to a definition of another file, the mistake is at the variable.
func (b *builder) reportValue(s *exprSource, text, hint string) {
	if n := b.givenBy(s.n.Pos().File, s.text, map[string]bool{}); n != nil {
		if b.blamed[n.Path()] {
			return
		}
		b.blamed[n.Path()] = true
		n.Fail(fmt.Sprintf("%s (in %s)", text, s.n.Path()), hint)
		return
	}
	s.fail(0, text, hint)
}

// givenBy is what another file gives to the expression, of which the names that
// were seen need no second look.
func (b *builder) givenBy(file, text string, seen map[string]bool) *strict.Node {
	syntax, err := expr.Parse(text)
	if err != nil {
		return nil
	}
	for _, name := range syntax.Names() {
		i := b.itemOf[name.Text]
		if i == nil || i.node == nil || seen[name.Text] {
			continue
		}
		seen[name.Text] = true
		if i.node.Pos().File != file {
			return i.node
		}
		if found := b.givenBy(file, i.node.Text(), seen); found != nil {
			return found
		}
	}
	return nil
}

// place is where something stands, for messages after reading.
func place(n *strict.Node) string { return fmt.Sprintf("%s: %s", n.Pos(), n.Path()) }

// signalled says whether an expression needs the values of a signal, which
// exist for one trial at a time.
func (b *builder) signalled(tree *expr.Tree, c context) bool {
	return slices.ContainsFunc(tree.Variables(), func(name string) bool {
		s := b.plan.Slots[b.slotOf(name, c)]
		return s.Scope == Judged || s.Scope == PerTrial && s.Shape.Axes&expr.Steps != 0
	})
}

// toEnd says whether an expression makes one value of the steps of a trial, of
// which each trial has as many as its periods take.
func (b *builder) toEnd(tree *expr.Tree, c context) bool {
	return len(b.sequence) > 0 && !c.allSteps && len(tree.Reductions()) > 0
}

// PerTrial compiles an expression that has one value a trial, nil if it is wrong.
func (b *builder) perTrial(s *exprSource, c context) *CompiledExpr {
	made := b.anyTime(s, c)
	if made != nil && made.Shape.Axes&expr.Steps != 0 {
		s.fail(0, c.what+" cannot depend on the time", "t, step and signals change from step to step; sum, mean, last and others make one value of them")
		return nil
	}
	return made
}

// anyTime compiles an expression that may have a value for every step. What
// has only one is evaluated for several trials together.
func (b *builder) anyTime(s *exprSource, c context) *CompiledExpr {
	tree := b.check(s, c, false)
	if tree != nil && tree.Shape().Axes&expr.Steps == 0 && !b.signalled(tree, c) && !b.toEnd(tree, c) {
		if together := b.check(s, c, true); together != nil {
			return b.compile(together, s, c, true)
		}
	}
	return b.compile(tree, s, c, false)
}

// bounds is an interval that holds every value of the expression.
func (b *builder) bounds(c *CompiledExpr) expr.Interval {
	return c.Tree.Bounds(func(name string) expr.Interval {
		if id, ok := b.slots[name]; ok {
			return expr.Interval{Low: b.plan.Slots[id].Low, High: b.plan.Slots[id].High}
		}
		return expr.Everything
	}, func(name string, a []expr.Interval) expr.Interval { return task.Distributions[name].Bounds(a) })
}
