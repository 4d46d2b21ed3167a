package train

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psychrnn/internal/fault"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

// TestConstraintsHold trains networks under any combination of constraints and
// holds every one of them to its word after every update.
func TestConstraintsHold(t *testing.T) {
	t.Run("float32", func(t *testing.T) { rapid.Check(t, constraintsHold[float32]) })
	t.Run("float64", func(t *testing.T) { rapid.Check(t, constraintsHold[float64]) })
}

func constraintsHold[F kernel.Float](t *rapid.T) {
	s := drawSettings(t)
	net, err := model.New(s, random.NewKey(rapid.Uint64().Draw(t, "seed")))
	if err != nil {
		t.Fatal(err)
	}
	workers := sim.NewWorkers(1)
	defer workers.Close()
	batch := sim.NewBatch(rapid.IntRange(1, 5).Draw(t, "B"), s.N, normalTrials[F]{rapid.IntRange(1, 6).Draw(t, "T"), s.I, s.O})
	engine, err := grad.NewEngine(net, drawObjective(t), kernel.Plain[F](), workers, batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := Config{
		LearningRate: constant(rapid.SampledFrom([]float64{0.001, 0.1, 10}).Draw(t, "learning rate")),
		Optimizer:    Optimizer{Kind: rapid.SampledFrom(slices.Sorted(maps.Keys(optimizerKinds[F]()))).Draw(t, "optimizer")},
		ClipGrads:    rapid.SampledFrom([]Clip{{}, {Norm: 1}, {Global: 0.5}, {Value: 0.1}}).Draw(t, "clip"),
		LossEpoch:    2,
	}
	trainer := New(net, c, engine)
	start := slices.Clone(trainer.Theta())
	effective := model.ConstraintsOf[F](net)
	eff := make([]F, len(start))
	for update := range rapid.IntRange(1, 8).Draw(t, "updates") {
		if err := batch.Draw(workers, "train", uint64(update*batch.Size)); err != nil {
			t.Fatal(err)
		}
		_, err := trainer.Update(batch)
		if err != nil && fault.WithStatus(fault.Diverged, err) == nil {
			t.Fatal(err)
		}
		checkUntouched(t, net, s, start, trainer.Theta())
		effective.Effective(eff, trainer.Theta())
		checkEffective(t, net, s, eff)
		if err != nil {
			return
		}
	}
}

// checkUntouched says whether what training may not change is bit for bit what it was.
func checkUntouched[F kernel.Float](t *rapid.T, net *model.Network, s model.Settings, start, now []F) {
	for _, tensor := range net.Layout {
		before, after := model.View(tensor, start), model.View(tensor, now)
		for k := range before {
			still := tensor.FileOnly || s.Untrained[tensor.Name] || s.Fixed[tensor.Name] != nil && s.Fixed[tensor.Name][k] != 0
			if still && math.Float64bits(float64(before[k])) != math.Float64bits(float64(after[k])) {
				t.Fatalf("%s, entry %d was %g and is %g", tensor.Name, k, before[k], after[k])
			}
		}
	}
}

// checkEffective holds effective weights to masks, signs and autapses. Which
// units are excitatory is counted here anew.
func checkEffective[F kernel.Float](t *rapid.T, net *model.Network, s model.Settings, eff []F) {
	excitatory := s.N
	if s.Dale.Holds() {
		excitatory = int(s.Dale.Ratio * float64(s.N))
	}
	whole := true // all masks are 0 or 1
	for _, tensor := range net.Layout {
		mask := s.Connectivity[tensor.Role]
		for k, w := range model.View(tensor, eff) {
			var what string
			column := k % tensor.Shape[len(tensor.Shape)-1]
			autapse := tensor.Role == model.RecurrentRole && k/s.N == column
			switch {
			case math.IsNaN(float64(w)):
				what = "not a number"
			case w != 0 && mask != nil && mask[k] == 0:
				what = "masked"
			case w != 0 && autapse && !s.Autapses:
				what = "an autapse"
			case !s.Dale.Holds() || tensor.Role == model.NoRole || tensor.Role == model.FeedRole:
			case tensor.Role == model.RecurrentRole && column >= excitatory:
				if w > 0 {
					what = "from an inhibitory unit"
				}
			case tensor.Role == model.OutputRole && column >= excitatory:
				if w != 0 {
					what = "from an inhibitory unit to an output"
				}
			case w < 0:
				what = "under Dale's law"
			}
			if w == 0 && math.Signbit(float64(w)) {
				what = "a zero with a sign"
			}
			if what != "" {
				t.Fatalf("%s, entry %d, is %g although it is %s", tensor.Name, k, w, what)
			}
			whole = whole && (mask == nil || mask[k] == 0 || mask[k] == 1)
		}
	}
	if whole {
		again := make([]F, len(eff))
		model.ConstraintsOf[F](net).Effective(again, eff)
		if !slices.Equal(again, eff) {
			t.Fatal("the effective weights of effective weights are others")
		}
	}
}

// drawSettings draws a small network of any kind with the constraints that the kind takes.
func drawSettings(t *rapid.T) model.Settings {
	s := model.Settings{Autapses: true, Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "glorot_gauss", RandRec: "const_gauss"}}
	kind := rapid.SampledFrom(model.Kinds).Draw(t, "kind")
	s.Kind, s.Function, s.Batch = kind.Name, model.FunctionNamed(rapid.SampledFrom(model.FunctionNames()).Draw(t, "transfer")), 2
	size := rapid.IntRange(1, 6)
	s.N, s.I, s.O = size.Draw(t, "n"), size.Draw(t, "i"), size.Draw(t, "o")
	s.FeedForward = rapid.IntRange(0, 2).Draw(t, "feed-forward")
	s.Alpha = rapid.SliceOfN(rapid.Float64Range(0.1, 1), s.N, s.N).Draw(t, "alpha")
	cell, err := model.NewCell(s.Arch, kernel.Plain[float64]())
	if err != nil {
		t.Fatal(err)
	}
	layout := cell.Layout()
	if kind.Dale {
		s.RecNoise = rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "rec_noise")
		s.Autapses = rapid.Bool().Draw(t, "autapses")
		if rapid.Bool().Draw(t, "Dale") {
			ratio := rapid.SampledFrom([]float64{0.2, 0.5, 0.58, 0.8, 1}).Draw(t, "dale_ratio")
			s.Dale = model.DaleOf(ratio, model.SignsOf(ratio, s.N))
		}
		drawMasks(t, &s, layout)
	}
	s.Fixed, s.Untrained = map[string][]float64{}, map[string]bool{}
	for _, tensor := range layout {
		if rapid.Bool().Draw(t, tensor.Name+" fixed") {
			s.Fixed[tensor.Name] = rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1}), tensor.Len(), tensor.Len()).Draw(t, "entries")
		}
		s.Untrained[tensor.Name] = rapid.IntRange(0, 3).Draw(t, tensor.Name+" untrained") == 0
	}
	return s
}

