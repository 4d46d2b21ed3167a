package experiment

// What was written and has no effect.

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/strict"
)

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

// ineffective warns of settings that nothing in this experiment uses.
func (e *Experiment) ineffective(a *network.Assembly) {
	e.untouched(a)
	t := &e.Train
	if t.PerformanceMeasure == "" {
		const hint = "performance_measure: accuracy, or a performance_cutoff"
		a.Ignored("has no effect: no performance is measured", hint, "train", "performance_epoch")
	}
	if t.PerformanceCutoff == nil {
		a.Ignored("has no effect: there is no cutoff that the mean is compared with", "performance_cutoff gives one", "train", "performance_window")
	}
	if t.TrainingWeights == "" {
		a.Ignored("has no effect: no weights are saved during training", "training_weights_path says where to", "train", "save_training_weights_epoch")
	}
	slices.SortStableFunc(a.Idle, func(p, q fault.Error) int {
		return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
	})
}

// untouched warns of what is said about weights that the network does not use,
// and of a transfer function that it does not apply.
func (e *Experiment) untouched(a *network.Assembly) {
	arch := a.Settings.Arch
	kind := string(a.Model.Kind)
	for _, t := range a.Layout {
		name := t.ConfigName()
		if !arch.Unused(t) {
			continue
		}
		text := "has no effect: " + name + " plays no part in kind " + kind
		hint := "leave it out"
		a.Ignored(text, hint, "model", name+"_train")
		a.Ignored(text, hint, "initializer", name)
		a.Ignored(text, hint, "constraints", "fixed_weights", name)
		if t.Role == model.RecurrentRole {
			for _, key := range network.RecurrentKeys() {
				a.Ignored(text, hint, "initializer", key)
			}
		}
		for _, key := range e.Regularizers.Keys(t.Role) {
			a.Ignored("penalizes "+name+", which plays no part in kind "+kind+": it is added to the loss that is reported, and trains nothing", hint, "regularizers", key)
		}
	}
	if !arch.Transfers() && !e.Regularizers.OnRates() {
		a.Ignored("has no effect on kind "+kind+", whose gates have functions of their own", "leave it out", "model", "transfer_function")
	}
}
