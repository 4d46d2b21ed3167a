package strict

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"psychrnn/internal/fault"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Loader reads an experiment with everything it extends.
type Loader struct {
	Read       func(name string) ([]byte, error) // of texts
	ReadArrays func(name string) ([]byte, error) // of files of arrays that the text names
	Elsewhere  func() (all, values Others)       // names that keys and values have elsewhere, and those of values alone; asked at the first mistake
	Arrays     int64                             // bytes of arrays that a file which the text names may hold; 0: nobody said
	Type       reflect.Type                      // of what is read: says where an assignment replaces and where it adds, see [Assign]
}

// Load reads the file into what v points to, after the assignments of the
// command line, see [Assign]. The error is of type [fault.Errors], except that of
// a file that could not be read at all.
func (l *Loader) Load(name string, assignments []string, v any) error {
	typed := *l
	typed.Type = reflect.TypeOf(v).Elem()
	n, err := typed.Tree(name, assignments)
	if n == nil {
		return err
	}
	return append(fault.Of(err), fault.Of(l.Decode(n, v))...).Err()
}

// Tree is the first half of [Loader.Load]. As with [Parse] the node may be
// good to decode although there are mistakes.
func (l *Loader) Tree(name string, assignments []string) (*Node, error) {
	text, err := l.Read(name)
	if err != nil {
		return nil, err
	}
	n, err := Parse(name, text)
	problems := fault.Of(err)
	if n != nil {
		n = l.extend(n, []string{filepath.Clean(name)}, &problems)
	}
	for _, a := range assignments {
		var assigned *Node
		assigned, err = Assign(n, a, l.Type)
		problems = append(problems, fault.Of(err)...)
		if assigned != nil {
			n = assigned
		}
	}
	return n, problems.Err()
}

// Decode is the second half: it reads a node into what v points to. Decoding
// leaves the node as it is, so that it may be merged and decoded again.
func (l *Loader) Decode(n *Node, v any) error {
	fresh := *n
	fresh.run = &run{root: reflect.TypeOf(v).Elem(), elsewhere: l.Elsewhere, read: l.Read, readArrays: l.ReadArrays, arrays: l.Arrays}
	fresh.Decode(v)
	return causes(fresh.run.problems).Err()
}

// Open reads another file, which the node names, as a tree to merge with. It
// gives nil if there is none, and reports what is wrong.
func (n *Node) Open() *Node {
	var file Path
	if !n.Decode(&file) {
		return nil
	}
	if n.run.read == nil {
		n.Report(n.Unread(fs.ErrNotExist))
		return nil
	}
	text, err := n.run.read(file.String())
	if err != nil {
		n.Report(n.Unread(err))
		return nil
	}
	other, err := Parse(file.String(), text)
	n.run.problems = append(n.run.problems, fault.Of(err)...)
	if other == nil {
		return nil
	}
	other.run = n.run // so that what is wrong in it is told with the rest
	if other.tree.kind != Mapping {
		other.mismatch("a map")
		return nil
	}
	return other
}

// ReadArrays reads a file of arrays that the node names.
func (n *Node) ReadArrays(file Path) ([]byte, error) {
	if n.run.readArrays == nil {
		return nil, fs.ErrNotExist
	}
	return n.run.readArrays(file.String())
}

// Arrays are the bytes of arrays that a file which the node names may hold; 0:
// nobody said.
func (n *Node) Arrays() int64 { return n.run.arrays }

// PathHint says to what a path is relative.
func (n *Node) PathHint() string {
	if n.Pos().Line == 0 {
		return "the path of a flag is relative to where the program runs"
	}
	return "the path is relative to the file that holds it"
}

// Unread describes a file that the node names and that cannot be read.
func (n *Node) Unread(err error) fault.Error {
	p := n.Problem("cannot be read: "+err.Error(), n.PathHint())
	p.Cause = err
	return p
}

// extend merges a file over the one it extends; chain are the files on the
// way. Without the other file there is nothing: what is in it can't be judged
// missing.
func (l *Loader) extend(n *Node, chain []string, problems *fault.Errors) *Node {
	i := n.tree.get("extends")
	if i < 0 || n.tree.kind != Mapping {
		return n
	}
	at := n.entry(i)
	at.run = &run{}
	n = n.without("extends")
	if at.tree.null() {
		return n
	}
	var base Path
	if !at.Decode(&base) {
		*problems = append(*problems, at.run.problems...)
		return nil
	}
	name := base.String()
	if clean := filepath.Clean(name); slices.Contains(chain, clean) || len(chain) > 20 {
		problems.Add(at.Problem("a circle: "+strings.Join(append(chain, clean), " extends "), ""))
		return nil
	}
	text, err := l.Read(name)
	if err != nil {
		problems.Add(at.Unread(err))
		return nil
	}
	below, err := Parse(name, text)
	*problems = append(*problems, fault.Of(err)...)
	if below != nil {
		below = l.extend(below, append(chain, filepath.Clean(name)), problems)
	}
	if below == nil {
		return nil
	}
	return Merge(below, n)
}

func (n *Node) without(key string) *Node {
	return n.with(n.tree.keeping(func(e entry) bool { return e.key.text != key }))
}

