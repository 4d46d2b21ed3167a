package task

import (
	"fmt"
	"math"

	"psychrnn/internal/expr"
	"psychrnn/internal/strict"
)

// A plan is a definition made ready for drawing trials. It doesn't change and
// may be shared; what changes is in workspaces.
type plan struct {
	dt      float64
	batch   int // trials per update
	steps   int
	work    int              // float64 values that a worker needs to draw trials
	times   func() []float64 // of every step, then its number; made when the first trial is drawn
	in, out side

	given       map[string]*strict.Node // parameters, variables and signals as written
	blamed      map[string]bool
	broken      map[string]bool // names with a mistake: what uses them is not judged
	constants   map[string]float64
	known       [2]known // what all expressions may name, in a batch last
	periods     map[string]expr.Period
	periodNames []string // the periods in the order of the definition
	slot        []slot
	slots       map[string]int // by the name that all expressions know
	items       []*item        // in the order of evaluation
	compiled    []*compiled
	recorded    []recorded
	names       []string // of what is recorded
	end         int      // slot of the time when a trial ends; -1: all of T
	ends        bool     // trials may end before T

	noise      []noise
	x, y, mask ruleset
	judge      judge
}

// A ruleset is what makes x, y or mask, (steps, n), of a base.
type ruleset struct {
	rules []*ruleplan
	n     int
	base  float64
}

// scope says what a slot's values belong to.
type scope uint8

const (
	perTrial scope = iota // rows one after another
	fixed                 // the same for all
	timewise              // a value for every step, the same for all
	current               // of the trial that is judged
)

// A slot is a place for the values of a name; shape is that of one trial.
type slot struct {
	name  string
	shape expr.Shape
	scope scope
	size  int       // values of one trial, a step
	fixed []float64 // of scope fixed
	low   float64
	high  float64 // bounds of the values
}

// whole is the number of values of one trial, over all steps.
func (s *slot) whole(steps int) int {
	if s.shape.Axes&expr.Steps != 0 {
		return s.size * steps
	}
	return s.size
}

// A recorded value comes out with a trial.
type recorded struct{ slot, at int }

// A compiled expression knows where its variables are.
type compiled struct {
	id      int
	tree    *expr.Tree
	program *expr.Program
	shape   expr.Shape // of one trial
	batch   bool       // evaluated for several trials together
	whole   bool       // a value depends on all steps
	toEnd   bool       // it reduces over the steps of the trial, as many as it has
	slots   []int      // of the program's variables
	stream  string     // addresses its draws
	source  source
	where   string // for messages
}

// trialwise says whether each trial has a value of its own.
func (c *compiled) trialwise() bool { return c.program.Shape().Axes&expr.Trials != 0 }

// newPlan checks a definition and compiles it. The node is the section's.
func newPlan(c *Config, n *strict.Node) *plan {
	p := &plan{
		dt: c.Dt, batch: c.N_batch, constants: newConstants(c),
		given: map[string]*strict.Node{}, blamed: map[string]bool{}, broken: map[string]bool{}, periods: map[string]expr.Period{}, slots: map[string]int{}, end: -1,
	}
	p.in = newSide("inputs", "N_in", c.Inputs, c.N_in, n)
	p.out = newSide("outputs", "N_out", c.Outputs, c.N_out, n)
	p.constants["N_in"], p.constants["N_out"] = float64(p.in.n), float64(p.out.n)
	if !p.checkCounts(c, n) {
		return nil
	}
	for _, name := range []string{"t", "step"} {
		p.addSlot(name, slot{shape: expr.Shape{Axes: expr.Steps}, scope: timewise, size: 1, low: 0, high: math.Inf(1)})
	}
	p.addSlot("trial", slot{scope: perTrial, size: 1, low: 0, high: float64(max(c.N_batch, 1) - 1)})
	p.addSlot("batch", slot{scope: perTrial, size: 1, low: 1, high: math.Inf(1)})
	b := &builder{plan: p, config: c, section: n, known: map[string]*item{}}
	b.build()
	if p.steps == 0 {
		return p
	}
	p.compileNoise(c.Noise)
	p.x = p.compileRules(c.X, &p.in, 0)
	p.y = p.compileRules(c.Y, &p.out, 0)
	p.mask = p.compileRules(c.Mask, &p.out, 1)
	p.compileJudge(c.Accuracy, c.Kind != "")
	p.checkMemory()
	return p
}

// checkMemory refuses what no worker has the memory for.
func (p *plan) checkMemory() {
	values := 0
	for k := range p.slot {
		if s := &p.slot[k]; s.scope == perTrial {
			values += block * s.whole(p.steps)
		}
	}
	for _, c := range p.compiled {
		trials := 1
		if c.batch {
			trials = block
		}
		more := c.program.Values(trials, p.steps)
		if values += more; more < 0 || values > mostWork {
			c.source.fail(0, fmt.Sprintf("up to here, drawing a trial takes more than %d GB", mostWork*8>>30), "take shorter trials, longer steps or fewer values")
			return
		}
	}
	p.work = values
}

// checkCounts refuses definitions that would run away.
func (p *plan) checkCounts(c *Config, n *strict.Node) bool {
	for _, l := range []struct {
		key string
		n   int
	}{
		{"trial", len(c.Trial)}, {"parameters", len(c.Parameters)}, {"signals", len(c.Signals)}, {"periods", len(c.Periods)},
		{"x", len(c.X)}, {"y", len(c.Y)}, {"mask", len(c.Mask)},
	} {
		if l.n > mostNames {
			n.Get(l.key).Fail(fmt.Sprintf("%d entries are more than the %d allowed", l.n, mostNames), "")
			return false
		}
	}
	return true
}

