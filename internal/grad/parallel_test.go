package grad

import (
	"math"
	"slices"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

// crowd is the number of trials in a batch: three groups, the last of them short.
const crowd = 37

// networks are one of every kind, with and without a feed-forward layer, with
// recurrent noise where the kind has it.
func networks(t *testing.T) map[string]*model.Network {
	t.Helper()
	list := map[string]*model.Network{}
	for k, v := range models() {
		s := model.Settings{Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "const_gauss", RandRec: "glorot_gauss"}}
		s.N, s.I, s.O, s.Batch, s.Function = 7, 3, 2, crowd, model.FunctionNamed("tanh")
		s.Alpha = []float64{0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1}
		v.apply(&s, nil)
		if v.constrained {
			s.RecNoise = 0.1
		}
		net, err := model.New(s, random.NewKey(uint64(k)))
		if err != nil {
			t.Fatal(err)
		}
		list[v.name] = net
	}
	return list
}

// result is what an engine says of a batch.
type result[F kernel.Float] struct {
	value    Value
	gradient []F
}

func gradientOf[F kernel.Float](t *testing.T, set *kernel.Set[F], net *model.Network, c Config, workers, trials int, first uint64) result[F] {
	t.Helper()
	w := sim.NewWorkers(workers)
	defer w.Close()
	batch := sim.NewBatch(trials, net.N, randomTrials[F]{t: 9, i: net.I, o: net.O, input: 1})
	if err := batch.Draw(w, "train", first); err != nil {
		t.Fatal(err)
	}
	engine, err := NewEngine(net, c, set, w, batch, 1)
	if err != nil {
		t.Fatal(err)
	}
	theta := make([]F, len(net.Theta))
	for k, v := range net.Theta {
		theta[k] = F(v)
	}
	r := result[F]{gradient: make([]F, len(theta))}
	// The second time the workspaces are used ones, which other groups left.
	engine.Gradient(r.gradient, theta, batch)
	r.value = engine.Gradient(r.gradient, theta, batch)
	if value := engine.Value(theta, batch); value != r.value {
		t.Errorf("the value is %v with its gradient and %v without", r.value, value)
	}
	return r
}

var everything = Config{Loss: "mean_squared_error", Regularizers: allRegularizers(1)}

func TestWorkersGiveTheSameBits(t *testing.T) {
	t.Run("float32", sameBits[float32])
	t.Run("float64", sameBits[float64])
}

func sameBits[F kernel.Float](t *testing.T) {
	for name, net := range networks(t) {
		classes := map[string]result[F]{}
		for _, set := range kernel.Sets[F]() {
			one := gradientOf(t, set, net, everything, 1, crowd, 0)
			for _, workers := range []int{2, 3, 7, 8} {
				many := gradientOf(t, set, net, everything, workers, crowd, 0)
				if many.value != one.value || !slices.Equal(many.gradient, one.gradient) {
					t.Errorf("%s, %s: %d workers give other bits than one", name, set.Name, workers)
				}
			}
			if same, ok := classes[set.Numerics]; ok && (same.value != one.value || !slices.Equal(same.gradient, one.gradient)) {
				t.Errorf("%s: kernels %s give other bits than others of their class", name, set.Name)
			}
			classes[set.Numerics] = one
		}
	}
}

// Groups of more trials, for wide networks and for large batches, are cut by
// the same rule for any number of workers.
func TestWorkersGiveTheSameBitsInLargeGroups(t *testing.T) {
	for _, size := range []struct{ n, trials int }{{704, 70}, {7, 530}} {
		s := model.Settings{RecNoise: 0.1, Autapses: true, Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "const_gauss", RandRec: "glorot_gauss"}}
		s.Kind, s.N, s.I, s.O, s.Batch, s.Function = "basic", size.n, 3, 2, size.trials, model.FunctionNamed("relu")
		s.Alpha = slices.Repeat([]float64{0.1}, size.n)
		net, err := model.New(s, random.NewKey(1))
		if err != nil {
			t.Fatal(err)
		}
		var first *result[float32]
		for _, set := range kernel.Sets[float32]() {
			if set.Name == "go" && size.n > 100 {
				continue // of a class of its own, and slow
			}
			for _, workers := range []int{1, 2, 3, 8} {
				got := gradientOf(t, set, net, everything, workers, size.trials, 0)
				if set.Name == "go" && workers == 1 {
					first = nil
				}
				if first == nil {
					first = &got
				} else if got.value != first.value || !slices.Equal(got.gradient, first.gradient) {
					t.Errorf("%+v, %s: %d workers give other bits", size, set.Name, workers)
				}
			}
		}
	}
}

