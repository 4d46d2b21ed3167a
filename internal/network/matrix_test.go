package network

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
)

// told is a section with one matrix.
type told struct {
	M Matrix `yaml:"m"`
}

func read(t *testing.T, text string) *Matrix {
	t.Helper()
	n, err := strict.Parse("test.yaml", []byte("m: "+text))
	if err != nil {
		t.Fatal(err)
	}
	v := &told{}
	if err := (&strict.Loader{}).Decode(n, v); err != nil {
		t.Fatal(err)
	}
	return &v.M
}

// resolver knows 4 units in 2 populations, and the files of the tests.
func resolver(t *testing.T) *Resolver {
	return &Resolver{
		Key:         random.NewKey(1),
		Populations: map[string][]int{"front": {0, 1}, "back": {3, 2}},
		Read: func(name string) ([]byte, error) {
			var b bytes.Buffer
			array := npz.ArrayOf([]int{2, 2}, []float64{1, 2, 3, 4})
			switch name {
			case "m.npy":
				if err := array.WriteNpy(&b); err != nil {
					t.Fatal(err)
				}
			case "one.npz", "several.npz":
				f := &npz.File{}
				f.Set(npz.Member{Name: "m", Array: array})
				if name == "several.npz" {
					f.Set(npz.Member{Name: "v", Array: npz.ArrayOf([]int{2}, []float32{5, 6})})
				}
				f.Set(npz.Member{Name: "words", Array: npz.TextOf("not a number")})
				if err := f.Write(&b); err != nil {
					t.Fatal(err)
				}
			default:
				return nil, os.ErrNotExist
			}
			return b.Bytes(), nil
		},
	}
}

func units(rows, cols int) model.MatrixShape {
	return model.MatrixShape{Rows: model.Axis{Size: rows, Units: true}, Cols: model.Axis{Size: cols, Units: true}}
}

func TestMatrix(t *testing.T) {
	const n = 4
	for _, c := range []struct {
		text  string
		shape model.MatrixShape
		want  string // entries, row by row
	}{
		{"2", units(2, 2), "2 2 2 2"},
		{"[[1, 2], [3, 4]]", units(2, 2), "1 2 3 4"},
		{"[1, 2]", units(1, 2), "1 2"},
		{"[1, 2]", units(2, 1), "1 2"},
		{"[1, 2]", model.MatrixShape{Rows: model.Axis{Size: 2, Units: true}, Cols: model.Axis{Size: 1}, Vector: true}, "1 2"},
		{"{fill: -1.5}", units(1, 3), "-1.5 -1.5 -1.5"},
		{"{density: 0}", units(1, 3), "0 0 0"},
		{"{density: 1}", units(1, 3), "1 1 1"},
		{"{identity: 3}", units(2, 2), "3 0 0 3"},
		{"{file: m.npy}", units(2, 2), "1 2 3 4"},
		{"{file: one.npz}", units(2, 2), "1 2 3 4"},
		{"{file: several.npz, key: m}", units(2, 2), "1 2 3 4"},
		{"{file: several.npz, key: v}", units(1, 2), "5 6"},
		{"{file: m.npy, set: [{rows: 0, value: 0}]}", units(2, 2), "0 0 3 4"},
		{"{fill: 0, set: [{rows: front, cols: back, value: 1}]}", units(n, n), "0 0 1 1 0 0 1 1 0 0 0 0 0 0 0 0"},
		{"{fill: 0, set: [{rows: [front, 3], cols: -1, value: 1}]}", units(n, n), "0 0 0 1 0 0 0 1 0 0 0 0 0 0 0 1"},
		{"{fill: 0, set: [{rows: '7', value: 1}]}", units(8, 1), "0 0 0 0 0 0 0 1"},
		{"{fill: 0, set: [{rows: '::2', value: 1}, {rows: '2:', value: 2}]}", units(n, 1), "1 0 2 2"},
		{"{fill: 0, set: [{cols: back, value: [[1, 2], [3, 4]]}]}", units(2, n), "0 0 2 1 0 0 4 3"},
		{"{fill: 0, set: [{cols: '::-1', value: [1, 2, 3, 4]}]}", units(1, n), "4 3 2 1"},
		{"{fill: 0, set: [{rows: ':2', cols: '2:', value: {identity: 5}}]}", units(n, n), "0 0 5 0 0 0 0 5 0 0 0 0 0 0 0 0"},
		{"{fill: 0, set: [{cols: '1:', value: {fill: 1, set: [{cols: 0, value: 9}]}}]}", units(1, n), "0 9 1 1"},
		{"{file: m.npy, set: [{value: mean}]}", units(2, 2), "2.5 2.5 2.5 2.5"},
		{"{file: m.npy, set: [{rows: 1, value: mean}]}", units(2, 2), "1 2 3.5 3.5"},
		{"{file: m.npy, set: [{cols: 1, value: mean}, {value: mean}]}", units(2, 2), "2.5 2.5 2.5 2.5"},
		{"{fill: 0, set: [{rows: back, value: [1, 2]}]}", model.MatrixShape{Rows: model.Axis{Size: n, Units: true}, Cols: model.Axis{Size: 1}, Vector: true}, "0 0 2 1"},
	} {
		r := resolver(t)
		got := r.Matrix(read(t, c.text), c.shape, nil)
		if text := strings.Trim(fmt.Sprint(got), "[]"); text != c.want || r.Problems != nil {
			t.Errorf("%s of %v is %s, want %s; %v", c.text, c.shape, text, c.want, r.Problems)
		}
	}
}

