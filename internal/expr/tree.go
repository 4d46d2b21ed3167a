package expr

// A checked expression, and what can be asked of it before it is compiled.

import "slices"

// op is what a node of the tree, or an instruction, does.
type op uint8

const (
	opNumber   op = iota
	opVariable    // name
	opSpan        // vector of the whole numbers from number on
	opNegate
	opNot
	opAdd
	opSubtract
	opMultiply
	opDivide
	opLess
	opLessEqual
	opEqual
	opNotEqual
	opAnd
	opOr
	opOne      // function of one value, element by element
	opTwo      // function of two values
	opWhere    // condition, value if it holds, value if not
	opIndex    // value, index; along axis
	opFold     // reduction along axis
	opRunning  // along axis; what it is says function.running
	opExternal // arguments
	opExpand   // to the instruction's shape; not in trees
)

// node is a part of a checked expression. A node may belong to several others,
// andEach is evaluated once.
type node struct {
	op        op
	arguments []*node
	number    float64
	name      string    // of the variable or function
	function  *Function // opOne opTwo opFold opRunning opExternal
	axis      Axes      // that is indexed or reduced
	lenient   bool      // an index out of range is NaN, because its value may not be asked for
	ordinal   int       // opExternal
	shape     Shape
	at        int
}

// A Tree is an expression whose every name is known and whose shapes fit.
type Tree struct {
	root *node
	time string // the variable of time, for Window
}

// Shape is that of the value.
func (t *Tree) Shape() Shape { return t.root.shape }

// Variables are the variables that the value needs, in the order of their names.
func (t *Tree) Variables() []string {
	var names []string
	t.root.each(func(n *node) {
		if n.op == opVariable && !slices.Contains(names, n.name) {
			names = append(names, n.name)
		}
	})
	slices.Sort(names)
	return names
}

// Reduces says whether a value of the expression at one step depends on other
// steps, so that it cannot be evaluated over a range of them alone.
func (t *Tree) Reduces() bool {
	found := false
	t.root.each(func(n *node) {
		found = found || (n.op == opFold || n.op == opRunning) && n.axis&Steps != 0
	})
	return found
}

// Reductions are the calls in the text that make one value of all steps, such
// as sum and last, and so depend on how many steps there are.
func (t *Tree) Reductions() []Name {
	var names []Name
	t.root.each(func(n *node) {
		if (n.op == opFold || n.op == opRunning) && n.axis&Steps != 0 && n.shape.Axes&Steps == 0 {
			names = append(names, Name{n.name, n.at})
		}
	})
	slices.SortStableFunc(names, func(a, b Name) int { return a.At - b.At })
	return names
}

// A Call is a call of an external function in an expression.
type Call struct {
	Name    string
	Ordinal int // among the external calls of the text, from 0
	At      int // the character where it stands
	Shape   Shape
}

// Calls are the calls of external functions in the order of the text.
func (t *Tree) Calls() []Call {
	var calls []Call
	t.root.each(func(n *node) {
		if n.op == opExternal {
			calls = append(calls, n.call())
		}
	})
	slices.SortFunc(calls, func(a, b Call) int { return a.Ordinal - b.Ordinal })
	return calls
}

func (n *node) call() Call { return Call{n.name, n.ordinal, n.at, n.shape} }

// each visits every node once, arguments before what they are for.
func (n *node) each(visit func(*node)) {
	seen := map[*node]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, a := range n.arguments {
			walk(a)
		}
		visit(n)
	}
	walk(n)
}

// constant says whether the value needs nothing that comes with evaluation.
func (n *node) constant() bool {
	found := true
	n.each(func(n *node) { found = found && n.op != opVariable && n.op != opExternal })
	return found
}
