package inspect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// namesOf are the units of a file's network, with a population of the user's.
func namesOf(t testing.TB, f *npz.File) (*model.Network, map[string][]int) {
	t.Helper()
	loaded, err := weights.FromFile(f)
	if err != nil {
		t.Fatal(err)
	}
	n, r := loaded.Network, network.Resolver{}
	r.Populate(nil, n.N, n.Signs())
	if r.Populations == nil {
		r.Populations = map[string][]int{}
	}
	r.Populations["mine"] = []int{4, 2}
	return n, r.Populations
}

// edit applies edits to the file.
func edit(t testing.TB, f *npz.File, files map[string]npz.Array, texts ...string) (warnings []string) {
	t.Helper()
	var edits []Edit
	for _, text := range texts {
		e, err := ParseEdit(text)
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, e)
	}
	n, populations := namesOf(t, f)
	_, warnings, err := Apply(f, edits, UnitNames{Network: n, Populations: populations}, files)
	if err != nil {
		t.Fatal(err)
	}
	return warnings
}

// small is a file whose W_rec holds 0 to 35, and no population rule stands in the way.
func small(t testing.TB) *npz.File {
	f := open(t, "13_files/head_dale_none.npz")
	values := make([]float32, 36)
	for k := range values {
		values[k] = float32(k)
	}
	f.Set(npz.Member{Name: "W_rec", Array: npz.ArrayOf([]int{6, 6}, values)})
	return f
}

func TestEdits(t *testing.T) {
	files := map[string]npz.Array{
		"row.npy":    npz.ArrayOf([]int{6}, []float64{1, 2, 3, 4, 5, 6}),
		"flat.npy":   npz.ArrayOf([]int{1, 6}, []float64{1, 2, 3, 4, 5, 6}),
		"single.npy": npz.ArrayOf([]int{1}, []float64{7}),
		"block.npy":  npz.ArrayOf([]int{2, 3}, []float64{10, 20, 30, 40, 50, 60}),
	}
	for _, c := range []struct {
		edit string
		want map[int]float32 // entries of W_rec that are not what they were
	}{
		{"W_rec[:2,:2] = 0", map[int]float32{1: 0, 6: 0, 7: 0}},
		{"W_rec[1] = 9", map[int]float32{6: 9, 7: 9, 8: 9, 9: 9, 10: 9, 11: 9}},
		{"W_rec[-1, ::-2] = 9", map[int]float32{35: 9, 33: 9, 31: 9}},
		{"W_rec[2, 3] += 0.5", map[int]float32{15: 15.5}},
		{"W_rec[4:, 5] *= -2", map[int]float32{29: -58, 35: -70}},
		{"W_rec[0, :] = mean", map[int]float32{0: 2.5, 1: 2.5, 2: 2.5, 3: 2.5, 4: 2.5, 5: 2.5}},
		{"W_rec[1, :] = row.npy", map[int]float32{6: 1, 7: 2, 8: 3, 9: 4, 10: 5, 11: 6}},
		{"W_rec[1:2, :] = row.npy", map[int]float32{6: 1, 7: 2, 8: 3, 9: 4, 10: 5, 11: 6}},
		{"W_rec[:, 0] += flat.npy", map[int]float32{0: 1, 6: 8, 12: 15, 18: 22, 24: 29, 30: 36}},
		{"W_rec[3, 3] = single.npy", map[int]float32{21: 7}},
		{"W_rec[1:3, ::2] = block.npy", map[int]float32{6: 10, 8: 20, 10: 30, 12: 40, 14: 50, 16: 60}},
		{"W_rec[mine, 0] *= 2", map[int]float32{24: 48, 12: 24}},
		{"W_rec[mine, 1:4] = block.npy", map[int]float32{25: 10, 26: 20, 27: 30, 13: 40, 14: 50, 15: 60}},
		{"W_rec[0, mine] = 1e-3", map[int]float32{4: 1e-3, 2: 1e-3}},
	} {
		f := small(t)
		edit(t, f, files, c.edit)
		want := make([]float32, 36)
		for k := range want {
			want[k] = float32(k)
			if v, ok := c.want[k]; ok {
				want[k] = v
			}
		}
		m, _ := f.Get("W_rec")
		got, err := npz.Floats[float32](m.Array)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || m.Array.Type != "<f4" {
			t.Errorf("%s: %v, type %s (want -, got +)\n%s", c.edit, err, m.Array.Type, diff)
		}
		if diff := cmp.Diff([]string{c.edit}, weights.EditNotes(f)); diff != "" {
			t.Errorf("%s is noted as %s", c.edit, diff)
		}
	}
}

