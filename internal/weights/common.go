package weights

// The members that the files of all networks have, whatever their architecture:
// their names and sizes, Dale's law, the transfer function. Each is checked here.

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
)

// Members with a meaning of their own; tensors are called as in the layout.
const (
	daleName          = "dale_ratio"
	transferName      = "transfer_function"
	plainTransferName = "psychrnn_transfer_function" // text, where no pickle is wanted
	kindName          = "psychrnn_kind"              // the architecture; the original ignores it

	// layerConnectivity is the mask of feedforward_W_in, beside which the file
	// keeps an input_connectivity that nothing uses (original 1.4).
	layerConnectivity = "feedforward_input_connectivity"
)

// ConnectivityNames are the masks of the constrained roles, which the section
// constraints calls so too.
var ConnectivityNames = map[model.Role]string{
	model.InputRole:     "input_connectivity",
	model.RecurrentRole: "rec_connectivity",
	model.OutputRole:    "output_connectivity",
}

// commonMember is a member of every file and its shape.
type commonMember struct {
	name  string
	shape []int
}

// common lists the members of every file in the original's order, for n units,
// i inputs, f units that drive the n (the inputs, mostly) and o outputs.
func common(n, i, f, o int) []commonMember {
	return []commonMember{
		{"W_in", []int{n, f}}, {"W_rec", []int{n, n}}, {"W_out", []int{o, n}},
		{"b_rec", []int{n}}, {"b_out", []int{o}}, {"init_state", []int{1, n}},
		{"Dale_rec", []int{n, n}}, {"Dale_out", []int{n, n}},
		{"input_connectivity", []int{n, i}}, {"rec_connectivity", []int{n, n}}, {"output_connectivity", []int{o, n}},
	}
}

// readCommon checks the members that every file has: all are there, are finite
// numbers and fit each other (original 6). init_state may be (n,) for (1,n), and
// W_in is (n,f) beside a layer W_in_first of f units (original 1.4). Units, inputs
// and outputs are counted by one member each.
func (l *Loaded) readCommon(f *npz.File) error {
	var missing []string
	for _, m := range common(0, 0, 0, 0) {
		if _, ok := f.Get(m.name); !ok {
			missing = append(missing, m.name)
		}
	}
	if len(missing) > 0 {
		text := strings.Join(append([]string{"is missing"}, missing[1:]...), ", and so is ")
		return fault.In(missing[0], fault.New(fault.File, "every weight file has it; is this one?", "%s", text))
	}
	rec, err := f.ShapeOf("W_rec", 2)
	if err != nil {
		return err
	}
	if rec[0] != rec[1] || rec[0] == 0 {
		return fault.In("W_rec", fault.New(fault.File, "", "shape %s, but a square matrix of at least one unit (N_rec) is needed", npz.ShapeText(rec)))
	}
	in, err := f.ShapeOf("input_connectivity", 2)
	out, failed := f.ShapeOf("b_out", 1)
	if err := cmp.Or(err, failed); err != nil {
		return err
	}
	n := l.Network
	n.N, n.I, n.O = rec[0], in[1], out[0]
	driving := n.I
	if first, ok := f.Get("W_in_first"); ok && len(first.Array.Shape) == 2 {
		n.FeedForward = first.Array.Shape[0]
		driving = n.FeedForward
	}
	for _, m := range common(n.N, n.I, driving, n.O) {
		_, err := f.CheckFinite(m.name, m.shape...)
		var refused *fault.Error
		if errors.As(err, &refused) && strings.HasPrefix(refused.Text, "shape") {
			refused.Text += fmt.Sprintf(" (N_rec %d by W_rec, N_in %d by input_connectivity, N_out %d by b_out)", n.N, n.I, n.O)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *Loaded) warn(format string, args ...any) {
	l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...))
}

// readPickled reads what the original pickles: dale_ratio and the transfer function.
func (l *Loaded) readPickled(f *npz.File) (err error) {
	l.Network.Dale.Ratio, err = l.readRatio(f)
	l.readTransfer(f)
	return err
}

