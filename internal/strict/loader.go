package strict

// A file with everything it extends, and the files that it names; flags of the command
// line, which are read like the keys of a file.

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict/yaml"
)

// Loader reads an experiment with everything it extends.
type Loader struct {
	Read       func(name string) ([]byte, error) // of texts
	ReadArrays func(name string) ([]byte, error) // of files of arrays that the text names
	Elsewhere  func() (all, values Others)       // names that keys and values have elsewhere, and those of values alone; asked at the first mistake
	Arrays     int64                             // bytes of arrays that a file which the text names may hold; 0: nobody said
	Type       reflect.Type                      // of what is read: says where an assignment replaces and where it adds, see [Assign]
}

// Tree reads the file, and what it extends, under the assignments of the command
// line, see [Assign]. The error is of type [fault.Errors], except that of a file that
// could not be read at all. As with [Parse] the node may be good to decode although
// there are mistakes.
func (l *Loader) Tree(name string, assignments []string) (*Node, error) {
	text, err := l.Read(name)
	if err != nil {
		return nil, err
	}
	n, err := Parse(name, text)
	problems := fault.ErrorsIn(err)
	if n != nil {
		n = l.extend(n, []string{filepath.Clean(name)}, &problems)
	}
	for _, a := range assignments {
		var assigned *Node
		assigned, err = Assign(n, a, l.Type)
		problems = append(problems, fault.ErrorsIn(err)...)
		if assigned != nil {
			n = assigned
		}
	}
	return n, problems.Err()
}

// Decode reads a node into what v points to. Decoding
// leaves the node as it is, so that it may be merged and decoded again. What is done
// then, with what was read and the node that it was read from, may report further
// mistakes.
func (l Loader) Decode(n *Node, v any, then ...func(from *Node)) error {
	fresh := *n
	fresh.run = &run{Loader: l, root: reflect.TypeOf(v).Elem()}
	fresh.Decode(v)
	for _, f := range then {
		f(&fresh)
	}
	return causes(fresh.run.problems).Err()
}

// Open reads another file, which the node names, as a tree to merge with. It
// gives nil if there is none, and reports what is wrong.
func (n *Node) Open() *Node {
	var file Path
	if !n.Decode(&file) {
		return nil
	}
	text, err := n.run.Read(file.String())
	if err != nil {
		n.Report(n.Unread(err))
		return nil
	}
	other, err := Parse(file.String(), text)
	n.run.problems = append(n.run.problems, fault.ErrorsIn(err)...)
	if other == nil {
		return nil
	}
	other.run = n.run // so that what is wrong in it is told with the rest
	if other.tree.Kind != Mapping {
		other.mismatch("a map")
		return nil
	}
	return other
}

// ReadArrays reads a file of arrays that the node names.
func (n *Node) ReadArrays(file Path) ([]byte, error) { return n.run.ReadArrays(file.String()) }

// Arrays are the bytes of arrays that a file which the node names may hold; 0:
// nobody said.
func (n *Node) Arrays() int64 { return n.run.Arrays }

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
	i := n.tree.Get("extends")
	if i < 0 || n.tree.Kind != Mapping {
		return n
	}
	at := n.entry(i)
	at.run = &run{}
	n = n.without("extends")
	if at.tree.Null() {
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
	*problems = append(*problems, fault.ErrorsIn(err)...)
	if below != nil {
		below = l.extend(below, append(chain, filepath.Clean(name)), problems)
	}
	if below == nil {
		return nil
	}
	return Merge(below, n)
}

// ParseFlag reads the YAML that is the value of a flag: a map, whose braces may
// be left out.
func ParseFlag(flag, text string) (*Node, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		text = "{" + text + "}"
	}
	return rooted(yaml.ParseFlag("--"+flag, text))
}

// DecodeFlag reads the value of a flag into what v points to, as the value of a
// key whose field has these tags is read from a file. The error is of type
// [fault.Errors], whose place is the name.
func DecodeFlag(name, text string, tags reflect.StructTag, v any) error {
	n, err := rooted(yaml.ParseFlag(name, text))
	if n == nil {
		return err
	}
	t := reflect.TypeOf(v).Elem()
	field := newField(t, reflect.StructField{Name: name, Type: t, Tag: tags}, name)
	n.field = &field
	n.Decode(v)
	return append(fault.ErrorsIn(err), n.run.problems...).Err()
}
