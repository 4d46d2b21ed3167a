//go:build interop

package interop_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/plan"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Sizes of every network here, and of its trials.
const (
	units, inputs, outputs = 12, 2, 2
	dt, tau, period        = 20.0, 100.0, 200.0
	alpha                  = dt / tau
	trials                 = 8
)

// taskPlan is the task whose trials all networks see.
var taskPlan = func() *plan.Plan {
	p, err := plan.FromText(fmt.Sprintf("{kind: perceptual_discrimination, dt: %v, tau: %v, T: %v, N_batch: %d}", dt, tau, period, trials))
	if err != nil {
		panic(err)
	}
	return p
}()

// kind is a network that both programs know.
type kind struct {
	name         string
	settings     model.Settings
	regularizers grad.Regularizers
}

// settings are those of an unconstrained network.
func settings(architecture, transfer string) model.Settings {
	alphas := make([]float64, units)
	for k := range alphas {
		alphas[k] = alpha
	}
	return model.Settings{
		Arch: model.Arch{Kind: architecture, N: units, I: inputs, O: outputs, Batch: trials, Alpha: alphas, Function: model.FunctionNamed(transfer)},
		Initializer: model.StartSettings{
			Kind: "gaussian_spectral_radius", SpecRad: new(1.1), Rand: "glorot_gauss", RandRec: "glorot_gauss",
		},
		Autapses: true,
	}
}

// constrained adds Dale's law and masks.
func constrained(s model.Settings) model.Settings {
	s.Dale = model.DaleOf(0.7, model.SignsOf(0.7, units))
	s.Autapses = false
	s.Connectivity = map[model.Role][]float64{
		model.InputRole: mask(units*inputs, 5), model.RecurrentRole: mask(units*units, 7), model.OutputRole: mask(outputs*units, 6),
	}
	return s
}

// mask is 1 but for every so manieth entry, which is 0.
func mask(size, every int) []float64 {
	m := make([]float64, size)
	for k := range m {
		if k%every != every-1 {
			m[k] = 1
		}
	}
	return m
}

// partly leaves some of the weights out of training.
func partly(s model.Settings) model.Settings {
	s.Untrained = map[string]bool{"W_out": true, "init_state": true}
	s.Fixed = map[string][]float64{"W_rec": mask(units*units, 3)}
	return s
}

// kinds are the networks to be compared: each transfer function, and each
// architecture with what applies to it.
func kinds() []kind {
	list := []kind{
		{name: "basic_scan", settings: settings("basic_scan", "relu")},
		{name: "dale and masks", settings: constrained(settings("basic", "sigmoid")),
			regularizers: grad.Regularizers{L1_in: 0.1, L2_rec: 0.2, L1_out: 0.1, L2_firing_rate: 0.1}},
		{name: "dale and masks, basic_scan", settings: constrained(settings("basic_scan", "relu"))},
		{name: "partly trained", settings: partly(settings("basic", "tanh"))},
		{name: "lstm", settings: settings("lstm", "relu")},
		{name: "lstm, regularized", settings: settings("lstm", "relu"), regularizers: grad.Regularizers{L2_in: 0.1, L1_rec: 0.2, L2_out: 0.1}},
	}
	for _, name := range model.FunctionNames() {
		list = append(list, kind{name: name, settings: settings("basic", name)})
	}
	return list
}

