package expr

// What every name of an expression means, and whether shapes fit. A mistake makes nil of
// the node that has it, and of all that are made of that; checking goes on.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"psychrnn/internal/fault"
)

// Check finds out what every name means and whether shapes fit. The error is
// of type [fault.Errors].
func (e *Environment) Check(s *Syntax) (*Tree, error) {
	if t, ok := e.Variables[e.Time]; ok && t.Shape != (Shape{Axes: Steps}) {
		panic("expr: time has other axes than steps")
	}
	c := &shapeChecker{env: e, text: s.text, known: map[ast.Node]*node{}}
	root := c.node(s.root)
	if err := c.errs.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.external, func(a, b *node) int { return a.at - b.at })
	for i, n := range c.external {
		n.ordinal = i
	}
	return &Tree{root: root, time: e.Time}, nil
}

type shapeChecker struct {
	env        *Environment
	text       []rune
	known      map[ast.Node]*node
	parameters map[string]*node       // of the macro whose body is checked
	names      map[string]ChannelSpan // in brackets
	lenient    bool                   // within what may not be asked for
	macros     int                    // how deep in macros
	called     int                    // where, in a macro
	external   []*node
	errs       fault.Errors
}

func (c *shapeChecker) fail(at int, hint, format string, arguments ...any) *node {
	addError(&c.errs, at, hint, format, arguments...)
	return nil
}

// node gives the checked node, or nil if it or a part of it is wrong.
func (c *shapeChecker) node(n ast.Node) *node {
	if done, ok := c.known[n]; ok {
		return done
	}
	c.known[n] = c.fresh(n)
	return c.known[n]
}

// place is the character that a node is said to stand at.
func (c *shapeChecker) place(n ast.Node) int {
	if c.macros > 0 {
		return c.called
	}
	return n.Location().From
}

func (c *shapeChecker) fresh(n ast.Node) *node {
	at := c.place(n)
	switch n := n.(type) {
	case *ast.IntegerNode:
		return &node{op: opNumber, number: float64(n.Value), at: at}
	case *ast.FloatNode:
		return &node{op: opNumber, number: n.Value, at: at}
	case *ast.IdentifierNode:
		return c.name(n.Value, at)
	case *ast.UnaryNode:
		return c.unary(n, at)
	case *ast.BinaryNode:
		return c.binary(n, at)
	case *ast.MemberNode:
		return c.index(n, at)
	case *ast.CallNode:
		return c.call(n, at)
	}
	return c.fail(at, "", "this cannot stand in an expression")
}

func (c *shapeChecker) name(name string, at int) *node {
	if s, ok := c.names[name]; ok {
		if s.Count == 1 {
			return &node{op: opNumber, number: float64(s.First), at: at}
		}
		return &node{op: opSpan, number: float64(s.First), shape: Vector(s.Count), at: at}
	}
	if p, ok := c.parameters[name]; ok {
		return p
	}
	if v, ok := c.env.Variables[name]; ok {
		return &node{op: opVariable, name: name, shape: v.Shape, at: at}
	}
	if v, ok := c.env.Constants[name]; ok {
		return &node{op: opNumber, number: v, at: at}
	}
	return c.unknown(name, at)
}

// unknown says what a name that is no variable may have been meant for.
func (c *shapeChecker) unknown(name string, at int) *node {
	if f, ok := c.env.Functions[name]; ok {
		return c.fail(at, "write "+f.Usage, "%s is a function", name)
	}
	if p, ok := c.env.Periods[name]; ok {
		return c.fail(at, fmt.Sprintf("write %s in %s, or its %s or %s", c.env.Time, name, p.Start, p.End), "%s is a period", name)
	}
	for _, v := range sortedKeys(c.env.Variables) {
		if _, ok := c.env.Variables[v].Names[name]; ok {
			return c.fail(at, fmt.Sprintf("write %s[%s]", v, name), "%s is a channel", name)
		}
	}
	return c.fail(at, c.suggestion(name, func() []string { return append(sortedKeys(c.names), c.env.names()...) }), "the name %s is not known here", name)
}

// suggestion is a hint to the nearest candidate, or to all if they are few. An
// expression with many mistakes has none for the last ones.
func (c *shapeChecker) suggestion(name string, among func() []string) string {
	if c.env.Brief || len(c.errs) >= mostSuggestions {
		return ""
	}
	candidates := among()
	if instead, ok := elsewhere[name]; ok {
		return "write " + instead
	}
	if near := fault.DidYouMean(name, candidates, ""); near != "" {
		return near
	}
	if 0 < len(candidates) && len(candidates) <= 20 {
		return "known here: " + strings.Join(candidates, ", ")
	}
	return ""
}

const mostSuggestions = 10

