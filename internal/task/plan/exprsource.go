package plan

// Where the text of an expression comes from, so that a mistake gets its place.

import (
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// A exprSource is the text of an expression and where it comes from: a scalar, the
// rest of one from a character on, or several put together.
type exprSource struct {
	n      *strict.Node // where a mistake belongs that has no better place
	text   string
	start  int // character of the scalar at which the text begins
	pieces []sourcePiece
}

// A sourcePiece is a scalar within a text.
type sourcePiece struct {
	at int // its first character in the text
	n  *strict.Node
}

// scalar takes the text of a node; ok is false if it is none, and reported.
func scalar(n *strict.Node, what string) (s exprSource, ok bool) {
	if n.Kind() != strict.Scalar {
		n.Fail("expected "+what+", a number or an expression", "")
		return s, false
	}
	var x float64
	if n.Numeric() && !n.Decode(&x) { // the forms of numbers that YAML readers differ on
		return s, false
	}
	return exprSource{n: n, text: n.Text()}, true
}

// call puts scalars together as arguments of a function.
func call(name string, n *strict.Node, arguments []*strict.Node) (s exprSource, ok bool) {
	s, ok = exprSource{n: n}, true
	var b strings.Builder
	b.WriteString(name + "(")
	for k, a := range arguments {
		if _, scalar := scalar(a, "one of several values"); !scalar {
			ok = false
			continue
		}
		if k > 0 {
			b.WriteString(", ")
		}
		s.pieces = append(s.pieces, sourcePiece{len([]rune(b.String())), a})
		b.WriteString(a.Text())
	}
	b.WriteString(")")
	s.text = b.String()
	return s, ok
}

// choices makes a choice of a list.
func choices(n *strict.Node) (s exprSource, ok bool) {
	var values []*strict.Node
	if !n.Decode(&values) {
		return s, false
	}
	if len(values) == 0 {
		n.Fail("there is nothing to choose from", "write the values")
		return s, false
	}
	return call("choice", n, values)
}

// fail reports a mistake at a character of the text.
func (s exprSource) fail(at int, text, hint string) {
	if len(s.pieces) == 0 {
		if s.text == s.n.Text() || s.start > 0 {
			s.n.FailAt(s.start+at, text, hint)
		} else {
			s.n.Fail(text, hint) // the text was made up
		}
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
func (s exprSource) report(err error) {
	for _, e := range fault.ErrorsIn(err) {
		s.fail(e.Column-1, e.Text, e.Hint)
	}
}
