package network

// Populations: units that an experiment gives a name.

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// Populations is the section populations: names for units.
type Populations = strict.Map[Selection]

// The populations that exist by themselves under Dale's law.
const excitatory, inhibitory = model.ExcitatoryUnits, model.InhibitoryUnits

// Populate finds the units of every population among n units; signs are those
// of Dale's law, nil without. Populations may be made of others, in whatever
// order the file has them.
func (r *Resolver) Populate(list Populations, n int, signs []float64) {
	r.list(list, n)
	for name, of := range map[string]float64{excitatory: 1, inhibitory: -1} {
		if signs != nil {
			r.Populations[name] = slices.DeleteFunc(r.units.All(), func(k int) bool { return !(signs[k]*of > 0) })
		}
	}
	for _, e := range list {
		if text, hint := misnamed(e.Key); text != "" {
			r.Fail(e.Value.node, text, hint)
		}
	}
	for _, e := range list {
		r.population(e.Key)
	}
}

// list lets populations be looked up, those of Dale's law not yet.
func (r *Resolver) list(list Populations, n int) {
	if r.Populations == nil {
		r.Populations = map[string][]int{}
	}
	r.listed, r.units = make(map[string]Selection, len(list)), model.Axis{Size: n, Units: true}
	for _, e := range list {
		r.listed[e.Key] = e.Value
	}
	r.within = map[string]int{}
}

// misnamed says what is wrong with a name that means something else, or nothing.
func misnamed(name string) (text, hint string) {
	switch {
	case name == excitatory || name == inhibitory:
		return "this name belongs to the units that Dale's law makes " + name, "choose another name"
	case slices.Contains(formKeys, name):
		return "this name is a key of a matrix, which may stand where populations do", "choose another name"
	case !namePattern.MatchString(name):
		return "a population's name is made of letters, digits and _", ""
	}
	return "", ""
}

// population gives the units of a name, which it finds first where the section
// tells them. ok is false where there are none of that name, or none because of
// a mistake that is told already.
func (r *Resolver) population(name string) (units []int, ok bool) {
	units, ok = r.Populations[name]
	s, listed := r.listed[name]
	if ok || !listed || s.node == nil || strict.Touch(r.Problems, s.node.Path()) {
		return units, ok
	}
	if from, circle := r.within[name]; circle {
		names := slices.SortedFunc(maps.Keys(r.within), func(a, b string) int { return cmp.Compare(r.within[a], r.within[b]) })
		r.Fail(s.node, fault.Circle(names[from:], "is made of"), "")
		return nil, false
	}
	r.within[name] = len(r.within)
	units, ok = s.indices(r, r.units)
	delete(r.within, name)
	if ok {
		r.Populations[name] = units
	} else {
		r.listed[name] = Selection{} // what is wrong is told, and need not be found again
	}
	return units, ok
}

// told says that the reason why there are no units of a name is told already.
func (r *Resolver) told(name string) bool {
	_, listed := r.listed[name]
	return listed || (name == excitatory || name == inhibitory) && (strict.Touch(r.Problems, "constraints.dale_ratio") || strict.Touch(r.Problems, "constraints.dale_signs"))
}

// Select finds what a selection means on an axis. What is wrong is among the problems.
func (r *Resolver) Select(s Selection, a model.Axis) (list []int, ok bool) { return s.indices(r, a) }

// unknownPopulation reports a name that no population has.
func (r *Resolver) unknownPopulation(n *strict.Node, name string) {
	text := fmt.Sprintf("there is no population %s", name)
	switch law := name == excitatory || name == inhibitory; {
	case law && r.signing:
		r.Fail(n, "dale_signs itself says which units are "+name+", so that they cannot be used to say it", "use other populations there, or a list")
		return
	case law:
		r.Fail(n, text, "it exists under Dale's law only: constraints.dale_ratio or dale_signs")
		return
	}
	if r.Problems.Many() {
		r.Fail(n, text, "")
		return
	}
	known := slices.Collect(maps.Keys(r.Populations))
	for listed := range r.listed {
		if _, here := r.within[listed]; !here {
			if text, _ := misnamed(listed); text == "" {
				known = append(known, listed)
			}
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	hint := cmp.Or(fault.Known(name, known, ""), "define it in the section populations")
	if slices.Contains(r.Periods, name) {
		hint = "it is a period of the task; when something lasts is said by in: " + name
	}
	if near := fault.DidYouMean(name, []string{excitatory, inhibitory}, ""); near != "" && fault.DidYouMean(name, known, "") == "" {
		hint = near + " They exist under Dale's law only: constraints.dale_ratio or dale_signs"
	}
	r.Fail(n, text, hint)
}