// An edit changes the entries that it names and nothing else: not another
// entry, not another member, not their order. A slice means what it does in
// Python, as done here by filtering.
func TestEditTouchesNothingElse(t *testing.T) {
	for _, name := range []string{"02_basic_dale_masks_reg/after_1_updates.npz", "06_lstm/after_1_updates.npz", "13_files/unknown_extra_members.npz"} {
		before := open(t, name)
		n := before.Members[slices.IndexFunc(before.Members, func(m npz.Member) bool { return m.Name == "W_rec" })].Array.Shape[0]
		rapid.Check(t, func(r *rapid.T) {
			rows, cols := drawSlice(r, n, "rows"), drawSlice(r, n, "cols")
			f := open(t, name)
			edit(t, f, nil, fmt.Sprintf("W_rec[%s, %s] += 0.5", rows.text, cols.text))
			for k, m := range before.Members {
				now := f.Members[k]
				if m.Name != "W_rec" {
					if now.Name != m.Name || !now.Same(m) {
						r.Fatalf("%s has changed", m.Name)
					}
					continue
				}
				old, got := m.Array.Reader(), now.Array.Reader()
				for i := range n * n {
					want := old(i)
					if slices.Contains(rows.list, i/n) && slices.Contains(cols.list, i%n) {
						want = float64(float32(want + 0.5))
					}
					if got(i) != want {
						r.Fatalf("entry %s is %v, want %v", m.Array.Place(i), got(i), want)
					}
				}
			}
		})
	}
}

type drawn struct {
	text string
	list []int
}

// drawSlice draws a slice that is not empty, and what it selects.
func drawSlice(r *rapid.T, n int, label string) drawn {
	from, to := rapid.IntRange(0, n-1).Draw(r, label+" from"), rapid.IntRange(1, n).Draw(r, label+" to")
	if from >= to {
		from, to = to-1, from+1
	}
	step := rapid.IntRange(1, 3).Draw(r, label+" step")
	d := drawn{text: fmt.Sprintf("%d:%d:%d", from, to, step)}
	if rapid.Bool().Draw(r, label+" counted from the end") {
		d.text = fmt.Sprintf("%d::%d", from-n, step)
		to = n
	}
	for k := range n {
		if k >= from && k < to && (k-from)%step == 0 {
			d.list = append(d.list, k)
		}
	}
	return d
}

// What is scaled there and back is what it was, and the edits are all noted.
func TestThereAndBack(t *testing.T) {
	before, f := small(t), small(t)
	if err := weights.AddEditNotes(f, "an earlier one"); err != nil {
		t.Fatal(err)
	}
	edit(t, f, nil, "W_rec[::2] *= 2", " W_rec[::2]*=0.5 ")
	c := Compare(before, f)
	if len(c.Differences) != 1 || c.Differences[0].Name != "psychrnn_edits" {
		t.Errorf("%+v", c.Differences)
	}
	if diff := cmp.Diff([]string{"an earlier one", "W_rec[::2] *= 2", "W_rec[::2]*=0.5"}, weights.EditNotes(f)); diff != "" {
		t.Error(diff)
	}
}

// Types other than float32 become float64.
func TestEditedTypes(t *testing.T) {
	for _, name := range []string{"float16_W_in", "float64_members", "big_endian_members", "int_connectivity"} {
		f := open(t, "13_files/"+name+".npz")
		edit(t, f, nil, "W_in[0, 0] = 0.1", "rec_connectivity[1, 1] = 0.1")
		for member, at := range map[string]int{"W_in": 0, "rec_connectivity": 7} {
			before, _ := open(t, "13_files/"+name+".npz").Get(member)
			after, _ := f.Get(member)
			want := "<f8"
			if before.Array.Type == "<f4" {
				want = "<f4"
			}
			got := after.Array.Reader()(at)
			if after.Array.Type != want || float32(got) != 0.1 {
				t.Errorf("%s: %s of type %s became %s, entry %v", name, member, before.Array.Type, after.Array.Type, got)
			}
		}
	}
}

