package session

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/configs"
	"psychrnn/internal/experiment"
	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Functions are compared by whether they are there, and by their names.
var (
	sameStarts    = cmp.Comparer(func(a, b model.Start) bool { return (a == nil) == (b == nil) })
	sameFunctions = cmp.Comparer(func(a, b *model.TransferFunction) bool { return a.String() == b.String() })
)

type silent struct{}

func (silent) Observe(train.Event) (train.Action, error) { return train.Continue, nil }

// networks calls visit with every case of testdata/networks.txt, by the name
// under which read finds it.
func networks(t *testing.T, visit func(t *testing.T, read func(string) ([]byte, error), file string)) {
	text, err := os.ReadFile("testdata/networks.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(text), "\n=== ")[1:]
	for _, c := range cases {
		name, body, _ := strings.Cut(c, "\n")
		t.Run(name, func(t *testing.T) {
			visit(t, experimenttest.Files(t, map[string]string{"case.yaml": body}), "case.yaml")
		})
	}
	if len(cases) < 10 {
		t.Fatalf("only %d cases", len(cases))
	}
}

// tutorials calls visit with every experiment of the program.
func tutorials(t *testing.T, visit func(t *testing.T, read func(string) ([]byte, error), file string)) {
	names, err := fs.Glob(configs.Files, "*.yaml")
	if err != nil || len(names) < 8 {
		t.Fatalf("%v: %v", names, err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { visit(t, embedded(t), "configs/"+name) })
	}
}

// embedded reads the program's experiments from a folder in which hello has
// been trained.
func embedded(t *testing.T) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		name = filepath.ToSlash(filepath.Clean(name))
		if name == "configs/runs/hello/weights.npz" {
			read := func(string) ([]byte, error) { return fs.ReadFile(configs.Files, "hello.yaml") }
			return experimenttest.NPZ(t, trained(t, must(t, read, "hello.yaml"))), nil
		}
		if path.Dir(name) != "configs" {
			return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		}
		return fs.ReadFile(configs.Files, path.Base(name))
	}
}

var few = []string{"task.N_batch=8", "task.T=200", "train.training_iters=16", "train.loss_epoch=1", "test.trials=10"}

