package session

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psychrnn/internal/experiment"
	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/inspect"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/weights"
)

// lottery makes weight files and trials at random.
type lottery struct{ *rand.Rand }

func (l lottery) chance(p float64) bool { return l.Float64() < p }

// normal are n numbers around 0.
func (l lottery) normal(n int, sd float64) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = sd * l.NormFloat64()
	}
	return v
}

// mask are n factors: 0, 1 and, for every other file, others.
func (l lottery) mask(n int) []float64 {
	factors := []float64{0, 1, 1, 1}
	if l.chance(0.5) {
		factors = append(factors, 0.5, 0.3, 2.7, 0.1)
	}
	v := make([]float64, n)
	for k := range v {
		v[k] = factors[l.IntN(len(factors))]
	}
	return v
}

// fileNumbers is a random weight file and what its numbers are.
type fileNumbers struct {
	seed         uint64
	n, in, layer int // units, inputs, units of the feed-forward layer
	raw          bool
	transfer     string
	edits        []string
	arrays       map[string][]float64
	signs        []float64 // nil without Dale's law
}

const channels2 = 2 // inputs and outputs of the task

// file draws one: of training or of the original's initializer, with Dale's law
// or without, in any order of signs, now and then with a size besides the
// sign; with weights that keep the constraints or do not.
func (l lottery) file() fileNumbers {
	w := fileNumbers{n: 1 + l.IntN(9), in: channels2, raw: l.chance(0.3), arrays: map[string][]float64{}}
	w.transfer = []string{"relu", "sigmoid", "tanh"}[l.IntN(3)]
	if !w.raw && l.chance(0.2) {
		w.layer = 1 + l.IntN(4)
		w.in = w.layer
		w.arrays["W_in_first"] = l.normal(w.layer*channels2, 0.5)
	}
	n := w.n
	sizes := map[string]int{"W_in": n * w.in, "W_rec": n * n, "W_out": channels2 * n}
	masks := map[string][]float64{}
	for _, name := range []string{"W_in", "W_rec", "W_out"} {
		masks[name] = l.mask(sizes[name])
		w.arrays[name] = l.normal(sizes[name], 0.4)
	}
	w.arrays["input_connectivity"], w.arrays["rec_connectivity"], w.arrays["output_connectivity"] = masks["W_in"], masks["W_rec"], masks["W_out"]
	w.arrays["b_rec"], w.arrays["b_out"], w.arrays["init_state"] = l.normal(n, 0.2), l.normal(channels2, 0.2), l.normal(n, 0.2)
	if l.chance(0.6) {
		w.dale(l)
	}
	if !w.raw && l.chance(0.5) { // as training saves them
		for name := range masks {
			if w.layer == 0 || name != "W_in" {
				for k, v := range w.arrays[name] {
					w.arrays[name][k] = w.effective(name, k, v)
				}
			}
		}
	}
	if l.chance(0.4) {
		w.edits = []string{"W_rec[:, 0] *= -1.5", "W_out[0, -1] = 0.25"}
	}
	return w
}

// dale draws signs and makes Dale_rec and Dale_out of them.
func (w *fileNumbers) dale(l lottery) {
	w.signs = make([]float64, w.n)
	projects := make([]float64, w.n)
	scale := 1.0
	if l.chance(0.2) {
		scale = 0.4
	}
	for k := range w.signs {
		w.signs[k] = -scale
		if k == 0 || l.chance(0.6) {
			w.signs[k], projects[k] = scale, 1
		}
	}
	l.Shuffle(w.n, func(a, b int) {
		w.signs[a], w.signs[b] = w.signs[b], w.signs[a]
		projects[a], projects[b] = projects[b], projects[a]
	})
	w.arrays["Dale_out"] = projects
}

// effective is entry k of a matrix as the network has it, if the file holds v:
// a sign of 0 or a mask of 0 takes it out, Dale's law gives it the unit's sign.
// Otherwise it is v; in a file of starting weights v times mask and sign.
func (w *fileNumbers) effective(name string, k int, v float64) float64 {
	mask := w.arrays[map[string]string{"W_in": "input_connectivity", "W_rec": "rec_connectivity", "W_out": "output_connectivity"}[name]][k]
	sign := 1.0
	if w.signs != nil {
		v = math.Abs(v)
		switch name {
		case "W_rec":
			sign = w.signs[k%w.n]
		case "W_out":
			sign = w.arrays["Dale_out"][k%w.n]
		}
	}
	switch {
	case mask == 0 || sign == 0:
		return 0
	case w.raw || w.layer > 0 && name == "W_in":
		return v * mask * sign
	}
	return math.Copysign(1, sign) * v
}

