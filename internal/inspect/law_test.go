package inspect

import (
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// diagonalOf is the diagonal of a member, off which it must be 0.
func diagonalOf(t *testing.T, f *npz.File, name string) (d []float64) {
	t.Helper()
	m, _ := f.Get(name)
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	n := m.Array.Shape[0]
	for k, v := range values {
		switch {
		case k/n == k%n:
			d = append(d, v)
		case v != 0:
			t.Errorf("%s[%d,%d] is %g", name, k/n, k%n, v)
		}
	}
	return d
}

// Dale's law comes into a file, changes there and goes as a whole: the ratio,
// Dale_rec and Dale_out fit each other after every edit, whatever was there.
func TestEditsOfDalesLaw(t *testing.T) {
	files := map[string]npz.Array{"signs.npy": npz.ArrayOf([]int{6}, []float64{-1, -1, 1, 1, 1, 1})}
	for _, c := range []struct {
		edit     string
		rec, out []float64
		ratio    float64 // 0: none
	}{
		{"dale_ratio = 0.5", []float64{1, 1, 1, -1, -1, -1}, []float64{1, 1, 1, 0, 0, 0}, 0.5},
		{"dale_ratio = 0.9", []float64{1, 1, 1, 1, 1, -1}, []float64{1, 1, 1, 1, 1, 0}, 0.9}, // int(5.4)
		{"dale_ratio = 1", []float64{1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1}, 1},
		{"dale_ratio = 0", []float64{1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1}, 0},
		{"dale_signs = [1, -1, 1, -1, -1, -1]", []float64{1, -1, 1, -1, -1, -1}, []float64{1, 0, 1, 0, 0, 0}, 2.0 / 6},
		{"dale_signs = {mine: -1, others: 1}", []float64{1, 1, -1, 1, -1, 1}, []float64{1, 1, 0, 1, 0, 1}, 4.0 / 6},
		{"dale_signs = signs.npy", []float64{-1, -1, 1, 1, 1, 1}, []float64{0, 0, 1, 1, 1, 1}, 4.0 / 6},
		{"dale_signs = 1", []float64{1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1}, 1},
	} {
		for _, name := range []string{"v0.4_dale_0.5", "head_dale_none", "v1.0.0_dale_0.6", "dale_out_of_range"} {
			f := open(t, "13_files/"+name+".npz")
			e, err := ParseEdit(c.edit)
			if err != nil {
				t.Fatal(err)
			}
			names := UnitNames{Populations: map[string][]int{"mine": {4, 2}, "others": {0, 1, 3, 5}}}
			if _, _, err := Apply(f, []Edit{e}, names, files); err != nil {
				t.Errorf("%s, %s: %v", name, c.edit, err)
				continue
			}
			loaded, err := weights.FromFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if rec, out := diagonalOf(t, f, "Dale_rec"), diagonalOf(t, f, "Dale_out"); !slices.Equal(rec, c.rec) || !slices.Equal(out, c.out) {
				t.Errorf("%s, %s: Dale_rec %v, Dale_out %v, want %v, %v", name, c.edit, rec, out, c.rec, c.out)
			}
			if ratio := loaded.Network.Dale.Ratio; ratio != c.ratio {
				t.Errorf("%s, %s: dale_ratio %v, want %v", name, c.edit, ratio, c.ratio)
			}
		}
	}
}

func TestMistakenLaw(t *testing.T) {
	for _, c := range []struct{ edit, want string }{
		{"dale_signs = -1", "this makes all 6 units inhibitory, and none would reach the output"},
		{"dale_ratio = 0.1", "this makes all 6 units inhibitory, and none would reach the output"},
		{"dale_ratio = 1.5", "the network would be refused: dale_ratio: is 1.5"},
		{"dale_ratio = mean", "dale_ratio is a number from 0 to 1"},
		{"dale_signs = mean", "a mean is no sign"},
		{"dale_signs = [1, -1]", "shape (2), but (6) is needed"},
		{"dale_signs = [1, -1, 1, 1, 1, 0.5]", "unit 5 gets 0.5, but a sign is 1 or -1"},
		{"dale_signs = {mine: 1}", "unit 0 is in none of these populations"},
		{"dale_signs = {excitatory: -1, inhibitory: 1}", "dale_signs itself says which units are excitatory"},
		{"dale_signs = {mien: 1}", "there is no population mien"},
		{"dale_signs = long.npy", "long.npy has shape (7,), but a sign for each of 6 units is needed"},
		{"dale_signs = {file: signs.npy}", "a file is named without braces here"},
		{"dale_signs = {fill: 1, set: [{rows: 0, value: {file: signs.npy}}]}", "a file is named without braces here"},
		{"dale_signs = signs", `"signs" cannot be put there`},
		{"dale_signs *= -1", "dale_signs can only be replaced"},
		{"dale_signs[2] = -1", "dale_signs is given for all units at once"},
	} {
		f := open(t, "13_files/v1.0.0_dale_0.6.npz")
		e, err := ParseEdit(c.edit)
		if err == nil {
			n, populations := namesOf(t, f)
			_, _, err = Apply(f, []Edit{e}, UnitNames{Network: n, Populations: populations}, map[string]npz.Array{"long.npy": npz.ArrayOf([]int{7}, make([]float64, 7))})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.edit, err, c.want)
		}
	}
}

// Where only one of the two matrices of signs is changed, the user hears that
// the other does not fit.
func TestEditOfOneMatrixOfSigns(t *testing.T) {
	f := open(t, "13_files/head_dale_python_float.npz")
	n, _ := namesOf(t, f)
	warnings := edit(t, f, nil, "Dale_rec[0, 0] = -1")
	want := "Dale_rec makes unit 0 inhibitory, but Dale_out[0, 0] is 1; dale_signs = ... sets both"
	if n.Dale.Rec[0] != 1 || !slices.Contains(warnings, want) {
		t.Errorf("warnings %q, want %q", warnings, want)
	}
}
