package weights

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/npz/npztest"
)

// small is a file of 3 units, 1 input and 2 outputs; change alters it.
func small(change func(*npz.File)) *npz.File {
	f := &npz.File{}
	for _, m := range []struct {
		name  string
		shape []int
	}{
		{"init_state", []int{1, 3}}, {"W_in", []int{3, 1}}, {"W_rec", []int{3, 3}}, {"W_out", []int{2, 3}}, {"b_rec", []int{3}}, {"b_out", []int{2}},
		{"Dale_rec", nil}, {"Dale_out", nil},
		{"input_connectivity", []int{3, 1}}, {"rec_connectivity", []int{3, 3}}, {"output_connectivity", []int{2, 3}},
	} {
		n := npz.Array{Shape: m.shape}.Len()
		f.Set(npz.Member{Name: m.name, Array: npz.ArrayOf(m.shape, slices.Repeat([]float32{1}, n))})
	}
	for _, name := range []string{"Dale_rec", "Dale_out"} {
		set[float32](name, []int{3, 3}, 1, 0, 0, 0, 1, 0, 0, 0, 1)(f)
	}
	f.Set(RatioMember(0))
	relu, err := TransferMember(npz.Reference{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"})
	if err != nil {
		panic(err)
	}
	f.Set(relu)
	if change != nil {
		change(f)
	}
	return f
}

func set[F float32 | float64](name string, shape []int, values ...F) func(*npz.File) {
	return func(f *npz.File) { f.Set(npz.Member{Name: name, Array: npz.ArrayOf(shape, values)}) }
}

// said is what a file says of its network beside sizes of 3 units and 2 outputs.
type said struct {
	Inputs           int
	Ratio            float64
	Function         *npz.Reference
	Warnings, Faults []string
}

func TestLoad(t *testing.T) {
	relu := &npz.Reference{Module: "tensorflow.python.ops.gen_nn_ops", Name: "relu"}
	for name, c := range map[string]struct {
		change func(*npz.File)
		want   said
	}{
		"plain":               {nil, said{1, 0, relu, nil, nil}},
		"init_state a vector": {set("init_state", []int{3}, 1.0, 2, 3), said{1, 0, relu, nil, nil}},
		"Dale":                {func(f *npz.File) { f.Set(RatioMember(0.7)) }, said{1, 0.7, relu, nil, nil}},
		"Dale 0":              {set("dale_ratio", nil, 0.0), said{1, 0, relu, nil, nil}},
		"no inputs": {func(f *npz.File) {
			f.Set(npz.Member{Name: "W_in", Array: npz.ArrayOf([]int{3, 0}, []float32{})})
			f.Set(npz.Member{Name: "input_connectivity", Array: npz.ArrayOf([]int{3, 0}, []float32{})})
		}, said{0, 0, relu, nil, nil}},
		"feed-forward": {func(f *npz.File) {
			set("W_in", []int{3, 2}, make([]float32, 6)...)(f)
			set("W_in_first", []int{2, 1}, make([]float32, 2)...)(f)
			set("feedforward_W_in", []int{3, 2}, make([]float32, 6)...)(f)
			set("feedforward_input_connectivity", []int{3, 2}, make([]float32, 6)...)(f)
		}, said{1, 0, relu, nil, nil}},
		"inhibitory units project": {func(f *npz.File) {
			f.Set(RatioMember(0.7))
			set[float32]("Dale_out", []int{3, 3}, 1, 0, 0, 0, 1, 0, 0, 0, -1)(f)
		}, said{1, 0.7, relu, nil, []string{"Dale_out: 1 inhibitory units project to the output, a mistake of releases up to 1.0.0"}}},
		"Dale off, whatever Dale_out": {set[float32]("Dale_out", []int{3, 3}, -1, 0, 0, 0, -1, 0, 0, 0, -1), said{1, 0, relu, nil, nil}},
		"scaled signs":                {set("Dale_rec", []int{3, 3}, 0.5, 0, 0, 0, 1, 0, 0, 0, -2), said{1, 0, relu, nil, []string{"Dale_rec: 2 units have a scale instead of a sign, as in files of v0.4"}}},
		"a plain transfer function": {func(f *npz.File) {
			f.Remove("transfer_function")
			f.Set(npz.Member{Name: "psychrnn_transfer_function", Array: npz.TextOf("relu")})
		}, said{1, 0, &npz.Reference{Name: "relu"}, nil, nil}},
		"a hostile member": {func(f *npz.File) {
			f.Set(npz.Member{Name: "x", Object: &npz.Object{Fault: "unpickling it would call posix.system", Calls: true}})
		},
			said{1, 0, relu, []string{"x: unpickling it would call posix.system; it is not called here, but the original would"}, nil}},
		"a transfer function of nobody": {func(f *npz.File) { f.Set(npz.Member{Name: "transfer_function", Array: npz.TextOf("relu")}) },
			said{1, 0, nil, []string{"transfer_function: no function; it is ignored"}, nil}},
		"a warning of reading": {func(f *npz.File) { f.Warnings = []string{"w"} },
			said{1, 0, relu, []string{"w"}, nil}},
	} {
		l, err := FromFile(small(c.change))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := said{l.Network.I, l.Network.Dale.Ratio, l.Function, l.Warnings, l.Faults}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" || l.Network.N != 3 || l.Network.O != 2 {
			t.Errorf("%s differs (want -, got +):\n%s", name, diff)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for want, change := range map[string]func(*npz.File){
		"b_rec: is missing": func(f *npz.File) { f.Remove("b_rec") },
		"W_out: is missing, and so is b_out": func(f *npz.File) {
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
		"dale_ratio: opcode 0x7e is not understood; a number from 0 to 1 or None is needed": func(f *npz.File) {
			f.Set(npz.Member{Name: "dale_ratio", Object: &npz.Object{Fault: "opcode 0x7e is not understood"}})
		},
	} {
		if _, err := FromFile(small(change)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for _, name := range []string{"head_dale_none.npz", "head_dale_python_float.npz", "head_transfer_partial.npz", "unknown_extra_members.npz", "dale_float_in_object_array.npz"} {
		f, before, err := open(npztest.Golden(t, name))
		if err != nil {
			t.Fatal(err)
		}
		plain, left, err := WithoutPickles(f)
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
		after, err := FromFile(back)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after, cmp.AllowUnexported(Loaded{}), cmp.Comparer(func(a, b model.Start) bool { return true }), cmp.Comparer(func(a, b *model.TransferFunction) bool { return a.String() == b.String() })); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	f, _, err := open(npztest.Golden(t, "dale_plain_f4.npz"))
	if err != nil {
		t.Fatal(err)
	}
	f.Set(npz.Member{Name: "dale_ratio", Object: &npz.Object{Fault: "no"}})
	if _, _, err := WithoutPickles(f); err == nil {
		t.Error("a Dale ratio that is not understood is replaced by another")
	}
}

func TestProvenance(t *testing.T) {
	want := Provenance{Experiment: "seed: 1\ntask: {T: 2000} # Δt\n", Version: "1.2.3", Seed: math.MaxUint64, Trials: 50000}
	f := small(nil)
	if _, ok := ProvenanceOf(f); ok {
		t.Error("provenance out of nothing")
	}
	SetProvenance(f, Provenance{})
	SetProvenance(f, want)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, ok := ProvenanceOf(written(t, f))
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%v %s", ok, diff)
	}
	f.Set(npz.Member{Name: "psychrnn_seed", Array: npz.Array{Type: "<i8", Data: []byte{7, 0, 0, 0, 0, 0, 0, 0}}}) // as Python would edit it
	if got, ok := ProvenanceOf(f); !ok || got.Seed != 7 {
		t.Errorf("a signed seed is %v", got.Seed)
	}
	f.Set(npz.Member{Name: "psychrnn_seed", Array: npz.ArrayOf(nil, []float64{1})})
	if _, ok := ProvenanceOf(f); ok {
		t.Error("a fraction is taken for a seed")
	}
}
