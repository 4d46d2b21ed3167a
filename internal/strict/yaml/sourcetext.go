package yaml

// Places in a text: the library says where a node begins, often behind anchors
// and tags, and never where a character of its value was written.

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"psychrnn/internal/fault"
)

// sourceText is the text that nodes come from: a file, or the value of a flag.
type sourceText struct {
	name  string
	text  string
	flag  bool
	lines []int                          // where each line starts
	last  struct{ line, column, at int } // of offset
	told  struct{ line, column, at int } // of pos
}

func newSource(name, text string) *sourceText {
	s := &sourceText{name: name, text: text, lines: []int{0}}
	for i := 0; i < len(text); {
		if w := breakWidth(text[i:]); w > 0 {
			i += w
			s.lines = append(s.lines, i)
		} else {
			i++
		}
	}
	return s
}

// breakWidth is the length of the line break that s starts with, or 0. These
// are the breaks that the library counts as lines.
func breakWidth(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] == '\n':
		return 1
	case s[0] == '\r':
		if strings.HasPrefix(s, "\r\n") {
			return 2
		}
		return 1
	case strings.HasPrefix(s, "\u0085"):
		return 2
	case strings.HasPrefix(s, "\u2028"), strings.HasPrefix(s, "\u2029"):
		return 3
	}
	return 0
}

func blankWidth(s string) int {
	if s != "" && (s[0] == ' ' || s[0] == '\t') {
		return 1
	}
	return 0
}

func spaceWidth(s string) int { return max(blankWidth(s), breakWidth(s)) }

// pos is the place of a byte of the text. It goes on from the place that it
// told last, where that is before this one, since a line may be as long as a file.
func (s *sourceText) pos(offset int) fault.Place {
	if s.flag {
		return fault.Place{File: s.name}
	}
	offset = min(offset, len(s.text))
	line, l := s.line(offset), &s.told
	if l.column == 0 || l.line != line || l.at > offset {
		l.line, l.column, l.at = line, 1, s.lines[line]
	}
	l.column += utf8.RuneCountInString(s.text[l.at:offset])
	l.at = offset
	return fault.Place{File: s.name, Line: line + 1, Column: l.column}
}

// line is the line, from 0, that a byte is in.
func (s *sourceText) line(offset int) int { return sort.SearchInts(s.lines, offset+1) - 1 }

// offset is the byte at which a node of the library stands. It goes on from
// where it was asked last, since a line may be as long as a file.
func (s *sourceText) offset(n *yaml.Node) int {
	line := min(max(n.Line, 1), len(s.lines))
	l := &s.last
	if l.line != line || l.column > n.Column {
		l.line, l.column, l.at = line, 1, s.lines[line-1]
	}
	for ; l.column < n.Column; l.column++ {
		_, w := utf8.DecodeRuneInString(s.text[l.at:])
		l.at += w
	}
	return l.at
}

var properties = regexp.MustCompile(`^(&[0-9A-Za-z_-]+|![^\s\x{85}\x{2028}\x{2029}]*)`)

// Written is a scalar that is made of a node of the library, with its text as a
// part of the source where it stands there as it is.
func (s *sourceText) tree(n *yaml.Node) *Written {
	at := s.offset(n)
	t := &Written{Kind: Scalar, Text: n.Value, src: s, at: int32(at), style: uint8(n.Style)} //nolint:gosec // G115: no source is longer than MaxSize, and yaml.Style has six bits
	if strings.HasPrefix(s.text[at:], n.Value) {
		t.Text = s.text[at:][:len(n.Value)]
	}
	return t
}

// value skips the anchor and tag before a value, and comments behind these;
// tagged says that there was a tag.
func (s *sourceText) value(at int) (start int, tagged bool) {
	for {
		p := properties.FindString(s.text[at:])
		if p == "" {
			return at, tagged
		}
		tagged = tagged || p[0] == '!'
		at += len(p)
		for at = s.skipWhite(at, false); strings.HasPrefix(s.text[at:], "#"); at = s.skipWhite(at, false) {
			for at < len(s.text) && breakWidth(s.text[at:]) == 0 {
				at++
			}
		}
	}
}

// locate finds the byte from which the i-th character of a scalar's value was
// read. It walks value and text together: white space folds, escapes shrink,
// and the next character that is not white space brings both into step again.
func (s *sourceText) locate(start int, style yaml.Style, value string, i int) int {
	at, _ := s.value(start)
	quote := byte(0)
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		quote = '"'
		at++
	case style&yaml.SingleQuotedStyle != 0:
		quote = '\''
		at++
	case style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		for at < len(s.text) && breakWidth(s.text[at:]) == 0 {
			at++
		}
		at += breakWidth(s.text[at:])
	}
	n := 0
	for _, r := range value {
		white := strings.ContainsRune(" \t\n\u2028\u2029", r)
		if !white {
			at = s.skipWhite(at, quote == '"')
		}
		if n == i || at >= len(s.text) {
			break
		}
		n++
		if white {
			if quote == '"' && s.text[at] == '\\' && breakWidth(s.text[at+1:]) > 0 {
				at = s.skipWhite(at, true)
			}
			if w := spaceWidth(s.text[at:]); w > 0 {
				at += w
				continue
			} else if quote != '"' || !strings.HasPrefix(s.text[at:], `\`) {
				continue // one break read as several, or several as one
			}
		}
		at += unitWidth(s.text[at:], quote)
	}
	return min(at, len(s.text))
}

// skipWhite passes white space, and escaped line breaks where there are any.
func (s *sourceText) skipWhite(at int, escaped bool) int {
	for at < len(s.text) {
		w := spaceWidth(s.text[at:])
		if w == 0 && escaped && s.text[at] == '\\' {
			if b := breakWidth(s.text[at+1:]); b > 0 {
				w = 1 + b
			}
		}
		if w == 0 {
			break
		}
		at += w
	}
	return at
}

// unitWidth is the length of the text that makes one character of the value.
func unitWidth(s string, quote byte) int {
	switch {
	case quote == '\'' && strings.HasPrefix(s, "''"):
		return 2
	case quote == '"' && s[0] == '\\' && len(s) > 1:
		switch s[1] {
		case 'x':
			return min(4, len(s))
		case 'u':
			return min(6, len(s))
		case 'U':
			return min(10, len(s))
		}
		return 2
	}
	_, w := utf8.DecodeRuneInString(s)
	return w
}
