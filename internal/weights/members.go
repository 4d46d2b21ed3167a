package weights

// Which members of a weight file belong to a network, how their axes are called, and
// which of them the network does not use.

import (
	"strings"

	"psychrnn/internal/model"
)

// MaskName is the weight file's name of the mask of a role; "" without one.
func MaskName(a model.Arch, r model.Role) string {
	if r == model.InputRole && a.FeedForward > 0 {
		return layerConnectivity
	}
	return ConnectivityNames[r]
}

// AxesOf describes the dimensions of a member of the network's weight file:
// which of them are the recurrent units; none, if n is nil.
func AxesOf(n *model.Network, member string, shape []int) []model.Axis {
	axes := make([]model.Axis, len(shape))
	for d, size := range shape {
		axes[d].Size = size
	}
	if n == nil {
		return axes
	}
	name, _, _ := strings.Cut(member, "/") // Adam's moments are shaped as their tensor
	for _, t := range n.Layout {
		if t.Name != name && (t.Role == model.NoRole || MaskName(n.Arch, t.Role) != name) || len(t.Shape) != len(shape) {
			continue
		}
		s := model.ShapeOf(t, n.N)
		for d, a := range []model.Axis{s.Rows, s.Cols}[:len(shape)] {
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

// Unused says whether the network's weight file must hold the member though the
// network does not use it, as the lstm's W_rec (original 1.3).
func Unused(n *model.Network, member string) bool {
	kind := model.KindOf(n.Kind)
	for r := range ConnectivityNames {
		if member == MaskName(n.Arch, r) {
			return !kind.Dale
		}
	}
	switch member {
	case ConnectivityNames[model.InputRole]: // beside that of the feed-forward layer
		return true
	case daleName, "dale_signs":
		return !kind.Dale
	case "Dale_rec", "Dale_out":
		return !n.Dale.Holds() || !kind.Dale
	}
	t, ok := n.Layout.Find(member)
	return ok && n.Unused(t)
}
