package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"psychrnn/internal/npz"
	"psychrnn/internal/random"
)

const initializers = "../../testdata/goldens/10_initializers"

// moments are what the original's random initializers gave in 300 draws.
type moments struct {
	Mean, Std, Min, Max float64
	First               float64 `json:"entry00_std"`
}

// initializerCase is the case.json of the initializers.
type initializerCase struct {
	N_rec, N_in, N_out int
	Moments            map[string]map[string]moments `json:"stats_over_300_draws"`
	Spectral           []spectralCase                `json:"gaussian_spectral_radius"`
	Identity           []spectralCase                `json:"alpha_identity"`
	Excitatory         []struct {
		Dale_ratio        float64
		N_rec, Excitatory int
	} `json:"excitatory_counts"`
}

// spectralCase is one of gaussian_spectral_radius or alpha_identity.
type spectralCase struct {
	Name             string
	Dale_ratio       *float64
	Masks, Autapses  bool
	Spec_rad, Alpha  float64
	Excitatory_units int
}

// settings are the case's network, without constraints.
func (c initializerCase) settings(initializer StartSettings) Settings {
	return Settings{
		Arch:     Arch{Kind: "basic", N: c.N_rec, I: c.N_in, O: c.N_out, Alpha: make([]float64, c.N_rec), Function: FunctionNamed("relu")},
		Autapses: true, Initializer: initializer,
	}
}

func readInitializers(t *testing.T) (c initializerCase, arrays *npz.File) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(initializers, "case.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c, readWeights(t, "arrays.npz")
}

func readWeights(t *testing.T, name string) *npz.File {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(initializers, name))
	if err != nil {
		t.Fatal(err)
	}
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func member(t *testing.T, f *npz.File, name string) []float64 {
	t.Helper()
	m, ok := f.Get(name)
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}

var maskNames = map[Role]string{InputRole: "input_connectivity", RecurrentRole: "rec_connectivity", OutputRole: "output_connectivity"}

// masks are the connectivity of the cases that have any.
func masks(t *testing.T, arrays *npz.File) map[Role][]float64 {
	all := map[Role][]float64{}
	for role, name := range maskNames {
		all[role] = member(t, arrays, "masks/"+name)
	}
	return all
}

func build(t *testing.T, s Settings, key random.Key) *Network {
	t.Helper()
	net, err := New(s, key)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func weight(t *testing.T, net *Network, name string) []float64 {
	t.Helper()
	tensor, ok := net.Layout.Find(name)
	if !ok {
		t.Fatalf("no tensor %s", name)
	}
	return View(tensor, net.Theta)
}

// same compares to 1e-9 of the largest entry.
func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d entries, want %d", what, len(got), len(want))
	}
	var most, size float64
	for k := range got {
		most = math.Max(most, math.Abs(got[k]-want[k]))
		size = math.Max(size, math.Abs(want[k]))
	}
	t.Logf("%s: %.1e of %.3g", what, most, size)
	if !(most <= 1e-9*size) {
		t.Errorf("%s differs by %g, largest entry %g", what, most, size)
	}
}

// constrained adds what a case of gaussian_spectral_radius or alpha_identity says.
func (c spectralCase) constrained(t *testing.T, s Settings, arrays *npz.File) Settings {
	if s.Autapses = c.Autapses; c.Dale_ratio != nil {
		s.Dale = DaleOf(*c.Dale_ratio, SignsOf(*c.Dale_ratio, s.N))
	}
	if c.Masks {
		s.Connectivity = masks(t, arrays)
	}
	return s
}

// initializerProofs are the tests that show the numbers of the initializers.
var initializerProofs = map[string]func(*testing.T){
	"gaussian_spectral_radius": TestGaussianSpectralRadius,
	"weight_initializer":       TestRecurrentInitializer,
	"alpha_identity":           TestAlphaIdentity,
	"const_unif":               TestRandomInitializers,
	"const_gauss":              TestRandomInitializers,
	"glorot_unif":              TestRandomInitializers,
	"glorot_gauss":             TestRandomInitializers,
}

func TestInitializersHaveProofs(t *testing.T) {
	for _, name := range append(RecurrentStartName("").Choices(), EntryDistributionName("").Choices()...) {
		if initializerProofs[name] == nil {
			t.Errorf("%s has no proof: write a test of its numbers, and enter it into initializerProofs", name)
		}
	}
}

