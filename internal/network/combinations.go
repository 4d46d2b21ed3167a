package network

// Settings that contradict each other or ask for what cannot be are refused, and of
// settings that nothing uses it is said so.

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// Combine refuses settings that contradict each other or ask for what
// cannot be, and warns of settings that nothing uses: what is written must
// matter, or it is said that it does not.
func (a *Assembly) Combine() {
	a.names()
	a.start()
	if c := a.Constraints; c.DaleRatio != nil && c.DaleSigns != nil {
		a.refuse("dale_ratio says which units are excitatory as well", "keep one; dale_ratio: null takes away what another file gave", "constraints", "dale_signs")
	}
	a.limits()
	if t := a.Task; t.Dt > t.Tau && a.Model.Tau == nil {
		a.Warnings = append(a.Warnings, fmt.Sprintf("task.dt %v is longer than task.tau %v: states overshoot at every step", t.Dt, t.Tau))
	}
	a.untouchable()
}

// untouchable refuses what does not reach the kind of network.
func (a *Assembly) untouchable() {
	kind := model.KindOf(string(a.Model.Kind))
	refuse := func(has bool, what string, keys ...string) {
		if n := a.At(keys...); has || n != nil && a.Usual(n) {
			return
		}
		why := ", which has no " + what
		if kind.Gated {
			why = ", whose gates have no masks, signs, noise or time constants (the original ignores it without a word)"
		}
		a.refuse("has no effect on kind "+string(a.Model.Kind)+why, "leave it out, or use kind basic", keys...)
	}
	refuse(kind.Dale, "signs", "constraints", "dale_ratio")
	refuse(kind.Dale, "signs", "constraints", "dale_signs")
	for _, key := range weights.ConnectivityNames {
		refuse(kind.Dale, "masks", "constraints", key)
	}
	if autapses := a.Constraints.Autapses; autapses != nil && !*autapses {
		refuse(kind.Dale, "masks", "constraints", "autapses")
	}
	if a.Model.RecNoise != 0 {
		refuse(kind.Noise, "noise", "model", "rec_noise")
	}
	refuse(kind.TimeConstant, "time constants", "model", "tau")
}

// names refuses keys of the section initializer that are neither settings nor
// weights of this kind of network.
func (a *Assembly) names() {
	known := WeightNames(string(a.Model.Kind), a.Model.FeedForward > 0)
	if known == nil { // the kind is wrong already
		known = AllWeightNames()
	}
	for _, f := range strict.Fields(reflect.TypeFor[InitializerConfig]()) {
		if f.Key != "" {
			known = append(known, f.Key)
		}
	}
	for _, e := range a.Initializer.Weights.Map {
		if n := a.At("initializer", e.Key); !slices.Contains(known, e.Key) {
			a.Resolver.Problems.Add(a.unknown(n, known))
		}
	}
}

// unknown describes a key that is no weight's, of those known, see
// [strict.Node.UnknownProblem]. What was said of its value is taken back.
func (a *Assembly) unknown(n *strict.Node, known []string) fault.Error {
	p, path := n.KeyProblem("unknown key", ""), n.Path()
	if !a.Resolver.Problems.Many() {
		p = n.UnknownProblem(known)
	}
	p.Hint = cmp.Or(otherKind(n.Key()), p.Hint)
	a.Resolver.Problems = slices.DeleteFunc(a.Resolver.Problems, func(p fault.Error) bool { return strict.Within(p.Path, path) })
	return p
}

// otherKind says of what kind a network is that has a weight.
func otherKind(weight string) string {
	for _, k := range model.Kinds {
		if slices.Contains(WeightNames(k.Name, false), weight) {
			return "a network of kind " + k.Name + " has it"
		}
		if slices.Contains(WeightNames(k.Name, true), weight) {
			return "a network with N_feedforward_out has it"
		}
	}
	return ""
}
