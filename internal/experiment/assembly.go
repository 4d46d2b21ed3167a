package experiment

// The experiment's network: sizes, matrices and flags are put together before any
// weight is drawn.

import (
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/memory"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// assembled is what an experiment's network is made of, matrices resolved.
type assembled struct {
	settings model.Settings
	file     *npz.File // that it starts from; nil: its weights are drawn
	changes  strict.Map[network.Matrix]
	resolver *network.Resolver
	ready    bool // starting weights can be made
}

// assembly puts a network together and finds what is wrong with it.
type assembly struct {
	*Experiment
	train    bool // the network is to be trained
	resolver *network.Resolver
	loaded   *model.Network // from the weight file; nil: none, or it cannot be read
	misfits  []fault.Error
	layout   model.Layout
	signs    []float64 // of the units under Dale's law; nil: none
}

// assemble checks the sections that tell the network, reads the files they
// name and fills in what is left to its default. Unless the experiment is to
// be trained, files and matrices that only matter to its start are not looked
// at, and what names units waits for the weights, whose signs decide on
// populations. known are the problems met so far.
func (e *Experiment) assemble(read func(string) ([]byte, error), train bool, known fault.Errors) error {
	a := &assembly{Experiment: e, train: train, resolver: &network.Resolver{
		Read: e.keeping(read), Key: random.NewKey(e.Seed.Weights).Text("matrices"), Problems: known}}
	if e.Initializer.Load != nil && (train || e.Model.N_rec == 0) {
		a.load()
	}
	a.combinations()
	if a.size() && train {
		if err := a.affordable(); err != nil {
			if wrong := a.resolver.Problems.Err(); wrong != nil {
				return wrong
			}
			return err
		}
		e.network.settings.Arch.Alpha = a.alpha()
		a.lesions()
		a.matrices()
		a.flags()
		a.unused()
	}
	e.network.resolver, e.network.ready = a.resolver, train
	e.Initializer.Fill(e.Model.FeedForward > 0)
	switch {
	case len(a.resolver.Problems) > 0:
		return append(a.resolver.Problems, a.misfits...).Err()
	case len(a.misfits) > 0:
		return &MisfitError{a.misfits}
	}
	return nil
}

// affordable refuses a network that takes more memory than there is before any
// of its matrices is made.
func (a *assembly) affordable() error {
	if a.bounds.Afford == nil {
		return nil
	}
	net, err := memory.NewNetwork(a.Arch(), false, a.Precision)
	if err != nil {
		return nil // said where the network is made
	}
	return a.bounds.Afford(memory.Estimate{Parts: []memory.Part{net.Weights(0, true)}})
}

// at finds what was written under a path of keys, or nil.
func (a *assembly) at(keys ...string) *strict.Node {
	n := a.Written
	for _, key := range keys {
		if n != nil {
			n = n.Get(key)
		}
	}
	return n
}

func (a *assembly) given(keys ...string) bool { return a.at(keys...) != nil }

// sound says that what was written under a path was understood.
func (a *assembly) sound(keys ...string) bool {
	return !strict.Touch(a.resolver.Problems, strings.Join(keys, "."))
}

// refuse reports what was written under a path, if anything was and nothing
// is reported of it yet.
func (a *assembly) refuse(text, hint string, keys ...string) {
	if n := a.at(keys...); n != nil && a.sound(keys...) {
		a.resolver.Problems.Add(n.Problem(text, hint))
	}
}

// size finds the sizes of the network. They may be unknown because something
// is wrong with what tells them.
func (a *assembly) size() bool {
	m := &a.Model
	if m.N_rec == 0 || a.TaskPlan == nil || !a.sound("model", "kind") || !a.sound("model", "N_feedforward_out") {
		return false
	}
	i, o := a.TaskPlan.Channels()
	a.network.settings = model.Settings{Arch: a.arch(i, o), RecNoise: m.RecNoise}
	if a.loaded != nil {
		a.fit(i, o)
	}
	var err error
	a.layout, err = a.network.settings.Arch.Layout()
	if a.signs = a.dale(); a.train {
		a.resolver.Populate(a.Populations, m.N_rec, a.signs)
	}
	return err == nil && len(a.misfits) == 0
}

// near is what was written under a path, or what holds it.
func (a *assembly) near(keys ...string) *strict.Node {
	for len(keys) > 0 && a.at(keys...) == nil {
		keys = keys[:len(keys)-1]
	}
	return a.at(keys...)
}

// alpha is dt/tau of every unit.
func (a *assembly) alpha() []float64 {
	if !a.sound("model", "tau") {
		return a.network.settings.Arch.Alpha
	}
	return a.UnitAlpha(a.resolver)
}

// UnitAlpha is dt/tau of every unit, for a resolver that knows the populations.
func (e *Experiment) UnitAlpha(r *network.Resolver) []float64 {
	alpha := slices.Repeat([]float64{e.Config.Task.Dt / e.Config.Task.Tau}, e.Model.N_rec)
	if e.Model.Tau != nil {
		for k, tau := range r.Tau(e.Model.Tau, e.Model.N_rec) {
			alpha[k] = e.Config.Task.Dt / tau
		}
	}
	return alpha
}

// flags checks that the weights exist which the _train flags name.
func (a *assembly) flags() {
	untrained := map[string]bool{}
	all := a.Model.TrainFlags.Flags()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		flag, key := all[name], name+"_train"
		tensor, ok := a.layout.ByConfigName(name)
		switch {
		case ok && !tensor.FileOnly && *flag == nil:
			*flag = new(bool)
			**flag = true
		case ok && !tensor.FileOnly:
			untrained[tensor.Name] = !**flag
		case name == "W_in_first":
			a.idle("has no effect: there is no feed-forward layer to train", "N_feedforward_out makes one", "model", key)
		case !ok:
			a.idle("has no effect: this kind of network has no "+name, "leave it out", "model", key)
		}
	}
	a.network.settings.Untrained = untrained
}

// Network makes the network that training starts from.
func (e *Experiment) Network() (*model.Network, error) {
	if !e.network.ready {
		panic("experiment: loaded without what starting weights are made of")
	}
	s := e.network.settings
	s.Initializer = e.Initializer.Initializer()
	var net *model.Network
	var err error
	if e.network.file == nil {
		net, err = model.New(s, random.NewKey(e.Seed.Weights).Text("weights"))
	} else {
		var loaded *weights.Loaded
		if loaded, err = weights.Load(e.network.file); err == nil {
			net = loaded.Network
		}
	}
	if err != nil {
		return nil, err
	}
	if e.network.file != nil {
		net.Arch, net.RecNoise = s.Arch, s.RecNoise
		net.Restrict(s.Untrained, s.Fixed)
	}
	for _, c := range e.network.changes {
		t, _ := net.Layout.ByConfigName(c.Key)
		net.Change(t.Name, func(eff []float64) []float64 {
			return e.network.resolver.Matrix(&c.Value, model.ShapeOf(t, net.N), eff)
		})
	}
	return net, nil
}

// Arch is the shape of the network, once its sizes are known.
func (e *Experiment) Arch() model.Arch { return e.network.settings.Arch }

// arch is the shape of the network for the task's channels; its Alpha is to come.
func (e *Experiment) arch(i, o int) model.Arch {
	return model.Arch{
		Kind: string(e.Model.Kind), N: e.Model.N_rec, I: i, O: o,
		FeedForward: e.Model.FeedForward, Batch: e.Config.Task.N_batch,
		Transfer: string(e.Model.TransferFunction), Alpha: make([]float64, e.Model.N_rec),
	}
}