// Only is a map with none but these keys.
func (n *Node) Only(keys ...string) *Node {
	return n.with(n.tree.keeping(func(e entry) bool { return slices.Contains(keys, e.key.text) }))
}

// keeping is a map with only those entries.
func (t *tree) keeping(keep func(entry) bool) *tree {
	return t.holding(slices.DeleteFunc(slices.Clone(t.entries()), func(e entry) bool { return !keep(e) }), nil)
}

func (n *Node) with(t *tree) *Node {
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
func merge(base, over *tree, t reflect.Type) *tree {
	if base.kind != Mapping || over.kind != Mapping || replaces(over, t) {
		return over
	}
	merged := *over
	if over.src.flag { // sections stay where the file has them
		merged.src, merged.at = base.src, base.at
	}
	var entries []entry
	above := map[string]entry{}
	for _, o := range over.entries() {
		above[o.key.text] = o
	}
	for _, e := range base.entries() {
		if o, both := above[e.key.text]; both {
			e = e.replaced(merge(e.value, o.value, below(t, e.key.text)), o.key)
			delete(above, o.key.text)
		}
		entries = append(entries, e)
	}
	for _, o := range over.entries() {
		if _, left := above[o.key.text]; left {
			entries = append(entries, o)
		}
	}
	return merged.holding(entries, nil)
}

// replaced is an entry with another value; the key goes with a value from elsewhere.
func (e entry) replaced(value, key *tree) entry {
	if value.src != e.value.src {
		e.key = key
	}
	e.value = value
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
	steps, ok := splitPath(path)
	src := newSource("--set "+path, value)
	src.flag = true
	fail := func(text, hint string) (*Node, error) {
		return nil, fault.Errors{{Place: src.pos(0), Path: path, Text: text, Hint: hint}}
	}
	switch {
	case !found || !ok || !utf8.ValidString(path):
		src.name = "--set " + assignment
		return fail("not of the form key=value", "for example --set train.learning_rate=0.01")
	case path == "extends":
		return fail("only a file can extend another", "write it into the file, or name the other file with -c")
	case strings.TrimSpace(value) == "":
		src.text = "null"
	}
	v, err := parse(src)
	problems := fault.Of(err)
	for i := range problems {
		problems[i].Path = path
	}
	if v == nil || n == nil {
		return nil, err
	}
	set, wrong := n.tree.set(steps, v.tree, t)
	if wrong != "" {
		return fail(wrong, "")
	}
	return n.with(set), err
}

// set is the tree, nil for none, with a value laid over what stands at the end
// of a path.
func (t *tree) set(steps []string, value *tree, as reflect.Type) (set *tree, wrong string) {
	if len(steps) == 0 {
		if t == nil {
			return value, ""
		}
		return merge(t, value, as), ""
	}
	if t == nil {
		t = &tree{}
	}
	if digits, isIndex := strings.CutPrefix(steps[0], "["); isIndex {
		i, _ := strconv.Atoi(digits)
		switch {
		case t.kind != List:
			return nil, "no list stands there"
		case i >= len(t.items()):
			return nil, fmt.Sprintf("the list has %d elements, counted from 0", len(t.items()))
		}
		items := slices.Clone(t.items())
		items[i], wrong = items[i].set(steps[1:], value, below(as, steps[0]))
		if wrong != "" {
			return nil, wrong
		}
		return t.holding(nil, items), ""
	}
	if t.kind != Mapping {
		t = &tree{kind: Mapping, src: value.src}
	}
	at, key := t.get(steps[0]), &tree{kind: Scalar, text: steps[0], src: value.src}
	var old *tree
	if at >= 0 {
		old = t.entries()[at].value
	}
	inner, wrong := old.set(steps[1:], value, below(as, steps[0]))
	if wrong != "" {
		return nil, wrong
	}
	entries := slices.Clone(t.entries())
	if at >= 0 {
		entries[at] = entries[at].replaced(inner, key)
	} else {
		entries = append(entries, entry{key, inner})
	}
	return t.holding(entries, nil), ""
}

// ParseFlag reads the YAML that is the value of a flag: a map, whose braces may
// be left out.
func ParseFlag(flag, text string) (*Node, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		text = "{" + text + "}"
	}
	src := newSource("--"+flag, text)
	src.flag = true
	return parse(src)
}

// splitPath cuts a path into keys and list indices, the latter as "[0".
func splitPath(path string) (steps []string, ok bool) {
	for path != "" {
		switch {
		case path[0] == '"':
			quoted, err := strconv.QuotedPrefix(path)
			if err != nil {
				return nil, false
			}
			key, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, false
			}
			steps = append(steps, key)
			path = path[len(quoted):]
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			if end == 0 {
				return nil, false
			}
			steps = append(steps, path[:end])
			path = path[end:]
		}
		for strings.HasPrefix(path, "[") {
			digits, rest, closed := strings.Cut(path[1:], "]")
			if i, err := strconv.Atoi(digits); !closed || err != nil || i < 0 || digits[0] == '+' {
				return nil, false
			}
			steps = append(steps, "["+digits)
			path = rest
		}
		if path == "" {
			break
		}
		if path[0] != '.' || len(path) == 1 {
			return nil, false
		}
		path = path[1:]
	}
	return steps, len(steps) > 0
}
