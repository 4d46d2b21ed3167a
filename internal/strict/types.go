package strict

// Types of fields that Go does not have: a map in the order of the file, and the path
// of a file, which is relative to the file that holds it.

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"psychrnn/internal/strict/yaml"
)

// Map is a map that keeps the order of the file. An [Encoder] may give a
// Map[any].
type Map[T any] []Entry[T]

// Entry is one of a Map.
type Entry[T any] struct {
	Key   string
	Value T
}

// ordered is what the Maps of all types have in common.
type ordered interface {
	elem() reflect.Type
	each(visit func(key string, value reflect.Value))
}

func (Map[T]) elem() reflect.Type { return reflect.TypeFor[T]() }

func (m Map[T]) each(visit func(string, reflect.Value)) {
	for i := range m {
		visit(m[i].Key, reflect.ValueOf(&m[i].Value).Elem())
	}
}

// Get gives the value of a key.
func (m Map[T]) Get(key string) (value T, ok bool) {
	for _, e := range m {
		if e.Key == key {
			return e.Value, true
		}
	}
	return value, false
}

// Set changes the value of a key or appends it.
func (m *Map[T]) Set(key string, value T) {
	for i := range *m {
		if (*m)[i].Key == key {
			(*m)[i].Value = value
			return
		}
	}
	*m = append(*m, Entry[T]{key, value})
}

// DecodeStrict reads any keys; a null takes its key away.
func (m *Map[T]) DecodeStrict(n *Node) {
	if n.tree.Kind != Mapping {
		n.mismatch(words(reflect.TypeFor[Map[T]](), false))
		return
	}
	if !n.Few() {
		return
	}
	for i, e := range n.tree.Entries() {
		child := n.entry(i)
		if e.Value.Null() {
			if e.Value.Text == "" {
				child.empty()
			}
			continue
		}
		*m = append(*m, Entry[T]{Key: e.Key.Text})
		child.decode(reflect.ValueOf(&(*m)[len(*m)-1].Value).Elem())
	}
}

// empty reports a key with nothing behind it where any key is allowed.
func (n *Node) empty() {
	hint := "write its value, or null to leave it out"
	if yaml.NoSpaceAfterColon.MatchString(n.key.Text) {
		hint = "a space belongs after the colon: " + strings.Replace(n.key.Text, ":", ": ", 1)
	}
	p := n.problem(n.key.Place(), "a key without a value", hint)
	n.run.problems.Add(p)
}

// Path is the name of a file to read. It is relative to the folder of the file
// that holds it.
type Path struct {
	Text   string // as written
	Folder string // "" for a flag: relative to where the program runs
}

// String is the name under which the program finds the file. What leads up from
// a folder is left to the disk: where a link leads to the folder, it goes up from
// there, so that the file is the same by whichever name the folder is reached.
func (p Path) String() string {
	name := p.Text
	switch {
	case name == "":
		return ""
	case p.Folder != "" && !filepath.IsAbs(name):
		name = strings.TrimSuffix(p.Folder, string(filepath.Separator)) + string(filepath.Separator) + name
	}
	if leadsUp(name) {
		return name
	}
	return filepath.Clean(name)
}

// leadsUp says whether a path goes up from a folder that it names.
func leadsUp(path string) bool {
	named := false
	for _, step := range strings.Split(filepath.ToSlash(path), "/") {
		switch step {
		case "", ".":
		case "..":
			if named {
				return true
			}
		default:
			named = true
		}
	}
	return false
}

// DecodeStrict keeps the folder with the text. An empty name is that of no file:
// taken for an absent key it would be without effect.
func (p *Path) DecodeStrict(n *Node) {
	if !n.Decode(&p.Text) {
		return
	}
	if p.Folder = n.Folder(); p.Text == "" {
		n.Fail("names no file", "write its path, or leave the key out")
	}
}

// Folder is that of the file in which the node stands, "" for a flag.
func (n *Node) Folder() string {
	folder, _ := filepath.Split(n.tree.File())
	if n.tree.FromFlag() || leadsUp(folder) {
		return folder
	}
	return filepath.Dir(n.tree.File())
}

// EncodeStrict gives the text alone; who writes it into another folder changes
// it first, see [Paths].
func (p Path) EncodeStrict() any { return p.Text }

var _ = Describe[Path]("a path", Pattern("."))

// Paths gives every Path that is not empty within what v points to.
func Paths(v any) []*Path {
	return slices.DeleteFunc(All[Path](v), func(p *Path) bool { return p.Text == "" })
}

// All gives every value of type T within what v points to, wherever exported
// fields lead.
func All[T any](v any) (all []*T) {
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if v.CanAddr() {
			if t, ok := v.Addr().Interface().(*T); ok {
				all = append(all, t)
				return
			}
		}
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() && v.Type() != nodeType {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					walk(v.Field(i))
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(v))
	return all
}
