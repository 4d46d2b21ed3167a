//go:build slow && unix

package main

import (
	"reflect"
	"syscall"
	"testing"

	"psychrnn/internal/experiment"
	"psychrnn/internal/strict"
)

// Twenty runs each, for whatever has a state of its own.
func TestSlowResume(t *testing.T) {
	cases := map[string][]string{
		"plain":               nil,
		"program":             settingsOf(asking("addressed")),
		"curriculum":          curricular,
		"performance":         {"train.performance_cutoff=1", "train.performance_window=3", "train.performance_epoch=2", "train.training_weights_path=w/", "train.save_training_weights_epoch=10", "train.save_weights_path=final"},
		"rec_noise":           {"model.rec_noise=0.3", "train.checkpoint_every=20ms"},
		"dale":                {"constraints.dale_ratio=0.8", "model.rec_noise=0.1"},
		"lstm":                {"model.kind=lstm", "precision=float64"},
		"schedule":            {"train.learning_rate={schedule: cosine, start: 0.01, over: 40, warm_up: 5}", "train.clip_grads={global_norm: 1}"},
		"momentum of rmsprop": {"train.optimizer={kind: rmsprop, momentum: 0.5}"},
	}
	for _, k := range strict.Keys(reflect.TypeFor[experiment.Config]()) {
		if k.Path == "train.optimizer.kind" {
			for _, kind := range k.Values() {
				cases[kind] = []string{"train.optimizer=" + kind}
			}
		}
	}
	if cases["adam"] == nil {
		t.Fatal("the optimizers were not found")
	}
	for name, settings := range cases {
		t.Run(name+" killed", disturbance{settings, syscall.SIGKILL, 20}.check)
		t.Run(name+" terminated", disturbance{settings, syscall.SIGTERM, 20}.check)
	}
}
