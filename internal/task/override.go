package task

// What a stage or a test puts over the task of the experiment.

import (
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/strict"
)

// Override is what a stage or a test puts over the task of the experiment: what is
// written there, and the task that it comes to.
type Override struct {
	Config  *Config
	Written *strict.Node
	base    *Config
}

// DecodeStrict keeps what is written.
func (o *Override) DecodeStrict(n *strict.Node) {
	o.Written = n
	if n.Kind() != strict.Mapping {
		n.Decode(new(config)) // says so
	}
}

// EncodeStrict writes what is put over the task, so that a change of the task
// still reaches it. A definition of its own is written in full, but what it
// inherits is not repeated.
func (o Override) EncodeStrict() any {
	if o.Written == nil || o.Config == nil {
		return nil
	}
	kept := o.Written.Keep()
	delete(kept, "kind") // what it stands for is in the definition
	if o.own() {
		b := o.base
		maps.DeleteFunc(kept, func(key string, _ strict.Kept) bool { return !slices.Contains(SectionKeys(), key) }) // in the definition, too
		return strict.Overlay{Base: inherited{b.Dt, b.Tau, b.Duration, b.N_batch}, Whole: *o.Config, Keep: kept}
	}
	base, whole := *o.base, *o.Config
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if slices.Contains(SectionKeys(), key) {
			continue
		}
		// A variableForm or parameter by its name alone: so it goes over what the task says in that way.
		value, variable := whole.Trial.Get(key)
		if !variable {
			value, _ = whole.Parameters.Get(key)
		}
		whole.Others = append(whole.Others, strict.Entry[*strict.Node]{Key: key, Value: value})
		kept[key] = nil
		delete(kept["trial"], key)
		delete(kept["parameters"], key)
		for _, c := range []*Config{&base, &whole} {
			c.Trial, c.Parameters = without(c.Trial, key), without(c.Parameters, key)
		}
	}
	return strict.Overlay{Base: base, Whole: whole, Keep: kept}
}

// without is the map without a key.
func without(m strict.Map[*strict.Node], key string) strict.Map[*strict.Node] {
	return slices.DeleteFunc(slices.Clone(m), func(e strict.Entry[*strict.Node]) bool { return e.Key == key })
}

var _ = strict.Describe[Override]("a map with keys of the task", strict.Elsewhere{Form: Config{}})

// inherited are the keys that hold for a definition of its own too.
type inherited struct {
	Dt       float64 `yaml:"dt"`
	Tau      float64 `yaml:"tau"`
	Duration float64 `yaml:"T"`
	N_batch  int     `yaml:"N_batch"`
}

// own says whether what is written is a definition of its own.
func (o Override) own() bool {
	n := o.Written
	return n.Kind() == strict.Mapping && (n.Get("kind") != nil || n.Get("inputs") != nil)
}

// Merge lays what is written over the task, of which section is the text, to be
// read into Config. With kind, or with inputs, it is a definition of its own;
// otherwise it replaces keys.
func (o *Override) Merge(base *Config, section *strict.Node) *strict.Node {
	if o.own() {
		section = section.Only("dt", "tau", "T", "N_batch")
	}
	o.base, o.Config = base, &Config{}
	return strict.Merge(section, o.Written)
}

// Replaces says whether what is written stands in the place of a key of the
// task, so that the key does not matter there.
func (o Override) Replaces(key string) bool {
	if o.Written == nil {
		return false
	}
	first, _, _ := strings.Cut(key, ".")
	if o.own() && !slices.Contains([]string{"dt", "tau", "T", "N_batch"}, first) {
		return true
	}
	for _, section := range []string{"trial.", "parameters."} {
		if o.Written.Find(strings.TrimPrefix(key, section)) != nil || o.Written.Find(section+key) != nil {
			return true
		}
	}
	return o.Written.Find(key) != nil
}
