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
	opSubtract
	opDivide
	opLess
	opLessEqual
	opAdd // from here to opOr the operands may change places
	opMultiply
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
func (t *Tree) Variables() (names []string) {
	for _, n := range t.root.nodes() {
		if n.op == opVariable && !slices.Contains(names, n.name) {
			names = append(names, n.name)
		}
	}
	slices.Sort(names)
	return names
}

// Reduces says whether a value of the expression at one step depends on other
// steps, so that it cannot be evaluated over a range of them alone.
func (t *Tree) Reduces() bool { return slices.ContainsFunc(t.root.nodes(), (*node).reduces) }

func (n *node) reduces() bool { return (n.op == opFold || n.op == opRunning) && n.axis&Steps != 0 }

// Reductions are the calls in the text that make one value of all steps, such
// as sum and last, and so depend on how many steps there are.
func (t *Tree) Reductions() (names []Name) {
	for _, n := range t.root.nodes() {
		if n.reduces() && n.shape.Axes&Steps == 0 {
			names = append(names, Name{n.name, n.at})
		}
	}
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
func (t *Tree) Calls() (calls []Call) {
	for _, n := range t.root.nodes() {
		if n.op == opExternal {
			calls = append(calls, n.call())
		}
	}
	slices.SortFunc(calls, func(a, b Call) int { return a.Ordinal - b.Ordinal })
	return calls
}

func (n *node) call() Call { return Call{n.name, n.ordinal, n.at, n.shape} }

// nodes are the node and all that it is made of, each once, arguments before what
// they are for.
func (n *node) nodes() (all []*node) {
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, a := range n.arguments {
			visit(a)
		}
		all = append(all, n)
	}
	visit(n)
	return all
}

// constant says whether the value needs nothing that comes with evaluation.
func (n *node) constant() bool {
	return !slices.ContainsFunc(n.nodes(), func(n *node) bool { return n.op == opVariable || n.op == opExternal })
}