func TestWarnings(t *testing.T) {
	const dale = "02_basic_dale_masks_reg/after_1_updates.npz"
	for _, c := range []struct {
		file, edit string
		want       []string // each a part of a warning; none: no warning
	}{
		{dale, "W_rec[:10, :10] = 0", nil},
		{dale, "W_rec *= 2", nil},
		{dale, "W_rec[excitatory, inhibitory] *= 0.5", nil},
		{dale, "W_rec[excitatory, inhibitory] *= -1", []string{"W_rec: 36 entries with a sign against Dale's law"}},
		{dale, "W_rec[2, 5] = 0.5", nil},
		{dale, "W_rec[0, 0] = 0.5", []string{"W_rec: 1 entry where the mask or Dale's law allows none, which loading sets to 0: [0, 0] = 0.5"}},
		{dale, "W_in[0, 1] = -1", []string{"W_in: 1 entry with a sign against Dale's law, which loading turns round: [0, 1] = -1"}},
		{dale, "W_out[3, inhibitory] = 1", []string{"W_out: 4 entries where"}},
		{dale, "rec_connectivity[:, 3] = 0", []string{"W_rec: 13 entries where"}},
		{dale, "dale_ratio = 0", nil},
		{"01_basic_plain/after_1_updates.npz", "W_rec *= -1", nil},
		{"01_basic_plain/after_1_updates.npz", "Dale_rec *= -1", []string{"Dale_rec: this network (basic) keeps it, but does not use it"}},
		{"06_lstm/after_1_updates.npz", "W_rec *= -1", []string{"W_rec: this network (lstm) keeps it, but does not use it"}},
		{"06_lstm/after_1_updates.npz", "b_rec *= -1", []string{"b_rec: this network (lstm)"}},
		{"06_lstm/after_1_updates.npz", "W_in *= -1", []string{"W_in: this network (lstm)"}},
		{"06_lstm/after_1_updates.npz", "rec_connectivity[0] = 0", []string{"rec_connectivity: this network (lstm)"}},
		{"06_lstm/after_1_updates.npz", "W_f *= -1", nil},
		{"06_lstm/after_1_updates.npz", "init_hidden[0] = 0", nil},
		{"06_lstm/after_1_updates.npz", "W_out *= 2", nil},
		{"06_lstm/after_1_updates.npz", "W_out/Adam *= 2", nil},
		{"13_files/head_initializer_file.npz", "W_rec[0, 0] *= 2", nil}, // was wrong before
		{"07b_feedforward_dale/after_1_updates.npz", "feedforward_W_in *= -1", nil},
		{"07b_feedforward_dale/after_1_updates.npz", "W_in_first *= -1", nil},
		{"07b_feedforward_dale/after_1_updates.npz", "input_connectivity[0] = 0", []string{"input_connectivity: this network (basic) keeps it"}},
	} {
		warnings := edit(t, open(t, c.file), nil, c.edit)
		if len(warnings) != len(c.want) {
			t.Errorf("%s: warnings %q, want %q", c.edit, warnings, c.want)
			continue
		}
		for k, want := range c.want {
			if !strings.Contains(warnings[k], want) {
				t.Errorf("%s: warning %q, want %q", c.edit, warnings[k], want)
			}
		}
	}
}

