package model

// Which members of a weight file belong to a network, how its axes are called, and
// which of them the network does not use.

import (
	"strings"

	"psychrnn/internal/kernel"
)

// MaskName is the weight file's name of the mask of a role; "" without one.
func (n *Network) MaskName(r Role) string {
	if r == InputRole && n.FeedForward > 0 {
		return layerConnectivity
	}
	return connectivityNames[r]
}

// Axes describes the dimensions of a member of the network's weight file:
// which of them are the recurrent units.
func (n *Network) Axes(member string, shape []int) []Axis {
	axes := make([]Axis, len(shape))
	for d, size := range shape {
		axes[d].Size = size
	}
	name, _, _ := strings.Cut(member, "/") // Adam's moments are shaped as their tensor
	for _, t := range n.Layout {
		if t.Name != name && (t.Role == NoRole || n.MaskName(t.Role) != name) || len(t.Shape) != len(shape) {
			continue
		}
		s := ShapeOf(t, n.N)
		for d, a := range []Axis{s.Rows, s.Cols}[:len(shape)] {
			axes[d].Units = a.Units && a.Size == shape[d]
		}
	}
	if name == "Dale_rec" || name == "Dale_out" {
		for d := range axes {
			axes[d].Units = true
		}
	}
	return axes
}

// Indices are those that a slice, a number or the name of a population means
// on an axis. An error is a strict.Problem.
func (r *Resolver) Indices(text string, a Axis) ([]int, error) {
	own := Resolver{Populations: r.Populations}
	list, ok := part{text: text}.indices(&own, a)
	if !ok {
		return nil, own.Problems[0]
	}
	return list, nil
}

// Idle says whether the network's weight file must hold the member though the
// network does not use it, as the lstm's W_rec (original 1.3).
func (n *Network) Idle(member string) bool {
	kind, err := KindOf(n.Kind)
	if err != nil {
		return false
	}
	for r := range connectivityNames {
		if member == n.MaskName(r) {
			return !kind.Constrained
		}
	}
	t, ok := n.Layout.Find(member)
	switch {
	case member == connectivityNames[InputRole]: // beside that of the feed-forward layer
		return true
	case member == "dale_ratio" || member == "dale_signs":
		return !kind.Constrained
	case member == "Dale_rec" || member == "Dale_out":
		return !n.Dale() || !kind.Constrained
	case !ok || t.FileOnly:
		return ok
	case t.Role == NoRole:
		return false
	}
	arch := n.Arch
	arch.Transfer = "linear" // any: only the blocks are looked at
	cell, err := NewCell[float64](arch, kernel.Plain[float64]())
	if err != nil {
		return false
	}
	for _, b := range cell.Blocks() {
		if b.At == t.At {
			return false
		}
	}
	return true
}
