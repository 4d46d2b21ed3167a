package network

// A network put together of what an experiment says: its sizes, the weight file that
// it starts from, signs, masks, given and fixed weights. Settings that contradict each
// other or do not reach the architecture are refused where they stand; what has no
// effect is noted.

import (
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
)

// Sections are those of an experiment file that tell its network.
type Sections struct {
	Model       *Config
	Constraints *ConstraintsConfig
	Initializer *InitializerConfig
	Populations Populations
}

// TaskSizes are what of a task its network depends on.
type TaskSizes struct {
	Sound   bool // the task was understood
	Inputs  int
	Outputs int
	Batch   int     // trials of a batch
	Dt, Tau float64 // ms
}

// Assembly puts a network together and finds what is wrong with it: Load, if there is
// a weight file to start from, Combine, Size, and, where the network is to be trained,
// Finish.
type Assembly struct {
	Sections
	Task    TaskSizes
	Train   bool                    // the network is to be trained
	Written *strict.Node            // what the file and the command line say
	Usual   func(*strict.Node) bool // says whether a value is what its absence comes to

	Resolver *Resolver
	Settings model.Settings
	Layout   model.Layout
	Misfits  fault.Errors // contradictions of the weight file
	Warnings []string
	Idle     fault.Errors // what is written and has no effect

	loaded  *model.Network // of the weight file; nil: none, or it cannot be read
	changes strict.Map[Matrix]
	signs   []float64 // of the units under Dale's law; nil: none
}

// At finds what was written under a path of keys, or nil.
func (a *Assembly) At(keys ...string) *strict.Node {
	n := a.Written
	for _, key := range keys {
		if n != nil {
			n = n.Get(key)
		}
	}
	return n
}

// Sound says that what was written under a path was understood.
func (a *Assembly) Sound(keys ...string) bool {
	return !strict.Touch(a.Resolver.Problems, strings.Join(keys, "."))
}

// refuse reports what was written under a path, if anything was and nothing
// is reported of it yet.
func (a *Assembly) refuse(text, hint string, keys ...string) {
	if n := a.At(keys...); n != nil && a.Sound(keys...) {
		a.Resolver.Problems.Add(n.Problem(text, hint))
	}
}

// Ignored warns of what was written under a path, if anything was and it says
// something else than its default: nothing uses it.
func (a *Assembly) Ignored(text, hint string, keys ...string) {
	n := a.At(keys...)
	if n == nil || !a.Train || !a.Sound(keys...) || a.Usual(n) {
		return
	}
	if slices.ContainsFunc(a.Idle, func(p fault.Error) bool { return p.Path == n.Path() }) {
		return
	}
	a.Idle = append(a.Idle, n.Problem(text, hint))
}

// Size finds the sizes of the network. They may be unknown because something is
// wrong with what tells them.
func (a *Assembly) Size() bool {
	m := a.Model
	if m.N_rec == 0 || !a.Task.Sound || !a.Sound("model", "kind") || !a.Sound("model", "N_feedforward_out") {
		return false
	}
	a.Settings = model.Settings{RecNoise: m.RecNoise, Arch: model.Arch{
		Kind: string(m.Kind), N: m.N_rec, I: a.Task.Inputs, O: a.Task.Outputs, FeedForward: m.FeedForward, Batch: a.Task.Batch,
		Function: model.FunctionNamed(string(m.TransferFunction)), Alpha: make([]float64, m.N_rec),
	}}
	if a.loaded != nil {
		a.fit()
	}
	var err error
	a.Layout, err = a.Settings.Arch.Layout()
	if a.signs = a.dale(); a.Train {
		a.Resolver.Populate(a.Populations, m.N_rec, a.signs)
	}
	return err == nil && len(a.Misfits) == 0
}

// Alpha is dt/tau of each unit, (n), for a resolver that knows the populations.
func (a *Assembly) Alpha(r *Resolver) []float64 {
	alpha := slices.Repeat([]float64{a.Task.Dt / a.Task.Tau}, a.Model.N_rec)
	if a.Model.Tau != nil {
		for k, tau := range r.Tau(a.Model.Tau, a.Model.N_rec) {
			alpha[k] = a.Task.Dt / tau
		}
	}
	return alpha
}

// flags checks that the weights exist which the _train flags name.
func (a *Assembly) flags() {
	untrained := map[string]bool{}
	all := a.Model.TrainFlags.Flags()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		flag, key := all[name], name+"_train"
		tensor, ok := a.Layout.ByConfigName(name)
		switch {
		case ok && !tensor.FileOnly && *flag == nil:
			*flag = new(true)
		case ok && !tensor.FileOnly:
			untrained[tensor.Name] = !**flag
		case name == "W_in_first":
			a.Ignored("has no effect: there is no feed-forward layer to train", "N_feedforward_out makes one", "model", key)
		case !ok:
			a.Ignored("has no effect: this kind of network has no "+name, "leave it out", "model", key)
		}
	}
	a.Settings.Untrained = untrained
}

// Network makes the network that training starts from; key begins the address of
// every draw.
func (a *Assembly) Network(key random.Key) (net *model.Network, err error) {
	s := a.Settings
	s.Initializer = a.Initializer.StartSettings
	net = &model.Network{}
	if a.loaded != nil {
		*net = *a.loaded
		net.Theta, net.Arch, net.RecNoise = slices.Clone(net.Theta), s.Arch, s.RecNoise
		net.Restrict(s.Untrained, s.Fixed)
	} else if net, err = model.New(s, key); err != nil {
		return nil, err
	}
	for _, c := range a.changes {
		t, _ := net.Layout.ByConfigName(c.Key)
		net.Change(t.Name, func(eff []float64) []float64 { return a.Resolver.Matrix(&c.Value, model.ShapeOf(t, net.N), eff) })
	}
	return net, nil
}
