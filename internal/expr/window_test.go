package expr

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWindow(t *testing.T) {
	cases := []struct{ text, want string }{
		{"onset < t and t < stim_end", "t > [10], t < [30]"},
		{"onset <= t <= stim_end", "t >= [10], t <= [30]"},
		{"t > onset + 2*v and direction == 1", "t > [14], if [1]"},
		{"t in stimulus", "t >= [10], t < [30]"},
		{"v == 3 and t in stimulus and t != t", ""},
		{"direction == 1 and t in stimulus", "if [1], t >= [10], t < [30]"},
		{"t == 20", "t <= [20], t >= [20]"},
		{"20 >= t", "t <= [20]"},
		{"1", "if [1]"},
		{"v > 5 or v < 3", "if [1]"},
		{"last(t) > 3", "if [1]"},
		{"t < last(t)", "t < [40]"},
		{"t < items[4]", "t < [5]"},
		{"t not in stimulus", ""},
		{"t in stimulus or t > 35", ""},
		{"not (t < onset)", ""},
		{"t - onset > 5", ""},
		{"t < output[go]", ""},
		{"t < index", ""},
		{"index and t < onset", ""},
		{"t", ""},
		{"t < t", ""},
		{"-t < onset", ""},
	}
	for _, c := range cases {
		tree, err := world.Tree(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		w, ok := tree.Window()
		var got []string
		value := func(part *Tree) string {
			v, err := bound(t, part).Eval()
			if err != nil {
				t.Error(err)
			}
			return fmt.Sprint(v)
		}
		for _, g := range w.Gates {
			got = append(got, "if "+value(g))
		}
		for _, b := range w.Bounds {
			got = append(got, "t "+[]string{"<", "<=", ">", ">="}[b.Relation]+" "+value(b.Value))
		}
		want := strings.Split(c.want, ", ")
		if ok != (c.want != "") || ok && !sameSet(want, got) {
			t.Errorf("%s: got %v %v, want %s", c.text, ok, got, c.want)
		}
	}
}

func sameSet(a, b []string) bool {
	count := map[string]int{}
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// The steps of a window are exactly those at which the condition holds, also
// where the value is a time, or nearly.
func TestWindowIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(0, 30).Draw(t, "steps")
		dt := rapid.SampledFrom([]float64{10, 0.1, 1.0 / 3, 7.7, 1e-300}).Draw(t, "dt")
		times := make([]float64, steps)
		for s := range times {
			times[s] = float64(s) * dt
		}
		draw := func(name string) float64 {
			x := dt * float64(rapid.IntRange(-2, 32).Draw(t, name))
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				return math.Nextafter(x, math.Inf(1))
			case 1:
				return math.Nextafter(x, math.Inf(-1))
			case 2:
				return rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}).Draw(t, "extreme")
			}
			return x
		}
		a, b, gate := draw("a"), draw("b"), rapid.SampledFrom([]float64{0, 1, math.NaN()}).Draw(t, "gate")
		env := &Environment{
			Variables: map[string]Variable{"t": {Shape: Shape{Axes: Steps}}, "a": {}, "b": {}, "gate": {}},
			Periods:   map[string]Period{"p": {"a", "b"}}, Time: "t",
		}
		eval := func(tree *Tree) []float64 {
			w := tree.Compile().Machine()
			if err := w.Resize(1, steps); err != nil {
				t.Fatal(err)
			}
			for name, v := range map[string][]float64{"t": times, "a": {a}, "b": {b}, "gate": {gate}} {
				w.BindName(name, v)
			}
			v, err := w.Eval()
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		for _, text := range []string{
			"a < t and t < b", "a <= t < b and gate", "t in p", "gate and t in p", "t == a", "a > t", "a >= t > b", "t >= a and (gate and b > t)",
		} {
			tree, err := env.Tree(text)
			if err != nil {
				t.Fatal(err)
			}
			w, ok := tree.Window()
			if !ok {
				t.Fatalf("%s: no window", text)
			}
			from, to := 0, steps
			for _, g := range w.Gates {
				if eval(g)[0] == 0 {
					to = 0
				}
			}
			for _, b := range w.Bounds {
				f, l := b.Relation.Range(times, eval(b.Value)[0])
				from, to = max(from, f), min(to, l)
			}
			for s, c := range eval(tree) {
				if (c != 0) != (from <= s && s < to) {
					t.Fatalf("%s, a %v, b %v, gate %v: at step %d it is %v, the window %d to %d", text, a, b, gate, s, c, from, to)
				}
			}
		}
	})
}
