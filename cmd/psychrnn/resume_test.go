package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"psychrnn/configs"
	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/progress"
	"psychrnn/internal/run"
	"psychrnn/internal/train"
	"psychrnn/internal/ui"
)

// A run that goes on in another numerics class says so.
func TestOtherNumerics(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder)
	checkpoint := filepath.Join(folder, run.CheckpointFile)
	f, err := disk.ReadWeights(disk.OS{}, checkpoint, npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	f.Set(npz.Member{Name: "numerics", Array: npz.TextOf("abacus")})
	if err := disk.WriteNamed(disk.OS{}, checkpoint, f.Write); err != nil {
		t.Fatal(err)
	}
	o := invoke("train", "-o", folder, "--resume", "--set", "train.training_iters=80")
	if o.status != 0 || !strings.Contains(o.stderr, "warning: "+checkpoint+" was computed in the class abacus, and this is ") {
		t.Errorf("status %d\n%s", o.status, o.stderr)
	}
	if o := invoke("train", "-o", folder, "--resume", "--set", "train.training_iters=96"); o.status != 0 || strings.Contains(o.stderr, "warning") {
		t.Errorf("once it is of this class, status %d\n%s", o.status, o.stderr)
	}
}

// The last batch may go beyond training_iters.
func TestLatestBeyond(t *testing.T) {
	l := progress.NewLatest()
	l.Begin(train.Progress{Update: 3, Trials: 136, Stage: 1}, 100)
	if got, want := l.String(), "update 3, trial 136 of 136, stage 1"; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The time of --stop-after counts from the start of the program.
func TestStopAfterCounts(t *testing.T) {
	for elapsed, want := range map[time.Duration]bool{0: false, time.Hour: false, 3 * time.Hour: true} {
		o := trainOptions{limit: 2 * time.Hour}
		o.Began, o.experimentFlags.Ending = time.Now().Add(-elapsed), ui.NewEnding(nil)
		stop := o.limitTime()
		got := false
		select {
		case <-o.experimentFlags.Ending.Asked():
			got = true
		case <-time.After(10 * time.Millisecond):
		}
		if stop(); got != want {
			t.Errorf("after %v: stopped %v", elapsed, got)
		}
	}
}

// No time is not the same as no limit.
func TestStopAfterNothing(t *testing.T) {
	for _, text := range []string{"0s", "0m0s"} {
		o := trainOptions{stopAfter: text}
		if err := o.check(); err == nil || !strings.Contains(err.Error(), "leaves no time to train") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A time that is longer than any number of nanoseconds is not over at once.
func TestStopAfterForever(t *testing.T) {
	for _, limit := range []string{"99999999999h", "2562047h47m16.854775807s", "1000000000000000000000h"} {
		folder := filepath.Join(t.TempDir(), "run")
		succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder, "--stop-after", limit, "--set", "train.checkpoint_every=99999999999h")
	}
}

// Less than a nanosecond is not the same as no limit either.
func TestStopAfterLittle(t *testing.T) {
	o := trainOptions{stopAfter: "0.0000000001ms"}
	if err := o.check(); err != nil || o.limit == 0 {
		t.Errorf("%v, %v", o.limit, err)
	}
}

// The times in metrics.json are parts of the time that the program took.
func TestTimes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	began := time.Now()
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder)
	took := time.Since(began).Seconds()
	var m struct{ Training_seconds, Initialization_seconds float64 }
	if err := json.Unmarshal([]byte(read(t, folder, run.MetricsFile)), &m); err != nil {
		t.Fatal(err)
	}
	if m.Training_seconds <= 0 || m.Initialization_seconds <= 0 || m.Training_seconds+m.Initialization_seconds > took {
		t.Errorf("%+v of %g seconds", m, took)
	}
}

