package weights

// A weight file out of a network, in the original's form.

import (
	"errors"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
)

// ToFile returns the file of the network with the raw weights theta: effective
// weights under the original's names and, for tensors in training, the
// optimizer's slots (original 6). theta and the slots are blocks of the layout.
func ToFile[F kernel.Float](n *model.Network, theta []F, slots []model.OptimizerSlot[F]) (*npz.File, error) {
	f := &npz.File{}
	put := func(name string, shape []int, values []F) {
		f.Set(npz.Member{Name: name, Array: npz.ArrayOf(shape, values)})
	}
	f.Set(npz.Member{Name: "init_state"}) // the places of the common members
	for _, m := range common(0, 0, 0, 0) {
		f.Set(npz.Member{Name: m.name})
	}
	eff := make([]F, len(theta))
	model.ConstraintsOf[F](n).Effective(eff, theta)
	for _, t := range n.Layout {
		if t.Name == model.LayerInputs {
			put("W_in", t.Shape, model.View(t, eff))
			put(t.Name, t.Shape, model.View(t, theta))
			continue
		}
		put(t.Name, t.Shape, model.View(t, eff))
	}
	square := []int{n.N, n.N}
	put("Dale_rec", square, model.Convert[F](DiagonalMatrix(n.Dale.Rec)))
	put("Dale_out", square, model.Convert[F](DiagonalMatrix(n.Dale.Out)))
	for _, t := range n.Layout {
		if t.Role == model.InputRole && n.FeedForward > 0 {
			put(ConnectivityNames[model.InputRole], []int{n.N, n.I}, model.Convert[F](model.Ones(n.UnusedMask, n.N*n.I, 1.0)))
		}
		if name := MaskName(n.Arch, t.Role); name != "" {
			put(name, t.Shape, model.Convert[F](n.Connectivity[t.Role]))
		}
	}
	for k, t := range n.Layout {
		for _, slot := range slots {
			if n.Trainable[k] && !t.FileOnly {
				put(t.Name+"/"+slot.Name, t.Shape, model.View(t, slot.Values))
			}
		}
	}
	f.Set(RatioMember(n.Dale.Ratio))
	if n.Function == nil {
		return nil, errors.New("the network has no transfer function of the table")
	}
	member, err := TransferMember(npz.Reference{Module: n.Function.Module, Name: n.Function.Symbol})
	if err != nil {
		return nil, err
	}
	f.Set(member)
	f.Set(npz.Member{Name: kindName, Array: npz.TextOf(model.KindOf(n.Kind).Own())})
	return f, nil
}

// DiagonalMatrix is (n,n), row by row, with d (n) on its diagonal.
func DiagonalMatrix(d []float64) []float64 {
	m := make([]float64, len(d)*len(d))
	for k, v := range d {
		m[k*len(d)+k] = v
	}
	return m
}

// HasMore says whether a file has members beside those that its network is written
// with, in either form: somebody put them there.
func HasMore(f *npz.File, n *model.Network) (bool, error) {
	theta := make([]float32, n.Layout.Size())
	whole, err := ToFile(n, theta, nil)
	if err != nil {
		return false, err
	}
	plain, _, err := WithoutPickles(whole)
	if err != nil {
		return false, err
	}
	for _, m := range f.Members {
		name, _, _ := strings.Cut(m.Name, "/") // behind it the optimizer's slots
		_, as := whole.Get(name)
		if !as {
			_, as = plain.Get(name)
		}
		if !as && !IsProvenance(name) {
			return true, nil
		}
	}
	return false, nil
}