// What is written reads as the same matrix.
func TestMatrixIsWrittenAsItWasRead(t *testing.T) {
	for _, text := range []string{
		"2", "[1, 2]", "[[1, 2], [3, 4]]", "{density: 0.25}", "{identity: 1}",
		"{fill: 1, set: [{rows: [front, 3, '2:'], cols: ':1', value: mean}, {cols: '7', value: [[0.5]]}]}",
		"{file: several.npz, key: m, sha256: abc}", "{set: [{value: {density: 0.5}}]}",
	} {
		m := read(t, text)
		once := string(strict.Encode(&told{*m}))
		n, err := strict.Parse("again.yaml", []byte(once))
		if err != nil {
			t.Fatalf("%s: %v\n%s", text, err, once)
		}
		again := &told{}
		if err := (&strict.Loader{}).Decode(n, again); err != nil {
			t.Fatalf("%s: %v\n%s", text, err, once)
		}
		if diff := cmp.Diff(once, string(strict.Encode(again))); diff != "" {
			t.Errorf("%s (- once, + twice):\n%s", text, diff)
		}
	}
}

func TestFileIsNoted(t *testing.T) {
	m, r := read(t, "{file: m.npy}"), resolver(t)
	r.Matrix(m, units(2, 2), nil)
	sum := m.Form.SHA256
	if len(sum) != 64 {
		t.Fatalf("the sum is %q", sum)
	}
	r.Matrix(read(t, "{file: m.npy, sha256: "+strings.ToUpper(sum)+"}"), units(2, 2), nil)
	if r.Problems != nil {
		t.Errorf("the same file is refused: %v", r.Problems)
	}
	r.Matrix(read(t, "{file: one.npz, sha256: "+sum+"}"), units(2, 2), nil)
	if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Text, "not the file it was") {
		t.Errorf("another file is not refused: %v", r.Problems)
	}
}

// The entries of a random matrix depend on the seed and on where it stands,
// and on nothing else that is drawn.
func TestDensity(t *testing.T) {
	const n, p = 300, 0.1
	draw := func(key random.Key, text string) []float64 {
		r := resolver(t)
		r.Key = key
		return r.Matrix(read(t, text), units(n, n), nil)
	}
	first := draw(random.NewKey(1), "{density: 0.1}")
	var ones float64
	for _, v := range first {
		if v != 0 && v != 1 {
			t.Fatalf("an entry is %g", v)
		}
		ones += v
	}
	if sd := 90.0; ones < n*n*p-5*sd || ones > n*n*p+5*sd { // sqrt(n n p (1-p))
		t.Errorf("%g of %d entries are 1, with a chance of %g", ones, n*n, p)
	}
	if again := draw(random.NewKey(1), "{density: 0.1, set: [{rows: ':2', value: {density: 0.5}}]}"); !slices.Equal(again[2*n:], first[2*n:]) {
		t.Error("a random block changes the entries around it")
	}
	if other := draw(random.NewKey(2), "{density: 0.1}"); slices.Equal(other, first) {
		t.Error("another seed draws the same matrix")
	}
	nested := draw(random.NewKey(1), "{fill: 0, set: [{value: {density: 0.1}}]}")
	if slices.Equal(nested, first) {
		t.Error("another place draws the same matrix")
	}
	denser := draw(random.NewKey(1), "{density: 0.2}")
	for k := range first {
		if first[k] > denser[k] {
			t.Fatal("a connection is lost as the density rises")
		}
	}
}

func TestMatrixThatOnlyChanges(t *testing.T) {
	base := []float64{1, 2, 3, 6}
	m, r := read(t, "{set: [{rows: 1, value: mean}]}"), resolver(t)
	got := r.Matrix(m, units(2, 2), base)
	if diff := cmp.Diff([]float64{1, 2, 4.5, 4.5}, got); diff != "" || r.Problems != nil {
		t.Errorf("%s%v", diff, r.Problems)
	}
	if base[2] != 3 {
		t.Error("the base itself is changed")
	}
	if !m.Changes() || read(t, "{fill: 0, set: [{value: 1}]}").Changes() || read(t, "1").Changes() {
		t.Error("Changes does not tell matrices that only change others")
	}
}
