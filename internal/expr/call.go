package expr

// What a name before a bracket comes to: a function of elements, a reduction, a draw or
// a macro, each with the axes of its result.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (c *shapeChecker) call(n *ast.CallNode, at int) *node {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.fail(at, "", "only a name can stand before a bracket")
	}
	f, ok := c.env.Functions[id.Value]
	if !ok {
		return c.noFunction(id.Value, at)
	}
	arguments := make([]*node, len(n.Arguments))
	for i, a := range n.Arguments {
		arguments[i] = c.maybe(f.where && i > 0, a)
	}
	if len(arguments) < f.least || len(arguments) > f.most {
		return c.fail(at, "write "+f.Usage, "%s takes %s, not %d", id.Value, f.count(), len(arguments))
	}
	if slices.Contains(arguments, nil) {
		return nil
	}
	return c.apply(f, id.Value, at, arguments)
}

// count is the number of arguments in words.
func (f *Function) count() string {
	switch {
	case f.most == anyNumber:
		return fmt.Sprintf("%d or more values", f.least)
	case f.least < f.most:
		return fmt.Sprintf("%d to %d values", f.least, f.most)
	case f.least == 1:
		return "one value"
	}
	return fmt.Sprintf("%d values", f.least)
}

func (c *shapeChecker) noFunction(name string, at int) *node {
	rest := c.text[min(at+len([]rune(name)), len(c.text)):]
	v, variable := c.env.Variables[name]
	_, constant := c.env.Constants[name]
	_, parameter := c.parameters[name]
	switch {
	case variable && v.Axes&(Rows|Cols|Units|Channels) != 0:
		return c.fail(at, fmt.Sprintf("an index stands in [ ]: %s[...]; to multiply, write %s*%s", name, name, bracketed(rest, 40)),
			"%s is no function", name)
	case variable || constant || parameter:
		return c.fail(at, fmt.Sprintf("to multiply, write %s*%s", name, bracketed(rest, 40)), "%s is no function", name)
	}
	return c.fail(at, c.suggestion(name, func() []string { return sortedKeys(c.env.Functions) }), "there is no function %s", name)
}

// bracketed is the text of the bracket that comes first, if it ends within so many
// characters.
func bracketed(text []rune, most int) string {
	depth := 0
	for i, r := range text[:min(most, len(text))] {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return strings.TrimSpace(string(text[:i+1]))
			}
		}
	}
	return "(...)"
}

func (c *shapeChecker) apply(f *Function, name string, at int, arguments []*node) (made *node) {
	switch {
	case f.body != nil:
		return c.expand(f, name, at, arguments)
	case len(arguments) == 1 && (f.fold != nil || f.running != 0):
		return c.reduce(f, name, at, arguments[0])
	case f.external:
		made = c.together(opExternal, at, append([]*node{{shape: f.adds}}, arguments...)...)
		if made != nil {
			made.arguments = arguments
			c.external = append(c.external, made)
		}
	case f.where:
		made = c.together(opWhere, at, arguments...)
	case f.one != nil:
		made = c.together(opOne, at, arguments...)
	default:
		made = arguments[0]
		for _, a := range arguments[1:] {
			if made = c.together(opTwo, at, made, a); made == nil {
				return nil
			}
			made.function, made.name = f, name
		}
	}
	if made != nil {
		made.function, made.name = f, name
	}
	return made
}

func (c *shapeChecker) reduce(f *Function, name string, at int, x *node) *node {
	made := &node{op: opFold, function: f, name: name, axis: f.over & x.shape.Axes, arguments: []*node{x}, at: at}
	if made.axis == 0 {
		why := "over several values, but here is only one"
		if f.over == Steps {
			why = "over the steps, but this has one value for all of them"
		}
		return c.fail(at, "write it without "+name, "%s is %s", name, why)
	}
	made.shape = x.shape.without(made.axis)
	if f.running != 0 {
		made.op = opRunning
	}
	switch f.running {
	case cumsum, hold:
		made.shape = x.shape
	case firstTime:
		if _, ok := c.env.Variables[c.env.Time]; !ok {
			return c.fail(at, "", "%s cannot stand here: there is no time", name)
		}
		made.arguments = append(made.arguments, c.name(c.env.Time, at))
	}
	return made
}

// expand is the body of a macro with its arguments in it. A mistake in it is
// one of where it is called.
func (c *shapeChecker) expand(f *Function, name string, at int, arguments []*node) *node {
	if c.macros == 10 {
		panic("expr: a macro calls itself")
	}
	inner := &shapeChecker{
		env: c.env, text: f.body.text, known: map[ast.Node]*node{}, parameters: map[string]*node{},
		lenient: c.lenient, macros: c.macros + 1, called: at,
	}
	for i, p := range f.parameters {
		inner.parameters[p] = arguments[i]
	}
	made := inner.node(f.body.root)
	c.external = append(c.external, inner.external...)
	if len(inner.errs) > 0 {
		return c.fail(at, "", "%s cannot stand here: %s", name, inner.errs[0].Text)
	}
	return made
}
