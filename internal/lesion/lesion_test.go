package lesion_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/lesion"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/sim/simtest"
)

// drawnNetwork is a network of a kind with weights of no special form, under
// Dale's law where there is one.
func drawnNetwork(t testing.TB, kind string, feed int) *model.Network {
	t.Helper()
	const n, i, o = 10, 3, 2
	s := model.Settings{Arch: model.Arch{Kind: kind, N: n, I: i, O: o, FeedForward: feed, Batch: 4, Function: model.FunctionNamed("tanh"), Alpha: make([]float64, n)},
		Autapses: true, Initializer: model.StartSettings{Kind: "gaussian_spectral_radius", SpecRad: new(1.1), Rand: "glorot_gauss"}}
	if kind == "basic" {
		s.Dale, s.Function = model.DaleOf(0.7, model.SignsOf(0.7, n)), model.FunctionNamed("relu")
	}
	for k := range s.Arch.Alpha {
		s.Arch.Alpha[k] = 0.1 + 0.01*float64(k)
	}
	net, err := model.New(s, random.NewKey(3))
	if err != nil {
		t.Fatal(err)
	}
	net.Theta = net.Effective()
	for k := range net.Theta {
		if net.Theta[k] == 0 && kind != "basic" {
			net.Theta[k] = math.Sin(float64(k))
		}
	}
	net.SameStart()
	return net
}

// wave are inputs of some trials.
func wave[F kernel.Float](trials, steps, channels int) simtest.Inputs[F] {
	a := simtest.Inputs[F]{Sizes: []int{trials, steps, channels}, X: make([]float64, trials*steps*channels)}
	for k := range a.X {
		a.X[k] = math.Sin(float64(k) * 0.7)
	}
	return a
}

const lesionDt = 10

func lesioned[F kernel.Float](t testing.TB, net *model.Network, set *kernel.Set[F], in simtest.Inputs[F], list ...lesion.Intervention) simtest.Result[F] {
	t.Helper()
	m := simtest.Prepare(net, set, 1, nil)
	if list != nil {
		for _, i := range list {
			if why := i.Meaningless(net.Kind); why != "" {
				t.Fatal(why)
			}
		}
		var err error
		if m.Wrapper, err = lesion.New(net, lesionDt, list, set); err != nil {
			t.Fatal(err)
		}
	}
	return simtest.Run(t, m, in, in.Sizes[0])
}

// lesionedKind is a network on which every intervention is tried that it has.
type lesionedKind struct {
	kind string
	feed int
}

// kinds are all architectures, alone and some behind a feed-forward layer.
var kinds = func() []lesionedKind {
	list := []lesionedKind{{"basic", 5}, {"gru", 4}}
	for _, kind := range model.Kinds {
		if kind.SameAs == "" {
			list = append(list, lesionedKind{kind.Name, 0})
		}
	}
	return list
}()

// interventions are some of every kind.
func interventions(net *model.Network) map[string]lesion.Intervention {
	from := net.I
	if net.FeedForward > 0 {
		from = net.FeedForward
	}
	all := map[string]lesion.Intervention{
		"silence":   {Silence: []int{1, 4}},
		"recurrent": {Connections: []lesion.Connection{{Role: model.RecurrentRole, From: []int{0, 3}, To: []int{2, 3, 9}, Scale: 0.3}}},
		"input":     {Connections: []lesion.Connection{{Role: model.InputRole, From: []int{from - 1}, To: []int{0, 5}, Scale: -1}}},
		"output":    {Connections: []lesion.Connection{{Role: model.OutputRole, From: []int{1, 2}, To: []int{1}, Scale: 2}}},
	}
	if model.KindOf(net.Kind).TimeConstant {
		values := make([]float64, net.N)
		values[2], values[6] = 0.5, 1
		all["current"] = lesion.Intervention{Current: values}
		all["noise"] = lesion.Intervention{Noise: values}
		all["dt"] = lesion.Intervention{Dt: 25}
	}
	return all
}

func eachSet(t *testing.T, single func(*testing.T, *kernel.Set[float32]), double func(*testing.T, *kernel.Set[float64])) {
	for _, set := range kernel.Sets[float32]() {
		t.Run("float32/"+set.Name, func(t *testing.T) { single(t, set) })
	}
	for _, set := range kernel.Sets[float64]() {
		t.Run("float64/"+set.Name, func(t *testing.T) { double(t, set) })
	}
}

// Silencing units is their columns of the weights at 0, so is scaling all that
// they project to by 0; scaled connections are scaled weights; for basic
// networks bit for bit.
func TestLesionsAreWeights(t *testing.T) { eachSet(t, asWeights[float32], asWeights[float64]) }

