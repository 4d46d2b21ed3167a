package strict

// Values as they were written, which are read, merged and overlaid without being
// changed.

import (
	"psychrnn/internal/fault"
	"slices"

	"go.yaml.in/yaml/v3"
)

// tree is a value as it was written. Trees are never changed, so that merged
// trees and aliases share them. They are small, because a short text may have
// very many of them.
type tree struct {
	text  string
	src   *source
	alias *alias // where an alias stands that leads here
	inner *inner // what is in a map or list; nil: nothing
	at    int32  // byte where it starts, anchor included; MaxSize fits
	kind  Kind
	style uint8 // of yaml.Style
}

// inner is what is in a map or list.
type inner struct {
	entries []entry
	items   []*tree
	index   map[string]int // of the entries by their keys, once many were asked for
	size    int32          // values in it, itself and aliases written out
	depth   int32
}

type alias struct {
	name string
	at   int
}

type entry struct{ key, value *tree }

func (t *tree) pos() fault.Place { return t.src.pos(int(t.at)) }

// plain says that a scalar stands without quotes, so that a reader may take it
// for something else than text.
func (t *tree) plain() bool {
	return yaml.Style(t.style)&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func (t *tree) null() bool { return t.kind == Scalar && t.plain() && isNull(t.text) }

func (t *tree) flow() bool { return yaml.Style(t.style)&yaml.FlowStyle != 0 }

// few entries are found faster without an index of them.
const few = 16

// get finds the index of a key, or -1.
func (t *tree) get(key string) int {
	entries := t.entries()
	if len(entries) <= few {
		return slices.IndexFunc(entries, func(e entry) bool { return e.key.text == key })
	}
	if t.inner.index == nil {
		t.inner.index = make(map[string]int, len(entries))
		for i, e := range entries {
			t.inner.index[e.key.text] = i
		}
	}
	if i, ok := t.inner.index[key]; ok {
		return i
	}
	return -1
}

func (t *tree) entries() []entry {
	if t.inner == nil {
		return nil
	}
	return t.inner.entries
}

func (t *tree) items() []*tree {
	if t.inner == nil {
		return nil
	}
	return t.inner.items
}

// size is how many values there are in a tree, itself and aliases written out.
func (t *tree) size() int {
	if t.inner == nil {
		return 1
	}
	return int(t.inner.size)
}

func (t *tree) depth() int {
	if t.inner == nil {
		return 1
	}
	return int(t.inner.depth)
}

// holding is the tree with other entries or items.
func (t tree) holding(entries []entry, items []*tree) *tree {
	t.inner = nil
	if len(entries)+len(items) == 0 {
		return &t
	}
	size, depth := 1, 1
	count := func(c *tree) {
		size = min(size+c.size(), maxNodes+1)
		depth = max(depth, c.depth()+1)
	}
	for _, e := range entries {
		count(e.value)
	}
	for _, c := range items {
		count(c)
	}
	t.inner = &inner{entries: entries, items: items, size: int32(size), depth: int32(depth)}
	return &t
}
