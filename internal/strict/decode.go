package strict

// Values become Go values: what a value of the wrong kind, a missing or an unknown
// key is told with depends on the type it is read into and on the field it belongs to.

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict/yaml"
)

var (
	decoderType = reflect.TypeFor[Decoder]()
	nodeType    = reflect.TypeFor[*Node]()
)

// decode reads the node into v, which is addressable and becomes wholly new.
func (n *Node) decode(v reflect.Value) {
	v.SetZero()
	t := v.Type()
	switch {
	case t == nodeType:
		v.Set(reflect.ValueOf(n))
		return
	case n.tree.Kind == yaml.Broken:
		return
	case n.tree.Null():
		n.mismatch(words(t, false))
		return
	case v.CanAddr() && reflect.PointerTo(t).Implements(decoderType):
		v.Addr().Interface().(Decoder).DecodeStrict(n)
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		n.decode(v.Elem())
	case reflect.Struct:
		n.decodeStruct(v)
	case reflect.Slice:
		n.decodeList(v)
	case reflect.Bool:
		n.decodeBool(v)
	case reflect.String:
		n.decodeText(v)
	case reflect.Float32, reflect.Float64:
		n.decodeNumber(v)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.decodeWhole(v)
	default:
		panic("strict: a field of type " + t.String() + " cannot be read")
	}
}

func (n *Node) decodeStruct(v reflect.Value) {
	fields := Fields(v.Type())
	if n.tree.Kind != Mapping {
		short, ok := shortForm(v)
		if !ok {
			n.mismatched("a map", n.ofKind(fields))
			return
		}
		for i := range fields {
			n.absent(&fields[i], v.FieldByIndex(fields[i].index))
		}
		n.decode(short)
		return
	}
	// Where all that is in a section is a mistake, and the section need not be
	// there, nothing is missing.
	mistaken := n.field != nil && n.field.Type.Kind() == reflect.Pointer && len(n.tree.Entries()) > 0
	rest := slices.IndexFunc(fields, func(f Field) bool { return f.Key == "" })
	var others []yaml.Pair
	for i, e := range n.tree.Entries() {
		known := slices.ContainsFunc(fields, func(f Field) bool { return f.Key == e.Key.Text }) && e.Key.Text != ""
		mistaken = mistaken && !known && rest < 0
		switch {
		case known:
		case rest >= 0:
			others = append(others, e)
		default:
			n.run.problems.Describe(func() fault.Error { return n.entry(i).unknown(n, fields) })
		}
	}
	for i := range fields {
		f := &fields[i]
		into := v.FieldByIndex(f.index)
		child := n.Get(f.Key)
		switch {
		case i == rest:
			(&Node{n.tree.Holding(others, nil), n.parent, n.step, n.key, f, n.run}).decode(into)
		case child != nil:
			child.field = f
			child.decode(into)
		case f.Required && mistaken:
		case f.Required && (f.Unless == "" || n.root().Find(f.Unless) == nil):
			n.missing(f)
		default:
			n.absent(f, into)
		}
	}
}

// ofKind is the hint to a text in the place of a map of these fields: that it
// may be its kind.
func (n *Node) ofKind(fields []Field) string {
	at := slices.IndexFunc(fields, func(f Field) bool { return f.Key == "kind" })
	text := n.tree.Text
	if at < 0 || n.tree.Kind != Scalar || n.tree.Null() || numeric(text) || yaml.Boolean(text) || yaml.NoSpaceAfterColon.MatchString(text) {
		return ""
	}
	if o, ok := n.run.ask().values.find(text, yaml.JoinPath(n.Path(), "kind")); ok {
		return o.hint(text)
	}
	if allowed := fields[at].OneOf; len(allowed) > 0 {
		near := fault.Near(text, allowed)
		if len(near) == 0 {
			return ""
		}
		text = near[0]
	}
	return "write " + strings.TrimPrefix(n.Key()+": ", ": ") + "{kind: " + text + "}"
}

// absent gives a field the value it has without a word in the file.
func (n *Node) absent(f *Field, into reflect.Value) {
	into.SetZero()
	step := yaml.Step(f.Key)
	switch {
	case f.HasDefault:
		d := &Node{tree: f.byDefault, parent: n, step: step, field: f, run: &run{}}
		d.decode(into)
		if err := d.run.problems.Err(); err != nil {
			panic("strict: " + err.Error())
		}
	case f.Type.Kind() == reflect.Struct && !Decodes(f.Type):
		if _, short := shortForm(into); !short {
			(&Node{yaml.Empty(Mapping, n.start()), n, step, n.key, f, n.run}).decode(into)
		}
	}
}

func (n *Node) root() *Node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// start is where a section is said to be: at its key, if it has one.
func (n *Node) start() *yaml.Written {
	if n.key != nil {
		return n.key
	}
	return n.tree
}

func (n *Node) missing(f *Field) {
	hint := f.words()
	if f.Doc != "" {
		hint = f.Doc + " (" + hint + ")"
	}
	n.Missing(f.Key, hint)
}