// readRatio reads dale_ratio as the original does, but refuses what is no ratio.
// 0 is off.
func (l *Loaded) readRatio(f *npz.File) (float64, error) {
	m, ok := f.Get(daleName)
	if !ok {
		l.warn("%s: missing, as in files older than release 1.0: Dale's law is off", daleName)
		return 0, nil
	}
	ratio, text := math.NaN(), "is not a number"
	switch {
	case m.Object != nil && m.Object.Fault != "":
		text = m.Object.Fault
	case m.Object != nil:
		switch v := m.Object.Value.(type) {
		case nil:
			return 0, nil
		case bool:
			if ratio = 0; v {
				ratio = 1
			}
		case int64:
			ratio = float64(v)
		case float64:
			ratio = v
		}
	case m.Array.Numeric() && m.Array.Len() == 1 && len(m.Array.Shape) <= 1:
		ratio = m.Array.Reader()(0)
	}
	if !math.IsNaN(ratio) {
		text = "is " + strconv.FormatFloat(ratio, 'g', -1, 64)
	}
	if !(ratio >= 0 && ratio <= 1) {
		return 0, fault.In(daleName, fault.New(fault.File, "", "%s; a number from 0 to 1 or None is needed", text))
	}
	return ratio, nil
}

// readTransfer finds the function that the file names.
func (l *Loaded) readTransfer(f *npz.File) {
	m, ok := f.Get(transferName)
	if !ok {
		m, ok = f.Get(plainTransferName)
		if name := m.Array.Single(); name != "" {
			m.Object = &npz.Object{Value: npz.ParseFunction(name)}
		}
	}
	o := cmp.Or(m.Object, &npz.Object{})
	reference, is := o.Value.(npz.Reference)
	switch {
	case !ok:
		l.Faults = append(l.Faults, transferName+": missing, as in files of release 1.0.0 and older: the default is taken unless another is named")
		return
	case o.Fault != "":
		l.warn("%s: %s; it is ignored", transferName, o.Fault)
		return
	case !is:
		l.warn("%s: no function; it is ignored", transferName)
		return
	}
	l.Function = &reference
	if reference.Module != "" && !strings.HasPrefix(reference.Module, "tensorflow.") {
		l.warn("%s: %s is not in the file, which only names it", transferName, reference)
	}
}

// functionOf finds the function that a file refers to, nil if it is not in the
// table. Modules move between releases of the original's framework, so there only
// the name counts.
func functionOf(r *npz.Reference) *model.TransferFunction {
	if r == nil || r.Text != "" {
		return nil
	}
	for _, f := range model.TransferFunctions() {
		if f.Symbol == r.Name && (f.Module == r.Module || strings.HasPrefix(f.Module, "tensorflow.") && strings.HasPrefix(r.Module, "tensorflow.")) {
			return &f
		}
	}
	return nil
}

// readSigns reads the diagonals of the Dale matrices, and looks for what old
// releases got wrong in them.
func (l *Loaded) readSigns(f *npz.File) (err error) {
	n := l.Network
	if n.Dale.Rec, err = diagonal(f, "Dale_rec", n.N); err != nil {
		return err
	}
	if n.Dale.Out, err = diagonal(f, "Dale_out", n.N); err != nil {
		return err
	}
	scaled, projecting := 0, 0
	for k, sign := range n.Dale.Rec {
		if s := math.Abs(sign); s != 0 && s != 1 {
			scaled++
		}
		if n.Dale.Out[k] < 0 {
			projecting++
		}
	}
	if scaled > 0 {
		l.Faults = append(l.Faults, fmt.Sprintf("Dale_rec: %d units have a scale instead of a sign, as in files of v0.4", scaled))
	}
	if n.Dale.Holds() && projecting > 0 {
		l.Faults = append(l.Faults, fmt.Sprintf("Dale_out: %d inhibitory units project to the output, a mistake of releases up to 1.0.0", projecting))
	}
	return nil
}

// diagonal reads a diagonal matrix (n,n), which readCommon has found sound.
func diagonal(f *npz.File, name string, n int) ([]float64, error) {
	m, _ := f.Get(name)
	read := m.Array.Reader()
	d := make([]float64, n)
	for k := range n * n {
		if v := read(k); k/n == k%n {
			d[k/n] = v
		} else if v != 0 {
			return nil, fault.In(name, fault.New(fault.File, "", "entry [%d,%d] is %g, but only the diagonal may differ from 0", k/n, k%n, v))
		}
	}
	return d, nil
}

// RatioMember is the member for that ratio; 0, no Dale's law, is None.
func RatioMember(ratio float64) npz.Member {
	if ratio == 0 {
		none, _ := npz.Pickled(daleName, nil)
		return none
	}
	return npz.Member{Name: daleName, Array: npz.ArrayOf(nil, []float64{ratio})}
}

// TransferMember is the member for that function.
func TransferMember(r npz.Reference) (npz.Member, error) { return npz.Pickled(transferName, r) }
