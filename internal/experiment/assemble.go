package experiment

// The network of an experiment: what its sections say together with the task's sizes,
// memory, and the section ablate.

import (
	"cmp"

	"psychrnn/internal/fault"
	"psychrnn/internal/lesion"
	"psychrnn/internal/memory"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/random"
)

// assemble checks the sections that tell the network, reads the files they
// name and fills in what is left to its default. Unless the experiment is to
// be trained, files and matrices that only matter to its start are not looked
// at, and what names units waits for the weights, whose signs decide on
// populations. known are the problems met so far.
func (e *Experiment) assemble(read func(string) ([]byte, error), train bool, known fault.Errors) error {
	t := &e.Config.Task
	a := &network.Assembly{
		Sections: network.Sections{Model: &e.Model, Constraints: &e.Constraints, Initializer: &e.Initializer, Populations: e.Populations},
		Task:     network.TaskSizes{Sound: e.TaskPlan != nil, Batch: t.N_batch, Dt: t.Dt, Tau: t.Tau},
		Train:    train, Written: e.Written, Usual: usual,
		Resolver: &network.Resolver{Read: e.keeping(read), Key: random.NewKey(e.Seed.Weights).Text("matrices"), Problems: known},
	}
	e.assembly = a
	if a.Task.Sound {
		a.Task.Inputs, a.Task.Outputs = e.TaskPlan.Channels()
	}
	if e.Initializer.Load != nil && (train || e.Model.N_rec == 0) {
		a.Load()
	}
	a.Combine()
	if a.Size() && train {
		if err := e.affordNetwork(); err != nil {
			return cmp.Or(a.Resolver.Problems.Err(), err)
		}
		if a.Sound("model", "tau") {
			a.Settings.Arch.Alpha = a.Alpha(a.Resolver)
		}
		if e.Ablate != nil && a.Sound("ablate") && e.TestPlan.Task != nil {
			e.Ablate.Resolve(e.Setting(e.Arch(), a.Resolver))
		}
		a.Finish()
		e.ineffective(a)
	}
	e.Warnings, e.Idle = append(e.Warnings, a.Warnings...), a.Idle
	e.Initializer.Fill(e.Model.FeedForward > 0)
	if len(a.Resolver.Problems) == 0 && len(a.Misfits) > 0 {
		return a.Misfits // in the order in which they were found
	}
	return append(a.Resolver.Problems, a.Misfits...).Err()
}

// affordNetwork refuses a network that takes more memory than there is before any
// of its matrices is made.
func (e *Experiment) affordNetwork() error {
	if e.bounds.Afford == nil {
		return nil
	}
	net := memory.NewNetwork(e.Arch(), false, e.Precision)
	return e.bounds.Afford(memory.Estimate{Parts: []memory.Part{net.Weights(0, true)}})
}

// Arch is the shape of the network, once its sizes are known.
func (e *Experiment) Arch() model.Arch { return e.assembly.Settings.Arch }

// UnitAlpha is dt/tau of each unit, (n), for a resolver that knows the populations.
func (e *Experiment) UnitAlpha(r *network.Resolver) []float64 { return e.assembly.Alpha(r) }

// Network makes the network that training starts from.
func (e *Experiment) Network() (*model.Network, error) {
	if !e.assembly.Train {
		panic("experiment: loaded without what starting weights are made of")
	}
	return e.assembly.Network(random.NewKey(e.Seed.Weights).Text("weights"))
}

// Signs are those that the section constraints asks for, one of each unit.
func (e *Experiment) Signs() ([]float64, error) {
	r := &network.Resolver{Read: e.assembly.Resolver.Read}
	return r.Signs(&e.Constraints, e.Populations, e.Model.N_rec), r.Problems.Err()
}

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
		r.Read, list = e.assembly.Resolver.Read, e.Populations
	}
	r.Populate(list, net.N, net.Signs())
	return r
}
