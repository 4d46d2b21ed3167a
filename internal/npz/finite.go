package npz

// Members that must be arrays of finite numbers in a shape that the caller knows.

import (
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
)

// FiniteValues returns the member of that name and shape. It refuses anything but
// finite numbers that F can hold. A dimension of -1 may have any size, and a
// vector (n,) is taken for (1,n).
func FiniteValues[F kernel.Float](f *File, name string, shape ...int) ([]F, error) {
	a, err := f.Finite(name, shape...)
	if err != nil {
		return nil, err
	}
	values, err := Floats[F](a)
	if err != nil {
		return nil, fault.In(name, err)
	}
	return values, nil
}

// Finite is Values of any precision.
func (f *File) Finite(name string, shape ...int) (Array, error) {
	m, ok := f.Get(name)
	if !ok {
		return Array{}, fault.In(name, refuse("", "is missing"))
	}
	a, err := m.numbers()
	switch {
	case err != nil:
	case !fits(a.Shape, shape):
		err = refuse("", "shape %s, but %s is needed", ShapeText(a.Shape), strings.ReplaceAll(ShapeText(shape), "-1", "any"))
	default:
		if i, v, found := a.notFinite(); found {
			err = refuse("the training that wrote it has diverged, or the file is damaged", "value at %s is %g", a.Place(i), v)
		}
	}
	if err != nil {
		return Array{}, fault.In(name, err)
	}
	return a, nil
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
	if len(have) != len(want) {
		return false
	}
	for d := range want {
		if want[d] >= 0 && have[d] != want[d] {
			return false
		}
	}
	return true
}
