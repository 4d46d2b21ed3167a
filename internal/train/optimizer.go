package train

// The table of optimizers, and how an experiment names them with settings of their own.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// updater is the arithmetic of an optimizer: it turns gradients into changes of
// the weights. Its state lies in flat blocks in the order of theta; with the
// number of updates made it is all that resuming needs.
type updater[F kernel.Float] interface {
	// update changes the weights by the gradient g of update number step,
	// from 1, where free says so: nil means everywhere.
	update(w, g []F, step int, rate F, free []bool)
	// slots are its state, under the names that follow KEY/ in a weight file.
	slots() []model.Slot[F]
}

// optimizerKind is a line in the table of optimizers.
type optimizerKind[F kernel.Float] struct {
	settings map[string]float64 // with their defaults
	make     func(s map[string]float64, size int) updater[F]
}

// optimizerKinds is the table of optimizers, with the defaults of the package whose
// form they have: TensorFlow 1, and Keras for adamw.
func optimizerKinds[F kernel.Float]() map[string]optimizerKind[F] {
	return map[string]optimizerKind[F]{
		"adam":     {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, newAdam[F]},
		"adamw":    {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "weight_decay": 0.004}, newAdam[F]},
		"sgd":      {map[string]float64{}, newSGD[F]},
		"momentum": {map[string]float64{"momentum": 0.9}, newMomentum[F]},
		"nesterov": {map[string]float64{"momentum": 0.9}, newNesterov[F]},
		"rmsprop":  {map[string]float64{"decay": 0.9, "momentum": 0, "epsilon": 1e-10}, newRMSProp[F]},
		"adagrad":  {map[string]float64{"initial_accumulator": 0.1}, newAdagrad[F]},
	}
}

// newUpdater returns the optimizer for so many parameters.
func newUpdater[F kernel.Float](o Optimizer, size int) updater[F] {
	k, ok := optimizerKinds[F]()[o.Kind]
	if !ok {
		panic("train: no such optimizer")
	}
	s := maps.Clone(k.settings)
	maps.Copy(s, o.Settings)
	return k.make(s, size)
}

// Optimizer names one of the table, with settings of its own.
type Optimizer struct {
	Kind     string
	Settings map[string]float64 // in the place of defaults
}

// optimizerLong is the long form of an Optimizer.
type optimizerLong struct {
	Kind        string   `yaml:"kind" required:"true" doc:"which optimizer"`
	Beta1       *float64 `yaml:"beta1" min:"0" below:"1" doc:"decay of the mean gradient; adam, adamw"`
	Beta2       *float64 `yaml:"beta2" min:"0" below:"1" doc:"decay of the mean squared gradient; adam, adamw"`
	Epsilon     *float64 `yaml:"epsilon" min:"0" doc:"added to the divisor, so that it is never 0; adam, adamw, rmsprop"`
	WeightDecay *float64 `yaml:"weight_decay" min:"0" doc:"share of a weight by which an update reduces it, times the learning rate; adamw"`
	Momentum    *float64 `yaml:"momentum" min:"0" below:"1" doc:"share of the last step that is added to the next; momentum, nesterov, rmsprop"`
	Decay       *float64 `yaml:"decay" min:"0" below:"1" doc:"decay of the mean squared gradient; rmsprop"`
	Initial     *float64 `yaml:"initial_accumulator" above:"0" doc:"start of the sum of squared gradients; adagrad"`
}

// Forms are the names of the table.
func (optimizerLong) Forms() map[string]any { return map[string]any{"kind": optimizerName{}} }

type optimizerName struct{}

// Describe says what may stand there.
func (optimizerName) Describe() (string, []any) {
	return strings.Join(optimizerNames(), ", "), []any{strict.Names(optimizerNames())}
}

// values gives the settings that are there.
func (o optimizerLong) values() map[string]float64 {
	given := map[string]float64{}
	for key, value := range map[string]*float64{
		"beta1": o.Beta1, "beta2": o.Beta2, "epsilon": o.Epsilon, "weight_decay": o.WeightDecay,
		"momentum": o.Momentum, "decay": o.Decay, "initial_accumulator": o.Initial,
	} {
		if value != nil {
			given[key] = *value
		}
	}
	return given
}

// DecodeStrict reads a name, or a map with the settings of that kind.
func (o *Optimizer) DecodeStrict(n *strict.Node) {
	at := n
	if n.Kind() == strict.Mapping {
		var long optimizerLong
		if !n.Decode(&long) {
			return
		}
		at = n.Get("kind")
		o.Settings = long.values()
	}
	if !at.OneOf(optimizerNames()...) {
		return
	}
	o.Kind = at.Text()
	defaults := optimizerKinds[float64]()[o.Kind].settings
	rejectForeignKeys(n, o.Kind, append(slices.Sorted(maps.Keys(defaults)), "kind"))
	all := maps.Clone(defaults)
	maps.Copy(all, o.Settings)
	o.Settings = all
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

// Describe says what may stand there.
func (Optimizer) Describe() (string, []any) {
	return "the name of an optimizer, or a map with its kind and settings",
		[]any{strict.Names(optimizerNames()), strict.Variants{Form: optimizerLong{}, Key: "kind", Keys: settings}}
}

// Slots is the number of values that the optimizer keeps for every weight.
func (o Optimizer) Slots() int { return len(newUpdater[float32](o, 1).slots()) }

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

// block is a flat block of so many entries that start at a value.
func block[F kernel.Float](size int, start float64) []F {
	b := make([]F, size)
	for k := range b {
		b[k] = F(start)
	}
	return b
}

// forEachFree calls do for every entry that may change.
func forEachFree(size int, free []bool, do func(k int)) {
	for k := range size {
		if free == nil || free[k] {
			do(k)
		}
	}
}
