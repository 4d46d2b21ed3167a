package task

import (
	"psychrnn/internal/strict"
)

// Over is what a stage or a test puts over the task of the experiment: what is
// written there, and the task that it comes to.
type Over struct {
	Config  *Config
	Written *strict.Node
}

// DecodeStrict keeps what is written.
func (o *Over) DecodeStrict(n *strict.Node) {
	o.Written = n
	if n.Kind() != strict.Mapping {
		n.Decode(new(config)) // says so
	}
}

// EncodeStrict writes all of it.
func (o Over) EncodeStrict() any { return o.Config }

// Describe says what may stand there.
func (Over) Describe() (string, []any) {
	return "a map with keys of the task", []any{strict.Elsewhere{Form: Config{}}}
}

// inherited are the keys that hold for a definition of its own too.
var inherited = []string{"dt", "tau", "T", "N_batch"}

// Lay lays what is written over the task, a section. With kind, or with inputs,
// it is a definition of its own; otherwise it replaces keys.
func (o *Over) Lay(section *strict.Node, loader strict.Loader) error {
	if o.Written == nil {
		return nil
	}
	if n := o.Written; n.Kind() == strict.Mapping && (n.Get("kind") != nil || n.Get("inputs") != nil) {
		section = section.Only(inherited...)
	}
	o.Config = &Config{}
	return loader.Decode(strict.Merge(section, o.Written), o.Config)
}