// Every embedded experiment goes on as the experiment it left, its files found.
func TestExamplesGoOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	short := []string{"--set", "test.trials=10", "--set", "task.N_batch=4", "--set", "task.T=50", "-q"}
	succeed(t, append([]string{"train", "-o", filepath.Join(dir, "runs", "hello"), "--set", "train.training_iters=4"}, short...)...)
	files, err := fs.Glob(configs.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sample(files) {
		name := strings.TrimSuffix(f, ".yaml")
		file := filepath.Join(dir, f) // beside runs/hello, which some read
		if err := os.WriteFile(file, []byte(succeed(t, "example", name)), 0o644); err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(dir, "out", name)
		args := append([]string{"train", "-c", file, "-o", folder, "--resume", "--set", "train.checkpoint_every=1 updates"}, short...)
		if o := interrupt(filepath.Join(folder, run.CheckpointFile), append(args, "--set", "train.training_iters=8")...); o.status != fault.Interrupted {
			t.Errorf("%s: status %d\n%s", name, o.status, o.stderr)
			continue
		}
		if o := invoke("train", "-q", "-o", folder, "--resume"); o.status != 0 {
			t.Errorf("%s does not go on by itself: status %d\n%s", name, o.status, o.stderr)
		}
		if o := invoke(append(args, "--set", "train.training_iters=12")...); o.status != 0 {
			t.Errorf("%s does not go on from its file: status %d\n%s", name, o.status, o.stderr)
		}
	}
}

// A run needs none of the files that its experiment was made of: it is tested,
// goes on to the same bits as with them, and is itself what it was.
func TestRunWithoutItsFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("matrix.npz", matrixFile(t), 0o644); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{
		"base.yaml": strings.Replace(small, "N_rec: 10", "N_rec: 6", 1),
		"own.yaml":  succeed(t, "task", "show", "perceptual_discrimination"),
		"made.yaml": `extends: base.yaml
task: {kind: ./own.yaml}
populations: {one: 0}
model: {tau: {file: matrix.npz, key: units}, rec_noise: 0.1}
constraints: {rec_connectivity: {file: matrix.npz, key: square}, fixed_weights: {W_out: {fill: 0, set: [{rows: 0, value: {file: matrix.npz, key: row}}]}}}
initializer: {W_in: {file: matrix.npz, key: in}}
`,
		"loaded.yaml": `extends: base.yaml
initializer: {load_weights_path: start.npz}
test: {task: {kind: ./own.yaml, coherence: 0.3}}
`,
	}
	for name, text := range texts {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"made", "loaded"}
	for _, name := range names {
		for _, folder := range []string{name, name + "-with", name + "-named"} {
			succeed(t, "train", "-q", "-c", name+".yaml", "-o", folder)
		}
		if name == "made" {
			if err := os.Rename("made/weights.npz", "start.npz"); err != nil {
				t.Fatal(err)
			}
		}
		succeed(t, "train", "-q", "-o", name+"-with", "--resume", "--set", "train.training_iters=96")
	}
	remove := func(names ...string) {
		for _, name := range names {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove("matrix.npz", "start.npz")
	for _, name := range names {
		succeed(t, "train", "-q", "-c", name+".yaml", "-o", name+"-named", "--resume", "--set", "train.training_iters=96")
		sameBytes(t, name+"-named", name+"-with")
	}
	remove(slices.Sorted(maps.Keys(texts))...)
	for _, name := range names {
		with := name + "-with"
		for _, args := range [][]string{{"test", with}, {"ablate", with, "--lesion", "name: one, silence: 0"}, {"simulate", with, "-o", with + "/simulation.npz"}} {
			if o := invoke(args...); o.status != 0 {
				t.Errorf("%v: status %d\n%s", args, o.status, o.stderr)
			}
		}
		for _, iters := range []string{"80", "96"} { // the second time from what the first wrote
			if o := invoke("train", "-q", "-o", name, "--resume", "--set", "train.training_iters="+iters); o.status != 0 || o.stderr != "" {
				t.Errorf("%s to %s: status %d\n%s", name, iters, o.status, o.stderr)
			}
		}
		sameBytes(t, name, with)
	}
}
