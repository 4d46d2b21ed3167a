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

func (o Overlay) out() *yaml.Output {
	return over(encode(reflect.ValueOf(o.Base)), encode(reflect.ValueOf(o.Whole)), o.Keep)
}

// over gives nil where nothing has to be written.
func over(base, whole *yaml.Output, kept Kept) *yaml.Output {
	o := &yaml.Output{Kind: Mapping}
	add := func(key string) {
		below, above := base.Get(key), whole.Get(key)
		keep, isKept := kept[key]
		switch {
		case above == nil && (below != nil || isKept):
			above = &yaml.Output{Kind: Scalar, Raw: true, Text: "null"}
		case isKept && keep == nil:
		case below != nil && below.Kind == Mapping && above.Kind == Mapping:
			above = over(below, above, keep)
		case !isKept && below.Equal(above):
			return
		}
		o.Set(key, above)
	}
	for _, key := range whole.Keys {
		add(key)
	}
	for _, key := range base.Keys {
		if whole.Get(key) == nil {
			add(key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if whole.Get(key) == nil && base.Get(key) == nil {
			add(key)
		}
	}
	if len(o.Keys) == 0 {
		return nil
	}
	return o
}
