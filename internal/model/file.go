package model

// A network in a weight file of the original's form, and back. What the file says
// of sizes, signs, masks and the transfer function counts.

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/weights"
)

// connectivityNames are the file's names of the masks of the constrained roles.
var connectivityNames = map[Role]string{
	InputRole:     "input_connectivity",
	RecurrentRole: "rec_connectivity",
	OutputRole:    "output_connectivity",
}

// layerConnectivity is the mask of feedforward_W_in, beside which the file
// keeps an input_connectivity that nothing uses (original 1.4).
const layerConnectivity = "feedforward_input_connectivity"

// layerInputs is the matrix behind a feed-forward layer, which a file holds raw,
// with its effective form beside it under the name W_in (original 1.4).
const layerInputs = "feedforward_W_in"

// FromFile returns the network in a weight file, for every command. Weights in a
// file are effective, so constraints must not be applied to them twice: Theta
// is made such that the effective weights are those of the file and masks and
// signs keep their values. Two things are raw: the files of the original's
// initializers, known by an init_state of shape (n,), and feedforward_W_in
// (original 1.4, 6). Where what is stored breaks a mask or Dale's law, these
// hold, as in the original's model; see [Network.Breaches].
//
// Alpha and RecNoise, which no file holds, are left at 0 and Transfer empty if
// the file names no function of the table. Adam's moments are not read. The
// warnings are for the user.
func FromFile(f *weights.File) (n *Network, warnings []string, err error) {
	common, err := f.Network()
	if err != nil {
		return nil, nil, err
	}
	n = &Network{Arch: Arch{Kind: "basic", N: common.Rec, I: common.In, O: common.Out, Alpha: make([]float64, common.Rec)}}
	for _, k := range Kinds {
		if _, ok := f.Get(k.Member); ok && k.Member != "" {
			n.Kind = k.Name
		}
	}
	if m, ok := f.Get("W_in_first"); ok && len(m.Array.Shape) == 2 {
		n.FeedForward = m.Array.Shape[0]
	}
	if m, ok := f.Get("init_hidden"); ok && len(m.Array.Shape) == 2 {
		n.Batch = m.Array.Shape[0]
	}
	if common.DaleRatio != 0 {
		n.DaleRatio = &common.DaleRatio
	}
	if n.Layout, err = n.Arch.Layout(); err != nil {
		return nil, nil, err
	}
	n.Trainable = make([]bool, len(n.Layout))
	for k, t := range n.Layout {
		n.Trainable[k] = true
		values, err := weights.Tensor[float64](f, t.Name, t.Shape...)
		if err != nil {
			return nil, nil, err
		}
		// Appended, for the layout's size is only a claim of the file before all tensors are there.
		n.Theta = append(n.Theta, values...)
	}
	if err := n.readConstraints(f); err != nil {
		return nil, nil, err
	}
	n.Stored = slices.Clone(n.Theta)
	if m, _ := f.Get("init_state"); len(m.Array.Shape) > 1 {
		n.takeEffective()
	}
	n.Transfer = functionName(common.Transfer)
	warnings = common.Warnings
	if different := n.besides(f); different > 0 {
		warnings = append(warnings, fmt.Sprintf("W_in: %d entries are not the effective form of %s, which alone is used", different, layerInputs))
	}
	return n, warnings, nil
}

// besides is the number of entries in which the W_in beside a feed-forward
// layer's matrix is not its effective form.
func (n *Network) besides(f *weights.File) (different int) {
	t, ok := n.Layout.Find(layerInputs)
	if !ok {
		return 0
	}
	m, _ := f.Get("W_in")
	beside := m.Array.Reader()
	for k, v := range View(t, n.Effective()) {
		const rounding = 1e-6 // of float32, in which either may have been computed
		if !(math.Abs(beside(k)-v) <= rounding*max(1, math.Abs(v))) {
			different++
		}
	}
	return different
}

// takeEffective makes raw weights of what a file holds as effective ones.
func (n *Network) takeEffective() {
	var list []Constraint
	for _, c := range n.Constraints() {
		if c.Tensor.Name != layerInputs {
			c.Raw(View(c.Tensor, n.Theta))
			list = append(list, c)
		}
	}
	// Where Dale's law turns a sign round, size is all that can be kept.
	eff := n.Effective()
	for k, v := range eff {
		eff[k] = math.Copysign(n.Stored[k], v)
	}
	NewConstraints[float64](list).Refine(n.Theta, eff)
}

// functionName finds the function that a file refers to, "" if it is not in
// the table. Modules move between releases of the original's framework, so
// there only the name counts.
func functionName(r *weights.Reference) string {
	if r == nil || r.Text != "" {
		return ""
	}
	for name, f := range Functions {
		if f.Symbol == r.Name && (f.Module == r.Module || strings.HasPrefix(f.Module, "tensorflow.") && strings.HasPrefix(r.Module, "tensorflow.")) {
			return name
		}
	}
	return ""
}