// drawMasks draws connectivity of 0 and 1, or of other numbers too, for some roles.
func drawMasks(t *rapid.T, s *model.Settings, layout model.Layout) {
	values := rapid.SampledFrom([][]float64{{0, 1}, {0, 0.5, 1, 3}}).Draw(t, "masks of")
	s.Connectivity = map[model.Role][]float64{}
	for _, tensor := range layout {
		if tensor.Role == model.NoRole || tensor.Role == model.FeedRole || rapid.Bool().Draw(t, tensor.Name+" unmasked") {
			continue
		}
		s.Connectivity[tensor.Role] = rapid.SliceOfN(rapid.SampledFrom(values), tensor.Len(), tensor.Len()).Draw(t, "mask")
	}
}

func drawObjective(t *rapid.T) grad.Config {
	factor := rapid.SampledFrom([]float64{0, 1})
	return grad.Config{
		Loss: rapid.SampledFrom([]string{"mean_squared_error", "binary_cross_entropy"}).Draw(t, "loss"),
		Regularizers: grad.Regularizers{
			L1_in: factor.Draw(t, "L1_in"), L1_rec: factor.Draw(t, "L1_rec"), L2_out: factor.Draw(t, "L2_out"),
			L2_firing_rate: factor.Draw(t, "L2_firing_rate"),
		},
	}
}

