package yaml

// Expressions that YAML has cut at a comma, or at a # after a blank, are told
// from lists and maps that are meant.

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mostPieces of an expression are put together: it has no more parts itself.
const mostPieces = 1000

// cutByComma recognizes an expression that YAML has cut: at a comma inside { } or
// [ ], where the rest becomes further elements (keys without value in a map),
// or at a " #". It reports it, and says how many further elements belong to the
// value at index i.
func (p *parser) cutByComma(n *yaml.Node, i, step int) (more int, cut bool) {
	v := n.Content[i]
	if v.Kind != yaml.ScalarNode || !plainNode(v) || Unclosed(v.Value) <= 0 {
		return 0, false
	}
	open, pieces := Unclosed(v.Value), []string{v.Value}
	for j := i + step; n.Style&yaml.FlowStyle != 0 && j < len(n.Content) && open > 0 && more < mostPieces; j += step {
		piece := n.Content[j-step+1] // a map's key, a list's element
		if piece.Kind != yaml.ScalarNode || !plainNode(piece) || step == 2 && n.Content[j].Value != "" {
			break
		}
		pieces = append(pieces, piece.Value)
		open += Unclosed(piece.Value)
		more++
	}
	at := p.src.offset(v)
	switch {
	case more > 0 && open == 0:
		p.fail(at, fmt.Sprintf("the comma ends the value here: %s", v.Value),
			fmt.Sprintf("quote it: %q, or write one key to a line, without braces", strings.Join(pieces, ", ")))
	case n.Style&yaml.FlowStyle != 0 && i+step < len(n.Content):
		p.fail(at, fmt.Sprintf("the comma ends the value here: %s", v.Value),
			"quote a text that has commas or brackets in it")
	case strings.HasPrefix(v.LineComment, "#"):
		p.fail(at, fmt.Sprintf("the comment ends the value here: %s", v.Value),
			"quote a text that has # in it, or close the bracket")
	default:
		return 0, false
	}
	return more, true
}

func plainNode(n *yaml.Node) bool {
	return n.Anchor == "" && (n.Style == 0 || n.Style == yaml.FlowStyle)
}

// Unclosed counts the brackets that a text opens and does not close.
func Unclosed(text string) int {
	depth := 0
	for _, r := range text {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
	}
	return depth
}
