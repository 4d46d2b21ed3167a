package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psychrnn/internal/disk/disktest"
	"psychrnn/internal/fault"
	"psychrnn/internal/run"
)

// resultFiles are the files of a run folder that are the same for every run.
var resultFiles = []string{run.ExperimentFile, run.WeightsFile, run.LossesFile}

// sameBytes asserts that two run folders hold the same results, byte for byte.
func sameBytes(t testing.TB, a, b string) {
	t.Helper()
	for _, name := range resultFiles {
		if read(t, a, name) != read(t, b, name) {
			t.Errorf("%s differs between %s and %s", name, a, b)
		}
	}
}

// One seed gives the same bytes for any number of threads, another one others.
func TestThreads(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	train := func(name string, args ...string) string {
		folder := filepath.Join(dir, name)
		args = append(args, "-q", "-o", folder, "--set", "train.training_iters=300", "--set", "task.T=200", "--set", "test.trials=50",
			"--set", "train.loss_epoch=1", "--set", "task.N_batch=100", "--set", "model.rec_noise=0.1")
		succeed(t, append([]string{"train"}, args...)...)
		return folder
	}
	one := train("one", "--threads", "1")
	for _, threads := range []string{"2", "7"} {
		sameBytes(t, one, train(threads, "--threads", threads))
	}
	other := train("other", "--seed", "2")
	for _, name := range []string{run.WeightsFile, run.LossesFile} {
		if read(t, one, name) == read(t, other, name) {
			t.Errorf("%s is the same for two seeds", name)
		}
	}
}

// What train prints of its test is what test prints of the run.
func TestTestAfterTrain(t *testing.T) {
	t.Parallel()
	file := write(t, "small.yaml", small)
	for _, settings := range [][]string{
		{"seed=3"},
		{"precision=float64"},
		{"model.kind=lstm"},
		{"model.kind=lstm", "task.N_batch=7", "precision=float64"},
		{"model.kind=basic_scan", "model.rec_noise=0.3"},
		{"model.N_feedforward_out=5", "model.transfer_function=sigmoid"},
		{"loss=binary_cross_entropy", "model.transfer_function=elu", "test.trials=1100"},
		{"test.seed=18446744073709551615", "seed={noise: 9}", "model.rec_noise=1"},
	} {
		t.Run(strings.Join(settings, ","), func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "run")
			args := []string{"train", "-c", file, "-o", folder, "-q"}
			for _, s := range settings {
				args = append(args, "--set", s)
			}
			trained, _, _ := strings.Cut(succeed(t, args...), "Results")
			for _, name := range []string{folder, filepath.Join(folder, run.WeightsFile)} {
				o := invoke("test", name)
				if o.status != 0 || o.stderr != "" || o.stdout != trained {
					t.Errorf("test %s: status %d\n%s%swant %s", name, o.status, o.stdout, o.stderr, trained)
				}
			}
		})
	}
}

// The experiment that a run leaves is the experiment that ran: run again it
// gives the same experiment, weights and losses.
func TestResolvedRunsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		m := disktest.New()
		m.Put("/w/small.yaml", []byte(small))
		args := []string{"train", "-q", "-o", "/w/first", "-c", "/w/small.yaml"}
		for _, s := range randomSettings(r) {
			args = append(args, "--set", s)
		}
		o := invokeOn(m, args...)
		if o.status != 0 && o.status != fault.Diverged {
			r.Fatalf("%v: status %d\n%s", args, o.status, o.stderr)
		}
		again := invokeOn(m, "train", "-q", "-o", "/w/second", "-c", "/w/first/"+run.ExperimentFile, "--threads", "3")
		if again.status != o.status {
			r.Fatalf("%v: status %d, then %d\n%s", args, o.status, again.status, again.stderr)
		}
		files := m.Files()
		for _, name := range resultFiles {
			text, there := files["/w/first/"+name]
			if !there || text != files["/w/second/"+name] {
				r.Errorf("%v: %s differs", args, name)
			}
		}
	})
}