// build makes the network with weights of its own.
func (k kind) build(t *testing.T) *model.Network {
	t.Helper()
	net, err := model.New(k.settings, random.NewKey(5).Text(k.name))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// batch draws trials of the task.
func batch(t *testing.T, w *sim.Workers, purpose string, first uint64) *sim.Batch[float32] {
	t.Helper()
	source := draw.New(taskPlan, random.NewKey(5), kernel.Plain[float32](), nil)
	b := sim.NewBatch(trials, 1, sim.TrialSource[float32](source))
	if err := b.Draw(w, purpose, first); err != nil {
		t.Fatal(err)
	}
	return b
}

func workers(t *testing.T) *sim.Workers {
	w := sim.NewWorkers(2)
	t.Cleanup(w.Close)
	return w
}

// flat appends a part of every trial of the batch, as (B,T,channels).
func flat(b *sim.Batch[float32], part func(*model.Trials[float32]) ([]float32, int)) (values []float32, shape []int) {
	for _, s := range b.Groups {
		block, channels := part(s)
		shape = []int{b.Size, s.T, channels}
		for r := range s.Rows {
			for t := range s.T {
				values = append(values, block[(t*s.Rows+r)*channels:][:channels]...)
			}
		}
	}
	return values, shape
}

func inputsOf(s *model.Trials[float32]) ([]float32, int)  { return s.X, s.I }
func targetsOf(s *model.Trials[float32]) ([]float32, int) { return s.Y, s.O }
func masksOf(s *model.Trials[float32]) ([]float32, int)   { return s.Mask, s.O }

// trained is a network after some updates.
type trained struct {
	net     *model.Network
	trainer *train.Trainer[float32]
	batches *npz.File // x, y, mask (K,B,T,channels) that it was trained on
	losses  []float64
}

// learn trains a network for some updates.
func (k kind) learn(t *testing.T, net *model.Network, updates int) trained {
	t.Helper()
	w := workers(t)
	b := batch(t, w, task.Train, 0)
	engine, err := grad.NewEngine(net, grad.Config{Loss: "mean_squared_error", Regularizers: k.regularizers}, kernel.Plain[float32](), w, b, 0)
	if err != nil {
		t.Fatal(err)
	}
	trainer := train.New(net, train.Config{
		LearningRate: train.Rate{Schedule: "constant", Start: 0.001}, Optimizer: train.Optimizer{Kind: "adam"},
		ClipGrads: train.Clip{Norm: 1}, LossEpoch: 1,
	}, engine)
	result := trained{net: net, trainer: trainer, batches: &npz.File{}}
	for name, part := range map[string]func(*model.Trials[float32]) ([]float32, int){"x": inputsOf, "y": targetsOf, "mask": masksOf} {
		var all []float32
		var shape []int
		for u := range updates {
			values, one := flat(batch(t, w, task.Train, uint64(u*trials)), part)
			all, shape = append(all, values...), append([]int{updates}, one...)
		}
		result.batches.Set(npz.Member{Name: name, Array: npz.ArrayOf(shape, all)})
	}
	for u := range updates {
		if err := b.Draw(w, task.Train, uint64(u*trials)); err != nil {
			t.Fatal(err)
		}
		progress, err := trainer.Update(b)
		if err != nil {
			t.Fatal(err)
		}
		result.losses = append(result.losses, progress.Loss.Total())
	}
	return result
}

// save writes the network's weight file, Adam's slots included.
func (r trained) save(t *testing.T) string {
	t.Helper()
	file, err := weights.ToFile(r.net, r.trainer.Theta(), r.trainer.Slots())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "weights.npz")
	write(t, path, file.Write)
	return path
}

// open reads a weight file as a network that computes like k.
func (k kind) open(t *testing.T, path string) *model.Network {
	t.Helper()
	loaded, err := weights.FromFile(read(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Warnings) > 0 {
		t.Errorf("reading %s warns: %q", path, loaded.Warnings)
	}
	net := loaded.Network
	copy(net.Alpha, k.settings.Alpha)
	if net.Function == nil { // release 1.0.0 keeps it to itself
		net.Function = k.settings.Function
	}
	if net.Function.String() != k.settings.Function.Name {
		t.Errorf("the file's transfer function is %s, want %s", net.Function, k.settings.Function)
	}
	return net
}

// run returns outputs (B,T,o) and states (B,T,n) of a network on a batch.
func run(t *testing.T, net *model.Network, theta []float32, w *sim.Workers, b *sim.Batch[float32]) (outputs, states npz.Array) {
	t.Helper()
	runner, err := sim.NewRunner(net, kernel.Plain[float32](), w, b, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	eff := make([]float32, len(theta))
	model.ConstraintsOf[float32](net).Effective(eff, theta)
	runner.Load(eff)
	y, s := make([][]float32, len(b.Groups)), make([][]float32, len(b.Groups))
	runner.Run(b, func(_, job int, work *model.Workspace[float32]) {
		for r := range work.Rows {
			for t := 1; t <= work.T; t++ {
				y[job] = append(y[job], work.OutputRows(t)[r*work.Dims.O:][:work.Dims.O]...)
				s[job] = append(s[job], runner.Cell.State(work, t, r)...)
			}
		}
	})
	join := func(parts [][]float32, channels int) npz.Array {
		var all []float32
		for _, p := range parts {
			all = append(all, p...)
		}
		return npz.ArrayOf([]int{b.Size, b.Groups[0].T, channels}, all)
	}
	return join(y, net.O), join(s, net.N)
}

// theta32 are the network's weights in float32.
func theta32(net *model.Network) []float32 {
	out := make([]float32, len(net.Theta))
	for k, v := range net.Theta {
		out[k] = float32(v)
	}
	return out
}