func asWeights[F kernel.Float](t *testing.T, set *kernel.Set[F]) {
	net := drawnNetwork(t, "basic", 0)
	in := wave[F](5, 20, net.I)
	inhibitory, all := []int{7, 8, 9}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	changed := func(role model.Role, from, to []int, by float64) *model.Network {
		other := *net
		other.Theta = slices.Clone(net.Theta)
		for _, tensor := range net.Layout {
			if tensor.Role == role {
				w := model.View(tensor, other.Theta)
				for _, f := range from {
					for _, to := range to {
						w[to*tensor.Shape[1]+f] *= by
					}
				}
			}
		}
		return &other
	}
	without := changed(model.RecurrentRole, inhibitory, all, 0)
	for k, tensor := range without.Layout {
		if tensor.Role == model.OutputRole {
			w := model.View(without.Layout[k], without.Theta)
			for o := range net.O {
				for _, unit := range inhibitory {
					w[o*net.N+unit] = 0
				}
			}
		}
	}
	silenced := lesioned(t, net, set, in, lesion.Intervention{Silence: inhibitory})
	simtest.Same(t, "silenced", silenced, lesioned(t, without, set, in))
	simtest.Same(t, "scaled to 0", lesioned(t, net, set, in, lesion.Intervention{Connections: []lesion.Connection{
		{Role: model.RecurrentRole, From: inhibitory, To: all}, {Role: model.OutputRole, From: inhibitory, To: []int{0, 1}}}}), silenced)
	for role, to := range map[model.Role][]int{model.RecurrentRole: {2, 5}, model.InputRole: {1, 9}, model.OutputRole: {1}} {
		c := lesion.Connection{Role: role, From: []int{0, 2}, To: to, Scale: 0.5}
		simtest.Same(t, fmt.Sprintf("role %d", role), lesioned(t, net, set, in, lesion.Intervention{Connections: []lesion.Connection{c}}),
			lesioned(t, changed(role, c.From, c.To, c.Scale), set, in))
	}
}

// Connections of an lstm are those into all four gates.
func TestConnectionsOfGates(t *testing.T) { eachSet(t, intoGates[float32], intoGates[float64]) }

func intoGates[F kernel.Float](t *testing.T, set *kernel.Set[F]) {
	net := drawnNetwork(t, "lstm", 0)
	in := wave[F](5, 20, net.I)
	for role, row := range map[model.Role]int{model.RecurrentRole: 2, model.InputRole: net.N + 2} {
		other := *net
		other.Theta = slices.Clone(net.Theta)
		for _, gate := range []string{"W_f", "W_i", "W_c", "W_o"} {
			tensor, _ := net.Layout.Find(gate)
			for _, to := range []int{1, 9} {
				model.View(tensor, other.Theta)[row*net.N+to] *= 0.5
			}
		}
		c := lesion.Connection{Role: role, From: []int{2}, To: []int{1, 9}, Scale: 0.5}
		simtest.Same(t, fmt.Sprintf("role %d", role), lesioned(t, net, set, in, lesion.Intervention{Connections: []lesion.Connection{c}}), lesioned(t, &other, set, in))
	}
}

// An lstm's hidden state is 0 where its unit is silenced, as in a plain loop of
// original 1.3.
func TestSilencedLSTM(t *testing.T) {
	net := drawnNetwork(t, "lstm", 0)
	const steps = 12
	in := wave[float64](1, steps, net.I)
	got := lesioned(t, net, kernel.Plain[float64](), in, lesion.Intervention{Silence: []int{2, 7}, When: lesion.ActiveTime{From: 30, To: 80}})
	outputs, states := plainLSTM(net, in.X, steps, func(step, unit int) bool { return (unit == 2 || unit == 7) && step >= 3 && step < 8 })
	simtest.Near(t, "outputs", got.Outputs, outputs, 1e-12)
	simtest.Near(t, "states", got.States, states, 1e-12)
}

// plainLSTM runs one trial in the order of the formulas.
func plainLSTM(net *model.Network, x []float64, steps int, silent func(step, unit int) bool) (outputs, states []float64) {
	tensor := func(name string) []float64 {
		t, _ := net.Layout.Find(name)
		return model.View(t, net.Theta)
	}
	n, i := net.N, net.I
	h, cell := slices.Clone(tensor("init_hidden")[:n]), slices.Clone(tensor("init_cell")[:n])
	sigmoid := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	for step := range steps {
		z := append(slices.Clone(h), x[step*i:][:i]...)
		gate := func(name string, unit int) float64 {
			sum := tensor("b_" + name)[unit]
			for k, v := range z {
				sum += v * tensor("W_" + name)[k*n+unit]
			}
			return sum
		}
		for k := range n {
			cell[k] = sigmoid(gate("f", k))*cell[k] + sigmoid(gate("i", k))*math.Tanh(gate("c", k))
			h[k] = sigmoid(gate("o", k)) * sigmoid(cell[k])
			if silent(step, k) {
				h[k] = 0
			}
		}
		states = append(states, h...)
		for o := range net.O {
			sum := tensor("b_out")[o]
			for k := range n {
				sum += tensor("W_out")[o*n+k] * h[k]
			}
			outputs = append(outputs, sum)
		}
	}
	return outputs, states
}

