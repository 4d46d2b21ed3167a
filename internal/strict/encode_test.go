package strict

import (
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psychrnn/internal/strict/yaml"
)

// ambiguous are texts that some YAML reader takes for something else.
var ambiguous = []string{"", " ", "~", "null", "Null", "None", "yes", "No", "on", "OFF", "y", "N", "true", "False", "010", "0x10", "0o7", "0b1",
	"1_000", "1e3", "1.5e+3", ".5", "5.", "+5", "-5", ".inf", "-.Inf", ".nan", "inf", "NaN", "20:40", "0:20", ":20", "40:", "190:20:30.15",
	"2024-01-02", "2024-01-02T03:04:05Z", "=", "<<", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "- a", "-", "? a", "?", ": a", "a: b", "a:",
	"a #b", "#a", "[a", "{a", "a]", "a, b", "a[0]", "'a'", "\"a\"", "a\"b", "it's", " a", "a ", "a\nb", "a\n", "\ta", "a\tb", "a\x00b", "\u0085",
	"\u2028", "\ufeff", "\u00a0", "é", "\U0001F600", "---", "...", "--- a", "x-a", "extends", "f(x, {y})", "/a/b", "../a.npz", "a\\b", "1/2", "2*N_rec/5"}

func TestAmbiguousTexts(t *testing.T) {
	type texts struct {
		Text string      `yaml:"text" required:"true"`
		List []string    `yaml:"list"`
		Keys Map[string] `yaml:"keys"`
		Raw  *Node       `yaml:"raw"`
	}
	for _, s := range ambiguous {
		want := texts{Text: s, List: []string{s, "a"}, Keys: Map[string]{{s, s}}}
		encoded := Encode(want)
		var got texts
		root, err := Parse("f", encoded)
		if err == nil {
			err = new(Loader).Decode(root, &got)
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s\n%s", s, err, encoded, diff)
		}
		got.Raw = root.Get("text")
		if !strings.HasSuffix(string(Encode(got)), strings.Replace(strings.SplitAfter(string(encoded), "\n")[0], "text", "raw", 1)) {
			t.Errorf("%q is written in another way from a node:\n%s", s, Encode(got))
		}
	}
}

