package strict

// One value laid over another: a file over the one that it extends, an assignment of
// the command line over a file.

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict/yaml"
)

func (n *Node) without(key string) *Node {
	return n.with(n.tree.Keeping(func(k string) bool { return k != key }))
}

// Only is a map with none but these keys.
func (n *Node) Only(keys ...string) *Node {
	return n.with(n.tree.Keeping(func(key string) bool { return slices.Contains(keys, key) }))
}

func (n *Node) with(t *yaml.Written) *Node {
	m := *n
	m.tree = t
	return &m
}

// Merge lays one node over another: maps merge deeply, anything else replaces,
// so that null takes away. The result stands where over does; every value in it
// remembers its own file.
func Merge(base, over *Node) *Node { return over.with(merge(base.tree, over.tree, nil)) }

// merge does so where the type is nil or a section; a value of a type that
// may also be something else than a map is replaced, see [replaces].
func merge(base, over *yaml.Written, t reflect.Type) *yaml.Written {
	if base.Kind != Mapping || over.Kind != Mapping || replaces(over, t) {
		return over
	}
	merged := over
	if over.FromFlag() { // sections stay where the file has them
		merged = over.MovedTo(base)
	}
	var entries []yaml.Pair
	above := map[string]yaml.Pair{}
	for _, o := range over.Entries() {
		above[o.Key.Text] = o
	}
	for _, e := range base.Entries() {
		if o, both := above[e.Key.Text]; both {
			e = replaced(e, merge(e.Value, o.Value, below(t, e.Key.Text)), o.Key)
			delete(above, o.Key.Text)
		}
		entries = append(entries, e)
	}
	for _, o := range over.Entries() {
		if _, left := above[o.Key.Text]; left {
			entries = append(entries, o)
		}
	}
	return merged.Holding(entries, nil)
}

// replaced is an entry with another value; the key goes with a value from elsewhere.
func replaced(e yaml.Pair, value, key *yaml.Written) yaml.Pair {
	if !value.Together(e.Value) {
		e.Key = key
	}
	e.Value = value
	return e
}

// Assign sets a value below a node, which is to be read as the type (nil: any),
// by the text of a flag, such as train.learning_rate=0.01 or
// curriculum.stages[0].threshold=0.8. The value is YAML and takes the place of
// what stood there, but a map adds to a section: something that is nothing but
// a map, or a map that one key decides about (a schedule) where the new one
// leaves that key out. Sections that are not there are made. A key with a dot
// in it stands in quotes.
func Assign(n *Node, assignment string, t reflect.Type) (*Node, error) {
	path, value, found := strings.Cut(assignment, "=")
	path = strings.TrimSpace(path)
	steps, ok := yaml.SplitPath(path)
	flag := "--set " + path
	fail := func(text, hint string) (*Node, error) {
		return nil, fault.Errors{{Place: fault.Place{File: flag}, Path: path, Text: text, Hint: hint}}
	}
	switch {
	case !found || !ok || !utf8.ValidString(path):
		flag = "--set " + assignment
		return fail("not of the form key=value", "for example --set train.learning_rate=0.01")
	case path == "extends":
		return fail("only a file can extend another", "write it into the file, or name the other file with -c")
	}
	v, problems := yaml.ParseFlag(flag, value)
	for i := range problems {
		problems[i].Path = path
	}
	if v == nil || n == nil {
		return nil, problems.Err()
	}
	into, wrong := set(n.tree, steps, v, t)
	if wrong != "" {
		return fail(wrong, "")
	}
	return n.with(into), problems.Err()
}

// set is t, nil for nothing, with a value laid over what stands at the end of a
// path below it.
func set(t *yaml.Written, steps []string, value *yaml.Written, as reflect.Type) (into *yaml.Written, wrong string) {
	if len(steps) == 0 {
		if t == nil {
			return value, ""
		}
		return merge(t, value, as), ""
	}
	if t == nil {
		t = &yaml.Written{}
	}
	if digits, isIndex := strings.CutPrefix(steps[0], "["); isIndex {
		i, _ := strconv.Atoi(digits)
		switch {
		case t.Kind != List:
			return nil, "no list stands there"
		case i >= len(t.Items()):
			return nil, fmt.Sprintf("the list has %d elements, counted from 0", len(t.Items()))
		}
		items := slices.Clone(t.Items())
		items[i], wrong = set(items[i], steps[1:], value, below(as, steps[0]))
		if wrong != "" {
			return nil, wrong
		}
		return t.Holding(nil, items), ""
	}
	if t.Kind != Mapping {
		t = yaml.Empty(Mapping, value)
	}
	at, key := t.Get(steps[0]), yaml.Empty(Scalar, value)
	key.Text = steps[0]
	var old *yaml.Written
	if at >= 0 {
		old = t.Entries()[at].Value
	}
	inner, wrong := set(old, steps[1:], value, below(as, steps[0]))
	if wrong != "" {
		return nil, wrong
	}
	entries := slices.Clone(t.Entries())
	if at >= 0 {
		entries[at] = replaced(entries[at], inner, key)
	} else {
		entries = append(entries, yaml.Pair{Key: key, Value: inner})
	}
	return t.Holding(entries, nil), ""
}

// below is the type of what stands under a key, or an index as "[0", of a value
// of the type; nil if it is not known.
func below(t reflect.Type, step string) reflect.Type {
	switch {
	case t == nil || t == nodeType:
		return nil
	case t.Kind() == reflect.Pointer:
		return below(t.Elem(), step)
	}
	if elem, ok := MapElem(t); ok {
		return elem
	}
	if _, forms, ok := Accepts(t); ok {
		for _, form := range forms {
			if found := below(FormOf(form), step); found != nil {
				return found
			}
		}
		return nil
	}
	switch t.Kind() {
	case reflect.Slice:
		if strings.HasPrefix(step, "[") {
			return t.Elem()
		}
	case reflect.Struct:
		var rest reflect.Type
		for _, f := range Fields(t) {
			if f.Key == step {
				return f.FormType
			} else if f.Key == "" {
				rest = below(f.FormType, step)
			}
		}
		return rest
	}
	return nil
}

// replaces says that a map laid over another of the type stands in its place:
// that something else than a map may stand there, too, and that the map says
// which variant it is where there are several.
func replaces(over *yaml.Written, t reflect.Type) bool {
	if t == nil || t == nodeType {
		return false
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, forms, ok := Accepts(t)
	if _, isMap := MapElem(t); isMap || !ok {
		return false
	}
	for _, form := range forms {
		if v, ok := form.(Variants); ok && over.Get(v.Key) < 0 {
			return false
		}
	}
	return len(forms) > 1
}
