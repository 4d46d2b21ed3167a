package plan

// Where the text of an expression comes from, so that a mistake gets its place.

import (
	"strings"
	"unicode/utf8"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// An exprSource is the text of an expression and where it comes from: a scalar, the
// rest of one from a character on, or several put together. There is none (nil) where
// a mistake was reported, and nothing becomes of it.
type exprSource struct {
	n      *strict.Node // where a mistake belongs that has no better place
	text   string
	pieces []sourcePiece // none: the text was made up
}

// A sourcePiece is a scalar within a text.
type sourcePiece struct {
	at int // its first character in the text; below 0 where only the rest of it is there
	n  *strict.Node
}

// madeUp is a text that stands nowhere.
func madeUp(n *strict.Node, text string) *exprSource { return &exprSource{n: n, text: text} }

// scalar takes the text of a node.
func scalar(n *strict.Node, what string) *exprSource {
	if n.Kind() != strict.Scalar {
		n.Fail("expected "+what+", a number or an expression", "")
		return nil
	}
	var x float64
	if n.Numeric() && !n.Decode(&x) { // the forms of numbers that YAML readers differ on
		return nil
	}
	return &exprSource{n, n.Text(), []sourcePiece{{0, n}}}
}

// call puts scalars together as arguments of a function.
func call(name string, n *strict.Node, arguments []*strict.Node) *exprSource {
	var pieces []sourcePiece
	var texts []string
	at := len(name + "(")
	for _, a := range arguments {
		if scalar(a, "one of several values") != nil {
			pieces, texts = append(pieces, sourcePiece{at, a}), append(texts, a.Text())
			at += utf8.RuneCountInString(a.Text()) + len(", ")
		}
	}
	if len(pieces) < len(arguments) {
		return nil
	}
	return &exprSource{n, name + "(" + strings.Join(texts, ", ") + ")", pieces}
}

// choices makes a choice of a list.
func choices(n *strict.Node) *exprSource {
	var values []*strict.Node
	if !n.Decode(&values) {
		return nil
	}
	if len(values) == 0 {
		n.Fail("there is nothing to choose from", "write the values")
		return nil
	}
	return call("choice", n, values)
}

// fail reports a mistake at a character of the text.
func (s *exprSource) fail(at int, text, hint string) {
	if len(s.pieces) == 0 {
		s.n.Fail(text, hint)
		return
	}
	p := s.pieces[0]
	for _, other := range s.pieces {
		if other.at <= at {
			p = other
		}
	}
	p.n.FailAt(min(max(at-p.at, 0), len([]rune(p.n.Text()))), text, hint)
}

// report reports the mistakes of an expression.
func (s *exprSource) report(err error) {
	for _, e := range fault.ErrorsIn(err) {
		s.fail(e.Column-1, e.Text, e.Hint)
	}
}
