package strict

// A value on its way into a struct: its path, the field that it belongs to, and the
// mistakes found so far.

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict/yaml"
)

// Kind says what a node is.
type Kind = yaml.Kind

// What a node can be.
const (
	Scalar  = yaml.Scalar  // a text, number or truth value
	List    = yaml.List    // elements
	Mapping = yaml.Mapping // keys and values
)

// Decoder is a type that reads itself from a node, such as one that may be a
// number or a list. What is wrong it says by the node's Fail or Decode.
type Decoder interface{ DecodeStrict(n *Node) }

// Node is a value of the file together with the place where it stands. A null
// never arrives at a [Decoder]: it means the default, like absence.
type Node struct {
	tree   *yaml.Written
	parent *Node
	step   string        // from the parent: a key, or [0]
	key    *yaml.Written // of the map entry, if it is one
	field  *Field
	run    *run
}

// Parse reads one document. The error is of type [fault.Errors]; the node is not
// nil if the mistakes leave one that can still be decoded, so that all mistakes
// can be told together.
func Parse(name string, text []byte) (*Node, error) { return rooted(yaml.Parse(name, text)) }

// rooted is a value as a node without a parent.
func rooted(t *yaml.Written, problems fault.Errors) (*Node, error) {
	if t == nil {
		return nil, problems.Err()
	}
	return &Node{tree: t, run: &run{}}, problems.Err()
}

// run is one decoding.
type run struct {
	Loader   // what it reads by; Elsewhere is nil once it is known
	problems fault.Errors
	root     reflect.Type
	keys     []FileKey // of root, when first needed
	others   Others
	values   Others
}

// Kind says what the node is.
func (n *Node) Kind() Kind { return n.tree.Kind }

// Text is a scalar's text, whatever a YAML reader would make of it.
func (n *Node) Text() string { return n.tree.Text }

// Quoted says that a scalar cannot be anything but text.
func (n *Node) Quoted() bool { return !n.tree.Plain() }

// Numeric says that a scalar is a number, in an allowed form or not: decode it
// into one to have the wrong forms reported.
func (n *Node) Numeric() bool {
	return n.tree.Kind == Scalar && n.tree.Plain() && numeric(n.number())
}

func (n *Node) number() string {
	if n.field != nil && n.field.Unit == "ms" {
		return milliseconds(n.tree.Text)
	}
	return n.tree.Text
}

// Size is the number of values in the node, aliases written out.
func (n *Node) Size() int { return n.tree.Size() }

// Path is the way from the root, such as curriculum.stages[0].threshold.
func (n *Node) Path() string {
	if n.parent == nil {
		return n.step
	}
	return yaml.JoinPath(n.parent.Path(), n.step)
}

// Pos is where the node starts.
func (n *Node) Pos() fault.Place { return n.tree.Place() }

// At is the place of the i-th character of a scalar's text.
func (n *Node) At(i int) fault.Place {
	return n.tree.PlaceOf(i)
}

// Items are the elements of a list.
func (n *Node) Items() []*Node {
	items := make([]*Node, len(n.tree.Items()))
	for i, t := range n.tree.Items() {
		items[i] = &Node{t, n, fmt.Sprintf("[%d]", i), nil, n.field, n.run}
	}
	return items
}

const mostElements = 30_000 // of a list or map that is no matrix

// Few says that a list or map does not have more elements than can be read one
// by one, and reports it if not.
func (n *Node) Few() bool {
	most, what := mostElements, "elements"
	if f := n.field; f != nil && f.Most > 0 && (n.parent == nil || n.parent.field != f) { // not of an element
		most, what = f.Most, f.elements
	}
	count := len(n.tree.Entries()) + len(n.tree.Items())
	if count > most {
		n.Fail(fmt.Sprintf("%d %s are more than the %d allowed", count, what, most), "")
	}
	return count <= most
}

// Entries are the values of a map in the order of the file, without those that
// are null.
func (n *Node) Entries() []*Node {
	var entries []*Node
	for i, e := range n.tree.Entries() {
		if !e.Value.Null() {
			entries = append(entries, n.entry(i))
		}
	}
	return entries
}

// Key is the key of a map's entry.
func (n *Node) Key() string {
	if n.key == nil {
		return ""
	}
	return n.key.Text
}

// Get gives the value of a key, or nil if it is absent or null.
func (n *Node) Get(key string) *Node {
	if i := n.tree.Get(key); i >= 0 && !n.tree.Entries()[i].Value.Null() {
		return n.entry(i)
	}
	return nil
}

// Find follows a path, such as train.learning_rate, to a node below; nil if
// nothing stands there. With it a check after decoding finds the place of a
// value.
func (n *Node) Find(path string) *Node {
	steps, ok := yaml.SplitPath(path)
	if !ok {
		panic("strict: not a path: " + path)
	}
	for _, step := range steps {
		digits, isIndex := strings.CutPrefix(step, "[")
		i, _ := strconv.Atoi(digits)
		switch {
		case !isIndex:
			n = n.Get(step)
		case i < len(n.tree.Items()):
			n = n.Items()[i]
		default:
			n = nil
		}
		if n == nil {
			return nil
		}
	}
	return n
}

