package model

// The table of architectures, and what each can do. A new one is a file like gru.go
// and its name in the table: all else asks for its traits, and refuses or leaves out
// what it does not declare.

import (
	"cmp"
	"fmt"
	"slices"

	"psychrnn/internal/kernel"
)

// CellKind is an architecture: its name, its traits, and what makes its cells.
type CellKind struct {
	Name   string
	SameAs string // the kind of which this is another name; "" of one of its own
	Tensor string // one that no other kind has: older weight files do not say their kind

	// Dale: W_in, W_rec and W_out are all that connects the units, and lie as they
	// are in the first product. Dale's law, masks, autapses and the factors of a
	// t_connectivity act on them.
	Dale bool
	// Noise: noise and currents may be added to the first N sums of the first product.
	Noise bool
	// TimeConstant: Alpha scales all that goes into these sums, and the rest of the
	// state is kept. So tau and a dt have a meaning.
	TimeConstant bool
	// Gated: the gates have functions of their own in place of the transfer function.
	Gated bool

	cells cells
}

// cells make the cell of an architecture in either precision.
type cells struct {
	single func(Arch, kernel.Transfer[float32], *kernel.Set[float32]) Cell[float32]
	double func(Arch, kernel.Transfer[float64], *kernel.Set[float64]) Cell[float64]
}

// Kinds is the table. The first one is that of files that say nothing else.
var Kinds = []CellKind{
	basicKind,
	scanKind,
	lstmKind,
	gruKind,
}

// KindOf returns the architecture of that name; without a name and without any trait
// if there is none.
func KindOf(name string) CellKind {
	k, _ := find(Kinds, func(k CellKind) bool { return k.Name == name })
	return k
}

// SameKind says whether two names are of the same architecture.
func SameKind(a, b string) bool { return a == b || KindOf(a).Own() == KindOf(b).Own() }

// Own is the name of the kind that this is, or is another name of.
func (k CellKind) Own() string { return cmp.Or(k.SameAs, k.Name) }

// Transfers says whether the network applies its transfer function: gates have
// functions of their own, a feed-forward layer before them has not.
func (a Arch) Transfers() bool {
	k := KindOf(a.Kind)
	return k.Name != "" && (!k.Gated || a.FeedForward > 0)
}

// Inflow is the share of what is added to each unit's sum, noise or a current, that
// reaches the state in a step: alpha, or 1 without a time constant.
func (a Arch) Inflow() []float64 {
	if KindOf(a.Kind).TimeConstant {
		return a.Alpha
	}
	return Ones(nil, a.N, 1.0)
}

// anyFunction is that of a cell which is only looked at, and takes no step.
var anyFunction = transferFunctions[0]

// Layout lists the parameters of the architecture.
func (a Arch) Layout() (Layout, error) {
	if a.Function == nil {
		a.Function = &anyFunction
	}
	cell, err := NewCell[float64](a, kernel.Plain[float64]())
	if err != nil {
		return nil, err
	}
	return cell.Layout(), nil
}

// PerTrial is a tensor with a row for each trial of a batch, if there is one.
func (a Arch) PerTrial() (Tensor, bool) {
	layout, _ := a.Layout()
	return find(layout, func(t Tensor) bool { return t.PerTrial })
}

// Unused says that the network does not compute with the tensor, which its weight
// file holds nevertheless, as the lstm's W_rec (original 1.3).
func (a Arch) Unused(t Tensor) bool {
	if t.FileOnly || t.Role == NoRole {
		return t.FileOnly
	}
	a.Function = &anyFunction
	cell, err := NewCell[float64](a, kernel.Plain[float64]())
	return err == nil && !slices.ContainsFunc(cell.Blocks(), func(b Block) bool { return b.At == t.At })
}

// NewCell returns the architecture's cell in precision F.
func NewCell[F kernel.Float](a Arch, set *kernel.Set[F]) (Cell[F], error) {
	f, err := NewTransfer(a.Function, set)
	if err != nil {
		return nil, err
	}
	kind, inner := KindOf(a.Kind), a
	if kind.Name == "" {
		return nil, fmt.Errorf("model kind %q is not known", a.Kind)
	}
	if a.FeedForward > 0 {
		inner.I = a.FeedForward
	}
	var cell any
	switch set := any(set).(type) {
	case *kernel.Set[float32]:
		cell = kind.cells.single(inner, any(f).(kernel.Transfer[float32]), set)
	case *kernel.Set[float64]:
		cell = kind.cells.double(inner, any(f).(kernel.Transfer[float64]), set)
	}
	if a.FeedForward > 0 {
		return newFeedForward(a, cell.(Cell[F]), f, set), nil
	}
	return cell.(Cell[F]), nil
}