func (n *Network) readConstraints(f *weights.File) (err error) {
	n.Connectivity = map[Role][]float64{}
	for _, t := range n.Layout {
		name := n.MaskName(t.Role)
		if name == "" {
			continue
		}
		if n.Connectivity[t.Role], err = weights.Tensor[float64](f, name, t.Shape...); err != nil {
			return err
		}
	}
	if n.FeedForward > 0 {
		if n.Unused, err = weights.Tensor[float64](f, connectivityNames[InputRole], n.N, n.I); err != nil {
			return err
		}
	}
	if n.DaleRec, err = diagonal(f, "Dale_rec", n.N); err != nil {
		return err
	}
	n.DaleOut, err = diagonal(f, "Dale_out", n.N)
	return err
}

// diagonal reads a diagonal matrix (n,n), which [weights.File.Network] has found sound.
func diagonal(f *weights.File, name string, n int) ([]float64, error) {
	m, _ := f.Get(name)
	read := m.Array.Reader()
	d := make([]float64, n)
	for k := range n * n {
		if v := read(k); k/n == k%n {
			d[k/n] = v
		} else if v != 0 {
			return nil, &weights.Error{Member: name, Text: fmt.Sprintf("entry [%d,%d] is %g, but only the diagonal may differ from 0", k/n, k%n, v)}
		}
	}
	return d, nil
}

// Slot is a block of an optimizer's state in the order of theta. In the file
// the part of a tensor is called by the tensor's name, a slash and Name.
type Slot[F kernel.Float] struct {
	Name   string
	Values []F
}

// ToFile returns the file of the network with the raw weights theta: effective
// weights under the original's names and, for tensors in training, the
// optimizer's slots (original 6).
func ToFile[F kernel.Float](n *Network, theta []F, slots []Slot[F]) (*weights.File, error) {
	f := &weights.File{}
	put := func(name string, shape []int, values []F) {
		f.Set(weights.Member{Name: name, Array: weights.Of(shape, values)})
	}
	for _, name := range commonMembers {
		f.Set(weights.Member{Name: name}) // their place
	}
	eff := make([]F, len(theta))
	NewConstraints[F](n.Constraints()).Effective(eff, theta)
	for _, t := range n.Layout {
		if t.Name == layerInputs {
			put("W_in", t.Shape, View(t, eff))
			put(t.Name, t.Shape, View(t, theta))
			continue
		}
		put(t.Name, t.Shape, View(t, eff))
	}
	n.putConstraints(func(name string, shape []int, values []float64) { put(name, shape, convert[F](values)) })
	for k, t := range n.Layout {
		for _, slot := range slots {
			if n.Trainable[k] && !t.FileOnly {
				put(t.Name+"/"+slot.Name, t.Shape, View(t, slot.Values))
			}
		}
	}
	ratio := 0.0
	if n.Dale() {
		ratio = *n.DaleRatio
	}
	f.Set(weights.DaleRatio(ratio))
	function, ok := Functions[n.Transfer]
	if !ok {
		return nil, errors.New("the network has no transfer function of the table")
	}
	member, err := weights.Transfer(weights.Reference{Module: function.Module, Name: function.Symbol})
	if err != nil {
		return nil, err
	}
	f.Set(member)
	return f, nil
}

// Added says whether a file has members beside those that a network is written
// with, in either form: somebody put them there.
func (n *Network) Added(f *weights.File) (bool, error) {
	theta := make([]float32, n.Layout.Size())
	whole, err := ToFile(n, theta, nil)
	if err != nil {
		return false, err
	}
	plain, _, err := whole.Plain()
	if err != nil {
		return false, err
	}
	for _, m := range f.Members {
		name, _, _ := strings.Cut(m.Name, "/") // behind it the optimizer's slots
		_, as := whole.Get(name)
		if !as {
			_, as = plain.Get(name)
		}
		if !as && !weights.IsProvenance(name) {
			return true, nil
		}
	}
	return false, nil
}

// commonMembers are in every file, in the original's order.
var commonMembers = []string{
	"init_state", "W_in", "W_rec", "W_out", "b_rec", "b_out", "Dale_rec", "Dale_out",
	"input_connectivity", "rec_connectivity", "output_connectivity",
}

// putConstraints hands over the members that describe constraints.
func (n *Network) putConstraints(put func(name string, shape []int, values []float64)) {
	square := []int{n.N, n.N}
	put("Dale_rec", square, diagonalMatrix(n.DaleRec))
	put("Dale_out", square, diagonalMatrix(n.DaleOut))
	for _, t := range n.Layout {
		if t.Role == InputRole && n.FeedForward > 0 {
			put(connectivityNames[InputRole], []int{n.N, n.I}, ones(n.Unused, n.N*n.I, 1.0))
		}
		if name := n.MaskName(t.Role); name != "" {
			put(name, t.Shape, n.Connectivity[t.Role])
		}
	}
}

func diagonalMatrix(d []float64) []float64 {
	m := make([]float64, len(d)*len(d))
	for k, v := range d {
		m[k*len(d)+k] = v
	}
	return m
}

func convert[F kernel.Float](values []float64) []F {
	out := make([]F, len(values))
	for k, v := range values {
		out[k] = F(v)
	}
	return out
}
