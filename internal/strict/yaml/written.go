package yaml

// Values as they were written, which are read, merged and overlaid without being
// changed, and paths of keys, such as curriculum.stages[0].threshold.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"psychrnn/internal/fault"
)

// Kind says what a value is.
type Kind uint8

// What a value can be.
const (
	Broken  Kind = iota // its mistake is reported already
	Scalar              // a text, number or truth value
	List                // elements
	Mapping             // keys and values
)

// Written is a value as it was written. It is never changed, so that merged
// values and aliases share what is in them. It is small, because a short text
// may have very many of them.
type Written struct {
	Text  string // of a scalar, whatever a YAML reader would make of it
	src   *sourceText
	alias *alias // where an alias stands that leads here
	inner *inner // what is in a map or list; nil: nothing
	at    int32  // byte where it starts, anchor included; MaxSize fits
	Kind  Kind
	style uint8 // of yaml.Style
}

// inner is what is in a map or list.
type inner struct {
	entries []Pair
	items   []*Written
	index   map[string]int // of the entries by their keys, once many were asked for
	size    int32          // values in it, itself and aliases written out
	depth   int32
}

type alias struct {
	name string
	at   int
}

// Pair is an entry of a map.
type Pair struct{ Key, Value *Written }

// Empty is a map without entries or a scalar without text that stands where
// another value does.
func Empty(kind Kind, at *Written) *Written { return &Written{Kind: kind, src: at.src, at: at.at} }

// Place is where the value starts.
func (t *Written) Place() fault.Place { return t.src.pos(int(t.at)) }

// PlaceOf is the place of the i-th character of a scalar's text.
func (t *Written) PlaceOf(i int) fault.Place {
	return t.src.pos(t.src.locate(int(t.at), yaml.Style(t.style), t.Text, i))
}

// Through says in a message by which alias the text leads here; "" if by none.
func (t *Written) Through() string {
	if t.alias == nil {
		return ""
	}
	return fmt.Sprintf(" (through the alias *%s at %s)", t.alias.name, t.src.pos(t.alias.at))
}

// FromFlag says that the value is a flag's.
func (t *Written) FromFlag() bool { return t.src.flag }

// File is the name of the file in which the value stands, "" for a flag.
func (t *Written) File() string {
	if t.src.flag {
		return ""
	}
	return t.src.name
}

// Together says that two values are of the same text.
func (t *Written) Together(other *Written) bool { return t.src == other.src }

// MovedTo is the value as one that stands where another does.
func (t Written) MovedTo(other *Written) *Written {
	t.src, t.at = other.src, other.at
	return &t
}

// Plain says that a scalar stands without quotes, so that a reader may take it
// for something else than text.
func (t *Written) Plain() bool {
	return yaml.Style(t.style)&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// Null says that the value is what stands for nothing.
func (t *Written) Null() bool { return t.Kind == Scalar && t.Plain() && IsNull(t.Text) }

// IsNull says whether a text without quotes stands for nothing.
func IsNull(text string) bool {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// Flow says that a list or map stands in brackets.
func (t *Written) Flow() bool { return yaml.Style(t.style)&yaml.FlowStyle != 0 }

// few entries are found faster without an index of them.
const few = 16

// Get finds the index of a key, or -1.
func (t *Written) Get(key string) int {
	entries := t.Entries()
	if len(entries) <= few {
		return slices.IndexFunc(entries, func(e Pair) bool { return e.Key.Text == key })
	}
	if t.inner.index == nil {
		t.inner.index = make(map[string]int, len(entries))
		for i, e := range entries {
			t.inner.index[e.Key.Text] = i
		}
	}
	if i, ok := t.inner.index[key]; ok {
		return i
	}
	return -1
}

// Entries are what is in a map, in its order.
func (t *Written) Entries() []Pair {
	if t.inner == nil {
		return nil
	}
	return t.inner.entries
}

// Items are the elements of a list.
func (t *Written) Items() []*Written {
	if t.inner == nil {
		return nil
	}
	return t.inner.items
}

// Size is how many values there are in a tree, itself and aliases written out.
func (t *Written) Size() int {
	if t.inner == nil {
		return 1
	}
	return int(t.inner.size)
}

func (t *Written) depth() int {
	if t.inner == nil {
		return 1
	}
	return int(t.inner.depth)
}

// Holding is the value with other entries or items.
func (t Written) Holding(entries []Pair, items []*Written) *Written {
	t.inner = nil
	if len(entries)+len(items) == 0 {
		return &t
	}
	size, depth := 1, 1
	count := func(c *Written) {
		size = min(size+c.Size(), maxNodes+1)
		depth = max(depth, c.depth()+1)
	}
	for _, e := range entries {
		count(e.Value)
	}
	for _, c := range items {
		count(c)
	}
	t.inner = &inner{entries: entries, items: items, size: int32(size), depth: int32(depth)}
	return &t
}

// Keeping is a map with only the entries whose keys are to be kept.
func (t *Written) Keeping(keep func(key string) bool) *Written {
	return t.Holding(slices.DeleteFunc(slices.Clone(t.Entries()), func(e Pair) bool { return !keep(e.Key.Text) }), nil)
}

// Step is a key as it stands in a path: in quotes if it would read as several.
func Step(key string) string {
	if key == "" || strings.ContainsAny(key, ".[]=\" \t\r\n") {
		return strconv.Quote(key)
	}
	return key
}

// JoinPath puts steps together.
func JoinPath(steps ...string) string {
	var b strings.Builder
	for _, s := range steps {
		if b.Len() > 0 && s != "" && s[0] != '[' {
			b.WriteByte('.')
		}
		b.WriteString(s)
	}
	return b.String()
}

// SplitPath cuts a path into keys and list indices, the latter as "[0".
func SplitPath(path string) (steps []string, ok bool) {
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
