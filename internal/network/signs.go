package network

// Signs of units under Dale's law: those that the section constraints asks for, and
// those of a weight file, with which they must agree.

import (
	"fmt"
	"maps"
	"math"
	"psychrnn/internal/model"
	"slices"
)

// Signs are those that the section asks for among n units; nil without Dale's
// law, or where something is wrong; (n).
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
// than those of Dale's law, (n); nil if something is wrong.
func (r *Resolver) UnitSigns(u *PerUnit, n int) []float64 {
	known := r.Populations
	r.Populations, r.signing = maps.Clone(known), true
	defer func() { r.Populations, r.signing = known, false }()
	delete(r.Populations, excitatory)
	delete(r.Populations, inhibitory)
	return r.perUnit(u, n, "sign", "is 1 or -1", func(v float64) bool { return v == 1 || v == -1 })
}

// DaleKey is the key that asks for Dale's law, "" if none does.
func (c *ConstraintsConfig) DaleKey() string {
	switch {
	case c.DaleSigns != nil:
		return "dale_signs"
	case c.DaleRatio != nil:
		return "dale_ratio"
	}
	return ""
}

// dale finds the signs of the units under Dale's law, nil without: those of the
// weight file to start from, with which the section constraints must agree, or
// else those that the section asks for. Weights that are trained already have
// their own, which are not known yet.
func (a *Assembly) dale() []float64 {
	key, n := a.Constraints.DaleKey(), a.Model.N_rec
	substitute := model.SignsOf(0.5, n) // so that a mistake that is told has no follow-ups
	if key != "" && !a.Sound("constraints", key) {
		return substitute
	}
	if a.loaded == nil && !a.Train && key == "dale_signs" {
		return nil
	}
	asked := a.Resolver.Signs(a.Constraints, a.Populations, n)
	switch {
	case asked == nil && key != "":
		return substitute
	case asked != nil && slices.Max(asked) < 0:
		text := fmt.Sprintf("makes all %d units inhibitory, and none would reach the output", n)
		if key == "dale_ratio" {
			text = fmt.Sprintf("%v %s", *a.Constraints.DaleRatio, text)
		}
		a.refuse(text, "leave it out for no Dale's law", "constraints", key)
		return substitute
	}
	if a.loaded == nil {
		return asked
	}
	signs := a.loaded.Signs()
	if key != "" && !model.SameSigns(asked, signs) {
		here, there := UnlikeSigns(a.Constraints.DaleRatio, asked, a.loaded.Dale.Ratio, signs)
		a.agree(here, there, false, "constraints", key)
	}
	a.takeSigns(signs)
	return signs
}

// takeSigns puts the signs of the weight file into the section constraints.
func (a *Assembly) takeSigns(signs []float64) {
	c := a.Constraints
	c.DaleRatio, c.DaleSigns = nil, nil
	switch {
	case signs == nil:
	case model.SameSigns(signs, model.SignsOf(a.loaded.Dale.Ratio, len(signs))):
		c.DaleRatio = &a.loaded.Dale.Ratio
	case !slices.Contains(signs, 0):
		list := slices.Clone(signs)
		for k, s := range list {
			list[k] = math.Copysign(1, s)
		}
		c.DaleSigns = List(list)
	}
}

// UnlikeSigns puts into words how the signs that are asked for, by a ratio or one by
// one, differ from those that are there. Signs are 1, -1 or 0 for each unit, nil for no Dale's law.
func UnlikeSigns(ratio *float64, asked []float64, thereRatio float64, signs []float64) (here, there string) {
	unit := model.DifferentSign(asked, signs)
	switch {
	case ratio != nil && signs == nil:
		return fmt.Sprint(*ratio), "none"
	case signs == nil:
		return "given", "there is no Dale's law"
	case ratio != nil && *ratio != thereRatio:
		return fmt.Sprint(*ratio), fmt.Sprint(thereRatio)
	case ratio != nil:
		return fmt.Sprintf("%v, which makes unit %d %s", *ratio, unit, model.SignName(asked[unit])), "the unit is " + model.SignName(signs[unit])
	}
	return fmt.Sprintf("%g for unit %d", asked[unit], unit), "the unit is " + model.SignName(signs[unit])
}
