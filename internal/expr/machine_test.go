package expr

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// External calls come in the order of the text, get their arguments as long as
// the result, and the middle of a chain is drawn once.
func TestExternal(t *testing.T) {
	cases := []struct {
		text  string
		calls []string // name, ordinal, place, arguments, in any order
		want  []float64
	}{
		{"uniform(1, 2)", []string{"uniform 0 0 [[1] [2]]"}, []float64{1}},
		{"choice(7) + 10*uniform(v, w) - choice(1, 2, 3)", []string{
			"choice 0 0 [[7]]", "uniform 1 15 [[2] [5]]", "choice 2 31 [[1] [2] [3]]"}, []float64{7 + 1020 - 201}},
		{"0 < choice(5) < 2", []string{"choice 0 4 [[5]]"}, []float64{0}},
		{"noise(2) + choice(4)", []string{"noise 0 0 [[2 2 2 2 2]]", "choice 1 11 [[4]]"}, []float64{106, 106, 106, 106, 106}},
		{"uniform(t, 1)", []string{"uniform 0 0 [[0 10 20 30 40] [1 1 1 1 1]]"}, []float64{0, 10, 20, 30, 40}},
		{"uniform(choice(1), 3) + v", []string{"choice 1 8 [[1]]", "uniform 0 0 [[101] [3]]"}, []float64{103}},
		{"square(choice(1, 2)) + choice(3)", []string{"choice 0 7 [[1] [2]]", "choice 1 23 [[3]]"}, []float64{104}},
		{"where(v, choice(1), choice(2))", []string{"choice 0 9 [[1]]", "choice 1 20 [[2]]"}, []float64{1}},
	}
	for _, c := range cases {
		tree, err := world.Tree(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		w := bound(t, tree)
		var calls []string
		w.External = func(call *Call, out []float64, arguments [][]float64) {
			calls = append(calls, fmt.Sprint(call.Name, " ", call.Ordinal, " ", call.At, " ", arguments))
			if *call != tree.Calls()[call.Ordinal] {
				t.Errorf("%s: call %d is %+v, announced as %+v", c.text, call.Ordinal, call, tree.Calls()[call.Ordinal])
			}
			for i := range out {
				out[i] = arguments[0][i] + 100*float64(call.Ordinal)
			}
		}
		got, err := w.Eval()
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.text, got, err, c.want)
		}
		slices.Sort(calls)
		slices.Sort(c.calls)
		if d := cmp.Diff(c.calls, calls); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.text, d)
		}
	}
}

