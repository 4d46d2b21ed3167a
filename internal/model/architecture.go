package model

// The table of architectures. A new one is a file like lstm.go and a line here.

import (
	"fmt"
	"slices"

	"psychrnn/internal/kernel"
)

// Kind says what sets an architecture apart from the others.
type Kind struct {
	Name        string
	Member      string // a tensor that only its weight files have
	Constrained bool   // Dale's law, connectivity, autapses and recurrent noise apply
}

// Kinds lists the architectures; a file without any of the members is basic.
var Kinds = []Kind{
	{Name: "basic", Constrained: true},
	{Name: "basic_scan", Constrained: true},
	{Name: "lstm", Member: "W_f"},
	{Name: "gru", Member: "W_z"},
}

// KindOf returns the architecture of that name.
func KindOf(name string) (Kind, error) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, fmt.Errorf("model kind %q is not known", name)
}

// Transfers says whether the network applies its transfer function: gates have
// functions of their own, a feed-forward layer before them has not.
func (a Arch) Transfers() bool {
	k, err := KindOf(a.Kind)
	return err == nil && (k.Constrained || a.FeedForward > 0)
}

// Layout lists the parameters of the architecture.
func (a Arch) Layout() (Layout, error) {
	if a.Transfer == "" {
		a.Transfer = "linear" // any will do
	}
	cell, err := NewCell[float64](a, kernel.Plain[float64]())
	if err != nil {
		return nil, err
	}
	return cell.Layout(), nil
}

// Unused says that the network does not compute with the tensor, which its weight
// file holds nevertheless, as the lstm's W_rec (original 1.3).
func (a Arch) Unused(t Tensor) bool {
	if t.FileOnly {
		return true
	}
	if t.Role == NoRole {
		return false
	}
	a.Transfer = "linear" // any: only the blocks are looked at
	cell, err := NewCell[float64](a, kernel.Plain[float64]())
	return err == nil && !slices.ContainsFunc(cell.Blocks(), func(b Block) bool { return b.At == t.At })
}

// NewCell returns the architecture's cell in precision F.
func NewCell[F kernel.Float](a Arch, set *kernel.Set[F]) (Cell[F], error) {
	f, err := NewTransfer(a.Transfer, set)
	if err != nil {
		return nil, err
	}
	inner := a
	if a.FeedForward > 0 {
		inner.I = a.FeedForward
	}
	var cell Cell[F]
	switch a.Kind {
	case "basic", "basic_scan":
		cell = newBasic(inner, f, set)
	case "lstm":
		cell = newLSTM(inner, set)
	case "gru":
		cell = newGRU(inner, set)
	default:
		return nil, fmt.Errorf("model kind %q is not known", a.Kind)
	}
	if a.FeedForward > 0 {
		cell = newFeedForward(a, cell, f, set)
	}
	return cell, nil
}
