package train

// How an experiment names an optimizer: by its name, or as a map with settings of its
// kind, which are numbers.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/strict"
)

// Optimizer names one of the table, with settings of its own.
type Optimizer struct {
	Kind     string
	Settings map[string]float64 // in the place of defaults
}

// optimizerLong is the long form of an Optimizer.
type optimizerLong struct {
	Kind        string   `yaml:"kind" form:"train/optimizerName" required:"true" doc:"which optimizer"`
	Beta1       *float64 `yaml:"beta1" min:"0" below:"1" doc:"decay of the mean gradient; adam, adamw"`
	Beta2       *float64 `yaml:"beta2" min:"0" below:"1" doc:"decay of the mean squared gradient; adam, adamw"`
	Epsilon     *float64 `yaml:"epsilon" min:"0" doc:"added to the divisor, so that it is never 0; adam, adamw, rmsprop"`
	WeightDecay *float64 `yaml:"weight_decay" min:"0" doc:"share of a weight by which an update reduces it, times the learning rate; adamw"`
	Momentum    *float64 `yaml:"momentum" min:"0" below:"1" doc:"share of the last step that is added to the next; momentum, nesterov, rmsprop"`
	Decay       *float64 `yaml:"decay" min:"0" below:"1" doc:"decay of the mean squared gradient; rmsprop"`
	Initial     *float64 `yaml:"initial_accumulator" above:"0" doc:"start of the sum of squared gradients; adagrad"`
}

type optimizerName struct{}

var _ = strict.Describe[optimizerName](strings.Join(optimizerNames(), ", "), strict.Names(optimizerNames()))

// DecodeStrict reads a name, or a map with the settings of that kind.
func (o *Optimizer) DecodeStrict(n *strict.Node) {
	at := n
	if n.Kind() == strict.Mapping {
		var long optimizerLong
		if !n.Decode(&long) {
			return
		}
		at = n.Get("kind")
	}
	if !at.OneOf(optimizerNames()...) {
		return
	}
	o.Kind = at.Text()
	o.Settings = optimizerKinds[float64]()[o.Kind].settings
	rejectForeignKeys(n, o.Kind, append(slices.Sorted(maps.Keys(o.Settings)), "kind"))
	for key, value := range o.Settings {
		if e := n.Get(key); e != nil {
			e.Decode(&value)
			o.Settings[key] = value
		}
	}
}

// rejectForeignKeys reports keys that have no effect on the kind.
func rejectForeignKeys(n *strict.Node, kind string, own []string) {
	if n.Kind() != strict.Mapping {
		return
	}
	for _, e := range n.Entries() {
		if !slices.Contains(own, e.Key()) {
			e.Fail(fmt.Sprintf("has no effect on %s", kind), "leave it out; it takes "+strings.Join(own, ", "))
		}
	}
}

// EncodeStrict writes the kind with all of its settings.
func (o Optimizer) EncodeStrict() any {
	entries := strict.Map[any]{{Key: "kind", Value: o.Kind}}
	for _, key := range slices.Sorted(maps.Keys(o.Settings)) {
		entries.Set(key, o.Settings[key])
	}
	return entries
}

var _ = strict.Describe[Optimizer]("the name of an optimizer, or a map with its kind and settings", strict.Names(optimizerNames()), strict.Variants{Form: optimizerLong{}, Key: "kind", Keys: settings})

// Slots is the number of values that the optimizer keeps for every weight.
func (o Optimizer) Slots() int { return len(optimizerKinds[float32]()[o.Kind].blocks) }

func optimizerNames() []string { return slices.Sorted(maps.Keys(optimizerKinds[float64]())) }

// settings are the keys that may stand, by kind.
func settings() map[string][]strict.Field {
	keys := map[string][]strict.Field{}
	for name, k := range optimizerKinds[float64]() {
		keys[name] = fieldsOf(append(slices.Sorted(maps.Keys(k.settings)), "kind"))
	}
	return keys
}

// fieldsOf are fields that a struct has, by their keys.
func fieldsOf(keys []string) (fields []strict.Field) {
	for _, key := range keys {
		fields = append(fields, strict.Field{Key: key})
	}
	return fields
}
