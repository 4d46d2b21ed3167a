package experiment

// The lesions of the section ablate.

import (
	"psychrnn/internal/lesion"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
)

// Setting is where interventions on a network take place on the test's trials.
func (e *Experiment) Setting(arch model.Arch, r *network.Resolver) *lesion.Setting {
	c := e.TestPlan.Task
	r.Periods = c.PeriodNames()
	return &lesion.Setting{Arch: arch, Steps: c.Steps, Dt: c.Dt, Periods: c.PeriodNames(), Resolver: r}
}

// Units is a resolver that knows the populations of a network: those of Dale's
// law, by the network's signs, and those of the experiment, if there is one.
func (e *Experiment) Units(net *model.Network) *network.Resolver {
	r, list := &network.Resolver{}, network.Populations(nil)
	if e != nil {
		r.Read, list = e.network.resolver.Read, e.Populations
	}
	r.Populate(list, net.N, net.Signs())
	return r
}

// lesions checks the section ablate.
func (a *assembly) lesions() {
	if a.Ablate == nil || !a.sound("ablate") || a.TestPlan.Task == nil {
		return
	}
	a.Ablate.Resolve(a.Setting(a.network.settings.Arch, a.resolver))
}