// An index out of range ends the evaluation, unless its value may not be asked
// for; then it is NaN, and explained.
func TestIndexOutOfRange(t *testing.T) {
	cases := []struct {
		text    string
		want    float64
		failure string // ends the evaluation
		fault   string // doesn't
		at      int
	}{
		{"items[direction]", 1, "", "", 0},
		{"v + items[w]", 0, "the index is 5, but must be a whole number from 0 to 4", "", 9},
		{"v + pick(w)", 0, "the index is 5, but must be a whole number from 0 to 4", "", 4},
		{"items[direction - v]", 0, "the index is -1, but must be a whole number from 0 to 4", "", 5},
		{"items[v/4]", 0, "the index is 0.5, but must be a whole number from 0 to 4", "", 5},
		{"items[0*v/0]", 0, "the index is NaN, but must be a whole number from 0 to 4", "", 5},
		{"items[1/(0*v)]", 0, "the index is +Inf, but must be a whole number from 0 to 4", "", 5},
		{"where(w < 5, items[w], 9)", 9, "", "the index is 5, but must be a whole number from 0 to 4", 18},
		{"where(w < 6, items[w], 9)", math.NaN(), "", "the index is 5, but must be a whole number from 0 to 4", 18},
		{"where(items[w], 1, 2)", 0, "the index is 5, but must be a whole number from 0 to 4", "", 11},
		{"w < 5 and items[w] > 0", 0, "", "the index is 5, but must be a whole number from 0 to 4", 15},
		{"w == 5 or items[w] > 0", 1, "", "the index is 5, but must be a whole number from 0 to 4", 15},
		{"items[w] > 0 and w < 5", 0, "the index is 5, but must be a whole number from 0 to 4", "", 5},
		{"where(v, items[w], 0) + items[w + 1]", 0, "the index is 6, but must be a whole number from 0 to 4", "", 29},
	}
	for _, c := range cases {
		tree, err := world.Tree(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		w := bound(t, tree)
		got, err := w.Eval()
		var index *IndexError
		switch {
		case c.failure != "":
			if !errors.As(err, &index) || index.Error() != c.failure || index.At != c.at {
				t.Errorf("%s: got %v, want %s", c.text, err, c.failure)
			}
		case err != nil || !same(got[0], c.want):
			t.Errorf("%s: got %v, %v", c.text, got, err)
		case c.fault == "":
			if w.Fault() != nil {
				t.Errorf("%s: %v", c.text, w.Fault())
			}
		case w.Fault() == nil || w.Fault().Error() != c.fault || w.Fault().At != c.at:
			t.Errorf("%s: got the fault %+v", c.text, w.Fault())
		}
		// What was wrong once is forgotten.
		for name, right := range map[string]float64{"w": 3, "v": 1} {
			w.BindName(name, []float64{right})
		}
		if _, err := w.Eval(); c.fault != "" && (err != nil || w.Fault() != nil) {
			t.Errorf("%s: %v and the fault %+v stay", c.text, err, w.Fault())
		}
	}
}

func TestFacts(t *testing.T) {
	names := func(ns []Name) (all []string) {
		for _, n := range ns {
			all = append(all, fmt.Sprint(n.Text, n.At))
		}
		return all
	}
	s, err := Parse("where(t in stimulus, output[go], max(coherence, pi)*t) + (t not in empty)*stimulus")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"t6", "output21", "go28", "coherence37", "pi48", "stimulus74"}, names(s.Names())); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"stimulus11", "empty67"}, names(s.Periods())); d != "" {
		t.Error(d)
	}
	cases := []struct {
		text, variables string
		shape           Shape
		reduces         bool
	}{
		{"sqrt(2)", "[]", Scalar, false},
		{"t in stimulus", "[onset stim_end t]", Shape{Axes: Steps}, false},
		{"mean(t) + v", "[t v]", Scalar, true},
		{"last(t)*v", "[t v]", Scalar, true},
		{"first_t(output[go] > 0)", "[output t]", Scalar, true},
		{"sum(items)", "[items]", Scalar, false},
		{"output[ring]", "[output]", Shape{Axes: Units | Steps, Units: 2}, false},
		{"output*t", "[output t]", Shape{Axes: Steps | Channels, Channels: 3}, false},
	}
	for _, c := range cases {
		tree, err := world.Tree(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got := fmt.Sprint(tree.Variables())
		if got != c.variables || fmt.Sprint(tree.Compile().Variables()) != got || tree.Shape() != c.shape || tree.Compile().Shape() != c.shape || tree.Reduces() != c.reduces {
			t.Errorf("%s: variables %s, shape %+v, reduces %v", c.text, got, tree.Shape(), tree.Reduces())
		}
	}
}

func TestNoAllocation(t *testing.T) {
	for _, text := range []string{
		"where(onset < t and t < stim_end, coherence, 0)*(t % 20)^2 + sum(items)",
		"output*index + t*index - mean(output) + cumsum(output)",
		"output[ring] + items[direction] + noise(1) + where(v, items[w], 0)",
	} {
		tree, err := world.Tree(text)
		if err != nil {
			t.Fatal(err)
		}
		w := bound(t, tree)
		w.External = func(_ *Call, out []float64, _ [][]float64) { clear(out) }
		if n := testing.AllocsPerRun(20, func() {
			if err := w.Resize(1, 5); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Eval(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

func TestWrongUse(t *testing.T) {
	tree, err := world.Tree("t + onset")
	if err != nil {
		t.Fatal(err)
	}
	panics := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", name)
			}
		}()
		f()
	}
	p := tree.Compile()
	panics("nothing bound", func() { w := p.Machine(); _ = w.Resize(1, 5); _, _ = w.Eval() })
	panics("bound too little", func() { w := bound(t, tree); w.BindName("t", []float64{1}); _, _ = w.Eval() })
	panics("no such variable", func() { p.Machine().Bind(2, nil) })
	panics("negative size", func() { _ = p.Machine().Resize(1, -1) })
	panics("no expression", func() { Macro("f(x)", "", "x +") })
	panics("endless macro", func() {
		_, _ = (&Environment{Functions: map[string]*Function{"f": Macro("f(x)", "", "f(x)")}}).Tree("f(1)")
	})
	panics("time along channels", func() {
		_, _ = (&Environment{Variables: map[string]Variable{"t": {Shape: Shape{Axes: Channels}}}, Time: "t"}).Tree("t")
	})
}
