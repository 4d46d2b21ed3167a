package weights

// A network out of a weight file. What the file says of sizes, signs, masks and the
// transfer function counts.

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
)

// Loaded is a network out of a weight file, and what reading it met.
type Loaded struct {
	// Network is complete but for Alpha and RecNoise, which no file holds and which
	// are left at 0, and for Function, nil if the file names no function of the table.
	Network  *model.Network
	Function *npz.Reference // the transfer function as the file names it; nil: it names none, or no function
	Warnings []string       // for the user
	Faults   []string       // known mistakes of old releases, harmless or honoured: for who looks into the file

	stored []float64 // what the file holds in place of Theta
}

// FromFile returns the network in a weight file, for every command. Weights in a
// file are effective, so constraints must not be applied to them twice: Theta
// is made such that the effective weights are those of the file and masks and
// signs keep their values. Two things are raw: the files of the original's
// initializers, known by the RawShape of a tensor, and feedforward_W_in
// (original 1.4, 6). Where what is stored breaks a mask or Dale's law, these
// hold, as in the original's model; see [Loaded.Violations]. Optimizer slots are
// not read.
func FromFile(f *npz.File) (*Loaded, error) {
	n := &model.Network{}
	l := &Loaded{Network: n, Warnings: slices.Clone(f.Warnings)}
	for _, read := range []func(*npz.File) error{l.readCommon, l.readPickled, l.readTensors, l.readMasks, l.readSigns} {
		if err := read(f); err != nil {
			return nil, err
		}
	}
	for _, m := range f.Members {
		if m.Object != nil && m.Object.Calls && m.Name != transferName {
			l.warn("%s: %s; it is not called here, but the original would", m.Name, m.Object.Fault)
		}
	}
	l.stored = slices.Clone(n.Theta)
	if !slices.ContainsFunc(n.Layout, func(t model.Tensor) bool {
		m, _ := f.Get(t.Name)
		return t.RawShape != nil && slices.Equal(m.Array.Shape, t.RawShape)
	}) {
		n.TakeEffective()
	}
	n.Function = functionOf(l.Function)
	l.compareInputs(f)
	return l, nil
}

// readTensors finds the architecture and reads its tensors into Theta.
func (l *Loaded) readTensors(f *npz.File) (err error) {
	n := l.Network
	n.Alpha = make([]float64, n.N)
	if n.Kind, err = kindIn(f); err != nil {
		return err
	}
	if t, ok := n.Arch.PerTrial(); ok {
		if m, _ := f.Get(t.Name); len(m.Array.Shape) == 2 {
			n.Batch = m.Array.Shape[0]
		}
	}
	if n.Layout, err = n.Arch.Layout(); err != nil {
		return err
	}
	n.Trainable = make([]bool, len(n.Layout))
	for k, t := range n.Layout {
		n.Trainable[k] = true
		values, err := f.Finite(t.Name, t.Shape...)
		if err != nil {
			return err
		}
		// Appended, for the layout's size is only a claim of the file before all tensors are there.
		n.Theta = append(n.Theta, values...)
	}
	return nil
}

// kindIn is the architecture that the file names, or else the one to which a
// tensor in it belongs.
func kindIn(f *npz.File) (string, error) {
	if m, ok := f.Get(kindName); ok {
		name := m.Array.Single()
		if model.KindOf(name).Name == "" {
			return "", fault.In(kindName, fault.New(fault.File, "a newer psychrnn may have written the file", "is %.64q, an architecture that is not known here", name))
		}
		return name, nil
	}
	kind := model.Kinds[0].Name
	for _, k := range model.Kinds {
		if _, ok := f.Get(k.Tensor); ok && k.Tensor != "" {
			kind = k.Name
		}
	}
	return kind, nil
}

func (l *Loaded) readMasks(f *npz.File) (err error) {
	n := l.Network
	n.Connectivity = map[model.Role][]float64{}
	for _, t := range n.Layout {
		name := MaskName(n.Arch, t.Role)
		if name == "" {
			continue
		}
		if n.Connectivity[t.Role], err = f.Finite(name, t.Shape...); err != nil {
			return err
		}
	}
	if n.FeedForward > 0 {
		n.UnusedMask, err = f.Finite(ConnectivityNames[model.InputRole], n.N, n.I)
	}
	return err
}

// compareInputs warns if the W_in beside a feed-forward layer's matrix is not its
// effective form.
func (l *Loaded) compareInputs(f *npz.File) {
	n := l.Network
	t, ok := n.Layout.Find(model.LayerInputs)
	if !ok {
		return
	}
	m, _ := f.Get("W_in")
	beside, different := m.Array.Reader(), 0
	for k, v := range model.View(t, n.Effective()) {
		const rounding = 1e-6 // of float32, in which either may have been computed
		if !(math.Abs(beside(k)-v) <= rounding*max(1, math.Abs(v))) {
			different++
		}
	}
	if different > 0 {
		l.Warnings = append(l.Warnings, fmt.Sprintf("W_in: %d entries are not the effective form of %s, which alone is used", different, model.LayerInputs))
	}
}