func (n *Node) entry(i int) *Node {
	e := n.tree.Entries()[i]
	return &Node{e.Value, n, yaml.Step(e.Key.Text), e.Key, n.field, n.run}
}

// Problem describes a mistake in the node without reporting it, for checks
// that come after decoding.
func (n *Node) Problem(text, hint string) fault.Error {
	return n.problem(n.Pos(), text, hint)
}

// KeyProblem is [Node.Problem] for the key of a map's entry.
func (n *Node) KeyProblem(text, hint string) fault.Error {
	return n.problem(n.start().Place(), text, hint)
}

func (n *Node) problem(pos fault.Place, text, hint string) fault.Error {
	return fault.Error{Place: pos, Path: n.Path(), Text: text + n.tree.Through(), Hint: hint}
}

// Fail reports that something is wrong with the node, unless it could not be
// read, which is reported already.
func (n *Node) Fail(text, hint string) {
	if n.tree.Kind != yaml.Broken {
		n.run.problems.Describe(func() fault.Error { return n.Problem(text, hint) })
	}
}

// Mistakes is the number of mistakes reported so far, in the node or elsewhere.
func (n *Node) Mistakes() int { return n.run.problems.Count() }

// Report reports a mistake that was described before.
func (n *Node) Report(p fault.Error) { n.run.problems.Add(p) }

// FailAt is [Node.Fail] for the i-th character of a scalar's text.
func (n *Node) FailAt(i int, text, hint string) {
	if n.tree.Kind != yaml.Broken {
		n.run.problems.Describe(func() fault.Error { return n.problem(n.At(i), text, hint) })
	}
}

// KeyFail reports that something is wrong with the key of a map's entry.
func (n *Node) KeyFail(text, hint string) {
	n.run.problems.Describe(func() fault.Error { return n.KeyProblem(text, hint) })
}

// OneOf says whether the node is one of these texts, and reports it if not.
func (n *Node) OneOf(texts ...string) bool {
	if n.tree.Kind != Scalar {
		n.mismatch("one of " + strings.Join(texts, ", "))
		return false
	}
	for _, t := range texts {
		if n.tree.Text == t {
			return true
		}
	}
	hint := n.Otherwise(texts, "allowed: "+strings.Join(texts, ", "))
	n.Fail(fmt.Sprintf("unknown value %s", abbreviate(n.tree.Text)), hint)
	return false
}

// Missing reports that a map lacks a key.
func (n *Node) Missing(key, hint string) {
	n.run.problems.Describe(func() fault.Error {
		p := n.problem(n.start().Place(), "missing, and has no default", hint)
		p.Path = yaml.JoinPath(n.Path(), yaml.Step(key))
		p.Absent = true
		return p
	})
}

// Unknown reports the key of a map's entry as one that the map has no place
// for; known are those that it has.
func (n *Node) Unknown(known []string) {
	n.run.problems.Describe(func() fault.Error { return n.UnknownProblem(known) })
}

// UnknownProblem is the problem that [Node.Unknown] reports.
func (n *Node) UnknownProblem(known []string) fault.Error {
	fields := make([]Field, len(known))
	for i, key := range known {
		fields[i].Key = key
	}
	return n.unknown(n.parent, fields)
}

// Decode reads the node into what v points to, with the bounds of the field
// that the node belongs to. It says whether that went without a mistake.
func (n *Node) Decode(v any) bool {
	before := n.Mistakes()
	n.decode(reflect.ValueOf(v).Elem())
	return n.Mistakes() == before && n.tree.Kind != yaml.Broken
}

// mismatch reports a value of the wrong kind.
func (n *Node) mismatch(expected string) { n.mismatched(expected, "") }

// mismatched reports so with a hint to a text, where it means nothing elsewhere.
func (n *Node) mismatched(expected, ofText string) {
	t := n.tree
	hint := ""
	found := ""
	switch t.Kind {
	case yaml.Broken:
		return
	case List, Mapping:
		found = map[Kind]string{List: "a list", Mapping: "a map"}[t.Kind]
		if t.Flow() && strings.HasPrefix(expected, "a text") {
			hint = "quote it if the brackets belong to a text"
		}
	case Scalar:
		found = abbreviate(t.Text)
		if t.Null() {
			found = "nothing"
		} else if o, ok := n.value(); ok {
			hint = o
		} else if ofText != "" {
			hint = ofText
		} else if yaml.NoSpaceAfterColon.MatchString(t.Text) && strings.Contains(expected, "map") {
			hint = "a space belongs after the colon: " + strings.Replace(t.Text, ":", ": ", 1)
		} else if strings.Contains(expected, "list") {
			hint = fmt.Sprintf("a list of one is written [%s]", t.Text)
			if strings.HasSuffix(expected, "texts") {
				hint = fmt.Sprintf("a list of one is written [%s]", yaml.ScalarText(t.Text, true))
			}
		}
	}
	n.Fail(fmt.Sprintf("expected %s, found %s", expected, found), hint)
}

// abbreviate quotes a text for a message.
func abbreviate(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:37]) + "..."
	}
	return strconv.Quote(text)
}
