package network

// The names of weights that keys of an experiment file have.

import (
	"slices"
	"sync"

	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// namesOf are the weights by kind, without and with a feed-forward layer. They are
// found once: a file may have very many names that are none.
var namesOf = sync.OnceValue(func() map[string][2][]string {
	all := map[string][2][]string{}
	for _, k := range model.Kinds {
		var names [2][]string
		for layer := range names {
			arch := model.Arch{Kind: k.Name, N: 1, I: 1, O: 1, Batch: 1, FeedForward: layer}
			if layout, err := arch.Layout(); err == nil {
				names[layer] = layout.ConfigNames()
			}
		}
		all[k.Name] = names
	}
	return all
})

// WeightNames are the weights of a kind of network, whatever its sizes; nil if
// there is no such kind.
func WeightNames(kind string, layer bool) []string {
	names := namesOf()[kind]
	if layer {
		return slices.Clone(names[1])
	}
	return slices.Clone(names[0])
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