// What must be in quotes for other readers, and what needn't.
func TestQuotes(t *testing.T) {
	plain := map[string]bool{"y": true, "N": true, "é": true, "extends": true, "x-a": true, "f(x, {y})": true, "/a/b": true, "it's": true, "a, b": true, "a[0]": true, "\U0001F600": true}
	for _, s := range ambiguous {
		if got := yaml.ScalarText(s, false) == s; got != plain[s] {
			t.Errorf("%q: written %s", s, yaml.ScalarText(s, false))
		}
	}
	for _, s := range []string{"f(x, {y})", "a, b", "a[0]"} {
		if yaml.ScalarText(s, true) == s {
			t.Errorf("%q is not quoted inside brackets", s)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		x    float64
		bits int
		want string
	}{
		{0, 64, "0"}, {math.Copysign(0, -1), 64, "-0.0"}, {2000, 64, "2000"}, {0.001, 64, "0.001"}, {0.1, 32, "0.1"}, {1e-5, 64, "1.0e-5"},
		{-1.25e-7, 64, "-1.25e-7"}, {1e15, 64, "1.0e+15"}, {123456789012345, 64, "123456789012345"}, {1e100, 64, "1.0e+100"},
		{math.MaxFloat64, 64, "1.7976931348623157e+308"}, {5e-324, 64, "5.0e-324"}, {float64(float32(0.1)), 32, "0.1"},
	} {
		if got := formatNumber(c.x, c.bits); got != c.want {
			t.Errorf("%v: got %s, want %s", c.x, got, c.want)
		}
	}
}

// A number that stands in a tree keeps its value, and its sign, for other readers.
func TestNumbersOfNodes(t *testing.T) {
	for text, want := range map[string]string{
		"-0": "-0.0", "-0.0": "-0.0", "0": "0", "-3": "-3", "1e-5": "1.0e-5", "9007199254740993": "9007199254740993",
	} {
		root, err := Parse("f", []byte("a: "+text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(Encode(struct {
			A *Node `yaml:"a"`
		}{root.Get("a")})); got != "a: "+want+"\n" {
			t.Errorf("%s is written %s", text, got)
		}
	}
}

func TestEncode(t *testing.T) {
	dale := 0.8
	cond := expression("t > 5 and t < 8")
	v := experiment{
		Name: "20:40", Seed: 3, Precision: "float64", Loss: "mean(a, b)",
		Task:        task{Kind: "dm", Dt: 10, T: 2000, N: 1, Keys: Map[textOrNum]{{"coherence", textOrNum{List: []float64{0.1, 1e-5}}}, {"go", textOrNum{Text: "choice(0, 1)"}}}},
		Populations: Map[[]string]{{"a 1", []string{"0:20", "b", "c, d"}}},
		Model:       model{N: 50, Transfer: "relu", File: Path{"w.npz", "."}},
		Initializer: initializer{Kind: "alpha_identity", Limits: [][]int{{1, 2}, {}}},
		Constraints: &constraints{Dale: &dale, Connected: &rule{}},
		Train:       train{Rate: rate{Schedule: &schedule{1, 0.5}}, Checkpoint: clock{Seconds: 13800}},
		Curriculum:  &curriculum{},
		Rules:       []rule{{When: &cond, Add: "1"}, {Set: "x"}},
	}
	const file = "testdata/encoded.golden"
	got := Encode(v)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// drawExperiment draws anything that an experiment can be.
func drawExperiment(t *rapid.T) experiment {
	text := rapid.OneOf(rapid.SampledFrom(ambiguous), rapid.String())
	name := rapid.OneOf(rapid.SampledFrom(ambiguous), rapid.StringN(0, 20, 100)).Filter(func(s string) bool {
		return len(s) < 100 && s != "kind" && s != "dt" && s != "T" && s != "N_batch" && s != "L2_rec"
	})
	number := rapid.Float64()
	positive := rapid.Float64Min(math.SmallestNonzeroFloat64)
	expr := rapid.OneOf(rapid.Map(number, func(x float64) expression { return expression(formatNumber(x, 64)) }),
		rapid.Map(text.Filter(func(s string) bool { _, _, n := parseNumber(s); return !n && !strings.Contains(s, "$") }),
			func(s string) expression { return expression(s) }))
	numbers := rapid.SliceOfN(number, 1, 20)
	value := rapid.Custom(func(t *rapid.T) textOrNum {
		switch rapid.IntRange(0, 2).Draw(t, "form") {
		case 0:
			x := number.Draw(t, "number")
			return textOrNum{Number: &x}
		case 1:
			return textOrNum{List: numbers.Draw(t, "list")}
		}
		return textOrNum{Text: text.Draw(t, "text")}
	})
	names := rapid.SliceOfNDistinct(name, 0, 5, rapid.ID)
	v := experiment{
		Name:      text.Draw(t, "name"),
		Seed:      rapid.Uint64().Draw(t, "seed"),
		Precision: rapid.SampledFrom([]string{"float32", "float64"}).Draw(t, "precision"),
		Task: task{Kind: text.Draw(t, "kind"), Dt: positive.Draw(t, "dt"), T: rapid.IntRange(1, math.MaxInt).Draw(t, "T"),
			N: rapid.Int32Range(1, math.MaxInt32).Draw(t, "N")},
		Model: model{N: rapid.IntRange(1, 1e9).Draw(t, "N_rec"), Noise: rapid.Float32Range(0, math.MaxFloat32).Draw(t, "noise"),
			Tau: rapid.SliceOfN(positive, 0, 3).Draw(t, "tau"), Transfer: "tanh"},
		Initializer: initializer{Kind: "alpha_identity", Radius: number.Draw(t, "radius")},
		Loss:        expr.Draw(t, "loss"),
		Train: train{common: common{rapid.IntRange(1, 9).Draw(t, "iterations")}, LossEpoch: rapid.Uint8Range(1, 255).Draw(t, "epoch"),
			Clip: rapid.Bool().Draw(t, "clip"), Rate: rate{Constant: positive.Draw(t, "rate")}},
	}
	for _, k := range names.Draw(t, "keys") {
		v.Task.Keys.Set(k, value.Draw(t, "value"))
	}
	for _, k := range names.Draw(t, "populations") {
		v.Populations.Set(k, rapid.SliceOfN(text, 1, 12).Draw(t, "slices"))
	}
	for _, k := range names.Draw(t, "regularizers") {
		v.Regularizers.Rest.Set(k, expr.Draw(t, "term"))
	}
	v.Regularizers.L2 = number.Draw(t, "L2")
	if v.Model.File.Text = text.Draw(t, "path"); v.Model.File.Text != "" {
		v.Model.File.Folder = "."
	}
	if len(v.Model.Tau) == 0 {
		v.Model.Tau = nil
	}
	if rapid.Bool().Draw(t, "scheduled") {
		v.Train.Rate = rate{Schedule: &schedule{number.Draw(t, "start"), -positive.Draw(t, "decay")}}
	}
	if v.Train.Checkpoint.Updates = rapid.IntRange(0, 3000).Draw(t, "updates"); v.Train.Checkpoint.Updates == 0 {
		v.Train.Checkpoint.Seconds = rapid.OneOf(rapid.Float64Range(0, 1e9), rapid.Map(rapid.IntRange(0, 1e9), func(i int) float64 { return float64(i) })).Draw(t, "seconds")
	}
	if rapid.Bool().Draw(t, "constrained") {
		x := rapid.Float64Range(0.1, 1).Draw(t, "dale")
		v.Constraints = &constraints{Autapses: rapid.Bool().Draw(t, "autapses"), Dale: rapid.SampledFrom([]*float64{nil, &x}).Draw(t, "has")}
	}
	for range rapid.IntRange(0, 3).Draw(t, "rules") {
		when := expr.Draw(t, "when")
		v.Rules = append(v.Rules, rule{&when, expr.Draw(t, "add"), expr.Draw(t, "set")})
	}
	v.Initializer.Limits = rapid.SliceOfN(rapid.SliceOfN(rapid.Int(), 1, 12), 1, 3).Draw(t, "limits")
	return v
}

func TestEncodeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawExperiment(t)
		encoded := string(Encode(want))
		var got experiment
		if err := loader(map[string]string{"exp.yaml": encoded}).Load("exp.yaml", nil, &got); err != nil {
			t.Fatalf("%v\n%s", err, encoded)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(train{})); diff != "" {
			t.Fatalf("%s\n%s", diff, encoded)
		}
		if again := string(Encode(&got)); again != encoded {
			t.Fatal(cmp.Diff(encoded, again))
		}
	})
}

// A node kept for later is written as it was read, whatever its form.
func TestEncodeNode(t *testing.T) {
	var v struct {
		Any *Node `yaml:"any"`
	}
	root, err := Parse("f", []byte(`any: {a: [1, 0.00001, +5, "5", 'yes', True, {b: ~, c: f(x)}], d: &A "x\ny", e: *A}`))
	if root == nil {
		t.Fatal(err)
	}
	if err := new(Loader).Decode(root, &v); err != nil {
		t.Fatal(err)
	}
	want := `any:
  a:
    - 1
    - 1.0e-5
    - +5
    - "5"
    - "yes"
    - true
    - c: f(x)
  d: "x\ny"
  e: "x\ny"
`
	if diff := cmp.Diff(want, string(Encode(v))); diff != "" {
		t.Error(diff)
	}
}

func TestPaths(t *testing.T) {
	v := load(t, map[string]string{"exp.yaml": "extends: base/b.yaml\n", "base/b.yaml": small + "name: a\n"}, "model.load_weights_path=a.npz")
	for _, p := range Paths(&v) {
		p.Text = "../" + p.Text
	}
	if got := v.Model.File.String(); got != "../a.npz" || reflect.ValueOf(v).IsZero() {
		t.Errorf("path %s", got)
	}
}

// The short form of a struct leaves its other fields as if they were absent, and
// stands for it where they are.
func TestShortForm(t *testing.T) {
	type file struct {
		Path  Path   `yaml:"file" short:"true" required:"true"`
		Sum   string `yaml:"sum"`
		Steps int    `yaml:"steps" default:"0"`
	}
	type top struct {
		First  file  `yaml:"first"`
		Second *file `yaml:"second"`
	}
	for text, want := range map[string]string{
		"{}":                              "{}\n",
		"first: a.npz":                    "first: a.npz\n",
		"first: {file: a.npz}":            "first: a.npz\n",
		"second: {file: a.npz, sum: f}":   "second:\n  file: a.npz\n  sum: f\n  steps: 0\n",
		"second: {file: a.npz, steps: 3}": "second:\n  file: a.npz\n  steps: 3\n",
	} {
		n, err := Parse("f", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var v top
		if err := new(Loader).Decode(n, &v); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := string(Encode(v)); got != want {
			t.Errorf("%s is written as %s", text, got)
		}
	}
}