// content writes the file, edits it as the command edit would, and takes the
// edited numbers over.
func (w *fileNumbers) content(t *testing.T) []byte {
	f := &npz.File{}
	put := func(name string, values []float64, shape ...int) {
		f.Set(npz.Member{Name: name, Array: npz.ArrayOf(shape, values)})
	}
	n, a := w.n, w.arrays
	put("W_rec", a["W_rec"], n, n)
	put("W_out", a["W_out"], channels2, n)
	put("b_rec", a["b_rec"], n)
	put("b_out", a["b_out"], channels2)
	put("init_state", a["init_state"], 1, n)
	if w.raw {
		put("init_state", a["init_state"], n)
	}
	put("W_in", a["W_in"], n, w.in)
	put("input_connectivity", a["input_connectivity"], n, w.in)
	if w.layer > 0 {
		put("W_in_first", a["W_in_first"], w.layer, channels2)
		put("feedforward_W_in", a["W_in"], n, w.in)
		put("feedforward_input_connectivity", a["input_connectivity"], n, w.in)
		put("input_connectivity", slices.Repeat([]float64{1}, n*channels2), n, channels2)
		eff := make([]float64, n*w.in)
		for k, v := range a["W_in"] {
			eff[k] = w.effective("W_in", k, v)
		}
		put("W_in", eff, n, w.in)
	}
	put("rec_connectivity", a["rec_connectivity"], n, n)
	put("output_connectivity", a["output_connectivity"], channels2, n)
	put("Dale_rec", diagonal(w.signs, n), n, n)
	put("Dale_out", diagonal(a["Dale_out"], n), n, n)
	f.Set(weights.RatioMember(0))
	if w.signs != nil {
		f.Set(weights.RatioMember(model.Ratio(w.signs)))
	}
	function := model.FunctionNamed(w.transfer)
	member, err := weights.TransferMember(npz.Reference{Module: function.Module, Name: function.Symbol})
	if err != nil {
		t.Fatal(err)
	}
	f.Set(member)
	w.edit(t, f)
	return experimenttest.NPZ(t, f)
}

func diagonal(values []float64, n int) []float64 {
	m := make([]float64, n*n)
	for k := range n {
		m[k*n+k] = 1
		if values != nil {
			m[k*n+k] = values[k]
		}
	}
	return m
}

func (w *fileNumbers) edit(t *testing.T, f *npz.File) {
	var edits []inspect.Edit
	for _, text := range w.edits {
		e, err := inspect.ParseEdit(text)
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, e)
	}
	if _, _, err := inspect.Apply(f, edits, inspect.UnitNames{}, nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"W_rec", "W_out"} {
		m, _ := f.Get(name)
		values, err := m.Array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		w.arrays[name] = values
	}
}

// loss runs the network over a trial in plain loops (original 1.1) and adds up
// (mask (output - y))^2.
func (w *fileNumbers) loss(x, y, mask []float64, alpha float64) (sum float64) {
	n := w.n
	eff := func(name string, k int) float64 { return w.effective(name, k, w.arrays[name][k]) }
	state, drive := slices.Clone(w.arrays["init_state"]), make([]float64, n)
	for step := range len(x) / channels2 {
		input := x[step*channels2:][:channels2]
		if w.layer > 0 {
			first := make([]float64, w.layer)
			for k := range first {
				for c := range channels2 {
					first[k] += w.arrays["W_in_first"][k*channels2+c] * input[c]
				}
				first[k] = w.f(first[k])
			}
			input = first
		}
		for k := range drive {
			drive[k] = w.arrays["b_rec"][k]
			for c, v := range input {
				drive[k] += eff("W_in", k*w.in+c) * v
			}
			for c, s := range state {
				drive[k] += eff("W_rec", k*n+c) * w.f(s)
			}
		}
		for k := range state {
			state[k] += alpha * (drive[k] - state[k])
		}
		for o := range channels2 {
			output := w.arrays["b_out"][o]
			for c, s := range state {
				output += eff("W_out", o*n+c) * w.f(s)
			}
			at := step*channels2 + o
			sum += math.Pow(mask[at]*(output-y[at]), 2)
		}
	}
	return sum
}

func (w *fileNumbers) f(s float64) float64 {
	switch w.transfer {
	case "relu":
		return math.Max(0, s)
	case "tanh":
		return math.Tanh(s)
	}
	return 1 / (1 + math.Exp(-s))
}