// The loss and gradient of a batch are the means of those of its trials, each
// in a batch of its own: wherever a trial lies, the others don't touch it.
func TestBatchIsMeanOfTrials(t *testing.T) {
	t.Run("float32", func(t *testing.T) { meanOfTrials[float32](t, 1e-5) })
	t.Run("float64", func(t *testing.T) { meanOfTrials[float64](t, 1e-13) })
}

func meanOfTrials[F kernel.Float](t *testing.T, tolerance float64) {
	c := Config{Loss: "mean_squared_error", Regularizers: Regularizers{L2_firing_rate: 1}}
	for name, net := range networks(t) {
		batch := gradientOf(t, kernel.Sets[F]()[0], net, c, 2, crowd, 0)
		var loss float64
		mean := make([]float64, len(net.Theta))
		for first := range uint64(crowd) {
			one := gradientOf(t, kernel.Sets[F]()[0], net, c, 1, 1, first)
			loss += one.value.Total() / crowd
			for k, g := range one.gradient {
				mean[k] += float64(g) / crowd
			}
		}
		if math.Abs(loss-batch.value.Total()) > tolerance*loss {
			t.Errorf("%s: loss %g, mean of the trials %g", name, batch.value.Total(), loss)
		}
		for _, tensor := range net.Layout {
			var most, size float64
			g := model.View(tensor, batch.gradient)
			for k, want := range model.View(tensor, mean) {
				most = math.Max(most, math.Abs(float64(g[k])-want))
				size = math.Max(size, math.Abs(want))
			}
			if !(most <= tolerance*size) {
				t.Errorf("%s: %s differs by %g, largest entry %g", name, tensor.Name, most, size)
			}
		}
	}
}

// A trial's outputs are the same bits alone and anywhere in a batch.
func TestTrialIsItsOwn(t *testing.T) {
	t.Run("float32", trialIsItsOwn[float32])
	t.Run("float64", trialIsItsOwn[float64])
}

func trialIsItsOwn[F kernel.Float](t *testing.T) {
	for name, net := range networks(t) {
		together := outputs[F](t, net, crowd, 0)
		if len(together) != crowd {
			t.Fatalf("%s: %d trials", name, len(together))
		}
		for k := range together {
			if alone := outputs[F](t, net, 1, uint64(k)); !slices.Equal(alone[0], together[k]) {
				t.Errorf("%s: trial %d has other outputs alone than among others", name, k)
			}
		}
	}
}

// outputs are those of every trial of a batch.
func outputs[F kernel.Float](t *testing.T, net *model.Network, trials int, first uint64) [][]F {
	t.Helper()
	w := sim.NewWorkers(2)
	defer w.Close()
	batch := sim.NewBatch(trials, net.N, randomTrials[F]{t: 9, i: net.I, o: net.O, input: 1})
	if err := batch.Draw(w, "test", first); err != nil {
		t.Fatal(err)
	}
	runner, err := sim.NewRunner(net, kernel.Sets[F]()[0], w, batch, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	eff := make([]F, len(net.Theta))
	for k, v := range net.Effective() {
		eff[k] = F(v)
	}
	runner.Load(eff)
	groups := make([][][]F, len(batch.Groups))
	runner.Run(batch, func(_, job int, s *model.Workspace[F]) {
		groups[job] = make([][]F, s.Rows)
		for step := range s.T {
			y := s.OutputRows(step + 1)
			for r := range s.Rows {
				groups[job][r] = append(groups[job][r], y[r*net.O:][:net.O]...)
			}
		}
	})
	return slices.Concat(groups...)
}
