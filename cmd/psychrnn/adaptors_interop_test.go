//go:build interop

package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psychrnn/internal/fault"
)

// python is an interpreter that a variable names.
func python(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s must name a Python", variable)
	}
	return path
}

// tryAdaptor trains the experiment beside an adaptor for a moment, whole and
// cut, and returns its first trials, by columns.
func tryAdaptor(t *testing.T, command []string, name string, more ...string) map[string][]float64 {
	t.Helper()
	settings := []string{"-c", filepath.Join("..", "..", "examples", "python", name+".yaml")}
	for _, s := range append([]string{"task.command.line=[" + strings.Join(command, ", ") + "]", "task.N_batch=6"}, more...) {
		settings = append(settings, "--set", s)
	}
	train := func(folder string, status int, more ...string) {
		args := append([]string{"train", "-q", "-o", folder, "--resume", "--set", "train.training_iters=30", "--set", "train.loss_epoch=1", "--set", "test.trials=12"}, settings...)
		if o := invoke(append(args, more...)...); o.status != status {
			t.Fatalf("%s: status %d\n%s", name, o.status, o.stderr)
		}
	}
	dir := t.TempDir()
	whole, cut := filepath.Join(dir, "whole"), filepath.Join(dir, "cut")
	train(whole, 0)
	train(cut, fault.Interrupted, "--stop-after", "1ms")
	train(cut, 0, "--threads", "3")
	sameBytes(t, whole, cut)
	rows, err := csv.NewReader(strings.NewReader(succeed(t, append([]string{"task", "preview", "--trials", "3"}, settings...)...))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]float64{}
	for k, title := range rows[0] {
		for _, row := range rows[1:] {
			v, err := strconv.ParseFloat(row[k], 64)
			if err != nil && title != "periods" {
				t.Fatal(err)
			}
			columns[title] = append(columns[title], v)
		}
	}
	return columns
}

// The adaptor's trials are those that the original makes from the same random numbers.
func TestInteropOriginalTask(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_ORACLE")
	got := tryAdaptor(t, []string{interpreter, "original_task.py"}, "original_task")
	const original = `
import json, numpy as np
from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination
task = PerceptualDiscrimination(dt=10, tau=100, T=2000, N_batch=3)
np.random.seed(np.random.SeedSequence([1, 0, 0, *b"train"]).generate_state(8))
x, y, mask, params = task.get_trial_batch()
columns = {f"{name}_{c}": a[:, :, c].flatten().tolist() for name, a in (("x", x), ("y", y), ("mask", mask)) for c in (0, 1)}
for name in ("coherence", "direction"):
    columns[name] = [float(p[name]) for p in params for _ in range(200)]
print(json.dumps(columns))
`
	out, err := exec.Command(interpreter, "-c", original).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float64{}
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	for name, values := range want {
		if !slices.Equal(got[name], values) {
			t.Errorf("%s differs", name)
		}
	}
}

// ownTask is a Task as users write them: with generators of its own in its
// module, its class and itself, and one that may be out of the adaptor's reach.
const ownTask = `
import random
import numpy as np
from psychrnn.tasks.task import Task
rng = np.random.default_rng(5)
hidden = [np.random.default_rng(6)]
class MyTask(Task):
    shared = np.random.RandomState(7)
    def __init__(self, dt, tau, T, N_batch):
        super().__init__(2, 2, dt, tau, T, N_batch)
        self.own = random.Random(8)
    def generate_trial_params(self, batch, trial):
        return {"side": int(rng.integers(0, 2)), "batch_seen": batch, "trial_seen": trial, "a": self.shared.rand(), "b": self.own.random(),
                "c": random.random(), "d": HIDDEN}
    def trial_function(self, time, params):
        x = np.random.randn(2) * 0.1; x[params["side"]] += 0.5
        y = np.zeros(2); y[params["side"]] = 1
        return x, y, np.ones(2)
`

