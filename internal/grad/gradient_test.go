package grad

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
)

const (
	gradientTrials = 4
	gradientSteps  = 12
)

// unread names the tensors that a kind's file holds and its equations don't
// read: without a regularizer their gradient is 0 by design.
var unread = map[string][]string{"lstm": {"W_in", "W_rec"}}

// clipped are the losses that clip the output, which is a kink of their own.
var clipped = map[string]bool{"binary_cross_entropy": true}

// smooth is how much the derivative of a smooth function changes within a
// thousandth at most; what changes more jumps.
const smooth = 0.01

// A transfer function says of itself whether its derivative jumps anywhere, by
// which the gradients below are judged.
func TestKinks(t *testing.T) {
	for _, f := range model.TransferFunctions() {
		var jump float64
		for k := -20_000; k < 20_000; k++ {
			s := float64(k) / 1000
			jump = math.Max(jump, math.Abs(f.Df(s+0.0005)-f.Df(s-0.0005)))
		}
		if kinked := jump > smooth; kinked != f.Kinked {
			t.Errorf("%s: its derivative changes by %.2g within 0.001, and the table says that Kinked is %v", f.Name, jump, f.Kinked)
		}
	}
}

// variant is a level of the factors model, regularizer and constraint.
type variant struct {
	name        string
	constrained bool // only for kinds to which Dale's law, connectivity and alpha apply
	apply       func(s *model.Settings, c *Config)
}

func models() (list []variant) {
	for _, kind := range model.Kinds {
		list = append(list,
			variant{kind.Name, kind.Dale, func(s *model.Settings, _ *Config) { s.Kind = kind.Name }},
			variant{kind.Name + " with feed-forward layer", kind.Dale, func(s *model.Settings, _ *Config) { s.Kind, s.FeedForward = kind.Name, 4 }})
	}
	return list
}

func transfers() (list []variant) {
	for _, f := range model.TransferFunctions() {
		list = append(list, variant{name: f.Name, apply: func(s *model.Settings, _ *Config) { s.Function = &f }})
	}
	return list
}

func losses() (list []variant) {
	for _, name := range slices.Sorted(maps.Keys(Losses[float64]())) {
		list = append(list, variant{name: name, apply: func(_ *model.Settings, c *Config) { c.Loss = name }})
	}
	return list
}

// regularizers are none, each alone, and all, whatever there is.
func regularizers() []variant {
	set := func(c *Config, k int) { reflect.ValueOf(&c.Regularizers).Elem().Field(k).SetFloat(0.1 * float64(k+1)) }
	fields := reflect.TypeFor[Regularizers]()
	list := []variant{
		{name: "no regularizer", apply: func(*model.Settings, *Config) {}},
		{name: "all regularizers", apply: func(_ *model.Settings, c *Config) {
			for k := range fields.NumField() {
				set(c, k)
			}
		}},
	}
	for k := range fields.NumField() {
		list = append(list, variant{name: fields.Field(k).Name, apply: func(_ *model.Settings, c *Config) { set(c, k) }})
	}
	return list
}

// Every regularizer is in the table, under its key.
func TestRegularizersAreInTheTable(t *testing.T) {
	fields := reflect.TypeFor[Regularizers]()
	for k := range fields.NumField() {
		var r Regularizers
		reflect.ValueOf(&r).Elem().Field(k).SetFloat(2)
		for _, p := range penalties[float64](r) {
			if (p.factor == 2) != (p.key == fields.Field(k).Tag.Get("yaml")) {
				t.Errorf("with %s = 2, %s has the factor %g", fields.Field(k).Name, p.key, p.factor)
			}
		}
		if len(on[float64](r, model.InputRole))+len(on[float64](r, model.RecurrentRole))+len(on[float64](r, model.OutputRole))+len(on[float64](r, onRates)) != 1 {
			t.Errorf("%s is no line of the table of penalties", fields.Field(k).Name)
		}
	}
}

