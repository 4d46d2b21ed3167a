package expr

// The text becomes a syntax tree, by the parser of expr-lang. What binds otherwise than it
// reads is refused.

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"psychrnn/internal/fault"
)

// Syntax is an expression that is well formed. What its names mean is not
// known yet.
type Syntax struct {
	text []rune
	root ast.Node
}

// Parse reads an expression. The error is of type [fault.Errors].
func Parse(text string) (*Syntax, error) {
	s := &Syntax{text: []rune(text)}
	var errs fault.Errors
	if len(s.text) > maxCharacters {
		addError(&errs, maxCharacters, "split it into variables", "an expression may have %d characters, this one has %d", maxCharacters, len(s.text))
		return nil, errs
	}
	tokens, errs := scan(s.text)
	if len(errs) == 0 {
		errs = arrange(s.text, tokens)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if len(tokens) == 1 {
		addError(&errs, 0, "", "the expression is empty")
		return nil, errs
	}
	tree, err := parser.ParseWithConfig(text, configuration())
	if err != nil {
		return nil, translate(err, tokens)
	}
	s.root = tree.Node
	if errs := s.unclear(); len(errs) > 0 {
		return nil, errs.Err()
	}
	return s, nil
}

// configuration makes the parser take every name before a bracket for a plain
// call, and limits its work. The parser only reads it.
var configuration = sync.OnceValue(func() *conf.Config {
	c := conf.CreateNew()
	c.DisableIfOperator = true // scan refuses it too
	c.MaxNodes = maxNodes
	for name := range c.Builtins { // a name that is in use is no built-in
		c.Functions[name] = nil
	}
	return c
})

// translate says what the parser found in words of this language.
func translate(err error, tokens []token) error {
	var errs fault.Errors
	if strings.Contains(err.Error(), "maximum allowed nodes") {
		addError(&errs, 0, "split it into variables", "the expression has more than %d parts", maxNodes)
		return errs
	}
	var place *file.Error
	found := errors.As(err, &place) && !strings.HasPrefix(place.Message, "unexpected token EOF")
	i := 0
	for tokens[i].kind != endToken && (!found || tokens[i].at < place.From) {
		i++
	}
	if tokens[i].kind == endToken {
		addError(&errs, tokens[i].at, "", "the expression ends where a value should follow")
	} else {
		addError(&errs, tokens[i].at, "", "%s cannot stand here", tokens[i].text)
	}
	return errs
}

// unclear refuses what binds otherwise than it reads: not a < b, which the
// parser takes for (not a) < b, and a == b == c.
func (s *Syntax) unclear() fault.Errors {
	var errs fault.Errors
	s.walk(func(n ast.Node) {
		b, ok := n.(*ast.BinaryNode)
		if !ok || b.Operator == "and" || b.Operator == "or" || b.Operator == "&&" {
			return
		}
		at := b.Location().From
		for _, side := range []ast.Node{b.Left, b.Right} {
			switch inner := side.(type) {
			case *ast.UnaryNode:
				if inner.Operator == "not" && !s.apart(inner.Location().From, at) {
					addError(&errs, inner.Location().From, "write not (a < b) or (not a) < b, and t not in p for periods",
						"it is not clear how far this not reaches")
				}
			case *ast.BinaryNode:
				if (comparison[inner.Operator] || inner.Operator == "&&") && comparison[b.Operator] && !s.apart(inner.Location().From, at) {
					addError(&errs, at, "only <, <=, > and >= chain: a < b <= c; else write a == b and b == c",
						"%s cannot follow on another comparison", b.Operator)
				}
			}
		}
	})
	return errs
}

var comparison = map[string]bool{"<": true, "<=": true, ">": true, ">=": true, "==": true, "!=": true, "in": true}

// apart says whether a bracket stands between two operators so that one of
// them belongs to a part within.
func (s *Syntax) apart(a, b int) bool {
	depth, least := 0, 0
	for _, r := range s.text[min(a, b):max(a, b)] {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		}
		least = min(least, depth)
	}
	return least < 0 || depth > 0
}

// walk visits every node once, although the middle of a chain such as
// a < b < c belongs to two.
func (s *Syntax) walk(visit func(ast.Node)) {
	seen := map[ast.Node]bool{}
	var each func(n ast.Node)
	each = func(n ast.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		visit(n)
		for _, p := range parts(n) {
			each(p)
		}
	}
	each(s.root)
}

func parts(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.CallNode:
		return n.Arguments
	}
	return nil
}

// A Name is what a text mentions, and where first.
type Name struct {
	Text string
	At   int
}

// Names are the names in the expression other than those of functions and
// periods, each once, in the order of the text. Names of channels, which stand
// in brackets only, are among them.
func (s *Syntax) Names() []Name { return s.names(false) }

// Periods are the names after in, each once, in the order of the text.
func (s *Syntax) Periods() []Name { return s.names(true) }

func (s *Syntax) names(periods bool) (names []Name) {
	first := map[string]int{}
	after := map[ast.Node]bool{} // the right sides of in
	s.walk(func(n ast.Node) {
		if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "in" {
			after[b.Right] = true
		}
		if name, ok := n.(*ast.IdentifierNode); ok && after[n] == periods {
			if at, again := first[name.Value]; !again || n.Location().From < at {
				first[name.Value] = n.Location().From
			}
		}
	})
	for text, at := range first {
		names = append(names, Name{text, at})
	}
	slices.SortFunc(names, func(a, b Name) int { return a.At - b.At })
	return names
}
