package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/weights"
)

// goldenCase is what a case.json of testdata/goldens says.
type goldenCase struct {
	Case, About, Model string
	Network            struct {
		N_steps, N_batch int
		Alpha            float64
	}
	Transfer_function, Loss_function string
	Regularizers                     grad.Regularizers
	Train_flags                      map[string]bool
	Learning_rate                    float64
	Clip_grads                       bool
	Fixed_weights                    []string
	N_updates                        int
	Updates_saved                    []int
}

// tolerances of the comparison max|a-b| <= tol max|b|, per tensor.
const (
	tolerance64 = 1e-9
	tolerance32 = 5e-6
)

// usersFunctions are functions of users of the original, by the names that the
// goldens refer to them with.
var usersFunctions = map[npz.Reference]*model.TransferFunction{
	{Module: "user_transfer", Name: "squareplus"}: {
		F:      func(s float64) float64 { return (s + math.Sqrt(s*s+1)) / 2 },
		Df:     func(s float64) float64 { return (1 + s/math.Sqrt(s*s+1)) / 2 },
		Name:   "squareplus",
		Module: "user_transfer", Symbol: "squareplus",
	},
	{Module: "__main__", Name: "half_wave_squared"}: {
		F:      func(s float64) float64 { return math.Pow(math.Max(s, 0), 2) },
		Df:     func(s float64) float64 { return 2 * math.Max(s, 0) },
		Name:   "half_wave_squared",
		Module: "__main__", Symbol: "half_wave_squared",
	},
}

func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("../../testdata/goldens/*/case.json")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	ran := map[string]bool{}
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var c goldenCase
		if json.Unmarshal(text, &c) != nil || c.Model == "" {
			continue // of another kind
		}
		ran[c.Case] = true
		t.Run(c.Case, func(t *testing.T) {
			g := openGolden(t, filepath.Dir(path), c)
			for _, set := range kernel.Sets[float64]() {
				t.Run("float64/"+set.Name, func(t *testing.T) { compareGolden(t, g, set, "f64/", tolerance64) })
			}
			if strings.Contains(c.About, "clipping active") {
				return // float32 rounds the clip's upper bound differently
			}
			for _, set := range kernel.Sets[float32]() {
				t.Run("float32/"+set.Name, func(t *testing.T) { compareGolden(t, g, set, "", tolerance32) })
			}
		})
	}
	for _, name := range required {
		if !ran[name] {
			t.Errorf("the golden case %s is missing", name)
		}
	}
}

// required are the cases of the original, with every model, loss and transfer function that it has.
var required = []string{
	"01_basic_plain", "02_basic_dale_masks_reg", "02b_basic_dale_from_initializer_file", "03_basic_bce", "03b_basic_bce_clipped",
	"04_basic_fixed_flags_noclip", "04b_basic_clip_active", "05_basic_scan", "06_lstm", "06b_lstm_reg", "07_feedforward",
	"07b_feedforward_dale", "08_transfer_relu", "08_transfer_sigmoid", "08_transfer_tanh", "08_transfer_softplus",
	"08_transfer_leaky_relu", "08_transfer_elu", "08_transfer_relu6", "08_transfer_softsign", "08_transfer_squareplus",
	"08_transfer_half_wave_squared", "11_dale_ratio_zero",
}

// golden is an opened case.
type golden struct {
	goldenCase
	folder string
	arrays *npz.File
	start  *npz.File
}

func readFile(t *testing.T, path string) *npz.File {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return f
}

func openGolden(t *testing.T, folder string, c goldenCase) golden {
	return golden{c, folder,
		readFile(t, filepath.Join(folder, "arrays.npz")), readFile(t, filepath.Join(folder, "weights_before.npz"))}
}