// elsewhere is what other languages call things that have another name here.
var elsewhere = map[string]string{
	"True": "1", "False": "0", "None": "a number", "PI": "pi",
	"ln": "log(x)", "power": "x^y", "mod": "a % b", "fmod": "a % b",
	"maximum": "max(a, b)", "minimum": "min(a, b)", "average": "mean(x)",
	"arcsin": "asin(x)", "arccos": "acos(x)", "arctan": "atan(x)", "arctan2": "atan2(y, x)",
	"int": "floor(x)", "len": "the number itself",
}

func (c *shapeChecker) unary(n *ast.UnaryNode, at int) *node {
	x := c.node(n.Node)
	switch {
	case x == nil || n.Operator == "+":
		return x
	case n.Operator == "-":
		return &node{op: opNegate, arguments: []*node{x}, shape: x.shape, at: at}
	case n.Operator == "not":
		return &node{op: opNot, arguments: []*node{x}, shape: x.shape, at: at}
	}
	return c.fail(at, "", "%s cannot stand in an expression", n.Operator)
}

var binaryOperators = map[string]op{
	"+": opAdd, "-": opSubtract, "*": opMultiply, "/": opDivide, "%": opTwo, "^": opTwo,
	"<": opLess, "<=": opLessEqual, ">": opLess, ">=": opLessEqual, "==": opEqual, "!=": opNotEqual,
	"and": opAnd, "or": opOr, "&&": opAnd,
}

func (c *shapeChecker) binary(n *ast.BinaryNode, at int) *node {
	if n.Operator == "in" {
		return c.within(n, at)
	}
	o, ok := binaryOperators[n.Operator]
	if !ok {
		return c.fail(at, "", "%s cannot stand in an expression", n.Operator)
	}
	left := c.node(n.Left)
	right := c.maybe(o == opAnd || o == opOr, n.Right)
	if n.Operator == ">" || n.Operator == ">=" {
		left, right = right, left
	}
	made := c.together(o, at, left, right)
	if made != nil && o == opTwo {
		made.function = map[string]*Function{"%": modulo, "^": powered}[n.Operator]
	}
	return made
}

// maybe checks a part whose value may not be asked for.
func (c *shapeChecker) maybe(maybe bool, n ast.Node) *node {
	before := c.lenient
	defer func() { c.lenient = before }()
	c.lenient = c.lenient || maybe
	return c.node(n)
}

// together makes a node whose value has the axes of all arguments.
func (c *shapeChecker) together(o op, at int, arguments ...*node) *node {
	made := &node{op: o, arguments: arguments, at: at}
	for _, a := range arguments {
		if a == nil {
			return nil
		}
		var misfit string
		if made.shape, misfit = made.shape.with(a.shape); misfit != "" {
			return c.fail(at, "an index in brackets picks one of them", "values of different lengths don't go together: %s", misfit)
		}
	}
	return made
}

// within is x in period: start <= x and x < end.
func (c *shapeChecker) within(n *ast.BinaryNode, at int) *node {
	x := c.node(n.Left)
	id, ok := n.Right.(*ast.IdentifierNode)
	if !ok {
		return c.fail(c.place(n.Right), "write for instance t in stimulus; everything else in brackets", "after in stands the name of a period")
	}
	where := c.place(id)
	p, ok := c.env.Periods[id.Value]
	switch {
	case ok:
	case len(c.env.Periods) == 0:
		return c.fail(where, "", "there are no periods here")
	default:
		return c.fail(where, c.suggestion(id.Value, func() []string { return sortedKeys(c.env.Periods) }), "there is no period %s", id.Value)
	}
	start, end := c.name(p.Start, where), c.name(p.End, where)
	return c.together(opAnd, at, c.together(opLessEqual, at, start, x), c.together(opLess, at, x, end))
}

// index is value[index].
func (c *shapeChecker) index(n *ast.MemberNode, at int) *node {
	v := c.node(n.Node)
	names := c.names
	if v != nil && v.op == opVariable {
		c.names = c.env.Variables[v.name].Names
	}
	k := c.node(n.Property)
	c.names = names
	if v == nil || k == nil {
		return nil
	}
	made := &node{op: opIndex, arguments: []*node{v, k}, lenient: c.lenient, at: at}
	for _, axis := range []Axes{Rows, Cols, Units, Channels} {
		if v.shape.Axes&axis != 0 {
			made.axis = axis
			break
		}
	}
	if made.axis == 0 {
		return c.fail(at, "", "this is a single number and has no index")
	}
	var misfit string
	if made.shape, misfit = v.shape.without(made.axis).with(k.shape); misfit != "" {
		return c.fail(at, "", "the index and what it is of have different lengths: %s", misfit)
	}
	if k.constant() && !made.lenient {
		for _, i := range k.evaluate() {
			if bad := noIndex(i, v.shape.length(made.axis)); bad {
				err := &IndexError{Index: i, Length: v.shape.length(made.axis)}
				return c.fail(k.at, "counting starts at 0", "%s", err)
			}
		}
	}
	return made
}
