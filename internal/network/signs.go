package network

// The signs that the section constraints asks for under Dale's law.

import (
	"maps"
	"math"
	"psychrnn/internal/model"
)

// ListSigns is the list of 1 and -1 that asks for signs.
func ListSigns(signs []float64) *PerUnit {
	list := make([]float64, len(signs))
	for k, s := range signs {
		list[k] = math.Copysign(1, s)
	}
	return List(list)
}

// Signs are those that the section asks for among n units; nil without Dale's
// law, or where something is wrong.
func (r *Resolver) Signs(c *ConstraintsConfig, list Populations, n int) []float64 {
	switch {
	case c.DaleSigns == nil && c.DaleRatio == nil:
		return nil
	case c.DaleSigns == nil:
		return model.SignsOf(*c.DaleRatio, n)
	}
	r.list(list, n)
	return r.UnitSigns(c.DaleSigns, n)
}

// UnitSigns are the signs of n units as they are written, by populations other
// than those of Dale's law; nil if something is wrong.
func (r *Resolver) UnitSigns(u *PerUnit, n int) []float64 {
	known := r.Populations
	r.Populations, r.signing = maps.Clone(known), true
	defer func() { r.Populations, r.signing = known, false }()
	delete(r.Populations, excitatory)
	delete(r.Populations, inhibitory)
	return r.perUnit(u, n, quantity{"sign", "is 1 or -1", func(v float64) bool { return v == 1 || v == -1 }})
}
