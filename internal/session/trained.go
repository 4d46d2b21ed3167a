// Package session is what commands do with an experiment: they train, test, ablate,
// simulate and check a network. It prints nothing.
package session

// A trained network under an experiment. What the weight file says of the network holds; where
// the two disagree on anything that changes results, it is said what was taken.

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/eval"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/visible"
	"psychrnn/internal/weights"
)

// Trained is a network from a weight file under the conditions of an experiment.
type Trained struct {
	Network *model.Network
	Notes   []string // what the user should hear about
	// Warnings are what must not be missed: where constraints change weights.
	Warnings []string

	experiment *experiment.Experiment
}

// Experiment is the one whose conditions hold; nil if there is none.
func (t *Trained) Experiment() *experiment.Experiment { return t.experiment }

// Origin is one of the two parts of a Trained, with its name in messages.
type Origin struct {
	Name  string
	Asked bool // the user named it, so that what it says goes over what weights say
}

// Join joins an experiment with the weights. What a file says of the
// network, its sizes, constraints and transfer function, holds; dt, tau,
// rec_noise and precision are the experiment's. Where the parts disagree on
// anything that changes results, a note says what was taken.
func Join(e *experiment.Experiment, from Origin, f *npz.File, name string) (*Trained, error) {
	t, err := Alone(f, name)
	if err != nil {
		return nil, err
	}
	net := t.Network
	t.experiment = e
	i, o := e.TaskPlan.Channels()
	switch {
	case net.I != i || net.O != o:
		return nil, fault.New(fault.Misfit, "give the task that the network was trained on with -c, or other weights",
			"%s has %s, but the task%s of %s has %s", name, channels(net.I, net.O), e.Config.Task.Title(), from.Name, channels(i, o))
	case net.N != e.Model.N_rec:
		return nil, t.misfit("model.N_rec", net.N, e.Model.N_rec, from, name)
	case !model.SameKind(net.Kind, string(e.Model.Kind)):
		if t.asked(from, "model.kind") {
			return nil, t.misfit("model.kind", net.Kind, e.Model.Kind, from, name)
		}
		t.taken("model.kind", net.Kind, name, e.Model.Kind, from.Name)
	case net.FeedForward != e.Model.FeedForward:
		return nil, t.misfit("model.N_feedforward_out", net.FeedForward, e.Model.FeedForward, from, name)
	}
	t.transfer(from, name)
	same, err := t.dale(from, name)
	if err != nil {
		return nil, err
	}
	t.compare(f, from, name)
	units := e.Units(net)
	net.Alpha, net.RecNoise = e.UnitAlpha(units), e.Model.RecNoise
	if e.Ablate != nil && same { // else populations may lack units that only lesions need
		e.Ablate.Resolve(e.Setting(net.Arch, units))
	}
	return t, units.Problems.Err()
}

// Alone is a network from a weight file without an experiment, with what reading it met.
// Its Alpha is 0.
func Alone(f *npz.File, name string) (*Trained, error) {
	loaded, err := weights.FromFile(f)
	if err != nil {
		return nil, err
	}
	t := &Trained{Network: loaded.Network}
	for _, w := range loaded.Warnings {
		t.note("%s: %s", name, w)
	}
	for _, w := range loaded.Violated() {
		t.Warnings = append(t.Warnings, name+": "+w)
	}
	return t, nil
}

func channels(i, o int) string {
	return fmt.Sprintf("%s and %s", visible.Count(i, "input"), visible.Count(o, "output"))
}

func (t *Trained) misfit(key string, has, says any, from Origin, name string) error {
	return fault.New(fault.Misfit, fmt.Sprintf("give other weights or another experiment; if these belong together, --set %s=%v", key, has),
		"%s has %s %v, but %s says %v", name, key, has, from.Name, says)
}

// asked says whether the user asked for the value of a key: in a file that was
// named for its experiment, or by a flag.
func (t *Trained) asked(from Origin, path string) bool {
	at := t.experiment.Written.Find(path)
	return at != nil && (from.Asked || experiment.FromFlag(at))
}

// origin names what a value comes from: a flag, or the experiment's part.
func (t *Trained) origin(from Origin, path string) string {
	if at := t.experiment.Written.Find(path); experiment.FromFlag(at) {
		return at.Pos().File
	}
	return from.Name
}

func (t *Trained) note(format string, args ...any) {
	t.Notes = append(t.Notes, fmt.Sprintf(format, args...))
}

// taken notes that one part's value holds and the other's does not.
func (t *Trained) taken(key string, value any, by string, other any, from string) {
	t.note("%s is %v, taken from %s; %s says %v", key, value, by, from, other)
}

