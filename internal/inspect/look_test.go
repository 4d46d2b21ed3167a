package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

const goldens = "../../testdata/goldens"

// open reads a golden weight file.
func open(t testing.TB, name string) *npz.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(goldens, name))
	if err != nil {
		t.Fatal(err)
	}
	f, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// looked is what NumPy finds in a file, see testdata/looks.py.
type looked struct {
	Kind                             string
	Units, Inputs, Outputs           int
	FeedForward                      int      `json:"feedforward_units"`
	DaleRatio                        *float64 `json:"dale_ratio"`
	Excitatory, Inhibitory, Autapses int
	Masks                            map[string]float64
	SpectralRadius                   *float64 `json:"spectral_radius"`
	Eigenvalues                      [][2]float64
	Breaches                         []struct {
		Member string
		Effect weights.Effect
		Count  int
		First  []int
	}
	Members map[string]struct {
		Shape          []int
		Min, Max, Mean float64
		Zeros          int
	}
}

func TestLook(t *testing.T) {
	text, err := os.ReadFile("testdata/looks.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]looked
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 12 {
		t.Fatalf("only %d files", len(all))
	}
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			f := open(t, name)
			report, err := Look(f, false)
			if err != nil {
				t.Fatal(err)
			}
			checkMembers(t, report.Members, want, len(f.Members))
			checkNetwork(t, *report.Network, want)
		})
	}
}

func checkMembers(t *testing.T, got []MemberReport, want looked, all int) {
	t.Helper()
	numeric := 0
	for _, m := range got {
		if m.Zeros == nil {
			continue
		}
		numeric++
		w := want.Members[m.Name]
		if !slices.Equal(m.Shape, w.Shape) || *m.Zeros != w.Zeros || *m.NotFinite != 0 {
			t.Errorf("%s: shape %v with %d zeros, want %v with %d", m.Name, m.Shape, *m.Zeros, w.Shape, w.Zeros)
		}
		near(t, m.Name+": min", *m.Min, w.Min, 0)
		near(t, m.Name+": max", *m.Max, w.Max, 0)
		near(t, m.Name+": mean", *m.Mean, w.Mean, 1e-12)
	}
	if numeric != len(want.Members) || len(got) != all {
		t.Errorf("%d members, %d of numbers, want %d and %d", len(got), numeric, all, len(want.Members))
	}
}

func checkNetwork(t *testing.T, got NetworkReport, want looked) {
	t.Helper()
	if got.Kind != want.Kind || got.Units != want.Units || got.Inputs != want.Inputs || got.Outputs != want.Outputs || got.FeedForward != want.FeedForward {
		t.Errorf("network %+v, want %+v", got, want)
	}
	if got.Excitatory != want.Excitatory || got.Inhibitory != want.Inhibitory || got.Autapses != want.Autapses {
		t.Errorf("%d excitatory, %d inhibitory units, %d autapses, want %d, %d, %d",
			got.Excitatory, got.Inhibitory, got.Autapses, want.Excitatory, want.Inhibitory, want.Autapses)
	}
	if (got.DaleRatio == nil) != (want.DaleRatio == nil) || got.DaleRatio != nil && *got.DaleRatio != *want.DaleRatio {
		t.Errorf("Dale ratio %v, want %v", got.DaleRatio, want.DaleRatio)
	}
	if len(got.Masks) != len(want.Masks) {
		t.Errorf("masks %v, want %v", got.Masks, want.Masks)
	}
	for _, m := range got.Masks {
		near(t, m.Name, m.Density, want.Masks[m.Name], 1e-15)
	}
	if len(got.Violations) != len(want.Breaches) {
		t.Fatalf("breaches %v, want %v", got.Violations, want.Breaches)
	}
	for k, w := range want.Breaches {
		b := got.Violations[k]
		if b.Member != w.Member || b.Effect != w.Effect || b.Count != w.Count || !slices.Equal(b.Entries[0].Index, w.First) {
			t.Errorf("breach %+v, want %+v", b, w)
		}
	}
	if (got.SpectralRadius == nil) != (want.SpectralRadius == nil) || len(got.Eigenvalues) != len(want.Eigenvalues) {
		t.Fatalf("spectrum %v, want %v", got.Eigenvalues, want.Eigenvalues)
	}
	for k, w := range want.Eigenvalues {
		near(t, "real part", got.Eigenvalues[k][0], w[0], 1e-9)
		near(t, "imaginary part", got.Eigenvalues[k][1], w[1], 1e-9)
	}
	if want.SpectralRadius != nil {
		near(t, "spectral radius", *got.SpectralRadius, *want.SpectralRadius, 1e-9)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s %v, want %v", what, got, want)
	}
}

