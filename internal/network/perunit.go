package network

// Numbers for every unit, such as tau: one for all, a list, or one for each population.

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// PerUnit is a number for every unit: one for all, a list, a Form, or a number
// for each of some populations that together have every unit.
type PerUnit struct {
	Matrix *Matrix
	Each   strict.Map[float64]

	node   *strict.Node
	values []float64 // of every unit, once they are resolved
}

// DecodeStrict reads any of the forms.
func (u *PerUnit) DecodeStrict(n *strict.Node) {
	u.node = n
	switch {
	case n.Kind() == strict.Mapping && !isForm(n):
		n.Decode(&u.Each)
	case n.Kind() == strict.Scalar && !n.Numeric():
		key := n.Path()[strings.LastIndexByte(n.Path(), '.')+1:]
		n.Fail(fmt.Sprintf("expected a number, a list, a file or a map of populations, found %q", n.Text()), "a file is written {file: "+key+".npy}")
	default:
		n.Decode(&u.Matrix)
	}
}

// EncodeStrict writes it as it was read, but the numbers in place of a Form,
// whose file is not needed any more.
func (u PerUnit) EncodeStrict() any {
	switch {
	case u.Matrix == nil:
		return u.Each
	case u.Matrix.Form != nil && u.values != nil:
		return u.values
	}
	return u.Matrix
}

var _ = strict.Describe[PerUnit]("a number, a list, a map with file or fill, or a number for each population", 0.0, []float64{}, Form{}, strict.Map[float64]{})

// List is a number for every unit, one by one.
func List(values []float64) *PerUnit {
	return &PerUnit{Matrix: &Matrix{Lists: [][]float64{values}, Flat: true}}
}

// FromFile says that a file holds numbers of it.
func (u *PerUnit) FromFile() bool { return u != nil && len(strict.Paths(u)) > 0 }

// Tau returns the time constant of each of n units, nil if something is wrong.
func (r *Resolver) Tau(u *PerUnit, n int) []float64 {
	return r.perUnit(u, n, "time constant", "is above 0", func(v float64) bool { return v > 0 })
}

// perUnit returns a number of each of n units; what holds for all of them is told by
// the name of such a number and by its bound.
func (r *Resolver) perUnit(u *PerUnit, n int, name, bound string, holds func(v float64) bool) []float64 {
	u.values = nil
	units := model.Axis{Size: n, Units: true}
	if u.Matrix != nil {
		values := r.Matrix(u.Matrix, model.MatrixShape{Rows: units, Cols: model.Axis{Size: 1}, Vector: true}, nil)
		if k := slices.IndexFunc(values, func(v float64) bool { return !holds(v) }); k >= 0 {
			r.Fail(u.node, fmt.Sprintf("unit %d gets %g, but a %s %s", k, values[k], name, bound), "")
			return nil
		}
		u.values = values
		return values
	}
	values, given, complete := make([]float64, n), make([]bool, n), true
	for _, e := range u.Each {
		p := selector{text: e.Key, node: u.node.Get(e.Key)}
		members, ok := p.population(r, units)
		if ok && !holds(e.Value) {
			r.Fail(p.node, fmt.Sprintf("is %g, but a %s %s", e.Value, name, bound), "")
			ok = false
		}
		complete = complete && ok
		for _, k := range members {
			if given[k] {
				r.Fail(p.node, fmt.Sprintf("unit %d is in another of these populations, too", k), "each unit has one "+name)
				return nil
			}
			values[k], given[k] = e.Value, true
		}
	}
	if !complete {
		return nil
	}
	if k := slices.Index(given, false); k >= 0 {
		r.Fail(u.node, fmt.Sprintf("unit %d is in none of these populations", k), "every unit needs a "+name)
		return nil
	}
	u.values = values
	return values
}