// normalTrials is a source of trials of t steps, all of whose numbers are N(0,1).
type normalTrials[F kernel.Float] struct{ t, i, o int }

func (n normalTrials[F]) Shape() (t, i, o int) { return n.t, n.i, n.o }

func (normalTrials[F]) Fetch(string, uint64, uint64, int) error { return nil }

func (normalTrials[F]) Period(*model.Trials[F], string) ([][2]int, error) { return nil, nil }

func (n normalTrials[F]) Trials(dst *model.Trials[F], purpose string) error {
	d := random.NewKey(dst.First).Text(purpose).Draws()
	for _, numbers := range [][]F{dst.X, dst.Y, dst.Mask} {
		for k := range numbers {
			numbers[k] = F(d.Normal())
		}
	}
	return nil
}

// enormous are trials whose inputs are so large that float32 cannot hold the
// square of the gradient.
type enormous struct{ normalTrials[float32] }

func (e enormous) Trials(dst *model.Trials[float32], purpose string) error {
	err := e.normalTrials.Trials(dst, purpose)
	for k := range dst.X {
		dst.X[k] *= 1e12
	}
	return err
}

// Such a gradient ends training before the optimizer turns weights into NaN.
func TestGradientTooLargeToSquare(t *testing.T) {
	s := model.Settings{Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "glorot_gauss", RandRec: "const_gauss"}}
	s.Kind, s.Function, s.N, s.I, s.O, s.Alpha = "basic", model.FunctionNamed("linear"), 3, 2, 2, []float64{0.1, 0.1, 0.1}
	net, err := model.New(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	workers := sim.NewWorkers(1)
	defer workers.Close()
	batch := sim.NewBatch(4, s.N, enormous{normalTrials[float32]{5, s.I, s.O}})
	if err := batch.Draw(workers, "train", 0); err != nil {
		t.Fatal(err)
	}
	engine, err := grad.NewEngine(net, grad.Config{Loss: "mean_squared_error"}, kernel.Plain[float32](), workers, batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, clip := range []bool{false, true} {
		c := Config{LearningRate: constant(0.001), Optimizer: Optimizer{Kind: "adam"}, LossEpoch: 10}
		if clip {
			c.ClipGrads.Norm = 1
		}
		trainer := New(net, c, engine)
		start := slices.Clone(trainer.Theta())
		_, err := trainer.Update(batch)
		diverged := fault.WithStatus(fault.Diverged, err)
		if clip && err != nil || !clip && (diverged == nil || strings.Contains(diverged.Text, "the loss") || !slices.Equal(start, trainer.Theta())) {
			t.Errorf("clip %v: %v", clip, err)
		}
	}
}

// An update that leads to weights or a loss that is no number is an error, and
// the weights and the optimizer's state are those before it.
func TestDivergenceKeepsTheWeights(t *testing.T) {
	for _, rate := range []float64{1e39, 1e30} {
		u := shape{n: 8, threads: 1, trials: 4, steps: 20}.start(t)
		u.trainer.config.LearningRate, u.trainer.config.LossEpoch = constant(rate), 1
		if err := u.batch.Draw(u.workers, "train", 0); err != nil {
			t.Fatal(err)
		}
		start := slices.Clone(u.trainer.Theta())
		_, err := u.trainer.Update(u.batch)
		diverged := fault.WithStatus(fault.Diverged, err)
		if diverged == nil || !strings.HasPrefix(diverged.Text, "update 1: ") || !slices.Equal(start, u.trainer.Theta()) {
			t.Errorf("learning rate %g: %v", rate, err)
		}
		for _, slot := range u.trainer.Slots() {
			if slices.ContainsFunc(slot.Values, func(v float32) bool { return v != 0 }) {
				t.Errorf("learning rate %g: %s has moved", rate, slot.Name)
			}
		}
	}
}