// What happens in each trial does not depend on the trials beside it, on
// threads, nor on how many steps follow, whatever is done when.
func TestTrialsAreIndependent(t *testing.T) {
	set := kernel.Sets[float32]()[0]
	for _, k := range kinds {
		net := drawnNetwork(t, k.kind, k.feed)
		if k.kind == "basic" {
			net.RecNoise = 0.2
		}
		const steps, trials = 600, 20
		in := wave[float32](trials, steps, net.I)
		var list []lesion.Intervention
		for _, i := range interventions(net) {
			list = append(list, i)
		}
		for k := range list { // the order of a map
			list[k].When = lesion.ActiveTime{From: 500, To: 4000}
		}
		m := simtest.Prepare(net, set, 3, nil)
		var err error
		if m.Wrapper, err = lesion.New(net, lesionDt, list, set); err != nil {
			t.Fatal(err)
		}
		many := simtest.Run(t, m, in, trials)
		few := in
		few.Sizes = []int{trials, steps, net.I}
		again := simtest.Prepare(net, set, 1, nil)
		again.Wrapper = m.Wrapper
		few3 := simtest.Run(t, again, few, 3)
		if !slices.Equal(few3.Outputs, many.Outputs[:len(few3.Outputs)]) || !slices.Equal(few3.States, many.States[:len(few3.States)]) {
			t.Errorf("%s: three trials alone are others than among %d", k.kind, trials)
		}
	}
}

// A current drives a unit as an input does; noise has its strength; another dt
// is another alpha.
func TestCurrentNoiseDt(t *testing.T) {
	set := kernel.Sets[float64]()[0]
	net := drawnNetwork(t, "basic", 0)
	for _, tensor := range net.Layout { // nothing but the leak
		clear(model.View(tensor, net.Theta))
	}
	const steps = 4000
	in := wave[float64](2, steps, net.I)
	clear(in.X)
	current, noise := make([]float64, net.N), make([]float64, net.N)
	current[3], noise[5] = 2, 0.3
	got := lesioned(t, net, set, in, lesion.Intervention{Current: current}, lesion.Intervention{Noise: noise})
	last := got.States[(2*steps-1)*net.N:]
	if math.Abs(last[3]-2) > 1e-12 || last[4] != 0 {
		t.Errorf("a current of 2 leads to %v and %v in another unit", last[3], last[4])
	}
	a := net.Alpha[5]
	checkSpread(t, "noise", got.States, steps, net.N, 0.3, a)
	loud := *net
	loud.RecNoise = 0.4
	checkSpread(t, "rec_noise and noise", lesioned(t, &loud, set, in, lesion.Intervention{Noise: noise}).States, steps, net.N, 0.5, a)
	checkSpread(t, "both with another dt", lesioned(t, &loud, set, in, lesion.Intervention{Noise: noise}, lesion.Intervention{Dt: 3 * lesionDt}).States, steps, net.N, 0.5, 3*a)
	one := lesioned(t, net, set, in, lesion.Intervention{Current: current}, lesion.Intervention{Dt: 2 * lesionDt})
	if want := 2 * 2 * net.Alpha[3]; math.Abs(one.States[3]-want) > 1e-15 {
		t.Errorf("the first step with twice the dt leads to %g, want %g", one.States[3], want)
	}
	if want := 2 * (1 - math.Pow(1-2*net.Alpha[3], 10)); math.Abs(one.States[9*net.N+3]-want) > 1e-12 {
		t.Errorf("ten steps with twice the dt lead to %g, want %g", one.States[9*net.N+3], want)
	}
}

// checkSpread compares the standard deviation of unit 5 with that of a unit
// that nothing but noise of the strength drives.
func checkSpread(t *testing.T, what string, states []float64, steps, n int, strength, alpha float64) {
	t.Helper()
	var sum float64
	for k := steps / 2; k < 2*steps; k++ {
		sum += states[k*n+5] * states[k*n+5]
	}
	want := strength * math.Sqrt(2*alpha/(1-(1-alpha)*(1-alpha)))
	if sd := math.Sqrt(sum / (1.5 * float64(steps))); math.Abs(sd/want-1) > 0.1 {
		t.Errorf("%s: a standard deviation of %g, want %g", what, sd, want)
	}
}