func (p *plan) addSlot(name string, s slot) int {
	s.name = name
	p.slot = append(p.slot, s)
	if name != "" {
		p.slots[name] = len(p.slot) - 1
	}
	return len(p.slot) - 1
}

// check reads an expression in one of the two ways.
func (p *plan) check(s source, c context, batch bool) *expr.Tree {
	syntax, err := expr.Parse(s.text)
	if err == nil && p.usesBroken(syntax) {
		return nil
	}
	var tree *expr.Tree
	if err == nil {
		env, done := p.environment(c, batch)
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

func (p *plan) usesBroken(s *expr.Syntax) bool {
	for _, n := range s.Names() {
		if p.broken[n.Text] {
			return true
		}
	}
	for _, n := range s.Periods() {
		if at, ok := p.periods[n.Text]; ok && (p.broken[at.Start] || p.broken[at.End]) {
			return true
		}
	}
	return false
}

// compile makes a checked expression ready.
func (p *plan) compile(tree *expr.Tree, s source, c context, batch bool) *compiled {
	made := &compiled{id: len(p.compiled), tree: tree, program: tree.Compile(), batch: batch, source: s, where: place(s.n)}
	made.shape = made.program.Shape()
	made.shape.Axes &^= expr.Trials
	made.whole, made.toEnd = tree.Reduces(), p.toEnd(tree, c)
	for _, name := range made.program.Variables() {
		id, own := c.slots[name]
		if !own {
			id = p.slots[name]
		}
		made.slots = append(made.slots, id)
		at := &p.slot[id]
		made.whole = made.whole || at.shape.Axes&(expr.Steps|expr.Units) == expr.Steps|expr.Units
	}
	p.compiled = append(p.compiled, made)
	return made
}

// reportValue reports a value that an expression cannot have. Where a file gives a
// variable to a definition of another file, the mistake is at the variable.
func (p *plan) reportValue(s source, text, hint string) {
	if n := p.givenBy(s.n.Pos().File, s.text, map[string]bool{}); n != nil {
		if p.blamed[n.Path()] {
			return
		}
		p.blamed[n.Path()] = true
		n.Fail(fmt.Sprintf("%s (in %s)", text, s.n.Path()), hint)
		return
	}
	s.fail(0, text, hint)
}

// givenBy is what another file gives to the expression, of which the names that
// were seen need no second look.
func (p *plan) givenBy(file, text string, seen map[string]bool) *strict.Node {
	syntax, err := expr.Parse(text)
	if err != nil {
		return nil
	}
	for _, name := range syntax.Names() {
		n := p.given[name.Text]
		if n == nil || seen[name.Text] {
			continue
		}
		seen[name.Text] = true
		if n.Pos().File != file {
			return n
		}
		if found := p.givenBy(file, n.Text(), seen); found != nil {
			return found
		}
	}
	return nil
}

// place is where something stands, for messages after reading.
func place(n *strict.Node) string { return fmt.Sprintf("%s: %s", n.Pos(), n.Path()) }

// signalled says whether an expression needs the values of a signal, which
// exist for one trial at a time.
func (p *plan) signalled(tree *expr.Tree, c context) bool {
	for _, name := range tree.Variables() {
		id, own := c.slots[name]
		if !own {
			id = p.slots[name]
		}
		if s := p.slot[id]; s.scope == current || s.scope == perTrial && s.shape.Axes&expr.Steps != 0 {
			return true
		}
	}
	return false
}

// toEnd says whether an expression makes one value of the steps of a trial, of
// which each trial has as many as its periods take.
func (p *plan) toEnd(tree *expr.Tree, c context) bool {
	return p.ends && !c.allSteps && len(tree.Reductions()) > 0
}

// perTrial compiles an expression that has one value a trial, nil if it is wrong.
func (p *plan) perTrial(s source, c context) *compiled {
	made := p.anyTime(s, c)
	if made != nil && made.shape.Axes&expr.Steps != 0 {
		s.fail(0, c.what+" cannot depend on the time", "t, step and signals change from step to step; sum, mean, last and others make one value of them")
		return nil
	}
	return made
}

// anyTime compiles an expression that may have a value for every step. What
// has only one is evaluated for several trials together.
func (p *plan) anyTime(s source, c context) *compiled {
	tree := p.check(s, c, false)
	if tree == nil {
		return nil
	}
	if tree.Shape().Axes&expr.Steps == 0 && !p.signalled(tree, c) && !p.toEnd(tree, c) {
		if together := p.check(s, c, true); together != nil {
			return p.compile(together, s, c, true)
		}
	}
	return p.compile(tree, s, c, false)
}

// bounds is an interval that holds every value of the expression.
func (p *plan) bounds(c *compiled) expr.Interval { return p.treeBounds(c.tree) }

func (p *plan) treeBounds(tree *expr.Tree) expr.Interval {
	return tree.Bounds(func(name string) expr.Interval {
		if id, ok := p.slots[name]; ok {
			return expr.Interval{Low: p.slot[id].low, High: p.slot[id].high}
		}
		return expr.Everything
	}, func(name string, a []expr.Interval) expr.Interval { return distributions[name].bounds(a) })
}
