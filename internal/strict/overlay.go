package strict

// What has to be written to come from one value to another by merging.

import (
	"maps"
	"reflect"
	"slices"

	"psychrnn/internal/strict/yaml"
)

// Overlay is written as what has to be laid over Base, see [Merge], to come to
// Whole: all that differs, and what Keep holds even where it does not.
type Overlay struct {
	Base, Whole any
	Keep        Kept
}

// Kept are the keys of a map that an [Overlay] writes in any case, each with
// those that are kept of its value; nil keeps all of it.
type Kept map[string]Kept

// Keep are the keys that a node writes, those that it takes away with null
// among them.
func (n *Node) Keep() Kept { return keep(n.tree) }

func keep(t *yaml.Written) Kept {
	if t.Kind != Mapping {
		return nil
	}
	k := Kept{}
	for _, e := range t.Entries() {
		k[e.Key.Text] = keep(e.Value)
	}
	return k
}

func (o Overlay) out() *out {
	return over(encode(reflect.ValueOf(o.Base)), encode(reflect.ValueOf(o.Whole)), o.Keep)
}

// over gives nil where nothing has to be written.
func over(base, whole *out, kept Kept) *out {
	o := &out{kind: Mapping}
	add := func(key string) {
		below, above := base.get(key), whole.get(key)
		keep, isKept := kept[key]
		switch {
		case above == nil && (below != nil || isKept):
			above = &out{kind: Scalar, isRaw: true, text: "null"}
		case isKept && keep == nil:
		case below != nil && below.kind == Mapping && above.kind == Mapping:
			above = over(below, above, keep)
		case !isKept && below.equal(above):
			return
		}
		o.set(key, above)
	}
	for _, key := range whole.keys {
		add(key)
	}
	for _, key := range base.keys {
		if whole.get(key) == nil {
			add(key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if whole.get(key) == nil && base.get(key) == nil {
			add(key)
		}
	}
	if len(o.keys) == 0 {
		return nil
	}
	return o
}

func (o *out) get(key string) *out {
	if k := slices.Index(o.keys, key); k >= 0 {
		return o.items[k]
	}
	return nil
}

// equal says whether two values read alike.
func (o *out) equal(p *out) bool {
	if o == nil || p == nil {
		return o == p
	}
	return o.kind == p.kind && o.isRaw == p.isRaw && o.text == p.text &&
		slices.Equal(o.keys, p.keys) && slices.EqualFunc(o.items, p.items, (*out).equal)
}