func constraints() []variant {
	dale := func(s *model.Settings, _ *Config) { s.Dale = model.DaleOf(0.6, model.SignsOf(0.6, s.N)) }
	masks := func(values ...float64) func(*model.Settings, *Config) {
		return func(s *model.Settings, _ *Config) {
			s.Connectivity = map[model.Role][]float64{}
			for _, t := range layout(s) {
				mask := make([]float64, t.Len())
				for k := range mask {
					mask[k] = values[k%len(values)]
				}
				s.Connectivity[t.Role] = mask
			}
		}
	}
	noAutapses := func(s *model.Settings, _ *Config) { s.Autapses = false }
	return []variant{
		{"unconstrained", false, func(*model.Settings, *Config) {}},
		{"Dale", true, dale},
		{"masks", true, masks(1, 0, 1, 1)},
		{"masks of any number", true, masks(1, 0.5, 0, -2)},
		{"no autapses", true, noAutapses},
		{"Dale with masks and without autapses", true, func(s *model.Settings, c *Config) {
			dale(s, c)
			masks(1, 0.5, 0)(s, c)
			noAutapses(s, c)
		}},
		{"fixed weights", false, func(s *model.Settings, _ *Config) {
			s.Fixed = map[string][]float64{}
			for _, t := range layout(s) {
				fixed := make([]float64, t.Len())
				for k := range fixed {
					fixed[k] = float64(k % 2)
				}
				s.Fixed[t.Name] = fixed
			}
		}},
		{"untrained tensors", false, func(s *model.Settings, _ *Config) {
			s.Untrained = map[string]bool{}
			for k, t := range layout(s) {
				s.Untrained[t.Name] = k%2 == 1
			}
		}},
		{"alpha per unit", true, func(s *model.Settings, _ *Config) {
			for k := range s.Alpha {
				s.Alpha[k] = 0.2 + 0.1*float64(k)
			}
		}},
	}
}

// layout is that of the network to be.
func layout(s *model.Settings) model.Layout {
	cell, err := model.NewCell(s.Arch, kernel.Plain[float64]())
	if err != nil {
		panic("grad: no such cell")
	}
	return cell.Layout()
}

// TestGradient compares every entry of the gradient with central differences,
// for every pair among model, transfer function, loss, regularizer and
// constraint, on every kernel.
func TestGradient(t *testing.T) {
	for _, set := range kernel.Sets[float64]() {
		t.Run(set.Name, func(t *testing.T) { gradientPairs(t, set) })
	}
}

func gradientPairs(t *testing.T, set *kernel.Set[float64]) {
	factors := [][]variant{models(), transfers(), losses(), regularizers(), constraints()}
	var levels []int
	for _, f := range factors {
		levels = append(levels, len(f))
	}
	rows := covering(levels, func(f, a, g, b int) bool {
		return f != 0 || g != len(factors)-1 || factors[f][a].constrained || !factors[g][b].constrained
	})
	failed := 0
	for number, row := range rows {
		names := make([]string, len(row))
		for f, level := range row {
			names[f] = factors[f][level].name
		}
		passed := t.Run(strings.Join(names, ", "), func(t *testing.T) {
			s := model.Settings{Autapses: true, Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "const_gauss", RandRec: "const_gauss"}}
			s.N, s.I, s.O, s.Batch = 5, 3, 3, 3
			s.Alpha = []float64{0.3, 0.3, 0.3, 0.3, 0.3}
			s.Function = model.FunctionNamed("relu") // until its turn
			var c Config
			for f, level := range row {
				factors[f][level].apply(&s, &c)
			}
			if factors[0][row[0]].constrained {
				s.RecNoise = 0.2
			}
			compareGradient(t, s, c, set, random.NewKey(1).Number(uint64(number)))
		})
		if !passed {
			failed++
		}
		if failed == 5 {
			t.Fatalf("%d of %d cases failed; the others were not tried", failed, number+1)
		}
	}
}

// problem is what is minimized, on trials and noise that stay as they are.
type problem struct {
	net    *model.Network
	engine *Engine[float64]
	batch  *sim.Batch[float64]
}

func newProblem(t *testing.T, s model.Settings, c Config, set *kernel.Set[float64], key random.Key) problem {
	t.Helper()
	net, err := model.New(s, key)
	if err != nil {
		t.Fatal(err)
	}
	workers := sim.NewWorkers(1)
	t.Cleanup(workers.Close)
	batch := sim.NewBatch(gradientTrials, net.N, randomTrials[float64]{t: gradientSteps, i: s.I, o: s.O, input: 1.5, key: key})
	if err := batch.Draw(workers, "train", 0); err != nil {
		t.Fatal(err)
	}
	engine, err := NewEngine(net, c, set, workers, batch, key.Text("noise"))
	if err != nil {
		t.Fatal(err)
	}
	spread(net, key)
	if c.Loss == "binary_cross_entropy" {
		runner, err := sim.NewRunner(net, set, workers, batch, key.Text("noise"), false)
		if err != nil {
			t.Fatal(err)
		}
		intoUnitInterval(net, runner, batch)
	}
	return problem{net, engine, batch}
}

