package yaml

// Values are written so that every other reader takes numbers for numbers and
// texts for texts: what some reader could mistake is quoted.

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// NotFinite matches what some reader takes for a number that is not finite.
var NotFinite = regexp.MustCompile(`(?i)^[-+]?\.?(inf|infinity|nan)$`)

// Output is a value to write.
type Output struct {
	Kind  Kind
	Text  string // of a scalar
	Raw   bool   // a number or truth value: never quoted
	Keys  []string
	Items []*Output
}

// Set gives a map another entry; nil is left out.
func (o *Output) Set(key string, value *Output) {
	if value != nil {
		o.Keys = append(o.Keys, key)
		o.Items = append(o.Items, value)
	}
}

// Get is the value of a key; nil if the map does not have it.
func (o *Output) Get(key string) *Output {
	if k := slices.Index(o.Keys, key); k >= 0 {
		return o.Items[k]
	}
	return nil
}

// Equal says whether two values read alike.
func (o *Output) Equal(p *Output) bool {
	if o == nil || p == nil {
		return o == p
	}
	return o.Kind == p.Kind && o.Raw == p.Raw && o.Text == p.Text &&
		slices.Equal(o.Keys, p.Keys) && slices.EqualFunc(o.Items, p.Items, (*Output).Equal)
}

// Scalars gives those of a value that stands under a path, until yield wants no
// more.
func (o *Output) Scalars(path string, yield func(path, text string) bool) (more bool) {
	if o == nil {
		return true
	}
	if o.Kind == Scalar {
		return yield(path, o.Text)
	}
	for i, item := range o.Items {
		step := fmt.Sprintf("[%d]", i)
		if o.Kind == Mapping {
			step = Step(o.Keys[i])
		}
		if !item.Scalars(JoinPath(path, step), yield) {
			return false
		}
	}
	return true
}

// String is the value as a document.
func (o *Output) String() string {
	var b strings.Builder
	o.write(&b, 0, false)
	return b.String()
}

const lineWidth = 80

// write gives the value after its key or dash, with the end of its line.
// Inline says that the first line is begun already.
func (o *Output) write(b *strings.Builder, indent int, inline bool) {
	if line, ok := o.flow(lineWidth - indent); ok {
		if inline {
			b.WriteByte(' ')
		}
		b.WriteString(line + "\n")
		return
	}
	if inline {
		b.WriteByte('\n')
	}
	o.block(b, indent)
}

// block writes a list or map one element to a line.
func (o *Output) block(b *strings.Builder, indent int) {
	pad := strings.Repeat(" ", indent)
	for i, item := range o.Items {
		b.WriteString(pad)
		if o.Kind == Mapping {
			b.WriteString(ScalarText(o.Keys[i], false) + ":")
			item.write(b, indent+2, true)
			continue
		}
		b.WriteByte('-')
		if _, short := item.flow(lineWidth - indent - 2); short {
			item.write(b, indent+2, true)
			continue
		}
		var inner strings.Builder
		item.block(&inner, indent+2)
		b.WriteString(" " + strings.TrimLeft(inner.String(), " "))
	}
}

// flow gives scalars, empty collections and short lists of scalars in one line.
func (o *Output) flow(width int) (string, bool) {
	switch {
	case o.Kind == Scalar && o.Raw:
		return o.Text, true
	case o.Kind == Scalar:
		return ScalarText(o.Text, false), true
	case len(o.Items) == 0 && o.Kind == Mapping:
		return "{}", true
	case len(o.Items) == 0:
		return "[]", true
	case o.Kind == Mapping:
		return "", false
	}
	var parts []string
	for _, item := range o.Items {
		switch {
		case item.Kind != Scalar:
			return "", false
		case item.Raw:
			parts = append(parts, item.Text)
		default:
			parts = append(parts, ScalarText(item.Text, true))
		}
	}
	line := "[" + strings.Join(parts, ", ") + "]"
	return line, utf8.RuneCountInString(line) <= width
}

var (
	flowSafe = regexp.MustCompile(`^[\w .+*/()<>=^%-]*$`)
	timed    = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(h|m|s|ms| [a-z]+)([0-9]+(m|s|ms))*$`)
)

// ScalarText writes a text, in quotes if some reader could take it for
// something else.
func ScalarText(text string, flow bool) string {
	quoted := strconv.Quote(text)
	switch {
	case len(quoted) != len(text)+2, // something had to be escaped
		IsNull(text), text == NoneOfPython, Boolean(text), NotFinite.MatchString(text),
		strings.TrimSpace(text) != text,
		strings.ContainsAny(text, ":#"),
		Unclosed(text) != 0,
		flow && !flowSafe.MatchString(text):
		return quoted
	}
	if c := text[0]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '(' || c == '/' || c >= utf8.RuneSelf || timed.MatchString(text) {
		return text
	}
	return quoted
}

// Boolean says whether some YAML reader takes the text for a truth value.
func Boolean(text string) bool {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off":
		return true
	}
	return false
}