// Whatever the file, looking neither crashes nor runs what it names; it is
// refused as a network exactly if reading refuses it, and equals itself.
func TestEveryGolden(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(goldens, "13_files", "*.npz"))
	if err != nil || len(names) < 100 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	seen := 0
	for _, path := range names {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
		if err != nil {
			continue
		}
		seen++
		report, refused := Look(f, false)
		_, want := weights.FromFile(f)
		if (refused == nil) != (want == nil) || (report.Network == nil) != (refused != nil) || (report.Refused == "") != (refused == nil) {
			t.Errorf("%s: refused %v, want %v", path, refused, want)
		}
		if len(report.Members) != len(f.Members) {
			t.Errorf("%s: %d members in the table, %d in the file", path, len(report.Members), len(f.Members))
		}
		if _, err := json.Marshal(report); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if c := Compare(f, f); len(c.Differences) > 0 {
			t.Errorf("%s differs from itself: %+v", path, c.Differences)
		}
	}
	if seen < 80 {
		t.Errorf("only %d files were read", seen)
	}
	if _, err := os.Stat("/tmp/pwned"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a pickle was run")
	}
}

// An array without entries may claim any shape; nobody counts up to it.
func TestEndlessShape(t *testing.T) {
	f := open(t, "06_lstm/after_1_updates.npz")
	for _, name := range []string{"init_hidden", "init_cell"} {
		f.Set(npz.Member{Name: name, Array: npz.Array{Type: "<f4", Shape: []int{1 << 60, 0}}})
	}
	if _, err := Look(f, false); err == nil {
		t.Error("not refused")
	}
	if c := Compare(f, f); len(c.Differences) > 0 {
		t.Errorf("%+v", c)
	}
	for _, source := range []string{"init_cell", "init_cell[0]", "init_cell[:, :]"} {
		r, err := ParseArrayReference(source)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Get(f, r, UnitNames{})
		if (err == nil) != (source == "init_cell") || len(a.Data) > 0 {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// Numbers that are not finite are counted and kept out of the statistics, and
// those that are too large for sums have a mean.
func TestSummary(t *testing.T) {
	a := npz.ArrayOf([]int{2, 3}, []float64{math.MaxFloat64, math.NaN(), -math.MaxFloat64, 0, math.Inf(-1), math.MaxFloat64})
	m := describe(npz.Member{Name: "a", Array: a})
	if *m.NotFinite != 2 || *m.Zeros != 1 || *m.Min != -math.MaxFloat64 || *m.Max != math.MaxFloat64 || !(math.Abs(*m.Mean/math.MaxFloat64-0.25) < 1e-15) {
		t.Errorf("%+v, mean %g", m, *m.Mean)
	}
	empty := describe(npz.Member{Name: "a", Array: npz.ArrayOf([]int{0, 3}, []float64{})})
	if empty.Min != nil || *empty.Zeros != 0 {
		t.Errorf("%+v", empty)
	}
}

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		member npz.Member
		want   string
	}{
		{npz.Member{Object: &npz.Object{}}, "None"},
		{npz.Member{Object: &npz.Object{Value: true}}, "True"},
		{npz.Member{Object: &npz.Object{Value: int64(3)}}, "3"},
		{npz.Member{Object: &npz.Object{Value: "\x1b[31m"}}, `"\x1b[31m"`},
		{npz.Member{Object: &npz.Object{Value: npz.Reference{Module: "numpy", Name: "tanh"}}}, "numpy.tanh"},
		{npz.Member{Object: &npz.Object{Fault: "odd"}}, "not understood: odd"},
		{npz.Member{Array: npz.TextOf("a\nb")}, `"a\nb"`},
		{npz.Member{Array: npz.TextOf("0123456789012345678901234567890123456789x")}, `"0123456789012345678901234567890123456789"... (41 characters)`},
		{npz.Member{Array: npz.TextsOf([]string{"a", "b"})}, "2 texts"},
	} {
		if got := describe(c.member).Text; got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