// spread sets every weight to a number of either sign that is not close to 0,
// where the loss is not smooth under Dale's law and L1, those of W_rec small
// enough for states not to grow. One unit begins above 6, the upper kink of relu6.
func spread(net *model.Network, key random.Key) {
	d := key.Text("spread").Draws()
	for _, t := range net.Layout {
		size := 1.0
		if t.Role == model.RecurrentRole {
			size = 0.4
		}
		w := model.View(t, net.Theta)
		for k := range w {
			w[k] = size * math.Copysign(0.1+0.7*d.Uniform(), d.Uniform()-0.5)
		}
	}
	if t, ok := net.Layout.Find("init_state"); ok {
		model.View(t, net.Theta)[0] = 7
	}
}

// intoUnitInterval scales W_out and sets b_out so that the outputs lie between
// 0.05 and 0.95, apart from the last channel, which binary_cross_entropy clips.
func intoUnitInterval(net *model.Network, runner *sim.Runner[float64], batch *sim.Batch[float64]) {
	w, _ := net.Layout.Find("W_out")
	b, _ := net.Layout.Find("b_out")
	bias := model.View(b, net.Theta)
	clear(bias)
	runner.Load(net.Effective())
	var most float64
	runner.Run(batch, func(_, _ int, s *model.Workspace[float64]) {
		for _, y := range s.Output[s.Rows*s.Dims.O:] {
			most = math.Max(most, math.Abs(y))
		}
	})
	for k := range model.View(w, net.Theta) {
		model.View(w, net.Theta)[k] *= 0.45 / most
	}
	for k := range bias {
		bias[k] = 0.5
	}
	bias[len(bias)-1] = 3
}

func compareGradient(t *testing.T, s model.Settings, c Config, set *kernel.Set[float64], key random.Key) {
	p := newProblem(t, s, c, set, key)
	g := make([]float64, len(p.net.Theta))
	loss := math.Abs(p.engine.Gradient(g, p.net.Theta, p.batch).Total())
	free := p.net.Free()
	kinks, entries := 0, 0
	for _, tensor := range p.net.Layout {
		var at []int
		var most float64
		for e := tensor.At; e < tensor.At+tensor.Len(); e++ {
			if free == nil || free[e] {
				at = append(at, e)
				most = math.Max(most, math.Abs(g[e]))
			}
		}
		idle := slices.Contains(unread[s.Kind], tensor.Name) && len(on[float64](c.Regularizers, tensor.Role)) == 0
		switch {
		case len(at) == 0:
		case idle && most != 0:
			t.Errorf("%s: the gradient is up to %g, but nothing reads it", tensor.Name, most)
		case !idle && !(most >= 1e-4*loss):
			t.Errorf("%s: the gradient is at most %g beside a loss of %g, which proves nothing", tensor.Name, most, loss)
		}
		kinks += p.compareTensor(t, tensor, at, g, most, loss)
		entries += len(at)
	}
	if kinks > 0 {
		t.Logf("%d of %d entries sit at a kink", kinks, entries)
	}
	allowed, by := 0, "neither the transfer function nor the loss has a kink"
	if s.Function.Kinked || clipped[c.Loss] {
		allowed, by = entries/100, "a kink of the transfer function or of the loss explains one in a hundred at most"
	}
	if kinks > allowed {
		t.Errorf("with %s and %s the difference quotients of %d of %d entries depend on the step: %s", s.Function, c.Loss, kinks, entries, by)
	}
}

// compareTensor compares the entries at of a tensor and returns how many sit at a kink.
func (p problem) compareTensor(t *testing.T, tensor model.Tensor, at []int, g []float64, most, loss float64) (kinks int) {
	var worst float64
	var differ []string
	for _, e := range at {
		h := 1e-5 * math.Max(1, math.Abs(p.net.Theta[e]))
		fd := p.difference(e, h)
		if math.Abs(fd-p.difference(e, h/2)) > 1e-6*most {
			kinks++
			continue
		}
		worst = math.Max(worst, math.Abs(fd-g[e]))
		if allowed := 1e-6*most + 16*0x1p-52*math.Max(1, loss)/h; !(math.Abs(fd-g[e]) <= allowed) {
			differ = append(differ, fmt.Sprintf("entry %d: the gradient is %g, the difference quotient %g; allowed are %g", e-tensor.At, g[e], fd, allowed))
		}
	}
	if len(differ) > 0 {
		t.Errorf("%s: %d of %d entries differ, the first is %s", tensor.Name, len(differ), len(at), differ[0])
	}
	t.Logf("%-16s worst %.1e of %.2g", tensor.Name, worst, most)
	return kinks
}

// difference is the central difference quotient of entry e.
func (p problem) difference(e int, h float64) float64 {
	theta := slices.Clone(p.net.Theta)
	at := func(x float64) float64 {
		theta[e] = x
		return p.engine.Value(theta, p.batch).Total()
	}
	return (at(p.net.Theta[e]+h) - at(p.net.Theta[e]-h)) / (2 * h)
}
