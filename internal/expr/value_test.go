package expr

import (
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The world of testdata/values.txt and testdata/mistakes.txt.
var (
	world = &Environment{
		Variables: map[string]Variable{
			"t":     {Shape: Shape{Axes: Steps}},
			"onset": {}, "stim_end": {}, "coherence": {}, "direction": {}, "v": {}, "w": {}, "k": {},
			"nothing": {},
			"items":   {Shape: Vector(5)},
			"m":       {Shape: Shape{Axes: Rows | Units, Rows: 2, Units: 3}},
			"pulse":   {Shape: Shape{Axes: Units | Steps, Units: 2}},
			"index":   {Shape: Shape{Axes: Channels, Channels: 3}},
			"output":  {Shape: Shape{Axes: Steps | Channels, Channels: 3}, Names: map[string]ChannelSpan{"go": {0, 1}, "ring": {1, 2}}},
		},
		Constants: map[string]float64{"pi": math.Pi},
		Functions: Standard(),
		Periods:   map[string]Period{"stimulus": {"onset", "stim_end"}, "empty": {"nothing", "nothing"}},
		Time:      "t",
	}
	values = map[string][]float64{
		"t":     {0, 10, 20, 30, 40},
		"onset": {10}, "stim_end": {30}, "coherence": {0.3}, "direction": {1}, "v": {2}, "w": {5}, "k": {3},
		"nothing": {20},
		"items":   {3, 1, 4, 1, 5},
		"m":       {1, 2, 3, 4, 5, 6},
		"pulse":   {0, 1, 0, 0, 2, 5, 0, 0, 7, 0},
		"index":   {0, 1, 2},
		"output":  {1, 2, 3, 4, 5, 6, 0, 0, 9, 7, 1, 0, 2, 2, 2},
	}
)

func init() {
	for name, f := range Reductions(Steps | Units) {
		world.Functions[name] = f
	}
	world.Functions["square"] = Macro("square(x)", "", "x*x")
	world.Functions["pick"] = Macro("pick(k)", "", "items[k]")
	world.Functions["ring"] = Macro("ring(angle, width)", "", "exp(-wrap(2*pi*place/size - angle)^2 / (2*width^2))")
	world.Functions["uniform"] = ExternalFunction("uniform(a, b)", "", 2, 2, Scalar)
	world.Functions["choice"] = ExternalFunction("choice(a, b, ...)", "", 1, 10, Scalar)
	world.Functions["noise"] = ExternalFunction("noise(sd)", "", 1, 1, Shape{Axes: Steps})
}

// lines gives the lines of a file that are neither empty nor comments.
func lines(t testing.TB, name string) []string {
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(l string) bool {
		return l == "" || strings.HasPrefix(l, "#")
	})
}

// bound gives a workspace with the values of the world.
func bound(t testing.TB, tree *Tree) *Machine {
	p := tree.Compile()
	w := p.Machine()
	if err := w.Resize(1, 5); err != nil {
		t.Fatal(err)
	}
	for i, name := range p.Variables() {
		w.Bind(i, values[name])
	}
	return w
}

func TestValues(t *testing.T) {
	for _, line := range lines(t, "values.txt") {
		text, result, ok := strings.Cut(line, " -> ")
		if !ok {
			t.Fatalf("no result in the line %q", line)
		}
		var want []float64
		for _, f := range strings.Fields(result) {
			x, err := strconv.ParseFloat(f, 64)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, x)
		}
		tree, err := world.Tree(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got, err := bound(t, tree).Eval()
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !slices.EqualFunc(got, want, same) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b || a == 0 && b == 0
}

// Folded and literal scalars bring line breaks, which are like spaces.
func TestWhiteSpace(t *testing.T) {
	for _, text := range []string{
		"t not in stimulus and\n\tv > 0\n", "t not\nin stimulus and v > 0", "t\n not \n\n in\n stimulus\nand v>0", " t not  in stimulus and not\n(v <= 0)",
	} {
		tree, err := world.Tree(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got, err := bound(t, tree).Eval()
		for i, want := range []float64{1, 0, 0, 1, 1} {
			if err != nil || got[i] != want {
				t.Errorf("%q: got %v, %v", text, got, err)
			}
		}
	}
}
