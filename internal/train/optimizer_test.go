package train

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
)

// oracle is the file that testdata/optimizers/make.py makes.
func oracle(t *testing.T) *npz.File {
	return readFile(t, "../../testdata/optimizers/optimizers.npz")
}

func numbers(t *testing.T, f *npz.File, name string) []float64 {
	t.Helper()
	m, ok := f.Get(name)
	if !ok {
		t.Fatalf("%s is not in the file", name)
	}
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// The tensors of the oracle's problem, as one block.
var (
	oracleLayout = model.NewLayout(model.Tensor{Name: "a", Shape: []int{7, 5}}, model.Tensor{Name: "b", Shape: []int{6}})
	oracleRate   = 0.01
)

const oracleUpdates = 10

// blockAt puts the tensors of one update into a block; update -1 is for arrays
// that are of no update.
func blockAt[F kernel.Float](t *testing.T, f *npz.File, prefix string, update int) []F {
	b := make([]F, oracleLayout.Size())
	for _, tensor := range oracleLayout {
		values := numbers(t, f, prefix+tensor.Name)
		if update >= 0 {
			values = values[update*tensor.Len():][:tensor.Len()]
		}
		for k, v := range values {
			b[tensor.At+k] = F(v)
		}
	}
	return b
}

// Ten updates of each optimizer are TensorFlow's, of adamw Keras's.
func TestOptimizers(t *testing.T) {
	for kind := range optimizerKinds[float64]() {
		if _, compared := optimizerCases[kind]; !compared {
			t.Errorf("%s has no oracle: let testdata/optimizers/make.py compute its updates, and enter it into optimizerCases", kind)
		}
	}
	for name, o := range optimizerCases {
		t.Run(name, func(t *testing.T) {
			f := oracle(t)
			t.Run("float32", func(t *testing.T) { compareUpdates[float32](t, f, o, "float32/", name, tolerance32) })
			t.Run("float64", func(t *testing.T) { compareUpdates[float64](t, f, o, "float64/", name, tolerance64) })
		})
	}
}

// optimizerCases are the optimizers whose updates the oracle's file holds, by
// name there: each kind with its defaults, and some with settings.
var optimizerCases = map[string]Optimizer{
	"adam":             {Kind: "adam"},
	"adam_settings":    {"adam", map[string]float64{"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}},
	"adamw":            {Kind: "adamw"},
	"adamw_settings":   {"adamw", map[string]float64{"weight_decay": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}},
	"sgd":              {Kind: "sgd"},
	"momentum":         {Kind: "momentum"},
	"nesterov":         {Kind: "nesterov"},
	"rmsprop":          {Kind: "rmsprop"},
	"rmsprop_settings": {"rmsprop", map[string]float64{"decay": 0.7, "momentum": 0.6, "epsilon": 1e-2}},
	"adagrad":          {Kind: "adagrad"},
	"adagrad_settings": {"adagrad", map[string]float64{"initial_accumulator": 0.5}},
}

func compareUpdates[F kernel.Float](t *testing.T, f *npz.File, o Optimizer, prefix, name string, tolerance float64) {
	d := &differences{t: t, tolerance: tolerance}
	w := blockAt[F](t, f, prefix+"start/", -1)
	r := newUpdater[F](o, len(w))
	for u := range oracleUpdates {
		r.update(w, blockAt[F](t, f, prefix+"gradients/", u), u+1, F(oracleRate), nil)
		want := blockAt[F](t, f, prefix+name+"/", u)
		for _, tensor := range oracleLayout {
			d.compare(fmt.Sprintf("%s after update %d", tensor.Name, u+1), widen(model.View(tensor, w)), widen(model.View(tensor, want)))
		}
	}
	for _, slot := range r.slots {
		for _, tensor := range oracleLayout {
			key := prefix + name + "/slots/" + tensor.Name + "/" + slot.Name
			if _, ok := f.Get(key); !ok && o.Kind == "adamw" {
				continue // Keras names them otherwise
			}
			d.compare(slot.Name, widen(model.View(tensor, slot.Values)), numbers(t, f, key))
		}
	}
}

// docs/training.md has a row for each optimizer, with its settings, their defaults and its state.
func TestOptimizersAreTold(t *testing.T) {
	text, err := os.ReadFile("../../docs/training.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind, line := range optimizerKinds[float64]() {
		rows := regexp.MustCompile("(?m)^\\|[^|]*`"+kind+"`[^|]*\\|.*$").FindAllString(string(text), -1)
		if len(rows) != 1 {
			t.Errorf("%s has %d rows in docs/training.md", kind, len(rows))
			continue
		}
		for key, value := range line.settings {
			if want := fmt.Sprintf("`%s` %s", key, strings.Replace(fmt.Sprint(value), "e-0", "e-", 1)); !strings.Contains(rows[0], want) {
				t.Errorf("the row of %s in docs/training.md lacks %s", kind, want)
			}
		}
		for _, block := range line.blocks {
			if !strings.Contains(rows[0], "`KEY/"+block+"`") {
				t.Errorf("the row of %s in docs/training.md lacks `KEY/%s`", kind, block)
			}
		}
	}
}

// A weight that is fixed stays, and so does its state.
func TestFixedEntries(t *testing.T) {
	for name := range optimizerKinds[float64]() {
		w, g := []float64{1, -2, 3}, []float64{5, 6, 7}
		r := newUpdater[float64](Optimizer{Kind: name}, 3)
		var before []model.OptimizerSlot[float64]
		for _, s := range r.slots {
			before = append(before, model.OptimizerSlot[float64]{Name: s.Name, Values: slices.Clone(s.Values)})
		}
		for step := range 3 {
			r.update(w, g, step+1, 0.1, []bool{true, false, true})
		}
		if w[0] == 1 || w[1] != -2 || w[2] == 3 {
			t.Errorf("%s: %v", name, w)
		}
		for k, s := range r.slots {
			if s.Values[1] != before[k].Values[1] {
				t.Errorf("%s: %s of a fixed entry changed", name, s.Name)
			}
		}
	}
}

func TestClip(t *testing.T) {
	for name, c := range map[string]Clip{"norm": {Norm: 1}, "global_norm": {Global: 1}, "value": {Value: 0.1}} {
		f := oracle(t)
		t.Run(name, func(t *testing.T) {
			compareClips[float32](t, f, c, "float32/", name, tolerance32)
			compareClips[float64](t, f, c, "float64/", name, tolerance64)
		})
	}
	g := []float64{3e9, -4e9}
	if norm := apply(Clip{}, model.NewLayout(model.Tensor{Shape: []int{2}}), g); norm != 5e9 || g[0] != 3e9 {
		t.Errorf("without a bound: norm %g, gradient %v", norm, g)
	}
}

func compareClips[F kernel.Float](t *testing.T, f *npz.File, c Clip, prefix, name string, tolerance float64) {
	d := &differences{t: t, tolerance: tolerance}
	for u := range oracleUpdates {
		g, want := blockAt[F](t, f, prefix+"gradients/", u), blockAt[F](t, f, prefix+"clip_"+name+"/", u)
		apply(c, oracleLayout, g)
		for _, tensor := range oracleLayout {
			d.compare(tensor.Name, widen(model.View(tensor, g)), widen(model.View(tensor, want)))
		}
	}
}

// Schedules against TensorFlow's decays. Its cosine counts the end as a share of the start.
func TestRateOracle(t *testing.T) {
	f := oracle(t)
	for name, r := range map[string]Rate{
		"step":        {Schedule: "step", Start: oracleRate, Decay: 0.5, Every: 7},
		"exponential": {Schedule: "exponential", Start: oracleRate, Decay: 0.5, Every: 7},
		"cosine":      {Schedule: "cosine", Start: oracleRate, Over: 13, End: oracleRate / 4},
	} {
		want := numbers(t, f, "rate_"+name)
		got := make([]float64, len(want))
		for k := range got {
			got[k] = r.At(k + 1)
		}
		(&differences{t: t, tolerance: 1e-7}).compare(name, got, want)
	}
}
