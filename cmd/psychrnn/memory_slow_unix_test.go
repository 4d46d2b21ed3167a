//go:build slow && unix

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/memory"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
)

// peakOf runs the program by itself and returns the most memory it held, in bytes.
func peakOf(t *testing.T, args ...string) float64 {
	t.Helper()
	out, err := exec.Command("psychrnn-peak", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	_, last, _ := bytes.Cut(out, []byte(peakSaid))
	bytes, err := strconv.ParseFloat(strings.TrimSpace(string(last)), 64)
	if err != nil {
		t.Fatalf("%q: no peak is said\n%s", args, out)
	}
	return bytes
}

// The estimate of memory is never above twice what is measured, nor below half.
func TestSlowMemory(t *testing.T) {
	const factor = 2.0
	file := write(t, "small.yaml", small)
	compare := func(about string, m memory.Estimate, measured float64) {
		t.Helper()
		ratio := measured / m.Total()
		t.Logf("%s: measured %s, %.2f of the estimate, %s", about, memory.Gigabytes(measured), ratio, m)
		if ratio > factor || ratio < 1/factor {
			t.Errorf("%s: %.2f is beyond the factor of %v", about, ratio, factor)
		}
	}
	set := func(settings ...string) (args []string) {
		for _, s := range settings {
			args = append(args, "--set", s)
		}
		return args
	}
	for about, settings := range map[string][]string{
		"small":           {},
		"many trials":     {"task.N_batch=20000", "train.training_iters=20000", "task.T=2000", "model.N_rec=20"},
		"long trials":     {"task.N_batch=64", "train.training_iters=64", "task.T=200000", "model.N_rec=50"},
		"large network":   {"task.N_batch=64", "train.training_iters=64", "model.N_rec=1500", "initializer.kind=weight_initializer"},
		"float64, lstm":   {"task.N_batch=256", "train.training_iters=256", "task.T=2000", "model.N_rec=300", "model.kind=lstm", "precision=float64"},
		"constraints":     {"task.N_batch=64", "train.training_iters=64", "model.N_rec=1000", "constraints.dale_ratio=0.8", "constraints.autapses=false", "model.rec_noise=0.1", "initializer.kind=weight_initializer"},
		"spectral radius": {"task.N_batch=16", "train.training_iters=16", "model.N_rec=700"},
		"stages":          {"task.N_batch=4000", "train.training_iters=16000", "task.T=2000", "curriculum={metric_epoch: 1, stages: [{threshold: 0}, {threshold: 0}, {threshold: 0}]}"},
		"a large test":    {"test.trials=5000", "task.T=20000"},
	} {
		var assignments []string
		assignments = append(assignments, settings...)
		e, err := experiment.Load(func(name string) ([]byte, error) { return disk.ReadText(disk.OS{}, name) }, file, assignments)
		if err != nil {
			t.Fatal(err)
		}
		m := session.TrainingMemory(e, 2)
		folder := filepath.Join(t.TempDir(), "run")
		compare(about, m, peakOf(t, append([]string{"train", "-q", "-c", file, "-o", folder, "--threads", "2"}, set(settings...)...)...))
	}
	folder := filepath.Join(t.TempDir(), "run")
	long := set("task.T=2000", "model.N_rec=100")
	succeed(t, append([]string{"train", "-q", "-c", file, "-o", folder}, long...)...)
	trained := func(assignments ...string) *session.Trained {
		e, err := experiment.LoadTrained(func(name string) ([]byte, error) { return disk.ReadText(disk.OS{}, name) }, filepath.Join(folder, run.ExperimentFile), assignments)
		if err != nil {
			t.Fatal(err)
		}
		f, err := disk.ReadWeights(disk.OS{}, filepath.Join(folder, run.WeightsFile), npz.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		tr, err := session.Join(e, session.Origin{}, f, folder)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	m := trained("test.trials=20000").TestMemory(2, false)
	compare("test", m, peakOf(t, "test", folder, "--threads", "2", "--set", "test.trials=20000"))
	m = trained("test.trials=3000").TestMemory(2, true)
	compare("test --save", m, peakOf(t, "test", folder, "--threads", "2", "--set", "test.trials=3000", "--save", filepath.Join(t.TempDir(), "saved.npz")))
	ready, err := trained().Prepare(session.SimulationRequest{Trials: 2000})
	if err != nil {
		t.Fatal(err)
	}
	m = ready.Memory("float64", 2)
	compare("simulate", m, peakOf(t, "simulate", folder, "--threads", "2", "--trials", "2000", "-o", filepath.Join(t.TempDir(), "s.npz")))
}
