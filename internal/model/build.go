package model

// A network is made from its settings: tensors are drawn, constraints are set up,
// and what a file or the experiment gives takes its place.

import (
	"fmt"
	"slices"

	"psychrnn/internal/random"
)

// Settings are everything a new network is made of, matrices resolved.
type Settings struct {
	Arch
	RecNoise float64
	Dale     Dale // the zero one: no law
	Autapses bool
	// Connectivity by role; ones where absent.
	Connectivity map[Role][]float64
	Initializer  StartSettings
	// Given are weights that are not drawn, and Fixed entries that training
	// may not change, both by name.
	Given map[string][]float64
	Fixed map[string][]float64
	// Untrained names the tensors that training leaves alone.
	Untrained map[string]bool
}

// New builds a network and draws its weights; key begins the address of every
// draw, which is that of the tensor's name.
func New(s Settings, key random.Key) (*Network, error) {
	n := &Network{Arch: s.Arch, RecNoise: s.RecNoise, Dale: s.Dale}
	if !s.Dale.Holds() {
		n.Dale = DaleOf(0, SignsOf(1, s.N))
	}
	var err error
	if n.Layout, err = s.Arch.Layout(); err != nil {
		return nil, err
	}
	n.Connectivity = connectivity(s, n.Layout)
	n.Theta = make([]float64, n.Layout.Size())
	for _, t := range n.Layout {
		w := View(t, n.Theta)
		if given, ok := s.Given[t.Name]; ok {
			copy(w, given)
			continue
		}
		d := key.Text(t.Name).Draws()
		if err := n.start(t, s, w, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	n.Restrict(s.Untrained, s.Fixed)
	return n, nil
}

// Restrict says what training leaves alone: the tensors of these names, and
// the entries that are not 0 in these matrices, each in the shape of its tensor.
func (n *Network) Restrict(untrained map[string]bool, fixed map[string][]float64) {
	n.Trainable, n.Fixed = nil, nil
	for _, t := range n.Layout {
		n.Trainable = append(n.Trainable, !untrained[t.Name])
	}
	if len(fixed) == 0 {
		return
	}
	n.Fixed = make([]bool, n.Layout.Size())
	for name, matrix := range fixed {
		t := n.Layout.must(name)
		for k, v := range matrix {
			n.Fixed[t.At+k] = v != 0
		}
	}
}

// Change replaces the entries of a tensor that change makes differ from the
// effective ones, which it is given, so that they come out as it says; the
// others stay as they are, raw. Both lists are (len,), row by row of the tensor.
func (n *Network) Change(name string, change func(eff []float64) []float64) {
	t := n.Layout.must(name)
	eff, theta := View(t, n.Effective()), View(t, n.Theta)
	changed := slices.Clone(change(eff))
	raw := slices.Clone(changed)
	for _, r := range ConstraintsOf[float64](n).rules {
		if r.tensor.Name == name {
			r.raw(raw)
		}
	}
	for k, v := range changed {
		if v != eff[k] {
			theta[k] = raw[k]
		}
	}
}

// start draws the starting values of one tensor.
func (n *Network) start(t Tensor, s Settings, w []float64, d *random.Draws) error {
	if t.Start != nil {
		t.Start(w, d)
		return nil
	}
	mask, of := n.Connectivity[t.Role], s.Initializer.Rand
	switch t.Role {
	case NoRole:
		return nil
	case FeedRole:
		mask = Ones(nil, t.Len(), 1.0)
	case RecurrentRole:
		way, ok := find(RecurrentStarts, func(r RecurrentStart) bool { return r.Name == string(s.Initializer.Kind) })
		if !ok {
			return fmt.Errorf("initializer %q is not known", s.Initializer.Kind)
		}
		if way.start != nil {
			return way.start(n, s.Initializer, w, d)
		}
		of = s.Initializer.RandRec
	}
	distribution, ok := find(EntryDistributions, func(d EntryDistribution) bool { return d.Name == string(of) })
	if !ok {
		return fmt.Errorf("initializer %q is not known", of)
	}
	distribution.start(s.Initializer, fans(mask, t.Shape[0], t.Shape[1]))(w, d)
	return nil
}

// connectivity fills in ones where a matrix is absent, and takes the diagonal
// out of the recurrent one where autapses are off.
func connectivity(s Settings, l Layout) map[Role][]float64 {
	all := map[Role][]float64{}
	for _, t := range l {
		if t.Role == NoRole || t.Role == FeedRole {
			continue
		}
		mask := Ones(s.Connectivity[t.Role], t.Len(), 1.0)
		if t.Role == RecurrentRole && !s.Autapses {
			for k := range s.N {
				mask[k*s.N+k] = 0
			}
		}
		all[t.Role] = mask
	}
	return all
}