// transfer decides on the transfer function, see [Join].
func (t *Trained) transfer(from Origin, name string) {
	const key = "model.transfer_function"
	file, own := t.Network.Function, model.FunctionNamed(string(t.experiment.Model.TransferFunction))
	switch {
	case file.String() == own.String():
	case file == nil:
		if t.Network.Function = own; t.Network.Transfers() {
			t.note("%s is %s, taken from %s; %s names none that is known", key, own, from.Name, name)
		}
	case t.asked(from, key):
		t.Network.Function = own
		t.taken(key, own, t.origin(from, key), file, name)
	default:
		t.taken(key, file, name, own, from.Name)
	}
}

// compare notes where the experiment differs from the one that trained the weights.
func (t *Trained) compare(f *npz.File, from Origin, name string) {
	inside, err := experiment.Inside(f, name, nil)
	if err != nil {
		t.note("the experiment in %s cannot be read: %v", name, err)
	}
	if err != nil || inside == nil {
		return
	}
	tau := "task.tau"
	if t.experiment.Model.Tau != nil {
		tau = "model.tau"
	}
	kind := model.KindOf(t.Network.Kind)
	for _, k := range []struct {
		key    string
		unused bool // by this kind of network
		of     func(*experiment.Experiment) string
	}{
		{"task.dt", false, func(e *experiment.Experiment) string { return fmt.Sprint(e.Config.Task.Dt) }},
		{tau, !kind.TimeConstant, func(e *experiment.Experiment) string { return taus(e, t.Network) }},
		{"model.rec_noise", !kind.Noise, func(e *experiment.Experiment) string { return fmt.Sprint(e.Model.RecNoise) }},
		{"precision", false, func(e *experiment.Experiment) string { return e.Precision }},
	} {
		if own, trained := k.of(t.experiment), k.of(inside); own != trained && !k.unused {
			t.taken(k.key, own, t.origin(from, k.key), trained, name)
		}
	}
}

// taus are the time constants of the units in words, the same for the same
// numbers, however they were written. The signs of units are the network's.
func taus(e *experiment.Experiment, net *model.Network) string {
	if e.Model.Tau == nil {
		return fmt.Sprint(e.Config.Task.Tau)
	}
	var list []string
	for _, tau := range e.Units(net).Tau(e.Model.Tau, net.N) {
		list = append(list, fmt.Sprint(tau))
	}
	switch each := slices.Compact(slices.Clone(list)); len(each) {
	case 0:
		return "not known"
	case 1:
		return each[0]
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// dale notes that Dale's law is that of the file, and says whether it is the
// experiment's as well.
func (t *Trained) dale(from Origin, name string) (same bool, err error) {
	e, signs := t.experiment, t.Network.Signs()
	key := e.Constraints.DaleKey()
	if key == "" || e.Constraints.DaleSigns.FromFile() { // files of the start are not read any more
		return true, nil
	}
	asked, err := e.Signs()
	if asked == nil {
		return false, err
	}
	if model.SameSigns(asked, signs) {
		return true, nil
	}
	path := "constraints." + key
	here, there := network.UnlikeSigns(e.Constraints.DaleRatio, asked, t.Network.Dale.Ratio, signs)
	if at := e.Written.Find(path); experiment.FromFlag(at) {
		return false, fault.Errors{at.Problem(fmt.Sprintf("is %s, but %s in %s, whose weights have the signs that they were trained with", here, there, name),
			"leave it out: it comes with the weights; psychrnn edit changes signs")}
	}
	if key == "dale_ratio" && (signs == nil || *e.Constraints.DaleRatio != t.Network.Dale.Ratio) {
		t.taken(path, there, name, here, t.origin(from, path))
	} else {
		t.note("the signs of units under Dale's law are those of %s: %s of %s is %s, but %s", name, path, t.origin(from, path), here, there)
	}
	return false, nil
}

// TestTrained runs the network on the experiment's test trials. The record, if
// not nil, keeps what happened; the end of ctx ends the test early.
func TestTrained[F kernel.Float](ctx context.Context, t *Trained, set *kernel.Set[F], threads int, record *eval.Record[F]) (eval.Tested, error) {
	workers := sim.NewWorkers(threads)
	defer workers.Close()
	e, err := newEvaluator(t.experiment, t.Network, set, workers)
	if err != nil {
		return eval.Tested{}, err
	}
	e.Record = record
	return e.Test(ctx, model.Theta[F](t.Network))
}
