package expr

import (
	"errors"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/fault"
)

// However an expression is written, little time passes until it is compiled or
// refused.
func TestLimits(t *testing.T) {
	nest := func(n int, before, inner, after string) string {
		return strings.Repeat(before, n) + inner + strings.Repeat(after, n)
	}
	cases := []struct{ name, text, want string }{
		{"brackets", nest(999, "(", "v", ")"), ""},
		{"signs", nest(900, "-", "v", ""), ""},
		{"signs, too many", nest(1500, "-", "v", ""), "more than 1000 parts"},
		{"sum", nest(400, "v+", "v", ""), ""},
		{"sum, too long", nest(900, "v+", "v", ""), "more than 1000 parts"},
		{"powers", nest(400, "v^", "v", ""), ""},
		{"calls", nest(190, "abs(", "v", ")"), ""},
		{"macros", nest(190, "square(", "v", ")"), ""},
		{"indices", nest(240, "items[", "v", "]"), ""},
		{"chains within chains", nest(140, "1<(", "v", ")<2"), ""},
		{"chain", nest(300, "v<", "v", ""), ""},
		{"wheres", nest(120, "where(v,1,", "v", ")"), ""},
		{"channels", nest(150, "output[", "0", "]"), ""},
		{"long", strings.Repeat("v", 2001), "may have 2000 characters, this one has 2001"},
		{"very long", strings.Repeat("v*", 1<<20), "may have 2000 characters"},
		{"spaces", strings.Repeat(" ", 1999) + "v", ""},
		{"open brackets", strings.Repeat("(", 2000), "never closed"},
		{"digits", strings.Repeat("9", 2000), "too large"},
		{"noughts", "0." + strings.Repeat("0", 1990) + "1", ""},
	}
	for _, c := range cases {
		start := time.Now()
		tree, err := world.Tree(c.text)
		if err == nil && c.want == "" {
			p := tree.Compile()
			if len(p.slots) > 2000 {
				t.Errorf("%s: %d slots", c.name, len(p.slots))
			}
		} else if err == nil || c.want == "" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%s: took %v", c.name, d)
		}
	}
}

// Memory is refused before it is taken.
func TestTooMuchMemory(t *testing.T) {
	env := &Environment{Variables: map[string]Variable{
		"W": {Shape: Shape{Axes: Rows | Cols | Units | Channels, Rows: 1 << 30, Cols: 1 << 30, Units: 1 << 30, Channels: 1 << 30}},
		"t": {Shape: Shape{Axes: Steps}},
	}}
	for _, c := range []struct {
		text  string
		steps int
	}{{"W*2", 1}, {"t*2", 1 << 40}, {"t*2 + t*3", 1 << 62}} {
		tree, err := env.Tree(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if tree.Compile().Machine().Resize(1, c.steps) == nil {
			t.Errorf("%s: not refused", c.text)
		}
	}
}

// Results share memory in turn, so that a long expression needs little.
func TestSharing(t *testing.T) {
	tree, err := world.Tree(strings.Repeat("t*v + (", 100) + "t" + strings.Repeat(")", 100))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(tree.Compile().slots); n > 110 {
		t.Errorf("%d slots", n)
	}
	tree, err = world.Tree("t" + strings.Repeat("*v + t", 100))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(tree.Compile().slots); n > 3 {
		t.Errorf("%d slots", n)
	}
}

func FuzzCompile(f *testing.F) {
	for _, name := range []string{"values.txt", "mistakes.txt"} {
		for _, line := range lines(f, name) {
			text, _, _ := strings.Cut(line, " | ")
			text, _, _ = strings.Cut(text, " -> ")
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Parse(text); err == nil {
			_, _ = s.Names(), s.Periods()
		}
		tree, err := world.Tree(text)
		if err != nil {
			inside(t, text, err)
			return
		}
		tree.Window()
		w := bound(t, tree)
		w.External = func(_ *Call, out []float64, _ [][]float64) { clear(out) }
		got, err := w.Eval()
		if err == nil && len(got) != tree.Shape().size(1, 5) {
			t.Errorf("%d values of shape %+v", len(got), tree.Shape())
		}
	})
}

// inside checks that mistakes lie within the text and say something.
func inside(t *testing.T, text string, err error) {
	var errs fault.Errors
	if !errors.As(err, &errs) {
		t.Errorf("the error is of type %T", err)
	}
	for i, e := range errs {
		if e.Column < 1 || e.Column > len([]rune(text))+1 || e.Text == "" || i > 0 && e.Column < errs[i-1].Column {
			t.Errorf("%+v", e)
		}
	}
}