func must(t *testing.T, read func(string) ([]byte, error), file string) *experiment.Experiment {
	t.Helper()
	e, err := experiment.Load(read, file, few)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// trained is the weight file after the experiment's training.
func trained(t *testing.T, e *experiment.Experiment) *npz.File {
	t.Helper()
	training, err := NewTraining(e, kernel.Plain[float32](), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer training.Close()
	if _, err := training.Run(silent{}); err != nil {
		t.Fatal(err)
	}
	if result, err := training.Test(context.Background()); err != nil || result.Trials != 10 {
		t.Fatalf("the test: %v, %v", result, err)
	}
	f, err := training.Weights("test")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// begin is the network that training starts from.
func begin(t *testing.T, e *experiment.Experiment) *model.Network {
	t.Helper()
	net, err := e.Network()
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// weight is a tensor of theta by its name in the experiment.
func weight(t *testing.T, net *model.Network, name string) []float64 {
	t.Helper()
	tensor, ok := net.Layout.ByConfigName(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return model.View(tensor, net.Theta)
}

func TestNetworksTrain(t *testing.T) {
	visit := func(t *testing.T, read func(string) ([]byte, error), file string) {
		e := must(t, read, file)
		before, after := begin(t, e), trained(t, e)
		m, ok := after.Get("W_out")
		if !ok {
			t.Fatal("no W_out in the weight file")
		}
		values, err := m.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		tensor, _ := before.Layout.ByConfigName("W_out")
		start := model.View(tensor, before.Effective())
		if slices.EqualFunc(values, start, func(a, b float64) bool { return float32(a) == float32(b) }) && before.Fixed == nil {
			t.Error("training has changed nothing")
		}
	}
	networks(t, visit)
	tutorials(t, visit)
}

// The experiment as it ran gives the same network, and is written the same, in
// whatever folder it lies.
func TestResolvedExperimentIsTheSame(t *testing.T) {
	visit := func(t *testing.T, read func(string) ([]byte, error), file string) {
		e := must(t, read, file)
		net := begin(t, e)
		for _, folder := range []string{"", "runs/x", "configs/runs"} {
			name := path.Join(folder, "experiment.yaml")
			text := string(e.ResolvedFor(folder))
			again, err := experiment.Load(func(other string) ([]byte, error) {
				if other = filepath.ToSlash(other); other == name {
					return []byte(text), nil
				}
				return read(other)
			}, name, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if diff := cmp.Diff(text, string(again.ResolvedFor(folder))); diff != "" {
				t.Errorf("in %s (- once, + twice):\n%s", folder, diff)
			}
			if diff := cmp.Diff(net, begin(t, again), sameStarts, sameFunctions); diff != "" {
				t.Errorf("in %s the network differs (- once, + twice):\n%s", folder, diff)
			}
		}
	}
	networks(t, visit)
	tutorials(t, visit)
}

// A file elsewhere is told by its name and sum alone in a weight file.
func TestResolvedSaysNothingOfFolders(t *testing.T) {
	root := t.TempDir()
	e := must(t, experimenttest.Files(t, map[string]string{
		filepath.Join(root, "case.yaml"): "extends: " + filepath.Join(root, "base.yaml") + "\nmodel: {tau: {file: deep/tau.npy}}\nconstraints: {fixed_weights: {b_rec: {file: deep/fixed.npy}}}\n" +
			"initializer: {load_weights_path: " + filepath.Join(root, "start.npz") + "}\n",
		filepath.Join(root, "base.yaml"):         experimenttest.Base,
		filepath.Join(root, "deep", "tau.npy"):   string(experimenttest.Made["tau.npy"](t)),
		filepath.Join(root, "deep", "fixed.npy"): string(experimenttest.NPY(t, []int{10}, slices.Repeat([]float64{1}, 10))),
		filepath.Join(root, "start.npz"):         string(experimenttest.Made["weights.npz"](t)),
	}), filepath.Join(root, "case.yaml"))
	text := string(e.Resolved())
	if strings.Contains(text, root) || !strings.Contains(text, "file: fixed.npy") || !strings.Contains(text, "file: start.npz") {
		t.Errorf("the paths are not what they should be:\n%s", text)
	}
	if !strings.Contains(text, "tau: [") {
		t.Errorf("the time constants are not there in place of their file:\n%s", text)
	}
	if sums := strings.Count(text, "sha256: "); sums != 2 {
		t.Errorf("%d sums instead of 2:\n%s", sums, text)
	}
	if own := string(e.ResolvedFor(filepath.Join(root, "runs", "x"))); !strings.Contains(own, `file: "../../deep/fixed.npy"`) || !strings.Contains(own, "file: "+filepath.Join(root, "start.npz")) {
		t.Errorf("the paths from the run folder are not what they should be:\n%s", own)
	}
	if p, _ := weights.ProvenanceOf(trained(t, e)); p.Experiment != text {
		t.Errorf("the weight file holds another experiment:\n%s", p.Experiment)
	}
}

// load reads an experiment over base.yaml.
func loaded(t *testing.T, text string) *experiment.Experiment {
	t.Helper()
	return must(t, experimenttest.Files(t, map[string]string{"case.yaml": "extends: base.yaml\n" + text}), "case.yaml")
}

func TestDefaultsOfTheInitializer(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "{kind: gaussian_spectral_radius, spec_rad: 1.1, which_rand_init: glorot_gauss}",
		"kind: alpha_identity, alpha: 2": "{kind: alpha_identity, alpha: 2, which_rand_init: glorot_gauss}",
		"kind: weight_initializer":       "{kind: weight_initializer, which_rand_init: glorot_gauss, which_rand_W_rec_init: glorot_gauss}",
		"kind: weight_initializer, which_rand_init: const_unif":       "{kind: weight_initializer, which_rand_init: const_unif, which_rand_W_rec_init: const_unif, init_minval: -0.1, init_maxval: 0.1}",
		"kind: weight_initializer, which_rand_W_rec_init: const_unif": "{kind: weight_initializer, which_rand_init: glorot_gauss, which_rand_W_rec_init: const_unif, init_minval: -0.1, init_maxval: 0.1}",
		"which_rand_init: const_unif, init_maxval: 3":                 "{kind: gaussian_spectral_radius, spec_rad: 1.1, which_rand_init: const_unif, init_minval: -0.1, init_maxval: 3}",
		"W_rec: 1":                     "{which_rand_init: glorot_gauss, W_rec: 1}",
		"W_in: 1, W_out: 1":            "{kind: gaussian_spectral_radius, spec_rad: 1.1, W_in: 1, W_out: 1}",
		"W_rec: {set: [{value: 0.1}]}": "{kind: gaussian_spectral_radius, spec_rad: 1.1, which_rand_init: glorot_gauss, W_rec: {set: [{value: 0.1}]}}",
	} {
		e := loaded(t, "initializer: {"+text+"}")
		v := &network.InitializerConfig{}
		n, err := strict.Parse("want.yaml", []byte(want))
		if err != nil {
			t.Fatal(err)
		}
		if err := (&strict.Loader{}).Decode(n, v); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(strict.Encode(v)), string(strict.Encode(&e.Initializer))); diff != "" {
			t.Errorf("%s (- wanted, + found):\n%s", text, diff)
		}
	}
}

// alpha is dt/tau of each unit, and one time constant for all is as task.tau.
func TestTimeConstants(t *testing.T) {
	each := begin(t, loaded(t, "model: {tau: {excitatory: 100, inhibitory: 50}}\nconstraints: {dale_ratio: 0.8}"))
	want := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2}
	if diff := cmp.Diff(want, each.Alpha); diff != "" {
		t.Errorf("alpha (- wanted, + found):\n%s", diff)
	}
	inFile := begin(t, loaded(t, "model: {tau: {file: tau.npy}}"))
	for k, alpha := range inFile.Alpha {
		if alpha != 10/float64(10*(k+1)) {
			t.Errorf("alpha of unit %d is %g", k, alpha)
		}
	}
	outcome := func(text string) []byte {
		f := trained(t, loaded(t, text+"\nname: same"))
		f.Remove("psychrnn_experiment")
		return experimenttest.NPZ(t, f)
	}
	slow := outcome("task: {tau: 200}")
	if !slices.Equal(outcome("model: {tau: 200}"), slow) {
		t.Error("model.tau of 200 for all units is not as task.tau of 200")
	}
	if slices.Equal(outcome("model: {tau: 100}"), slow) {
		t.Error("the time constant has no effect")
	}
	double := kernel.Plain[float64]()
	var check Check
	if err := CheckExperiment(&check, loaded(t, "model: {tau: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]}"), double, double, 1); err != nil || !check.Gradient.OK {
		t.Errorf("the gradient with time constants of the units: %+v, %v", check.Gradient, err)
	}
}

// A block of means has the mean of what was drawn there, and nothing else of
// the draw changes. Under Dale's law it is the mean of the effective weights.
func TestBlocksOfMeans(t *testing.T) {
	for _, constraint := range []string{"", "constraints: {dale_ratio: 0.5, autapses: false}"} {
		plain := begin(t, loaded(t, constraint))
		e := loaded(t, constraint+"\ninitializer: {W_rec: {set: [{rows: \"5:\", cols: \":5\", value: mean}]}}")
		means := begin(t, e)
		tensor, _ := plain.Layout.ByConfigName("W_rec")
		drawn, got := model.View(tensor, plain.Effective()), model.View(tensor, means.Effective())
		var mean float64
		for k, v := range drawn {
			if k/10 >= 5 && k%10 < 5 {
				mean += v / 25
			} else if got[k] != v {
				t.Fatalf("entry %d outside the block is %g, was %g", k, got[k], v)
			}
		}
		for k, v := range got {
			if k/10 >= 5 && k%10 < 5 && (v-mean > 1e-15 || mean-v > 1e-15) {
				t.Errorf("entry %d is %g, but the mean of the block is %g", k, v, mean)
			}
		}
		for _, name := range []string{"W_in", "W_out", "init_state"} {
			if !slices.Equal(weight(t, plain, name), weight(t, means, name)) {
				t.Errorf("%s changes with a block of W_rec", name)
			}
		}
	}
}

// What the section constraints and the flags say is what the network keeps to.
func TestConstraints(t *testing.T) {
	net := begin(t, loaded(t, `
model: {W_in_train: false, b_out_train: true}
constraints:
  dale_ratio: 0.8
  autapses: false
  input_connectivity: {fill: 0, set: [{rows: inhibitory, cols: 1, value: 1}]}
  rec_connectivity: {fill: 1, set: [{rows: 2, cols: ":5", value: 0.5}]}
  fixed_weights: {W_out: {fill: 0, set: [{cols: 3, value: 1}]}}`))
	if net.Dale.Ratio != 0.8 {
		t.Errorf("the ratio is %v", net.Dale.Ratio)
	}
	for k, v := range net.Connectivity[model.InputRole] {
		if want := k/2 >= 8 && k%2 == 1; (v == 1) != want || v != 0 && v != 1 {
			t.Errorf("input_connectivity at [%d,%d] is %g", k/2, k%2, v)
		}
	}
	for k, v := range net.Connectivity[model.RecurrentRole] {
		row, col, want := k/10, k%10, 1.0
		switch {
		case row == col:
			want = 0
		case row == 2 && col < 5:
			want = 0.5
		}
		if v != want {
			t.Errorf("rec_connectivity at [%d,%d] is %g, want %g", row, col, v, want)
		}
	}
	for k, tensor := range net.Layout {
		if net.Trainable[k] != (tensor.Name != "W_in") {
			t.Errorf("%s is trained: %v", tensor.Name, net.Trainable[k])
		}
		for e, fixed := range model.View(tensor, net.Fixed) {
			if fixed != (tensor.Name == "W_out" && e%10 == 3) {
				t.Errorf("entry %d of %s is fixed: %v", e, tensor.Name, fixed)
			}
		}
	}
}

func TestGivenWeights(t *testing.T) {
	net := begin(t, loaded(t, "initializer: {W_rec: {file: ramp.npy}, b_rec: 2}\nconstraints: {dale_ratio: 0.5}"))
	if diff := cmp.Diff(experimenttest.Ramp(100), weight(t, net, "W_rec")); diff != "" {
		t.Errorf("W_rec (- file, + network):\n%s", diff)
	}
	if b := weight(t, net, "b_rec"); b[0] != 2 || b[9] != 2 {
		t.Errorf("b_rec is %v", b)
	}
}

// Everything but the time constants and noise comes from the weight file.
func TestNetworkFromAFile(t *testing.T) {
	for _, name := range []string{"weights.npz", "masked.npz", "lstm.npz", "layer.npz", "lstm_layer.npz"} {
		content := experimenttest.Made[name](t)
		f, err := npz.Read(strings.NewReader(string(content)), int64(len(content)), npz.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		there, err := weights.FromFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want := there.Network
		for k := range want.Alpha {
			want.Alpha[k] = 0.1
		}
		want.Batch = 8
		e := loaded(t, "model: {N_rec: null}\ninitializer: {load_weights_path: "+name+"}")
		if diff := cmp.Diff(want, begin(t, e), sameStarts, sameFunctions); diff != "" {
			t.Errorf("%s (- file, + experiment):\n%s", name, diff)
		}
	}
}

// A file that names no function of the table leaves the choice to the
// experiment, and says so where it makes none.
func TestTransferFunctionOfAFile(t *testing.T) {
	for text, want := range map[string]string{"": "relu", "transfer_function: tanh": "tanh"} {
		e := loaded(t, "initializer: {load_weights_path: nameless.npz}\nmodel: {"+text+"}")
		if got := begin(t, e).Function.String(); got != want {
			t.Errorf("with %q the transfer function is %s, want %s", text, got, want)
		}
		if warned := len(e.Warnings) > 0; warned != (text == "") {
			t.Errorf("with %q the warnings are %q", text, e.Warnings)
		}
	}
}

// Fixed entries of loaded weights are bit for bit those of the file after
// training, the others are not.
func TestFixedWeightsOfAFile(t *testing.T) {
	e := loaded(t, `
initializer: {load_weights_path: masked.npz}
constraints: {fixed_weights: {W_rec: {fill: 0, set: [{rows: "2:8", cols: "1:9", value: 1}]}}}`)
	before, after := begin(t, e), trained(t, e)
	m, _ := after.Get("W_rec")
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for k, v := range weight(t, before, "W_rec") {
		switch row, col := k/10, k%10; {
		case row >= 2 && row < 8 && col >= 1 && col < 9:
			if values[k] != v {
				t.Errorf("the fixed entry [%d,%d] was %g in the file and is %g", row, col, v, values[k])
			}
		case values[k] != v:
			changed++
		}
	}
	if changed == 0 {
		t.Error("no other entry has changed")
	}
}

// What an experiment says beside a weight file must not matter to a network
// that is trained already.
func TestLoadTrainedReadsNoStart(t *testing.T) {
	text := "extends: base.yaml\nmodel: {tau: {file: tau.npy}}\ninitializer: {load_weights_path: gone.npz}\nconstraints: {rec_connectivity: {file: gone.npy}}"
	read := experimenttest.Files(t, map[string]string{"case.yaml": text})
	if _, err := experiment.Load(read, "case.yaml", nil); err == nil {
		t.Error("files that are not there are not missed")
	}
	e, err := experiment.LoadTrained(read, "case.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	content := experimenttest.Made["weights.npz"](t)
	f, err := npz.Read(strings.NewReader(string(content)), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	joined, err := Join(e, Origin{Name: "case.yaml", Asked: true}, f, "weights.npz")
	if err != nil {
		t.Fatal(err)
	}
	if alpha := joined.Network.Alpha; alpha[0] != 1 || alpha[9] != 0.1 {
		t.Errorf("alpha is %v", alpha)
	}
}