func TestGaussianSpectralRadius(t *testing.T) {
	c, arrays := readInitializers(t)
	for _, q := range c.Spectral {
		t.Run(q.Name, func(t *testing.T) {
			s := q.constrained(t, c.settings(StartSettings{Kind: "gaussian_spectral_radius", SpecRad: new(q.Spec_rad), Rand: "glorot_gauss"}), arrays)
			net := build(t, s, 1)
			mask := net.Connectivity[RecurrentRole]
			same(t, "rec_connectivity", mask, member(t, arrays, q.Name+"/rec_connectivity"))

			w := slices.Clone(member(t, arrays, q.Name+"/normal_draw"))
			if err := scaleSpectrum(w, q.Spec_rad, net.balance()); err != nil {
				t.Fatal(err)
			}
			same(t, "W_rec", w, member(t, arrays, q.Name+"/W_rec"))

			radius, err := SpectralRadius(weight(t, net, "W_rec"), c.N_rec)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "spectral radius of a drawn matrix", []float64{radius}, []float64{q.Spec_rad})

			if q.Dale_ratio != nil {
				if n := Excitatory(*q.Dale_ratio, c.N_rec); n != q.Excitatory_units {
					t.Errorf("%d excitatory units, want %d", n, q.Excitatory_units)
				}
			}
			sameFile(t, net, q.Name, w)
		})
	}
}

// A matrix that has no eigenvalue but 0 cannot be scaled to a spectral radius.
func TestNoSpectralRadius(t *testing.T) {
	if err := scaleSpectrum([]float64{0, 1, 0, 0}, 1.1, []float64{1, 1}); err == nil {
		t.Error("no error")
	}
}

func TestAlphaIdentity(t *testing.T) {
	c, arrays := readInitializers(t)
	for _, q := range c.Identity {
		t.Run(q.Name, func(t *testing.T) {
			s := q.constrained(t, c.settings(StartSettings{Kind: "alpha_identity", Alpha: new(q.Alpha), Rand: "glorot_gauss"}), arrays)
			net := build(t, s, 1)
			same(t, "rec_connectivity", net.Connectivity[RecurrentRole], member(t, arrays, q.Name+"/rec_connectivity"))
			same(t, "W_rec", weight(t, net, "W_rec"), member(t, arrays, q.Name+"/W_rec"))
			sameFile(t, net, q.Name, weight(t, net, "W_rec"))
		})
	}
}

// sameFile holds a network that is built anew against the file that the
// original's initializer wrote for it: what is not drawn at random is the same.
func sameFile(t *testing.T, net *Network, name string, recurrent []float64) {
	t.Helper()
	file := readWeights(t, name+".npz")
	same(t, "W_rec of the file", recurrent, member(t, file, "W_rec"))
	for _, tensor := range []string{"b_rec", "b_out"} {
		same(t, tensor, weight(t, net, tensor), member(t, file, tensor))
	}
	for name, diagonal := range map[string][]float64{"Dale_rec": net.Dale.Rec, "Dale_out": net.Dale.Out} {
		matrix := make([]float64, net.N*net.N)
		for k, v := range diagonal {
			matrix[k*net.N+k] = v
		}
		same(t, name, matrix, member(t, file, name))
	}
	for role, mask := range net.Connectivity {
		same(t, maskNames[role], mask, member(t, file, maskNames[role]))
	}
}

func TestExcitatory(t *testing.T) {
	c, _ := readInitializers(t)
	for _, q := range c.Excitatory {
		if n := Excitatory(q.Dale_ratio, q.N_rec); n != q.Excitatory {
			t.Errorf("dale_ratio %g of %d units: %d excitatory, want %d", q.Dale_ratio, q.N_rec, n, q.Excitatory)
		}
	}
}

