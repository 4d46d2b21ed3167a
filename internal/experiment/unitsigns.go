package experiment

// Dale's law in the experiment and in the weight file that it starts from.

import (
	"fmt"
	"slices"

	"psychrnn/internal/model"
	"psychrnn/internal/network"
)

// DaleKey is the key that asks for Dale's law, "" if none does.
func (e *Experiment) DaleKey() string {
	switch {
	case e.Constraints.DaleSigns != nil:
		return "dale_signs"
	case e.Constraints.DaleRatio != nil:
		return "dale_ratio"
	}
	return ""
}

// dale finds the signs of the units under Dale's law, nil without: those of the
// weight file to start from, with which the section constraints must agree, or
// else those that the section asks for. Weights that are trained already have
// their own, which are not known yet.
func (a *assembly) dale() []float64 {
	key, n := a.DaleKey(), a.Model.N_rec
	substitute := model.SignsOf(0.5, n) // so that a mistake that is told has no follow-ups
	if key != "" && !a.sound("constraints", key) {
		return substitute
	}
	if a.loaded == nil && !a.train && key == "dale_signs" {
		return nil
	}
	asked := a.resolver.Signs(&a.Constraints, a.Populations, n)
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
	a.sameSigns(key, asked, signs)
	a.takeSigns(signs)
	return signs
}

// takeSigns puts the signs of the weight file into the section constraints.
func (a *assembly) takeSigns(signs []float64) {
	c := &a.Constraints
	c.DaleRatio, c.DaleSigns = nil, nil
	switch {
	case signs == nil:
	case model.SameSigns(signs, model.SignsOf(*a.loaded.DaleRatio, len(signs))):
		c.DaleRatio = a.loaded.DaleRatio
	case !slices.Contains(signs, 0):
		c.DaleSigns = network.ListSigns(signs)
	}
}

// sameSigns compares what the section asks for with the signs of the weight file.
func (a *assembly) sameSigns(key string, asked, signs []float64) {
	if key == "" || model.SameSigns(asked, signs) {
		return
	}
	here, there := UnlikeSigns(a.Constraints.DaleRatio, asked, a.loaded.DaleRatio, signs)
	a.agree(here, there, false, "constraints", key)
}

// UnlikeSigns puts into words how the signs that are asked for, by a ratio or one by
// one, differ from those that are there.
func UnlikeSigns(ratio *float64, asked []float64, thereRatio *float64, signs []float64) (here, there string) {
	unit := model.DifferentSign(asked, signs)
	switch {
	case ratio != nil && signs == nil:
		return fmt.Sprint(*ratio), "none"
	case signs == nil:
		return "given", "there is no Dale's law"
	case ratio != nil && *ratio != *thereRatio:
		return fmt.Sprint(*ratio), fmt.Sprint(*thereRatio)
	case ratio != nil:
		return fmt.Sprintf("%v, which makes unit %d %s", *ratio, unit, model.SignName(asked[unit])), "the unit is " + model.SignName(signs[unit])
	}
	return fmt.Sprintf("%g for unit %d", asked[unit], unit), "the unit is " + model.SignName(signs[unit])
}

// Signs are those that the section constraints asks for.
func (e *Experiment) Signs() ([]float64, error) {
	r := &network.Resolver{Read: e.network.resolver.Read}
	return r.Signs(&e.Constraints, e.Populations, e.Model.N_rec), r.Problems.Err()
}
