package npz

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz/npztest"
)

func TestValues(t *testing.T) {
	f := &File{}
	f.Set(Member{Name: "gate", Array: ArrayOf([]int{2, 3}, []float64{1, 2, 3, 4, 5, 1e300})})
	f.Set(Member{Name: "name", Array: TextOf("x")})
	values, err := f.Finite("gate", -1, 3)
	if diff := cmp.Diff([]float64{1, 2, 3, 4, 5, 1e300}, values); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for want, take := range map[string]func() error{
		"gate: value 1e+300 at [1, 2] is out of the range of float32": func() error { return finite32(f, "gate", 2, 3) },
		"gate: shape (2, 3), but (any, 4) is needed":                  func() error { _, err := f.Finite("gate", -1, 4); return err },
		"gate: shape (2, 3), but (6,) is needed":                      func() error { _, err := f.Finite("gate", 6); return err },
		"cell: is missing":                                            func() error { _, err := f.Finite("cell", 6); return err },
		"name: entries of type <U1, but numbers are needed":           func() error { _, err := f.Finite("name"); return err },
	} {
		if err := take(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// finite32 is the error of Finite, or that of what float32 cannot hold.
func finite32(f *File, name string, shape ...int) error {
	if _, err := f.Finite(name, shape...); err != nil {
		return err
	}
	m, _ := f.Get(name)
	_, err := Floats[float32](m.Array)
	if err != nil {
		err = fault.In(name, err)
	}
	return err
}

func TestOutOfFloat32InAFile(t *testing.T) {
	f, err := open(npztest.Golden(t, "float64_overflows_float32.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if err := finite32(f, "W_out", -1, -1); err == nil || !strings.HasPrefix(err.Error(), "W_out: value 5.354759693145752e+299 at [0, 0] is out") {
		t.Errorf("W_out as float32: %v", err)
	}
}
