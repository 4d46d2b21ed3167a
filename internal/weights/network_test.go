package weights

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// small is a file of 3 units, 1 input and 2 outputs; change alters it.
func small(change func(*File)) *File {
	f := &File{}
	for _, m := range []struct {
		name  string
		shape []int
	}{
		{"init_state", []int{1, 3}}, {"W_in", []int{3, 1}}, {"W_rec", []int{3, 3}}, {"W_out", []int{2, 3}}, {"b_rec", []int{3}}, {"b_out", []int{2}},
		{"Dale_rec", []int{3, 3}}, {"Dale_out", []int{3, 3}},
		{"input_connectivity", []int{3, 1}}, {"rec_connectivity", []int{3, 3}}, {"output_connectivity", []int{2, 3}},
	} {
		n, _ := product(m.shape, 1)
		f.Set(Member{Name: m.name, Array: Of(m.shape, slices.Repeat([]float32{1}, n))})
	}
	f.Set(DaleRatio(0))
	relu, err := Transfer(Reference{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"})
	if err != nil {
		panic(err)
	}
	f.Set(relu)
	if change != nil {
		change(f)
	}
	return f
}

func set[F float32 | float64](name string, shape []int, values ...F) func(*File) {
	return func(f *File) { f.Set(Member{Name: name, Array: Of(shape, values)}) }
}

func TestNetwork(t *testing.T) {
	relu := &Reference{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"}
	for name, c := range map[string]struct {
		change func(*File)
		want   Network
	}{
		"plain":               {nil, Network{Rec: 3, In: 1, Out: 2, Transfer: relu}},
		"init_state a vector": {set("init_state", []int{3}, 1.0, 2, 3), Network{Rec: 3, In: 1, Out: 2, Transfer: relu}},
		"Dale":                {func(f *File) { f.Set(DaleRatio(0.7)) }, Network{Rec: 3, In: 1, Out: 2, DaleRatio: 0.7, Transfer: relu}},
		"Dale 0":              {set("dale_ratio", nil, 0.0), Network{Rec: 3, In: 1, Out: 2, Transfer: relu}},
		"no inputs": {func(f *File) {
			f.Set(Member{Name: "W_in", Array: Of([]int{3, 0}, []float32{})})
			f.Set(Member{Name: "input_connectivity", Array: Of([]int{3, 0}, []float32{})})
		}, Network{Rec: 3, Out: 2, Transfer: relu}},
		"feed-forward": {func(f *File) {
			set("W_in", []int{3, 2}, make([]float32, 6)...)(f)
			set("W_in_first", []int{2, 1}, make([]float32, 2)...)(f)
		}, Network{Rec: 3, In: 1, Out: 2, Transfer: relu}},
		"inhibitory units project": {func(f *File) {
			f.Set(DaleRatio(0.7))
			set[float32]("Dale_out", []int{3, 3}, 1, 0, 0, 0, 1, 0, 0, 0, -1)(f)
		}, Network{Rec: 3, In: 1, Out: 2, DaleRatio: 0.7, Transfer: relu,
			Faults: []string{"Dale_out: 1 inhibitory units project to the output, a mistake of releases up to 1.0.0"}}},
		"Dale off, whatever Dale_out": {set[float32]("Dale_out", []int{3, 3}, -1, 0, 0, 0, -1, 0, 0, 0, -1), Network{Rec: 3, In: 1, Out: 2, Transfer: relu}},
		"scaled signs": {set("Dale_rec", []int{3, 3}, 0.5, 0, 0, 0, 1, 0, 0, 0, -2), Network{Rec: 3, In: 1, Out: 2, Transfer: relu,
			Faults: []string{"Dale_rec: 2 units have a scale instead of a sign, as in files of v0.4"}}},
		"a plain transfer function": {func(f *File) {
			f.Remove("transfer_function")
			f.Set(Member{Name: "psychrnn_transfer_function", Array: Text("relu")})
		}, Network{Rec: 3, In: 1, Out: 2, Transfer: &Reference{Name: "relu"}}},
		"a hostile member": {func(f *File) { f.Set(Member{Name: "x", Object: readObject(header{}, []byte("cposix\nsystem\n)R."))}) },
			Network{Rec: 3, In: 1, Out: 2, Transfer: relu, Warnings: []string{"x: unpickling it would call posix.system; it is not called here, but the original would"}}},
		"a transfer function of nobody": {func(f *File) { f.Set(Member{Name: "transfer_function", Array: Text("relu")}) },
			Network{Rec: 3, In: 1, Out: 2, Warnings: []string{"transfer_function: no function; it is ignored"}}},
		"a warning of reading": {func(f *File) { f.Warnings = []string{"w"} },
			Network{Rec: 3, In: 1, Out: 2, Transfer: relu, Warnings: []string{"w"}}},
	} {
		got, err := small(c.change).Network()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(c.want, *got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s differs (want -, got +):\n%s", name, diff)
		}
	}
}

func TestNetworkRefuses(t *testing.T) {
	for want, change := range map[string]func(*File){
		"b_rec: is missing": func(f *File) { f.Remove("b_rec") },
		"W_out: is missing, and so is b_out": func(f *File) {
			f.Remove("b_out")
			f.Remove("W_out")
		},
		"W_in: shape (3, 2), but (3, 1) is needed (N_rec 3 by W_rec, N_in 1 by input_connectivity, N_out 2 by b_out)":       set("W_in", []int{3, 2}, make([]float32, 6)...),
		"W_out: shape (3, 2), but (2, 3) is needed (N_rec 3 by W_rec, N_in 1 by input_connectivity, N_out 2 by b_out)":      set("W_out", []int{3, 2}, make([]float32, 6)...),
		"init_state: shape (2, 3), but (1, 3) is needed (N_rec 3 by W_rec, N_in 1 by input_connectivity, N_out 2 by b_out)": set("init_state", []int{2, 3}, make([]float32, 6)...),
		"W_rec: shape (3, 2), but a square matrix of at least one unit (N_rec) is needed":                                   set("W_rec", []int{3, 2}, make([]float32, 6)...),
		"b_out: shape (1, 2), but 1 dimensions are needed":                                                                  set("b_out", []int{1, 2}, 0.0, 0),
		"Dale_out: value at [1, 0] is +Inf":                                   set("Dale_out", []int{3, 3}, 0, 0, 0, math.Inf(1), 0, 0, 0, 0, 0),
		"dale_ratio: is 1.5; a number from 0 to 1 or None is needed":          set("dale_ratio", nil, 1.5),
		"dale_ratio: is -0.5; a number from 0 to 1 or None is needed":         set("dale_ratio", []int{1}, -0.5),
		"dale_ratio: is not a number; a number from 0 to 1 or None is needed": set("dale_ratio", []int{2}, 0.5, 0.5),
		"dale_ratio: opcode 0x7e is not understood; a number from 0 to 1 or None is needed": func(f *File) {
			f.Set(Member{Name: "dale_ratio", Object: readObject(header{}, []byte("~"))})
		},
	} {
		if _, err := small(change).Network(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestTensor(t *testing.T) {
	f := &File{}
	set("gate", []int{2, 3}, 1.0, 2, 3, 4, 5, 1e300)(f)
	f.Set(Member{Name: "name", Array: Text("x")})
	values, err := Tensor[float64](f, "gate", -1, 3)
	if diff := cmp.Diff([]float64{1, 2, 3, 4, 5, 1e300}, values); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for want, take := range map[string]func() error{
		"gate: value 1e+300 at [1, 2] is out of the range of float32": func() error { _, err := Tensor[float32](f, "gate", 2, 3); return err },
		"gate: shape (2, 3), but (any, 4) is needed":                  func() error { _, err := Tensor[float32](f, "gate", -1, 4); return err },
		"gate: shape (2, 3), but (6,) is needed":                      func() error { _, err := Tensor[float32](f, "gate", 6); return err },
		"cell: is missing":                                            func() error { _, err := Tensor[float32](f, "cell", 6); return err },
		"name: entries of type <U1, but numbers are needed":           func() error { _, err := Tensor[float32](f, "name"); return err },
	} {
		if err := take(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestOutOfFloat32InAFile(t *testing.T) {
	f, net, err := open(golden(t, "float64_overflows_float32.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Tensor[float32](f, "W_out", net.Out, net.Rec); err == nil || !strings.HasPrefix(err.Error(), "W_out: value 5.354759693145752e+299 at [0, 0] is out") {
		t.Errorf("W_out as float32: %v", err)
	}
}

func TestAdam(t *testing.T) {
	one, two := []float64{1, 1, 1}, []float64{2, 2, 2}
	slot := func(name string, values []float64) func(*File) {
		return set("b_rec/"+name, []int{len(values)}, values...)
	}
	for name, c := range map[string]struct {
		slots         []func(*File)
		first, second float64 // 0: none
	}{
		"none":            {nil, 0, 0},
		"one pair":        {[]func(*File){slot("Adam_1", two), slot("Adam", one)}, 1, 2},
		"two pairs":       {[]func(*File){slot("Adam", make([]float64, 3)), slot("Adam_1", make([]float64, 3)), slot("Adam_2", two), slot("Adam_3", one)}, 2, 1},
		"twelfth pair":    {[]func(*File){slot("Adam_8", one), slot("Adam_9", one), slot("Adam_22", two), slot("Adam_23", one)}, 2, 1},
		"half a pair":     {[]func(*File){slot("Adam", one)}, 0, 0},
		"half the latest": {[]func(*File){slot("Adam", one), slot("Adam_1", one), slot("Adam_3", two)}, 0, 0},
		"another shape":   {[]func(*File){slot("Adam", one), slot("Adam_1", one[:2])}, 0, 0},
		"not finite":      {[]func(*File){slot("Adam", one), slot("Adam_1", []float64{1, 1, math.NaN()})}, 0, 0},
		"other names":     {[]func(*File){slot("Adam", one), slot("Adam_1", two), slot("Adam9", two), slot("Adam_x", two), slot("Adam_-9", two)}, 1, 2},
	} {
		f := small(nil)
		for _, put := range c.slots {
			put(f)
		}
		first, second, ok := f.Adam("b_rec")
		if ok != (c.first != 0) || ok && (first.at(0) != c.first || second.at(0) != c.second) {
			t.Errorf("%s: %v %v %v", name, ok, first, second)
		}
	}
	f, _, err := open(golden(t, "head_trained_twice_slots_2_3.npz"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, ok := f.Adam("W_rec")
	want, _ := f.Get("W_rec/Adam_2")
	if diff := cmp.Diff(want.Array, first); diff != "" || !ok {
		t.Errorf("trained twice: %v\n%s", ok, diff)
	}
}

func TestPlain(t *testing.T) {
	for _, name := range []string{"head_dale_none.npz", "head_dale_python_float.npz", "head_transfer_partial.npz", "unknown_extra_members.npz", "dale_float_in_object_array.npz"} {
		f, before, err := open(golden(t, name))
		if err != nil {
			t.Fatal(err)
		}
		plain, left, err := f.Plain()
		if err != nil {
			t.Fatal(err)
		}
		if wantLeft := name == "unknown_extra_members.npz"; wantLeft != (len(left) == 1) {
			t.Errorf("%s: left out: %q", name, left)
		}
		back := written(t, plain)
		for _, m := range back.Members {
			if m.Object != nil || m.Other != "" {
				t.Errorf("%s: %s is pickled", name, m.Name)
			}
		}
		if _, ok := back.Get("transfer_function"); ok {
			t.Errorf("%s: transfer_function is there, which the original would call", name)
		}
		after, err := back.Network()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	f, _, err := open(golden(t, "dale_plain_f4.npz"))
	if err != nil {
		t.Fatal(err)
	}
	f.Set(Member{Name: "dale_ratio", Object: &Object{Fault: "no"}})
	if _, _, err := f.Plain(); err == nil {
		t.Error("a Dale ratio that is not understood is replaced by another")
	}
}

func TestProvenance(t *testing.T) {
	want := Provenance{Experiment: "seed: 1\ntask: {T: 2000} # Δt\n", Version: "1.2.3", Seed: math.MaxUint64, Trials: 50000}
	f := small(nil)
	if _, ok := f.Provenance(); ok {
		t.Error("provenance out of nothing")
	}
	f.SetProvenance(Provenance{})
	f.SetProvenance(want)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, ok := written(t, f).Provenance()
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%v %s", ok, diff)
	}
	f.Set(Member{Name: "psychrnn_seed", Array: Array{Type: "<i8", Data: []byte{7, 0, 0, 0, 0, 0, 0, 0}}}) // as Python would edit it
	if got, ok := f.Provenance(); !ok || got.Seed != 7 {
		t.Errorf("a signed seed is %v", got.Seed)
	}
	f.Set(Member{Name: "psychrnn_seed", Array: Of(nil, []float64{1})})
	if _, ok := f.Provenance(); ok {
		t.Error("a fraction is taken for a seed")
	}
}

func TestReference(t *testing.T) {
	for _, want := range []Reference{
		{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"}, {Name: "relu"}, {Module: "__main__", Name: "f"},
		{Module: "functools", Name: "partial", Text: "functools.partial(leaky_relu, alpha=0.1)"},
	} {
		if diff := cmp.Diff(want, parseReference(want.String())); diff != "" {
			t.Error(diff)
		}
	}
	for _, bad := range []any{Reference{}, Reference{Name: "f"}, Reference{Module: "a\nb", Name: "f"}, Reference{Module: "é", Name: "f"}, 1.5, Reference{Module: "functools", Name: "partial", Text: "x"}} {
		if _, err := Pickled("x", bad); err == nil {
			t.Errorf("%#v is pickled", bad)
		}
	}
}
