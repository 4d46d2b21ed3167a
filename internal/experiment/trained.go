package experiment

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/strict"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// MisfitError says that a weight file does not fit the experiment: all that
// contradicts, each with its place if it has one.
type MisfitError struct{ Problems strict.Problems }

func (e *MisfitError) Error() string { return e.Problems.Error() }

func newMisfit(text, hint string) error {
	return &MisfitError{strict.Problems{{Text: text, Hint: hint}}}
}

// Trained is a network from a weight file under the conditions of an experiment.
type Trained struct {
	Network *model.Network
	Notes   []string // what the user should hear about
	// Warnings are what must not be missed: where constraints change weights.
	Warnings []string

	experiment *Experiment
	steps      int // of a test trial, once lesions were asked for
}

// Experiment is the one whose conditions hold; nil if there is none.
func (t *Trained) Experiment() *Experiment { return t.experiment }

// Part is one of the two parts of a Trained, with its name in messages.
type Part struct {
	Name  string
	Asked bool // the user named it, so that what it says goes over what weights say
}

// Inside returns the experiment in a weight file, nil if it holds none.
func Inside(f *npz.File, name string, assignments []string) (*Experiment, error) {
	p, ok := weights.ProvenanceOf(f)
	if !ok {
		return nil, nil
	}
	inside := name + " (its experiment)"
	read := func(path string) ([]byte, error) {
		if path != inside {
			return nil, fmt.Errorf("%s is not inside the weight file: %w", path, fs.ErrNotExist)
		}
		return []byte(p.Experiment), nil
	}
	return LoadTrained(read, inside, assignments)
}

// NameInside is the name of the experiment in a weight file, "" if it holds none
// or none that can be read.
func NameInside(f *npz.File) string {
	p, _ := weights.ProvenanceOf(f)
	return NameIn(p.Experiment)
}

// NameIn is the name in the text of an experiment, "" if it cannot be read. The
// line of the name is all that is read of it: who wants to know what a file is
// does not wait for what its experiment asks for.
func NameIn(text string) (name string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "name:") {
			continue
		}
		n, err := strict.Parse("name", []byte(line))
		if err != nil || n.Get("name") == nil {
			return ""
		}
		loader := strict.Loader{}
		if loader.Decode(n.Get("name"), &name) != nil {
			return ""
		}
		return name
	}
	return ""
}

// Trained joins the experiment with the weights. What a file says of the
// network, its sizes, constraints and transfer function, holds; dt, tau,
// rec_noise and precision are the experiment's. Where the parts disagree on
// anything that changes results, a note says what was taken.
func (e *Experiment) Trained(from Part, f *npz.File, name string) (*Trained, error) {
	loaded, err := weights.Load(f)
	if err != nil {
		return nil, err
	}
	net, t := loaded.Network, newTrained(loaded, name)
	t.experiment = e
	i, o := e.Config.Task.Channels()
	switch {
	case net.I != i || net.O != o:
		return nil, newMisfit(
			fmt.Sprintf("%s has %s, but the task%s of %s has %s", name, channels(net.I, net.O), e.Config.Task.Title(), from.Name, channels(i, o)),
			"give the task that the network was trained on with -c, or other weights")
	case net.N != e.Model.N_rec:
		return nil, e.misfit("model.N_rec", net.N, e.Model.N_rec, from, name)
	case family(net.Kind) != family(string(e.Model.Kind)):
		if e.asked(from, "model.kind") {
			return nil, e.misfit("model.kind", net.Kind, e.Model.Kind, from, name)
		}
		t.taken("model.kind", net.Kind, name, e.Model.Kind, from.Name)
	case net.FeedForward != e.Model.FeedForward:
		return nil, e.misfit("model.N_feedforward_out", net.FeedForward, e.Model.FeedForward, from, name)
	}
	t.transfer(from, name)
	same, err := t.dale(from, name)
	if err != nil {
		return nil, err
	}
	t.compare(f, from, name)
	units := e.Units(net)
	net.Alpha, net.RecNoise = e.unitAlpha(units), e.Model.RecNoise
	if e.Ablate != nil && same { // else populations may lack units that only lesions need
		e.Ablate.Resolve(e.setting(net.Arch, units))
	}
	return t, units.Problems.Err()
}