// randomSettings draws values for some of the keys.
func randomSettings(r *rapid.T) []string {
	number := func(low, high float64) *rapid.Generator[string] {
		return rapid.Map(rapid.Float64Range(low, high), func(x float64) string { return fmt.Sprint(x) })
	}
	whole := func(low, high int) *rapid.Generator[string] {
		return rapid.Map(rapid.IntRange(low, high), func(n int) string { return fmt.Sprint(n) })
	}
	seed := rapid.Map(rapid.Uint64(), func(n uint64) string { return fmt.Sprint(n) })
	truth := rapid.SampledFrom([]string{"true", "false"})
	keys := map[string]*rapid.Generator[string]{
		"name":                         rapid.Map(rapid.StringMatching(`[ -~]{1,20}`), func(s string) string { return fmt.Sprintf("%q", s) }),
		"seed.weights":                 seed,
		"seed.noise":                   seed,
		"precision":                    rapid.SampledFrom([]string{"float32", "float64"}),
		"task.dt":                      number(1, 20),
		"task.tau":                     number(20, 200),
		"task.N_batch":                 whole(1, 20),
		"task.coherence":               number(-1, 1),
		"task.stim_noise":              number(0, 1e-7),
		"task.onset_time":              whole(0, 100),
		"model.N_rec":                  whole(2, 12),
		"model.rec_noise":              number(0, 0.5),
		"model.transfer_function":      rapid.SampledFrom([]string{"relu", "tanh", "softplus", "linear"}),
		"model.N_feedforward_out":      whole(1, 4),
		"model.W_rec_train":            truth,
		"model.b_out_train":            truth,
		"initializer.kind":             rapid.Just("weight_initializer"),
		"initializer.which_rand_init":  rapid.SampledFrom([]string{"const_unif", "const_gauss", "glorot_unif"}),
		"loss":                         rapid.SampledFrom([]string{"mean_squared_error", "binary_cross_entropy"}),
		"constraints.dale_ratio":       number(0.5, 1),
		"constraints.autapses":         truth,
		"constraints.rec_connectivity": rapid.Map(number(0, 1), func(x string) string { return "{density: " + x + ", set: [{rows: 0, value: 0.5}]}" }),
		"constraints.fixed_weights":    rapid.Just("{W_out: {fill: 0, set: [{rows: 0, value: 1}]}}"),
		"regularizers.L2_rec":          number(0, 1e-5),
		"regularizers.L1_out":          number(0, 1e20),
		"regularizers.L2_firing_rate":  number(0, 1),
		"train.learning_rate":          number(1e-9, 1e-2),
		"train.training_iters":         whole(0, 60),
		"train.loss_epoch":             whole(1, 3),
		"train.clip_grads":             truth,
		"test.seed":                    seed,
		"test.task":                    rapid.Just("{coherence: [0.1, 0.5], T: 150}"),
		"curriculum":                   rapid.Just("{metric_epoch: 1, stages: [{threshold: 0.1}, {task: {coherence: 0.3, trial: {direction: 1}}}, {task: {kind: delayed_discrimination}, accuracy: {choice: [0, 1]}}]}"),
		"test.trials":                  whole(1, 40),
	}
	var settings []string
	if rapid.Bool().Draw(r, "lstm") {
		settings = append(settings, "model.kind=lstm")
		maps.DeleteFunc(keys, func(key string, _ *rapid.Generator[string]) bool {
			return key == "model.rec_noise" || key == "initializer.kind" || strings.HasPrefix(key, "constraints.")
		})
	}
	names := rapid.SampledFrom(slices.Sorted(maps.Keys(keys)))
	for _, name := range rapid.SliceOfDistinct(names, rapid.ID[string]).Draw(r, "keys") {
		settings = append(settings, name+"="+keys[name].Draw(r, name))
	}
	return settings
}
