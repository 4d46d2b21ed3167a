package network

// The names of weights that keys of an experiment file have.

import (
	"slices"
	"sync"

	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// namesOf are the names that were asked for, by kind and layer: a file may have
// very many names that are none.
var namesOf sync.Map

// WeightNames are the weights of a kind of network, whatever its sizes; nil if
// there is no such kind.
func WeightNames(kind string, layer bool) []string {
	type asked struct {
		kind  string
		layer bool
	}
	if names, ok := namesOf.Load(asked{kind, layer}); ok {
		return slices.Clone(names.([]string))
	}
	arch := model.Arch{Kind: kind, N: 1, I: 1, O: 1, Batch: 1}
	if layer {
		arch.FeedForward = 1
	}
	layout, err := arch.Layout()
	if err != nil {
		return nil
	}
	names := layout.ConfigNames()
	namesOf.Store(asked{kind, layer}, names)
	return slices.Clone(names)
}

// AllWeightNames are the weights of all kinds of networks.
func AllWeightNames() (names []string) {
	for _, k := range model.Kinds {
		for _, name := range WeightNames(k.Name, true) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// byWeight says what may stand where matrices are given by the names of weights.
type byWeight struct{ strict.Map[Matrix] }

// Keys are the names.
func (byWeight) Keys() []string { return AllWeightNames() }

// Forms says that weights are named.
func (InitializerConfig) Forms() map[string]any { return map[string]any{"": byWeight{}} }

// Forms says that weights are named.
func (ConstraintsConfig) Forms() map[string]any { return map[string]any{"fixed_weights": byWeight{}} }