// The draws of a tensor are the same whatever they are scaled by, so that a
// glorot matrix divided by a plain one is the scale of every entry.
func TestGlorotScales(t *testing.T) {
	c, arrays := readInitializers(t)
	tests := []struct{ glorot, plain, scale string }{
		{"glorot_gauss", "const_gauss", "glorot_gauss_std"},
		{"glorot_unif", "const_unif", "glorot_unif_limit"},
	}
	for _, test := range tests {
		draw := func(name string) *Network {
			s := c.settings(StartSettings{Kind: "weight_initializer", Rand: EntryDistributionName(name), RandRec: EntryDistributionName(name), Min: new(-1.0), Max: new(1.0)})
			s.Connectivity = masks(t, arrays)
			return build(t, s, 1)
		}
		scaled, plain := draw(test.glorot), draw(test.plain)
		for _, name := range []string{"W_in", "W_rec", "W_out"} {
			want := slices.Clone(weight(t, plain, name))
			for k, scale := range member(t, arrays, test.scale+"/"+name) {
				want[k] *= scale
			}
			same(t, test.glorot+" "+name, weight(t, scaled, name), want)
		}
	}
}

// draws are all entries of a tensor in 300 networks, and its first entries alone.
type draws struct{ all, first []float64 }

func drawn(t *testing.T, s Settings) map[string]*draws {
	t.Helper()
	list := map[string]*draws{}
	for seed := range uint64(300) {
		net := build(t, s, random.NewKey(seed))
		for _, tensor := range net.Layout {
			if list[tensor.Name] == nil {
				list[tensor.Name] = &draws{}
			}
			w := View(tensor, net.Theta)
			list[tensor.Name].all = append(list[tensor.Name].all, w...)
			list[tensor.Name].first = append(list[tensor.Name].first, w[0])
		}
	}
	return list
}

// The moments of 300 draws against those of the original's 300 draws. Each
// threshold is 5.9 standard errors of the difference of two such samples, which
// one comparison in 3e8 and less than one run of the test in 1e6 exceeds by
// chance. It would catch a mean off by a tenth of the standard deviation of the
// smallest tensor, or a standard deviation by 8 % (W_rec: 2.5 % and 2 %).
func TestRandomInitializers(t *testing.T) {
	c, arrays := readInitializers(t)
	for _, name := range slices.Sorted(maps.Keys(c.Moments)) {
		s := c.settings(StartSettings{Kind: "weight_initializer", Rand: EntryDistributionName(name), RandRec: EntryDistributionName(name), Min: new(-0.3), Max: new(0.5)})
		s.Connectivity = masks(t, arrays)
		ours := drawn(t, s)
		for tensor, theirs := range c.Moments[name] {
			compareMoments(t, name+" "+tensor, ours[tensor].all, theirs.Mean, theirs.Std)
			compareMoments(t, name+" "+tensor+"[0,0]", ours[tensor].first, math.NaN(), theirs.First)
			if low := slices.Min(ours[tensor].all); name == "const_unif" && tensor != "init_state" && (low < -0.3 || theirs.Min < -0.3) {
				t.Errorf("%s %s: %g is below init_minval", name, tensor, low)
			}
			if high := slices.Max(ours[tensor].all); name == "const_unif" && tensor != "init_state" && (high >= 0.5 || theirs.Max >= 0.5) {
				t.Errorf("%s %s: %g is not below init_maxval", name, tensor, high)
			}
		}
	}
}

// compareMoments compares mean (unless NaN) and standard deviation of a sample
// with those of another of the same size and law.
func compareMoments(t *testing.T, what string, sample []float64, mean, std float64) {
	t.Helper()
	const standardErrors = 5.9
	n := float64(len(sample))
	var m, m2, m4 float64
	for _, v := range sample {
		m += v / n
	}
	for _, v := range sample {
		d := (v - m) * (v - m)
		m2 += d / n
		m4 += d * d / n
	}
	if limit := standardErrors * math.Sqrt(2*m2/n); math.Abs(m-mean) > limit { // false for NaN
		t.Errorf("%s: mean %g, the original's %g; they may differ by %g", what, m, mean, limit)
	}
	limit := standardErrors * math.Sqrt(2*(m4-m2*m2)/n) / (2 * math.Sqrt(m2))
	if s := math.Sqrt(m2); !(math.Abs(s-std) <= limit) {
		t.Errorf("%s: standard deviation %g, the original's %g; they may differ by %g", what, s, std, limit)
	}
	t.Logf("%s: mean %.4f and %.4f, standard deviation %.4f and %.4f within %.4f", what, m, mean, math.Sqrt(m2), std, limit)
}

