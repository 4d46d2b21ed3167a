package experiment

// What was written and has no effect.

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// idle warns of what was written under a path, if anything was and it says
// something else than its default: nothing uses it.
func (a *assembly) idle(text, hint string, keys ...string) {
	n := a.at(keys...)
	if n == nil || !a.train || !a.sound(keys...) || usual(n) {
		return
	}
	if slices.ContainsFunc(a.Idle, func(p fault.Error) bool { return p.Path == n.Path() }) {
		return
	}
	a.Idle = append(a.Idle, n.Problem(text, hint))
}

// usual says whether a value is what its absence comes to.
func usual(n *strict.Node) bool {
	path := n.Path()
	for _, k := range strict.Keys(reflect.TypeFor[Config]()) {
		if k.Path == path {
			return n.Kind() == strict.Scalar && sameValue(n.Text(), cmp.Or(k.Default, k.Absent))
		}
	}
	return false
}

func sameValue(text, other string) bool {
	x, err := strconv.ParseFloat(text, 64)
	y, failed := strconv.ParseFloat(other, 64)
	return text == other || err == nil && failed == nil && x == y
}

// unused warns of settings that nothing in this experiment uses.
func (a *assembly) unused() {
	a.untouched()
	t := &a.Train
	if t.PerformanceMeasure == "" {
		const hint = "performance_measure: accuracy, or a performance_cutoff"
		a.idle("has no effect: no performance is measured", hint, "train", "performance_epoch")
	}
	if t.PerformanceCutoff == nil {
		a.idle("has no effect: there is no cutoff that the mean is compared with", "performance_cutoff gives one", "train", "performance_window")
	}
	if t.TrainingWeights == "" {
		a.idle("has no effect: no weights are saved during training", "training_weights_path says where to", "train", "save_training_weights_epoch")
	}
	slices.SortStableFunc(a.Idle, func(p, q fault.Error) int {
		return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
	})
}

// untouched warns of what is said about weights that the network does not use,
// and of a transfer function that it does not apply.
func (a *assembly) untouched() {
	arch := a.network.settings.Arch
	kind := string(a.Model.Kind)
	for _, t := range a.layout {
		name := t.ConfigName()
		if !arch.Unused(t) {
			continue
		}
		text := "has no effect: " + name + " plays no part in kind " + kind
		hint := "leave it out"
		a.idle(text, hint, "model", name+"_train")
		a.idle(text, hint, "initializer", name)
		a.idle(text, hint, "constraints", "fixed_weights", name)
		if t.Role == model.RecurrentRole {
			for _, key := range []string{"kind", "spec_rad", "alpha", "which_rand_W_rec_init"} {
				a.idle(text, hint, "initializer", key)
			}
		}
		for _, key := range a.Regularizers.Keys(t.Role) {
			a.idle("penalizes "+name+", which plays no part in kind "+kind+": it is added to the loss that is reported, and trains nothing", hint, "regularizers", key)
		}
	}
	if !arch.Transfers() && !a.Regularizers.OnRates() {
		a.idle("has no effect on kind "+kind+", whose gates have functions of their own", "leave it out", "model", "transfer_function")
	}
}
