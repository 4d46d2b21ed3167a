package npz

// Members that must be arrays of finite numbers in a shape that the caller knows.

import (
	"math"
	"slices"
	"strings"

	"psychrnn/internal/fault"
)

// Finite returns the member of that name and shape, see [File.CheckFinite].
func (f *File) Finite(name string, shape ...int) ([]float64, error) {
	a, err := f.CheckFinite(name, shape...)
	if err != nil {
		return nil, err
	}
	return a.Float64s()
}

// CheckFinite refuses anything but finite numbers in the member of that name and shape,
// and takes no memory for that. A dimension of -1 may have any size, and a vector (n,)
// is taken for (1,n).
func (f *File) CheckFinite(name string, shape ...int) (Array, error) {
	m, ok := f.Get(name)
	if !ok {
		return Array{}, fault.In(name, refuse("", "is missing"))
	}
	a, err := m.numbers()
	if err == nil && !fits(a.Shape, shape) {
		err = refuse("", "shape %s, but %s is needed", ShapeText(a.Shape), strings.ReplaceAll(ShapeText(shape), "-1", "any"))
	}
	if err != nil {
		return Array{}, fault.In(name, err)
	}
	if at, v := a.notFinite(); at >= 0 {
		return Array{}, fault.In(name, refuse("the training that wrote it has diverged, or the file is damaged", "value at %s is %g", a.Place(at), v))
	}
	return a, nil
}

// notFinite is the first entry of numbers that is no finite number, and its value; -1
// if there is none. It takes no memory.
func (a Array) notFinite() (at int, v float64) {
	read := a.Reader()
	for i := range a.Len() {
		if v := read(i); math.IsNaN(v) || math.IsInf(v, 0) {
			return i, v
		}
	}
	return -1, 0
}

// ShapeOf returns the shape of a member that must be numbers in so many dimensions.
func (f *File) ShapeOf(name string, dimensions int) ([]int, error) {
	m, _ := f.Get(name)
	a, err := m.numbers()
	if err == nil && len(a.Shape) != dimensions {
		err = refuse("", "shape %s, but %d dimensions are needed", ShapeText(a.Shape), dimensions)
	}
	if err != nil {
		return nil, fault.In(name, err)
	}
	return a.Shape, nil
}

// numbers returns the member's array if it holds numbers.
func (m Member) numbers() (Array, error) {
	switch {
	case m.Object != nil:
		return Array{}, refuse("save it as an array of numbers", "pickled objects, but numbers are needed")
	case m.Other != "":
		return Array{}, refuse("save it as an array of numbers", "%s, but numbers are needed", m.Other)
	case !m.Array.Numeric():
		return Array{}, m.Array.notNumbers()
	}
	return m.Array, nil
}

func fits(have, want []int) bool {
	if len(want) == 2 && want[0] == 1 && len(have) == 1 {
		want = want[1:]
	}
	return slices.EqualFunc(have, want, func(n, wanted int) bool { return wanted < 0 || n == wanted })
}
