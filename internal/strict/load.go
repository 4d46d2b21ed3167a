package strict

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Loader reads an experiment with everything it extends.
type Loader struct {
	Read   func(name string) ([]byte, error)
	Others map[string]Other // names of the original, keys and values alike
}

// Load reads the file into what v points to, after the assignments of the
// command line, see [Assign]. The error is of type [Problems], except that of
// a file that could not be read at all.
func (l *Loader) Load(name string, assignments []string, v any) error {
	n, err := l.Tree(name, assignments)
	if n == nil {
		return err
	}
	problems, _ := err.(Problems)
	more, _ := l.Decode(n, v).(Problems)
	return append(problems, more...).Err()
}

// Tree is the first half of [Loader.Load]. As with [Parse] the node may be
// good to decode although there are mistakes.
func (l *Loader) Tree(name string, assignments []string) (*Node, error) {
	text, err := l.Read(name)
	if err != nil {
		return nil, err
	}
	n, err := Parse(name, text)
	problems, _ := err.(Problems)
	if n != nil {
		n = l.extend(n, []string{filepath.Clean(name)}, &problems)
	}
	for _, a := range assignments {
		var assigned *Node
		assigned, err = Assign(n, a)
		more, _ := err.(Problems)
		problems = append(problems, more...)
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
	fresh.run = &run{root: reflect.TypeOf(v).Elem(), others: l.Others}
	fresh.Decode(v)
	return fresh.run.problems.Err()
}

// extend merges a file over the one it extends; chain are the files on the
// way. Without the other file there is nothing: what is in it can't be judged
// missing.
func (l *Loader) extend(n *Node, chain []string, problems *Problems) *Node {
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
	if slices.Contains(chain, name) || len(chain) > 20 {
		problems.add(at.Problem("a circle: "+strings.Join(append(chain, name), " extends "), ""))
		return nil
	}
	text, err := l.Read(name)
	if err != nil {
		p := at.Problem("cannot be read: "+err.Error(), "the path is relative to the file that holds it")
		p.Cause = err
		problems.add(p)
		return nil
	}
	below, err := Parse(name, text)
	more, _ := err.(Problems)
	*problems = append(*problems, more...)
	if below != nil {
		below = l.extend(below, append(chain, name), problems)
	}
	if below == nil {
		return nil
	}
	return Merge(below, n)
}

func (n *Node) without(key string) *Node {
	t := *n.tree
	t.entries = nil
	for _, e := range n.tree.entries {
		if e.key.text != key {
			t.entries = append(t.entries, e)
		}
	}
	return n.with(&t)
}

func (n *Node) with(t *tree) *Node {
	m := *n
	m.tree = t
	return &m
}

// Merge lays one node over another: maps merge deeply, anything else replaces,
// null takes away. The result stands where over does; every value in it
// remembers its own file.
func Merge(base, over *Node) *Node { return over.with(merge(base.tree, over.tree)) }

func merge(base, over *tree) *tree {
	if base.kind != Mapping || over.kind != Mapping {
		return over
	}
	merged := *over
	merged.entries = nil
	above := map[string]entry{}
	for _, o := range over.entries {
		above[o.key.text] = o
	}
	for _, e := range base.entries {
		o, both := above[e.key.text]
		delete(above, e.key.text)
		switch {
		case !both:
			merged.entries = append(merged.entries, e)
		case !o.value.null():
			merged.entries = append(merged.entries, entry{o.key, merge(e.value, o.value)})
		}
	}
	for _, o := range over.entries {
		if _, left := above[o.key.text]; left {
			merged.entries = append(merged.entries, o)
		}
	}
	return merged.measure()
}

// Assign sets a value below a node by the text of a flag, such as
// train.learning_rate=0.01 or curriculum.stages[0].threshold=0.8. The value is
// YAML and merges as in [Merge]; sections that are not there are made. A key
// with a dot in it stands in quotes.
func Assign(n *Node, assignment string) (*Node, error) {
	path, value, found := strings.Cut(assignment, "=")
	path = strings.TrimSpace(path)
	steps, ok := splitPath(path)
	src := newSource("--set "+path, value)
	src.flag = true
	fail := func(text, hint string) (*Node, error) {
		return nil, Problems{{Pos: src.pos(0), Path: path, Text: text, Hint: hint}}
	}
	switch {
	case !found || !ok:
		src.name = "--set " + assignment
		return fail("not of the form key=value", "for example --set train.learning_rate=0.01")
	case path == "extends":
		return fail("only a file can extend another", "write it into the file, or name the other file with -c")
	case strings.TrimSpace(value) == "":
		src.text = "null"
	}
	v, err := parse(src)
	problems, _ := err.(Problems)
	for i := range problems {
		problems[i].Path = path
	}
	if v == nil || n == nil {
		return nil, err
	}
	t, wrong := assign(n.tree, steps, v.tree, src)
	if wrong != "" {
		return fail(wrong, "")
	}
	return n.with(t), err
}

// assign rebuilds the trees on the way to the value; t is nil where there was
// nothing yet.
func assign(t *tree, steps []string, value *tree, src *source) (*tree, string) {
	if len(steps) == 0 {
		if t == nil {
			return value, ""
		}
		return merge(t, value), ""
	}
	step := steps[0]
	if index, isIndex := strings.CutPrefix(step, "["); isIndex {
		i, _ := strconv.Atoi(index)
		if t == nil || t.kind != List {
			return nil, "no list stands there"
		}
		if i >= len(t.items) {
			return nil, fmt.Sprintf("the list has %d elements, counted from 0", len(t.items))
		}
		inner, wrong := assign(t.items[i], steps[1:], value, src)
		if wrong != "" {
			return nil, wrong
		}
		copied := *t
		copied.items = append([]*tree(nil), t.items...)
		copied.items[i] = inner
		return copied.measure(), ""
	}
	var below *tree
	if t != nil && t.kind == Mapping {
		if i := t.get(step); i >= 0 && !t.entries[i].value.null() {
			below = t.entries[i].value
		}
	}
	inner, wrong := assign(below, steps[1:], value, src)
	if wrong != "" {
		return nil, wrong
	}
	key := &tree{kind: Scalar, text: step, src: src}
	over := (&tree{kind: Mapping, src: src, entries: []entry{{key, inner}}}).measure()
	if t == nil {
		return over, ""
	}
	return replace(t, over), ""
}

// replace puts the one entry of over into t.
func replace(t, over *tree) *tree {
	if t.kind != Mapping {
		return over
	}
	copied := *t
	copied.entries = append([]entry(nil), t.entries...)
	if i := t.get(over.entries[0].key.text); i >= 0 {
		copied.entries[i] = over.entries[0]
	} else {
		copied.entries = append(copied.entries, over.entries[0])
	}
	return copied.measure()
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
