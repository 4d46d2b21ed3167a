package network

// Matrices of the experiment for the tensors of its network: masks, fixed weights, and
// weights that are given.

import (
	"fmt"
	"slices"

	"psychrnn/internal/model"
	"psychrnn/internal/weights"
)

// Finish resolves all that the network starts from, once its sizes are known: signs,
// connectivity, fixed and given weights, and which of them are trained.
func (a *Assembly) Finish() {
	s := &a.Settings
	if a.signs != nil {
		s.Dale = model.DaleOf(model.Ratio(a.signs), a.signs)
	}
	if ratio := a.Constraints.DaleRatio; ratio != nil {
		s.Dale.Ratio = *ratio
	}
	s.Autapses = a.Constraints.Autapses == nil || *a.Constraints.Autapses
	s.Connectivity = a.connectivity()
	s.Fixed = a.fixed()
	s.Given = a.weights()
	if a.loaded == nil && a.Constraints.Autapses == nil && a.constrained() {
		a.Constraints.Autapses = new(true)
	}
	a.flags()
}

// constrained says whether constraints reach this kind of network.
func (a *Assembly) constrained() bool {
	return model.KindOf(string(a.Model.Kind)).Dale
}

func (a *Assembly) connectivity() map[model.Role][]float64 {
	masks, c := map[model.Role][]float64{}, a.Constraints
	given := map[model.Role]*Matrix{model.InputRole: c.Input, model.RecurrentRole: c.Recurrent, model.OutputRole: c.Output}
	for _, t := range a.Layout {
		m, key := given[t.Role], weights.ConnectivityNames[t.Role]
		if m == nil || !a.constrained() || !a.Sound("constraints", key) {
			continue
		}
		shape := model.ShapeOf(t, a.Model.N_rec)
		mask := a.Resolver.Matrix(m, shape, nil)
		if k := slices.IndexFunc(mask, func(v float64) bool { return v < 0 }); k >= 0 {
			a.refuse(fmt.Sprintf("entry %s is %v, but a connection cannot be less than absent", shape.Place(k), mask[k]),
				"1 is a connection, 0 none", "constraints", key)
		}
		masks[t.Role] = mask
		if a.loaded != nil {
			a.sameMask(t, mask, key)
		}
	}
	if a.loaded != nil {
		a.sameAutapses()
	}
	return masks
}

// fixed resolves fixed_weights, by the tensors' names.
func (a *Assembly) fixed() map[string][]float64 {
	fixed := map[string][]float64{}
	for _, e := range a.Constraints.Fixed.Map {
		path := []string{"constraints", "fixed_weights", e.Key}
		t, ok := a.Layout.ByConfigName(e.Key)
		switch {
		case !ok:
			a.refuse("no weight has this name", a.unknown(a.At(path...), a.Layout.ConfigNames()).Hint, path...)
			continue
		case !a.Sound(path...):
			continue
		}
		shape := model.ShapeOf(t, a.Model.N_rec)
		matrix := a.Resolver.Matrix(&e.Value, shape, nil)
		if k := slices.IndexFunc(matrix, func(v float64) bool { return v != 0 && v != 1 }); k >= 0 {
			a.refuse(fmt.Sprintf("entry %s is %v", shape.Place(k), matrix[k]), "1 fixes an entry, 0 lets it change", path...)
		}
		fixed[t.Name] = matrix
	}
	return fixed
}

// weights resolves the weights that are matrices, by the tensors' names, and
// keeps those that change what the initializer makes.
func (a *Assembly) weights() map[string][]float64 {
	given := map[string][]float64{}
	for _, e := range a.Initializer.Weights.Map {
		path := []string{"initializer", e.Key}
		t, ok := a.Layout.ByConfigName(e.Key)
		if !ok || !a.Sound(path...) {
			continue
		}
		shape := model.ShapeOf(t, a.Model.N_rec)
		if e.Value.Changes() {
			a.Resolver.Matrix(&e.Value, shape, make([]float64, t.Len()))
			a.changes = append(a.changes, e)
			continue
		}
		given[t.Name] = a.Resolver.Matrix(&e.Value, shape, nil)
	}
	return given
}