// array returns a member of arrays.npz in float64.
func (g golden) array(t *testing.T, name string) []float64 {
	t.Helper()
	m, ok := g.arrays.Get(name)
	if !ok {
		t.Fatalf("%s is not in arrays.npz", name)
	}
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// given supplies the K batches of a case, arrays of shape (K, B, T, channels).
type given[F kernel.Float] struct {
	b, t, i, o int
	x, y, mask []float64
}

func (g given[F]) Shape() (t, i, o int) { return g.t, g.i, g.o }

func (given[F]) Fetch(string, uint64, uint64, int) error { return nil }

func (given[F]) Period(*model.Trials[F], string) ([][2]int, error) { return nil, nil }

func (g given[F]) Trials(dst *model.Trials[F], _ string) error {
	copyIn := func(to []F, from []float64, channels int) {
		for r := range dst.Rows {
			for t := range g.t {
				for c := range channels {
					to[(t*dst.Rows+r)*channels+c] = F(from[((int(dst.First)+r)*g.t+t)*channels+c])
				}
			}
		}
	}
	copyIn(dst.X, g.x, g.i)
	copyIn(dst.Y, g.y, g.o)
	copyIn(dst.Mask, g.mask, g.o)
	return nil
}

// differences collects the largest difference of each tensor.
type differences struct {
	t         *testing.T
	tolerance float64
	found     int
}

// mostDifferences are told; what follows them says no more.
const mostDifferences = 10

func (d *differences) compare(name string, got, want []float64) {
	d.t.Helper()
	if len(got) != len(want) {
		d.t.Errorf("%s: %d entries, want %d", name, len(got), len(want))
		return
	}
	var most, scale float64
	for k := range got {
		most = math.Max(most, math.Abs(got[k]-want[k]))
		scale = math.Max(scale, math.Abs(want[k]))
		if math.IsNaN(got[k]) {
			most = math.Inf(1)
		}
	}
	d.t.Logf("%-28s %.1e of %.3g", name, most, scale)
	if most > d.tolerance*scale {
		d.t.Errorf("%s differs by %.3g, largest entry %.3g: %.2g of it", name, most, scale, most/scale)
		if d.found++; d.found == mostDifferences {
			d.t.Fatal("more is not compared")
		}
	}
}

func widen[F kernel.Float](v []F) []float64 {
	out := make([]float64, len(v))
	for k := range v {
		out[k] = float64(v[k])
	}
	return out
}

// network builds what the case trains, from its weight file.
func (g golden) network(t *testing.T) *model.Network {
	t.Helper()
	loaded, err := weights.FromFile(g.start)
	if err != nil {
		t.Fatal(err)
	}
	net := loaded.Network
	for k := range net.Alpha {
		net.Alpha[k] = g.Network.Alpha
	}
	if net.Function == nil && loaded.Function != nil {
		net.Function = usersFunctions[*loaded.Function]
	}
	if net.Function == nil {
		t.Fatal("no transfer function in the file")
	}
	for name, train := range g.Train_flags {
		for k, tensor := range net.Layout {
			if tensor.Name+"_train" == name {
				net.Trainable[k] = train
			}
		}
	}
	if len(g.Fixed_weights) > 0 {
		net.Fixed = make([]bool, net.Layout.Size())
		for _, name := range g.Fixed_weights {
			tensor, _ := net.Layout.Find(name)
			for k, v := range g.array(t, "fixed/"+name) {
				net.Fixed[tensor.At+k] = v != 0
			}
		}
	}
	return net
}

func constant(rate float64) Rate { return Rate{Schedule: "constant", Start: rate} }

func compareGolden[F kernel.Float](t *testing.T, g golden, set *kernel.Set[F], prefix string, tolerance float64) {
	d := &differences{t: t, tolerance: tolerance}
	net := g.network(t)
	k, b := g.N_updates, g.Network.N_batch
	source := given[F]{b: b, t: g.Network.N_steps, i: net.I, o: net.O,
		x: g.array(t, "train_x"), y: g.array(t, "train_y"), mask: g.array(t, "train_mask")}
	workers := sim.NewWorkers(2)
	defer workers.Close()
	batch := sim.NewBatch(b, net.N, source)
	if err := batch.Draw(workers, "train", 0); err != nil {
		t.Fatal(err)
	}
	engine, err := grad.NewEngine(net, grad.Config{Loss: g.Loss_function, Regularizers: g.Regularizers}, set, workers, batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := Config{LearningRate: constant(g.Learning_rate), Optimizer: Optimizer{Kind: "adam"}, LossEpoch: 1}
	if g.Clip_grads {
		c.ClipGrads.Norm = defaultNorm
	}
	trainer := New(net, c, engine)

	outputs, states := trajectory(t, net, set, workers, batch, trainer.theta)
	d.compare("outputs", outputs, g.array(t, prefix+"outputs"))
	d.compare("states", states, g.array(t, prefix+"states"))
	value := engine.Gradient(trainer.dtheta, trainer.theta, batch)
	d.compare("loss", []float64{value.Loss}, g.array(t, prefix+"loss"))
	d.compare("reg_loss", []float64{value.Total()}, g.array(t, prefix+"reg_loss"))
	gradients(t, d, g, prefix+"grad/", net, trainer.dtheta)
	trainer.mask()
	apply(trainer.config.ClipGrads, trainer.layout, trainer.dtheta)
	gradients(t, d, g, prefix+"grad_clipped/", net, trainer.dtheta)

	var losses []float64
	for u := range k {
		if err := batch.Draw(workers, "train", uint64(u*b)); err != nil {
			t.Fatal(err)
		}
		p, err := trainer.Update(batch)
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, p.Loss.Total())
		for _, saved := range g.Updates_saved {
			if saved == u+1 {
				afterUpdates(t, d, g, prefix, saved, net, trainer)
			}
		}
	}
	d.compare("losses", losses, g.array(t, prefix+"losses"))
}

// trajectory returns outputs (B,T,o) and states (B,T,n).
func trajectory[F kernel.Float](t *testing.T, net *model.Network, set *kernel.Set[F], w *sim.Workers, batch *sim.Batch[F], theta []F) (outputs, states []float64) {
	t.Helper()
	runner, err := sim.NewRunner(net, set, w, batch, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	eff := make([]F, len(theta))
	model.ConstraintsOf[F](net).Effective(eff, theta)
	runner.Load(eff)
	type part struct{ outputs, states []float64 }
	parts := make([]part, len(batch.Groups))
	runner.Run(batch, func(_, job int, s *model.Workspace[F]) {
		for r := range s.Rows {
			for step := 1; step <= s.T; step++ {
				parts[job].outputs = append(parts[job].outputs, widen(s.OutputRows(step)[r*s.Dims.O:][:s.Dims.O])...)
				parts[job].states = append(parts[job].states, widen(runner.Cell.State(s, step, r))...)
			}
		}
	})
	for _, p := range parts {
		outputs, states = append(outputs, p.outputs...), append(states, p.states...)
	}
	return outputs, states
}

// gradients compares every gradient of the case; a tensor without one there
// must not be free here.
func gradients[F kernel.Float](t *testing.T, d *differences, g golden, prefix string, net *model.Network, dtheta []F) {
	for k, tensor := range net.Layout {
		if _, ok := g.arrays.Get(prefix + tensor.Name); ok {
			d.compare(prefix+tensor.Name, widen(model.View(tensor, dtheta)), g.array(t, prefix+tensor.Name))
		} else if net.Trainable[k] && !tensor.FileOnly {
			t.Errorf("%s%s is not in arrays.npz", prefix, tensor.Name)
		}
	}
}

// afterUpdates compares what a weight file would hold with all that the case has.
func afterUpdates[F kernel.Float](t *testing.T, d *differences, g golden, prefix string, updates int, net *model.Network, trainer *Trainer[F]) {
	t.Helper()
	file, err := weights.ToFile(net, trainer.theta, trainer.Slots())
	if err != nil {
		t.Fatal(err)
	}
	want, at := g.arrays, fmt.Sprintf("%safter_%d/", prefix, updates)
	if prefix == "" {
		want, at = readFile(t, filepath.Join(g.folder, fmt.Sprintf("after_%d_updates.npz", updates))), ""
	}
	compared := 0
	for _, member := range want.Members {
		name, ok := strings.CutPrefix(member.Name, at)
		if !ok || !member.Array.Numeric() || name == "dale_ratio" {
			continue
		}
		got, ok := file.Get(name)
		if !ok {
			t.Errorf("our file lacks %s", name)
			continue
		}
		a, err := got.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		b, err := member.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		d.compare(fmt.Sprintf("after %d %s", updates, name), a, b)
		compared++
	}
	if compared < len(net.Layout) {
		t.Errorf("only %d members of the file were compared", compared)
	}
}