// A task that draws from generators of its own, and uses batch and trial, goes
// on to the same bits; where that cannot be, the user is told.
func TestInteropOwnGenerators(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_ORACLE")
	dir := t.TempDir()
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	adaptor := read(t, "..", "..", "examples", "python", "original_task.py")
	put("adaptor.py", strings.Replace(adaptor, "from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination  # or your own", "from mytask import MyTask as PerceptualDiscrimination", 1))
	put("c.yaml", `
task: {kind: command, command: {line: [`+interpreter+`, adaptor.py], variables: [side, batch_seen, trial_seen, a, b, c, d]}, dt: 20, tau: 100, T: 100, N_in: 2, N_out: 2, N_batch: 4}
model: {N_rec: 5}
train: {training_iters: 80, checkpoint_every: 10 updates, loss_epoch: 1}
test: {trials: 20}
`)
	train := func(folder, iters string, more ...string) outcome {
		return invoke(append([]string{"train", "-q", "-c", filepath.Join(dir, "c.yaml"), "-o", filepath.Join(dir, folder), "--set", "train.training_iters=" + iters}, more...)...)
	}
	put("mytask.py", strings.Replace(ownTask, "HIDDEN", "0", 1))
	for _, o := range []outcome{train("whole", "80"), train("cut", "40"), train("cut", "80", "--resume")} {
		if o.status != 0 || o.stderr != "" {
			t.Fatalf("status %d\n%s", o.status, o.stderr)
		}
	}
	sameBytes(t, filepath.Join(dir, "whole"), filepath.Join(dir, "cut"))
	succeed(t, "test", filepath.Join(dir, "whole"), "--allow-commands", "--set", "test.trials=9", "--csv", filepath.Join(dir, "table.csv"))
	rows, err := csv.NewReader(strings.NewReader(read(t, dir, "table.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	batch, trial := slices.Index(rows[0], "batch_seen"), slices.Index(rows[0], "trial_seen")
	drawn := map[string]bool{}
	for k, row := range rows[1:] {
		if row[batch] != strconv.Itoa(1+k/4) || row[trial] != strconv.Itoa(k%4) {
			t.Errorf("trial %d saw itself as %s of batch %s", k, row[trial], row[batch])
		}
		for _, name := range []string{"a", "b", "c"} {
			drawn[row[slices.Index(rows[0], name)]] = true
		}
	}
	if len(drawn) != 27 {
		t.Errorf("%d numbers were drawn in 27 draws", len(drawn))
	}

	put("mytask.py", strings.Replace(ownTask, "HIDDEN", "hidden[0].random()", 1))
	const why = "says that its trials are addressed, but when it was asked for trials 8 to 15 for train twice, d differed"
	if o := train("forgets", "40"); o.status != 0 || strings.Count(o.stderr, why) != 1 {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
	if o := train("forgets", "80", "--resume"); o.status != fault.Usage || !strings.Contains(o.stderr, why+", so that the run cannot go on") {
		t.Errorf("resumed: status %d\n%s", o.status, o.stderr)
	}
}

// Of PyTorch neurogym imports names alone for what the adaptor uses; a module
// that has any name stands for its gigabytes.
const anyTorch = `
from unittest.mock import MagicMock
nn, Tensor = MagicMock(), MagicMock()
`

func TestInteropNeurogymTask(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_NEUROGYM")
	t.Setenv("PYTHONPATH", filepath.Dir(write(t, "torch.py", anyTorch)))
	got := tryAdaptor(t, []string{interpreter, "neurogym_task.py", "PerceptualDecisionMaking-v0"}, "neurogym_task")
	if n := len(got["t"]); n != 3*110 {
		t.Fatalf("%d rows, not 110 steps of 3 trials", n)
	}
	for k, time := range got["t"] {
		target := 0 // fixate, then choose
		if time >= 2100 {
			target = 1 + int(got["ground_truth"][k])
		}
		for c := range 3 {
			want := 0.0
			if c == target {
				want = 1
			}
			if y, m := got[fmt.Sprint("y_", c)][k], got[fmt.Sprint("mask_", c)][k]; y != want || m != 1 {
				t.Fatalf("row %d: target %v and mask %v of output %d, want %v and 1", k, y, m, c, want)
			}
		}
		if fixation := got["x_0"][k]; fixation != 0 && fixation != 1 {
			t.Fatalf("row %d: the fixation input is %v", k, fixation)
		}
	}
}

// Environments with trial variables that are texts, and with trials that follow
// from those before, come to the same bits in a run that was cut.
func TestInteropNeurogymEnvironments(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_NEUROGYM")
	t.Setenv("PYTHONPATH", filepath.Dir(write(t, "torch.py", anyTorch)))
	for name, channels := range map[string]string{"DelayMatchCategory-v0": "3", "HierarchicalReasoning-v0": "5"} {
		t.Run(name, func(t *testing.T) {
			tryAdaptor(t, []string{interpreter, "neurogym_task.py", name}, "neurogym_task",
				"task.N_in="+channels, "task.N_out="+channels, "task.T=10000", "task.dt=50", "task.command.variables=null", "task.accuracy=null", "test.by=null")
		})
	}
}

// The Python in the document works with the experiments that follow it.
func TestInteropOwnTrials(t *testing.T) {
	interpreter := python(t, "PSYCHRNN_ORACLE")
	dir := t.TempDir()
	document := blocks(read(t, "..", "..", "docs", "own-trials.md"))
	programs := slices.DeleteFunc(slices.Clone(document), func(b block) bool { return b.language != "python" })
	experiments := slices.DeleteFunc(document, func(b block) bool { return b.language != "yaml" })
	if len(programs) != 2 || len(experiments) != 2 {
		t.Fatalf("%d programs, %d experiments", len(programs), len(experiments))
	}
	for k, name := range []string{"save.py", "mytask.py"} {
		for file, text := range map[string]string{name: programs[k].text, name + ".yaml": experiments[k].text} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	save := exec.Command(interpreter, "save.py")
	save.Dir = dir
	if out, err := save.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, settings := range map[string][]string{"save.py.yaml": nil, "mytask.py.yaml": {"--set", "task.command.line=[" + interpreter + ", mytask.py]"}} {
		out := succeed(t, append([]string{"train", "-q", "-c", filepath.Join(dir, name), "-o", filepath.Join(dir, name+".run")}, settings...)...)
		var trials int
		var loss, accuracy float64
		if _, err := fmt.Sscanf(out, "Test on %d trials: loss %f, accuracy %f", &trials, &loss, &accuracy); err != nil || accuracy < 0.9 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