// A file that was refused can be mended.
func TestMend(t *testing.T) {
	for _, c := range []struct{ file, edit, warning string }{
		{"nan_W_rec", "W_rec[1, 2] = 0", ""},
		{"inf_b_rec", "b_rec = 0", ""},
		{"dale_nan", "dale_ratio = 0.5", "W_"},
		{"nan_W_rec", "W_rec[1, 1] = 0", "the file is still refused as a network: W_rec: value at [1, 2] is NaN"},
	} {
		f := open(t, "13_files/"+c.file+".npz")
		e, err := ParseEdit(c.edit)
		if err != nil {
			t.Fatal(err)
		}
		_, warnings, err := Apply(f, []Edit{e}, UnitNames{}, nil)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
		if (len(warnings) > 0) != (c.warning != "") || len(warnings) > 0 && !strings.HasPrefix(warnings[0], c.warning) {
			t.Errorf("%s: warnings %q, want %q", c.file, warnings, c.warning)
		}
	}
}

// W_in beside a feed-forward layer follows from feedforward_W_in.
func TestFeedForward(t *testing.T) {
	f := open(t, "07b_feedforward_dale/after_1_updates.npz")
	before := open(t, "07b_feedforward_dale/after_1_updates.npz")
	edit(t, f, nil, "feedforward_W_in[0, 1] = -3", "feedforward_W_in[0, 0] = 5")
	c := Compare(before, f)
	var names []string
	for _, d := range c.Differences {
		names = append(names, d.Name)
	}
	if diff := cmp.Diff([]string{"W_in", "feedforward_W_in", "psychrnn_edits"}, names); diff != "" {
		t.Fatal(diff)
	}
	m, _ := f.Get("W_in")
	if read := m.Array.Reader(); read(1) != 3 || read(0) != 0 || c.Differences[0].Entries.Different != 1 {
		t.Errorf("W_in begins with %v, %v, and %d entries differ", read(0), read(1), c.Differences[0].Entries.Different)
	}
	e, err := ParseEdit("W_in = 0")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Apply(f, []Edit{e}, UnitNames{}, nil); err == nil || !strings.Contains(err.Error(), "is made from feedforward_W_in") {
		t.Errorf("editing W_in: %v", err)
	}
}

func TestGet(t *testing.T) {
	f := small(t)
	f.Set(text("words", "a\nb\x1b[0m\t\n"))
	f.Set(npz.Member{Name: "list", Array: npz.TextsOf([]string{"a", "b"})})
	f.Set(npz.Member{Name: "whole", Array: npz.Array{Type: "<u8", Data: []byte{255, 255, 255, 255, 255, 255, 255, 0}}})
	for _, c := range []struct {
		reference string
		shape     []int
		text      string
	}{
		{"W_rec[:2, 4:]", []int{2, 2}, "4,5\n10,11\n"},
		{"W_rec[1]", []int{6}, "6,7,8,9,10,11\n"},
		{"W_rec[1:2]", []int{1, 6}, "6,7,8,9,10,11\n"},
		{"W_rec[:2, 1]", []int{2}, "1,7\n"},
		{"W_rec[:2, 1:2]", []int{2, 1}, "1\n7\n"},
		{" W_rec[5, -1] ", nil, "35\n"},
		{"W_rec[mine, mine]", []int{2, 2}, "28,26\n16,14\n"},
		{"words", nil, "a\nb\\x1b[0m\t\n"},
		{"list", []int{2}, "\"a\",\"b\"\n"},
		{"list[1]", nil, "b\n"},
		{"whole", nil, "72057594037927935\n"},
	} {
		r, err := ParseArrayReference(c.reference)
		if err != nil {
			t.Fatal(err)
		}
		n, populations := namesOf(t, f)
		a, err := Get(f, r, UnitNames{Network: n, Populations: populations})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := WriteRows(&b, a, ","); err != nil {
			t.Fatal(err)
		}
		from, _ := f.Get(r.name.text)
		if !slices.Equal(a.Shape, c.shape) || b.String() != c.text || a.Type != from.Array.Type {
			t.Errorf("%s: shape %v, %q, want %v, %q", c.reference, a.Shape, b.String(), c.shape, c.text)
		}
		if err := a.WriteNpy(&strings.Builder{}); err != nil {
			t.Errorf("%s: %v", c.reference, err)
		}
	}
	if err := WriteRows(&strings.Builder{}, npz.ArrayOf([]int{1, 1, 1}, []float64{0}), " "); err == nil {
		t.Error("three dimensions are written as rows")
	}
}