// unknown describes the key of a node as one that parent has no place for.
func (n *Node) unknown(parent *Node, fields []Field) fault.Error {
	key := n.key.Text
	var r remedy
	if !n.run.problems.Many() {
		r = n.run.remedy(key, parent.Path(), fields)
	}
	text := "unknown key"
	if n.tree.Null() && n.tree.Text == "" && yaml.NoSpaceAfterColon.MatchString(key) {
		text = "no space after the colon"
		r = remedy{"write " + strings.Replace(key, ":", ": ", 1), []string{yaml.JoinPath(parent.Path(), key[:strings.Index(key, ":")])}}
	} else if m := yaml.Assigned.FindStringSubmatch(key); m != nil && n.tree.Null() {
		text, r = "a key without a colon", remedy{fmt.Sprintf("write %s: %s", m[1], m[2]), []string{yaml.JoinPath(parent.Path(), m[1])}}
	}
	p := n.problem(n.key.Place(), text, r.hint)
	p.Meant = r.meant
	return p
}

func (n *Node) decodeList(v reflect.Value) {
	if n.tree.Kind != List {
		n.mismatch(words(v.Type(), false))
		return
	}
	if len(n.tree.Items()) == 0 || !isMatrix(v.Type()) && !n.Few() {
		return
	}
	items := n.Items()
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if item.tree.Null() {
			item.Fail("an empty element", "write its value, or remove it")
			continue
		}
		item.decode(v.Index(i))
	}
}

// isMatrix says that a list is one of numbers, or of such lists.
func isMatrix(t reflect.Type) bool {
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64
}

func (n *Node) decodeBool(v reflect.Value) {
	b, ok := parseBool(n.tree.Text)
	if n.tree.Kind == Scalar && ok {
		v.SetBool(b)
		return
	}
	switch strings.ToLower(n.tree.Text) {
	case "yes", "on", "y", "1", "true":
		n.Fail("expected true or false, found "+abbreviate(n.tree.Text), "write true")
	case "no", "off", "n", "0", "false":
		n.Fail("expected true or false, found "+abbreviate(n.tree.Text), "write false")
	default:
		n.mismatch("true or false")
	}
}

func (n *Node) decodeText(v reflect.Value) {
	if choice, ok := v.Interface().(Choice); ok {
		if n.OneOf(choice.Choices()...) {
			v.SetString(n.tree.Text)
		}
		return
	}
	t := n.tree
	allowed := n.field != nil && slices.Contains(n.field.OneOf, t.Text)
	switch {
	case t.Kind != Scalar:
		n.mismatch("a text")
	case allowed || !t.Plain() && (n.field == nil || len(n.field.OneOf) == 0):
		v.SetString(t.Text)
	case n.field != nil && len(n.field.OneOf) > 0:
		n.OneOf(n.field.OneOf...)
	case yaml.Boolean(t.Text):
		n.Fail("expected a text, found a truth value: "+t.Text, fmt.Sprintf("quote it: %q", t.Text))
	case sexagesimal.MatchString(t.Text):
		n.Fail("some YAML readers take "+t.Text+" for a number of base 60", fmt.Sprintf("quote it: %q", t.Text))
	case numeric(t.Text):
		n.Fail("expected a text, found a number: "+t.Text, fmt.Sprintf("quote it: %q", t.Text))
	default:
		v.SetString(t.Text)
	}
}

func (n *Node) decodeNumber(v reflect.Value) {
	text := n.number()
	_, hint, ok := parseNumber(text)
	x, err := strconv.ParseFloat(text, v.Type().Bits())
	switch {
	case n.tree.Kind != Scalar || !ok && hint == "":
		n.mismatch(words(v.Type(), false) + n.unit())
	case !ok:
		n.Fail("expected a number, found "+abbreviate(n.tree.Text), hint)
	case err != nil:
		n.Fail("the number is too large: "+n.tree.Text, "")
	case n.field.check(n, x):
		v.SetFloat(x)
	}
}

func (n *Node) decodeWhole(v reflect.Value) {
	text := n.number()
	x, hint, ok := parseNumber(text)
	whole, fits := parseWhole(text)
	switch {
	case n.tree.Kind != Scalar || !ok && hint == "":
		n.mismatch(words(v.Type(), false) + n.unit())
	case !ok:
		n.Fail("expected a whole number, found "+abbreviate(n.tree.Text), hint)
	case x != math.Trunc(x):
		n.Fail("expected a whole number, found "+n.tree.Text, "")
	case v.CanUint():
		u, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			u = uint64(whole) //nolint:gosec // G115: a negative one is refused in the next line
		}
		if err != nil && (!fits || whole < 0) || v.OverflowUint(u) {
			n.Fail("out of range: "+n.tree.Text, fmt.Sprintf("from 0 to %d", uint64(math.MaxUint64)>>(64-v.Type().Bits())))
		} else if n.field.check(n, x) {
			v.SetUint(u)
		}
	case !fits || v.OverflowInt(whole):
		n.Fail("out of range: "+n.tree.Text, "")
	case n.field.check(n, x):
		v.SetInt(whole)
	}
}

// unit is added to what is expected where a number may carry one.
func (n *Node) unit() string {
	if n.field == nil || n.field.Unit == "" {
		return ""
	}
	return fmt.Sprintf(" (in %s; 200ms and 2s are read too)", n.field.Unit)
}