// W_rec has an initializer of its own, if it is given one.
func TestRecurrentInitializer(t *testing.T) {
	c, _ := readInitializers(t)
	net := build(t, c.settings(StartSettings{Kind: "weight_initializer", Rand: "const_unif", RandRec: "const_gauss", Min: new(-0.1), Max: new(0.1)}), 1)
	most := func(name string) (m float64) {
		for _, v := range weight(t, net, name) {
			m = math.Max(m, math.Abs(v))
		}
		return m
	}
	// Of 400 normal numbers some is above 1 but for a chance of 1e-66.
	if most("W_in") > 0.1 || most("W_out") > 0.1 || most("W_rec") < 1 {
		t.Errorf("largest entries: W_in %g, W_out %g, W_rec %g", most("W_in"), most("W_out"), most("W_rec"))
	}
}

// Where a row and the column of an entry have no connection at all, glorot
// weights are 0, not infinite.
func TestGlorotWithoutConnections(t *testing.T) {
	c, _ := readInitializers(t)
	for _, name := range []string{"glorot_gauss", "glorot_unif"} {
		s := c.settings(StartSettings{Kind: "weight_initializer", Rand: EntryDistributionName(name), RandRec: EntryDistributionName(name)})
		mask := make([]float64, c.N_rec*c.N_rec)
		for k := range mask {
			if k/c.N_rec != 0 && k%c.N_rec != 0 {
				mask[k] = 1
			}
		}
		s.Connectivity = map[Role][]float64{RecurrentRole: mask}
		w := weight(t, build(t, s, 1), "W_rec")
		if w[0] != 0 {
			t.Errorf("%s: W_rec[0,0] is %g", name, w[0])
		}
		for k, v := range w[1:] {
			if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: entry %d is %g", name, k+1, v)
			}
		}
	}
}

// With a dale_ratio of 1 no unit is inhibitory, and the balance is the row norm alone.
func TestDaleRatioOne(t *testing.T) {
	c, arrays := readInitializers(t)
	s := c.settings(StartSettings{Kind: "alpha_identity", Alpha: new(0.7), Rand: "glorot_gauss"})
	s.Dale, s.Connectivity = DaleOf(1, SignsOf(1, c.N_rec)), masks(t, arrays)
	w := weight(t, build(t, s, 1), "W_rec")
	want := make([]float64, len(w))
	for k := range c.N_rec {
		var square float64
		for _, v := range s.Connectivity[RecurrentRole][k*c.N_rec:][:c.N_rec] {
			square += v * v
		}
		want[k*c.N_rec+k] = 0.7 / math.Sqrt(square)
	}
	same(t, "alpha_identity", w, want)

	s.Initializer = StartSettings{Kind: "gaussian_spectral_radius", SpecRad: new(1.1), Rand: "glorot_gauss"}
	radius, err := SpectralRadius(weight(t, build(t, s, 1), "W_rec"), c.N_rec)
	if err != nil || math.Abs(radius-1.1) > 1e-9 {
		t.Errorf("spectral radius %g, %v", radius, err)
	}
}

// What a tensor starts with depends on the seed and its name alone.
func TestDrawsAreAddressed(t *testing.T) {
	s := Settings{Arch: Arch{Kind: "basic", N: 4, I: 3, O: 2, Alpha: make([]float64, 4), Function: FunctionNamed("relu")},
		Initializer: StartSettings{Kind: "weight_initializer", Rand: "const_gauss", RandRec: "const_gauss"}}
	net := build(t, s, random.NewKey(1))
	if !slices.Equal(net.Theta, build(t, s, random.NewKey(1)).Theta) {
		t.Error("one seed, two networks")
	}
	if slices.Equal(weight(t, net, "W_in"), weight(t, build(t, s, random.NewKey(2)), "W_in")) {
		t.Error("two seeds, one W_in")
	}
	s.Given = map[string][]float64{"W_in": make([]float64, 12)}
	given := build(t, s, random.NewKey(1))
	for _, name := range []string{"W_rec", "W_out", "init_state"} {
		if !slices.Equal(weight(t, net, name), weight(t, given, name)) {
			t.Errorf("%s depends on whether W_in is drawn", name)
		}
	}
	if !slices.Equal(weight(t, given, "W_in"), s.Given["W_in"]) {
		t.Error("W_in is not what was given")
	}
}
