package model

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/strict"
)

// Populations is the section populations: names for units.
type Populations = strict.Map[Selection]

// The populations that exist by themselves under Dale's law.
const (
	excitatory = "excitatory"
	inhibitory = "inhibitory"
)

// reserved is a name that means something else where tau may name populations.
const reserved = "file"

// Populate finds the units of every population among n units.
func (r *Resolver) Populate(list Populations, n int, daleRatio *float64) {
	r.Populations = map[string][]int{}
	found := map[string][]int{}
	for _, e := range list {
		name, s := e.Key, e.Value
		switch {
		case name == excitatory || name == inhibitory:
			r.fail(s.node, "this name belongs to the units that dale_ratio makes "+name, "choose another name")
		case name == reserved:
			r.fail(s.node, "this name means a file where a population may stand", "choose another name")
		case !namePattern.MatchString(name):
			r.fail(s.node, "a population's name is made of letters, digits and _", "")
		default:
			if units, ok := s.indices(r, Axis{Size: n, Units: true}); ok {
				found[name] = units
			}
		}
	}
	if daleRatio != nil {
		for k := range n {
			name := excitatory
			if k >= Excitatory(*daleRatio, n) {
				name = inhibitory
			}
			found[name] = append(found[name], k)
		}
		found[inhibitory] = append([]int{}, found[inhibitory]...)
	}
	r.Populations = found
}

// Select finds what a selection means on an axis. What is wrong is among the problems.
func (r *Resolver) Select(s Selection, a Axis) (list []int, ok bool) { return s.indices(r, a) }

// unknownPopulation reports a name that no population has.
func (r *Resolver) unknownPopulation(n *strict.Node, name string) {
	text := fmt.Sprintf("there is no population %s", name)
	if name == excitatory || name == inhibitory {
		r.fail(n, text, "it exists under Dale's law only: constraints.dale_ratio")
		return
	}
	var known []string
	for other := range r.Populations {
		known = append(known, other)
	}
	slices.Sort(known)
	hint := "define it in the section populations"
	if near := strict.Suggest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	} else if len(known) > 0 {
		hint = "known: " + strings.Join(known, ", ")
	}
	r.fail(n, text, hint)
}