// newTrained says of a network what reading its file met.
func newTrained(loaded *weights.Loaded, name string) *Trained {
	t := &Trained{Network: loaded.Network}
	for _, w := range loaded.Warnings {
		t.note("%s: %s", name, w)
	}
	for _, w := range violations(loaded) {
		t.Warnings = append(t.Warnings, name+": "+w)
	}
	return t
}

func channels(i, o int) string {
	return fmt.Sprintf("%s and %s", plural(i, "input"), plural(o, "output"))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (e *Experiment) misfit(key string, has, says any, from Part, name string) error {
	return newMisfit(
		fmt.Sprintf("%s has %s %v, but %s says %v", name, key, has, from.Name, says),
		fmt.Sprintf("give other weights or another experiment; if these belong together, --set %s=%v", key, has))
}

// family is the architecture under the one name of those that are the same.
func family(kind string) string { return strings.TrimSuffix(kind, "_scan") }

// find is where the value of a key stands, nil if nowhere.
func (e *Experiment) find(path string) *strict.Node {
	at := e.written
	for key := range strings.SplitSeq(path, ".") {
		if at != nil {
			at = at.Get(key)
		}
	}
	return at
}

func fromFlag(n *strict.Node) bool { return n != nil && n.Pos().Line == 0 }

// asked says whether the user asked for the value of a key: in a file that was
// named for its experiment, or by a flag.
func (e *Experiment) asked(from Part, path string) bool {
	at := e.find(path)
	return at != nil && (from.Asked || fromFlag(at))
}

// origin names what a value comes from: a flag, or the experiment's part.
func (e *Experiment) origin(from Part, path string) string {
	if at := e.find(path); fromFlag(at) {
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

// transfer decides on the transfer function, see Experiment.Trained.
func (t *Trained) transfer(from Part, name string) {
	const key = "model.transfer_function"
	file, own := t.Network.Transfer, string(t.experiment.Model.TransferFunction)
	switch {
	case file == own:
	case file == "":
		if t.Network.Transfer = own; t.Network.Transfers() {
			t.note("%s is %s, taken from %s; %s names none that is known", key, own, from.Name, name)
		}
	case t.experiment.asked(from, key):
		t.Network.Transfer = own
		t.taken(key, own, t.experiment.origin(from, key), file, name)
	default:
		t.taken(key, file, name, own, from.Name)
	}
}

// compare notes where the experiment differs from the one that trained the weights.
func (t *Trained) compare(f *npz.File, from Part, name string) {
	inside, err := Inside(f, name, nil)
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
	kind, err := model.KindOf(t.Network.Kind)
	gated := err == nil && !kind.Constrained
	for _, k := range []struct {
		key    string
		unused bool // by this kind of network
		of     func(*Experiment) string
	}{
		{"task.dt", false, func(e *Experiment) string { return fmt.Sprint(e.Config.Task.Dt) }},
		{tau, gated, func(e *Experiment) string { return e.taus(t.Network) }},
		{"model.rec_noise", gated, func(e *Experiment) string { return fmt.Sprint(e.Model.RecNoise) }},
		{"precision", false, func(e *Experiment) string { return e.Precision }},
	} {
		if own, trained := k.of(t.experiment), k.of(inside); own != trained && !k.unused {
			t.taken(k.key, own, t.experiment.origin(from, k.key), trained, name)
		}
	}
}

// taus are the time constants of the units in words, the same for the same
// numbers, however they were written. The signs of units are the network's.
func (e *Experiment) taus(net *model.Network) string {
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

// TestTrained runs the network on the experiment's test trials. The record, if
// not nil, keeps what happened; closing stop ends the test early.
func TestTrained[F kernel.Float](t *Trained, set *kernel.Set[F], threads int, record *train.Record[F], stop <-chan struct{}) (Tested, error) {
	workers := sim.NewWorkers(threads)
	defer workers.Close()
	e, err := NewTest(t.experiment, t.Network, set, workers)
	if err != nil {
		return Tested{}, err
	}
	if err := representable[F](t.Network); err != nil {
		return Tested{}, err
	}
	e.Record, e.Stop = record, stop
	return tested(t.experiment, e, model.Theta[F](t.Network))
}
