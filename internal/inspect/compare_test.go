package inspect

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

func numbers(name string, shape []int, values ...float64) npz.Member {
	return npz.Member{Name: name, Array: npz.ArrayOf(shape, values)}
}

func text(name, s string) npz.Member {
	return npz.Member{Name: name, Array: npz.TextOf(s)}
}

func pointer(v float64) *float64 { return &v }

func TestCompare(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	square := []int{2, 2}
	for _, c := range []struct {
		name string
		a, b npz.Member
		want *Difference // nil: they are equal
	}{
		{"equal", numbers("w", square, 1, 2, 3, 4), numbers("w", square, 1, 2, 3, 4), nil},
		{"equal in another type", numbers("w", square, 1, 2, 3, 4),
			npz.Member{Name: "w", Array: npz.ArrayOf(square, []float32{1, 2, 3, 4})}, nil},
		{"equal with NaN", numbers("w", square, 1, nan, 3, 4), numbers("w", square, 1, nan, 3, 4), nil},
		{"signed zeros", numbers("w", nil, 0), numbers("w", nil, math.Copysign(0, -1)), nil},
		{"two entries", numbers("w", square, 1, 2, -8, 4), numbers("w", square, 1, 2.5, -8, 3),
			&Difference{"w", "4", "3", &Entries{2, 4, pointer(1), pointer(0.125), []int{1, 1}}}},
		{"from zero", numbers("w", []int{1}, 0), numbers("w", []int{1}, 3),
			&Difference{"w", "0", "3", &Entries{1, 1, pointer(3), nil, []int{0}}}},
		{"one is NaN", numbers("w", []int{3}, 1, 2, 3), numbers("w", []int{3}, 9, nan, 3),
			&Difference{"w", "2", "NaN", &Entries{2, 3, nil, nil, []int{1}}}},
		{"infinite", numbers("w", []int{2}, inf, 2), numbers("w", []int{2}, 1, 2),
			&Difference{"w", "+Inf", "1", &Entries{1, 2, nil, nil, []int{0}}}},
		{"shapes", numbers("w", square, 1, 2, 3, 4), numbers("w", []int{4}, 1, 2, 3, 4),
			&Difference{"w", "shape (2, 2)", "shape (4,)", nil}},
		{"object and number", weights.RatioMember(0), weights.RatioMember(0.8), &Difference{"dale_ratio", "None", "0.8", nil}},
		{"objects", weights.RatioMember(0), weights.RatioMember(0), nil},
		{"texts", text("x", "name: a\nseed: 1\n"), text("x", "name: a\nseed: 2\n"),
			&Difference{"x", `line 2: "seed: 1"`, `line 2: "seed: 2"`, nil}},
		{"a text that goes on", text("x", "a"), text("x", "a\nb"), &Difference{"x", "1 lines", `line 2: "b"`, nil}},
		{"equal texts of other width", text("x", "a"), npz.Member{Name: "x", Array: npz.Array{Type: "<U3", Data: append([]byte("a"), make([]byte, 11)...)}}, nil},
	} {
		got := Compare(&npz.File{Members: []npz.Member{c.a}}, &npz.File{Members: []npz.Member{c.b}})
		want := Comparison{Equal: []string{c.a.Name}, Differences: []Difference{}}
		if c.want != nil {
			want = Comparison{Equal: []string{}, Differences: []Difference{*c.want}}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (want -, got +):\n%s", c.name, diff)
		}
	}
}

func TestCompareOnlyOnce(t *testing.T) {
	a := &npz.File{Members: []npz.Member{numbers("a", []int{2}, 1, 2), numbers("both", nil, 1)}}
	b := &npz.File{Members: []npz.Member{numbers("both", nil, 1), text("b", "x")}}
	want := Comparison{Equal: []string{"both"}, Differences: []Difference{{Name: "a", First: "shape (2,)"}, {Name: "b", Second: `"x"`}}}
	if diff := cmp.Diff(want, Compare(a, b)); diff != "" {
		t.Errorf("(want -, got +):\n%s", diff)
	}
}
