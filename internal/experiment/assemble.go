package experiment

// The network of an experiment: what its sections say together with the task's sizes,
// memory, and the section ablate. What was written and has no effect.

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"psychrnn/internal/fault"
	"psychrnn/internal/lesion"
	"psychrnn/internal/memory"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
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
	return &lesion.Setting{Arch: arch, Steps: c.Steps, Dt: c.Dt, Resolver: r}
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

// usual says whether a value is what its absence comes to.
func usual(n *strict.Node) bool {
	path := n.Path()
	for _, k := range strict.Keys(reflect.TypeFor[Config]()) {
		if k.Path == path {
			return n.Kind() == strict.Scalar && sameValue(n.Text(), cmp.Or(k.Default, k.Absent))
		}
	}
	return false
}

func sameValue(text, other string) bool {
	x, err := strconv.ParseFloat(text, 64)
	y, failed := strconv.ParseFloat(other, 64)
	return text == other || err == nil && failed == nil && x == y
}

// ineffective warns of settings that nothing in this experiment uses.
func (e *Experiment) ineffective(a *network.Assembly) {
	e.untouched(a)
	t := &e.Train
	if t.PerformanceMeasure == "" {
		const hint = "performance_measure: accuracy, or a performance_cutoff"
		a.Ignored("has no effect: no performance is measured", hint, "train", "performance_epoch")
	}
	if t.PerformanceCutoff == nil {
		a.Ignored("has no effect: there is no cutoff that the mean is compared with", "performance_cutoff gives one", "train", "performance_window")
	}
	if t.TrainingWeights == "" {
		a.Ignored("has no effect: no weights are saved during training", "training_weights_path says where to", "train", "save_training_weights_epoch")
	}
	for _, keys := range [][]string{{"train", "save_weights_path"}, {"train", "training_weights_path"}, {"curriculum", "output_file"}} {
		if n := a.At(keys...); n != nil && n.Kind() == strict.Scalar && n.Text() == "" {
			a.Idle = append(a.Idle, n.Problem("has no effect: it names no file", "write its path, or leave the key out"))
		}
	}
	slices.SortStableFunc(a.Idle, func(p, q fault.Error) int {
		return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
	})
}

// untouched warns of what is said about weights that the network does not use,
// and of a transfer function that it does not apply.
func (e *Experiment) untouched(a *network.Assembly) {
	arch := a.Settings.Arch
	kind := string(a.Model.Kind)
	for _, t := range a.Layout {
		name := t.ConfigName()
		if !arch.Unused(t) {
			continue
		}
		text := "has no effect: " + name + " plays no part in kind " + kind
		hint := "leave it out"
		a.Ignored(text, hint, "model", name+"_train")
		a.Ignored(text, hint, "initializer", name)
		a.Ignored(text, hint, "constraints", "fixed_weights", name)
		if t.Role == model.RecurrentRole {
			for _, key := range network.RecurrentKeys() {
				a.Ignored(text, hint, "initializer", key)
			}
		}
		for _, key := range e.Regularizers.Keys(t.Role) {
			a.Ignored("penalizes "+name+", which plays no part in kind "+kind+": it is added to the loss that is reported, and trains nothing", hint, "regularizers", key)
		}
	}
	if !arch.Transfers() && !e.Regularizers.OnRates() {
		a.Ignored("has no effect on kind "+kind+", whose gates have functions of their own", "leave it out", "model", "transfer_function")
	}
}