// Whatever a weight file holds, test, ablate, simulate and a training that has
// not begun run the same network, to the bit where they compute in the same
// way, and it is the one that plain loops run.
func TestOneNetworkForAllCommands(t *testing.T) {
	for seed := range uint64(200) {
		l := lottery{rand.New(rand.NewPCG(seed, 1))}
		w := l.file()
		w.seed = seed
		content := w.content(t)
		conditions := fmt.Sprintf("task: {kind: perceptual_discrimination, dt: %d, tau: 100, T: %d, N_batch: 4}\ntest: {trials: %d, seed: %d}\n",
			5+l.IntN(20), 100+l.IntN(200), 1+l.IntN(40), l.IntN(1000))
		single := everyCommand[float32](t, content, conditions+"precision: float32\n", w)
		double := everyCommand[float64](t, content, conditions+"precision: float64\n", w)
		want := w.expected(t, double.experiment)
		if !(math.Abs(double.loss-want) <= 1e-12*(1+want)) || !(math.Abs(single.loss-want) <= 1e-5*(1+want)) {
			t.Fatalf("file %d, %+v: loss %.17g, %.9g in float32, but plain loops give %.17g", seed, w, double.loss, single.loss, want)
		}
	}
}

// agreed is what all commands say.
type agreed struct {
	loss       float64
	experiment *experiment.Experiment
}

func everyCommand[F kernel.Float](t *testing.T, content []byte, conditions string, w fileNumbers) agreed {
	t.Helper()
	texts := map[string]string{
		"given.npz": string(content),
		"test.yaml": conditions + fmt.Sprintf("model: {N_rec: %d, N_feedforward_out: %d}", w.n, w.layer),
		"more.yaml": conditions + "initializer: {load_weights_path: given.npz}\ntrain: {training_iters: 0}",
	}
	e, err := experiment.LoadTrained(experimenttest.Files(t, texts), "test.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	f := read(t, content)
	trained, err := Join(e, Origin{Name: "test.yaml", Asked: true}, f, "given.npz")
	if err != nil {
		t.Fatal(err)
	}
	set := kernel.Plain[F]()
	test, err := TestTrained(context.Background(), trained, set, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	ablation, err := AblateTrained(context.Background(), trained, set, 1, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if ablation.Intact.Loss != test.Loss {
		t.Errorf("file %d: loss %v in ablate, %v in test", w.seed, ablation.Intact.Loss, test.Loss)
	}
	start, err := experiment.Load(experimenttest.Files(t, texts), "more.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	training, err := NewTraining(start, set, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer training.Close()
	if _, err := training.Run(silent{}); err != nil {
		t.Fatal(err)
	}
	if begun, err := training.Test(context.Background()); err != nil || begun.Loss != test.Loss {
		t.Errorf("file %d: loss %v after no update, %v in test, %v", w.seed, begun.Loss, test.Loss, err)
	}
	rounding := 1e-12
	if npz.FloatType[F]() == "<f4" {
		rounding = 1e-5
	}
	if simulated := simulatedLoss(t, trained, set); !(math.Abs(simulated-test.Loss) <= rounding*(1+test.Loss)) {
		t.Errorf("file %d: loss %v in simulate, %v in test", w.seed, simulated, test.Loss)
	}
	return agreed{test.Loss, e}
}

// simulatedLoss is that of the outputs that simulate gives for the test trials.
func simulatedLoss[F kernel.Float](t *testing.T, trained *Trained, set *kernel.Set[F]) (loss float64) {
	t.Helper()
	s, err := trained.Prepare(SimulationRequest{})
	if err != nil {
		t.Fatal(err)
	}
	y, mask := map[int][]F{}, map[int][]F{}
	met := func(m *model.Trials[F]) error {
		for at := range m.Y { // (T, Rows, O)
			trial := int(m.First) + at/channels2%m.Rows
			y[trial], mask[trial] = append(y[trial], m.Y[at]), append(mask[trial], m.Mask[at])
		}
		return nil
	}
	outputs := map[int][]F{}
	keep := func(p sim.Piece[F]) error {
		outputs[p.Trial] = append(outputs[p.Trial], p.Series[0]...)
		return nil
	}
	if err := simulate(context.Background(), s, set, 1, met, keep); err != nil {
		t.Fatal(err)
	}
	for trial, out := range outputs {
		for k, v := range out {
			loss += math.Pow(float64(mask[trial][k]*(v-y[trial][k])), 2)
		}
	}
	return loss / float64(s.Trials*s.Steps*channels2)
}

// expected is the loss by plain loops over the experiment's test trials.
func (w *fileNumbers) expected(t *testing.T, e *experiment.Experiment) (loss float64) {
	t.Helper()
	source, err := experiment.TestTask(e, kernel.Plain[float64]())
	if err != nil {
		t.Fatal(err)
	}
	steps, _, _ := source.Shape()
	one := model.NewTrials[float64](1, steps, channels2, channels2)
	for k := range e.Test.Trials {
		one.First = uint64(k)
		if err := source.Trials(one, task.Test); err != nil {
			t.Fatal(err)
		}
		loss += w.loss(one.X, one.Y, one.Mask, e.Config.Task.Dt/e.Config.Task.Tau)
	}
	return loss / float64(e.Test.Trials*steps*channels2)
}
