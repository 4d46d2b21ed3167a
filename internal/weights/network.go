package weights

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"psychrnn/internal/kernel"
)

// Network is what the files of all networks have in common.
type Network struct {
	Rec, In, Out int        // numbers of units, inputs and outputs
	DaleRatio    float64    // share of excitatory units; 0: Dale's law is off
	Transfer     *Reference // nil: the file names none, or no function
	Warnings     []string   // what the user should hear about
	Faults       []string   // known mistakes of old releases, harmless or honoured: for who looks into the file
}

// Members with a meaning here. The arrays of architectures are known above.
const (
	daleName          = "dale_ratio"
	transferName      = "transfer_function"
	plainTransferName = "psychrnn_transfer_function" // text, where no pickle is wanted
)

// Network checks the members that every file has: all are there, are finite
// numbers and fit each other (original 6). init_state may be (n,) for (1,n),
// and W_in is (n,f) beside a layer W_in_first of f units (original 1.4).
func (f *File) Network() (*Network, error) {
	net, err := f.sizes()
	if err != nil {
		return nil, err
	}
	driving := net.In
	if first, ok := f.Get("W_in_first"); ok && len(first.Array.Shape) == 2 {
		driving = first.Array.Shape[0]
	}
	for _, m := range common(net.Rec, net.In, driving, net.Out) {
		if _, err := f.tensor(m.name, m.shape...); err != nil {
			return nil, within(err, net)
		}
	}
	net.Warnings = append(net.Warnings, f.Warnings...)
	if net.DaleRatio, err = f.daleRatio(net); err != nil {
		return nil, err
	}
	f.readTransfer(net)
	f.readSigns(net)
	for _, m := range f.Members {
		if m.Object != nil && m.Object.Calls && m.Name != transferName {
			net.warn("%s: %s; it is not called here, but the original would", m.Name, m.Object.Fault)
		}
	}
	return net, nil
}

type shaped struct {
	name  string
	shape []int
}

// common lists the members of every file, for n units, i inputs, f units that drive the n (the inputs, mostly), o outputs.
func common(n, i, f, o int) []shaped {
	return []shaped{
		{"W_in", []int{n, f}}, {"W_rec", []int{n, n}}, {"W_out", []int{o, n}},
		{"b_rec", []int{n}}, {"b_out", []int{o}}, {"init_state", []int{1, n}},
		{"Dale_rec", []int{n, n}}, {"Dale_out", []int{n, n}},
		{"input_connectivity", []int{n, i}}, {"rec_connectivity", []int{n, n}}, {"output_connectivity", []int{o, n}},
	}
}

// sizes reads the numbers of units, each from one member, once all are there.
func (f *File) sizes() (*Network, error) {
	var missing []string
	for _, m := range common(0, 0, 0, 0) {
		if _, ok := f.Get(m.name); !ok {
			missing = append(missing, m.name)
		}
	}
	if len(missing) > 0 {
		text := strings.Join(append([]string{"is missing"}, missing[1:]...), ", and so is ")
		return nil, about(missing[0], refuse("every weight file has it; is this one?", "%s", text))
	}
	rec, err := f.dimensions("W_rec", 2)
	if err != nil {
		return nil, err
	}
	if rec[0] != rec[1] || rec[0] == 0 {
		return nil, about("W_rec", refuse("", "shape %s, but a square matrix of at least one unit (N_rec) is needed", ShapeText(rec)))
	}
	in, err := f.dimensions("input_connectivity", 2)
	if err != nil {
		return nil, err
	}
	out, err := f.dimensions("b_out", 1)
	if err != nil {
		return nil, err
	}
	return &Network{Rec: rec[0], In: in[1], Out: out[0]}, nil
}

// dimensions returns the shape of a member that must have so many dimensions.
func (f *File) dimensions(name string, dimensions int) ([]int, error) {
	m, _ := f.Get(name)
	a, err := m.numbers()
	if err == nil && len(a.Shape) != dimensions {
		err = refuse("", "shape %s, but %d dimensions are needed", ShapeText(a.Shape), dimensions)
	}
	if err != nil {
		return nil, about(name, err)
	}
	return a.Shape, nil
}

// within adds the sizes of the network to an error about a shape.
func within(err error, net *Network) error {
	var e *Error
	if errors.As(err, &e) && strings.HasPrefix(e.Text, "shape") {
		e.Text += fmt.Sprintf(" (N_rec %d by W_rec, N_in %d by input_connectivity, N_out %d by b_out)", net.Rec, net.In, net.Out)
	}
	return err
}

func (n *Network) warn(format string, args ...any) {
	n.Warnings = append(n.Warnings, fmt.Sprintf(format, args...))
}

// numbers returns the member's array if it holds numbers.
func (m Member) numbers() (Array, error) {
	switch {
	case m.Object != nil:
		return Array{}, refuse("save it as an array of numbers", "pickled objects, but numbers are needed")
	case m.Other != "":
		return Array{}, refuse("save it as an array of numbers", "%s, but numbers are needed", m.Other)
	case !m.Array.Numeric():
		return Array{}, m.Array.notNumbers()
	}
	return m.Array, nil
}

// Tensor returns the member of that name and shape. It refuses anything but
// finite numbers that F can hold. A dimension of -1 may have any size, and a
// vector (n,) is taken for (1,n).
func Tensor[F kernel.Float](f *File, name string, shape ...int) ([]F, error) {
	a, err := f.tensor(name, shape...)
	if err != nil {
		return nil, err
	}
	values, err := Floats[F](a)
	if err != nil {
		return nil, about(name, err)
	}
	return values, nil
}

func (f *File) tensor(name string, shape ...int) (Array, error) {
	m, ok := f.Get(name)
	if !ok {
		return Array{}, about(name, refuse("", "is missing"))
	}
	a, err := m.numbers()
	switch {
	case err != nil:
	case !fits(a.Shape, shape):
		err = refuse("", "shape %s, but %s is needed", ShapeText(a.Shape), strings.ReplaceAll(ShapeText(shape), "-1", "any"))
	default:
		if i, v, found := a.notFinite(); found {
			err = refuse("the training that wrote it has diverged, or the file is damaged", "value at %s is %g", a.Place(i), v)
		}
	}
	if err != nil {
		return Array{}, about(name, err)
	}
	return a, nil
}

func fits(have, want []int) bool {
	if len(want) == 2 && want[0] == 1 && len(have) == 1 {
		want = want[1:]
	}
	if len(have) != len(want) {
		return false
	}
	for d := range want {
		if want[d] >= 0 && have[d] != want[d] {
			return false
		}
	}
	return true
}

// daleRatio reads the member as the original does, but refuses what is no ratio.
func (f *File) daleRatio(net *Network) (float64, error) {
	m, ok := f.Get(daleName)
	if !ok {
		net.warn("%s: missing, as in files older than release 1.0: Dale's law is off", daleName)
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
		values, err := m.Array.Float64s()
		if err != nil {
			return 0, about(daleName, err)
		}
		ratio = values[0]
	}
	if !math.IsNaN(ratio) {
		text = "is " + strconv.FormatFloat(ratio, 'g', -1, 64)
	}
	if !(ratio >= 0 && ratio <= 1) {
		return 0, about(daleName, refuse("", "%s; a number from 0 to 1 or None is needed", text))
	}
	return ratio, nil
}

func (f *File) readTransfer(net *Network) {
	m, ok := f.Get(transferName)
	if !ok {
		m, ok = f.Get(plainTransferName)
		if name := m.Array.text(); name != "" {
			reference := parseReference(name)
			m.Object = &Object{Value: reference}
		}
	}
	switch {
	case !ok:
		net.Faults = append(net.Faults, transferName+": missing, as in files of release 1.0.0 and older: the default is taken unless another is named")
		return
	case m.Object != nil && m.Object.Fault != "":
		net.warn("%s: %s; it is ignored", transferName, m.Object.Fault)
		return
	}
	var reference Reference
	if m.Object != nil {
		reference, ok = m.Object.Value.(Reference)
	}
	if m.Object == nil || !ok {
		net.warn("%s: no function; it is ignored", transferName)
		return
	}
	net.Transfer = &reference
	if reference.Module != "" && !strings.HasPrefix(reference.Module, "tensorflow.") {
		net.warn("%s: %s is not in the file, which only names it", transferName, reference)
	}
}

// readSigns looks for Dale matrices that old releases got wrong.
func (f *File) readSigns(net *Network) {
	scaled, projecting := 0, 0
	signs, _ := f.Get("Dale_rec")
	outputs, _ := f.Get("Dale_out")
	for k := range net.Rec {
		diagonal := k * (net.Rec + 1)
		if s := math.Abs(signs.Array.at(diagonal)); s != 0 && s != 1 {
			scaled++
		}
		if outputs.Array.at(diagonal) < 0 {
			projecting++
		}
	}
	if scaled > 0 {
		net.Faults = append(net.Faults, fmt.Sprintf("Dale_rec: %d units have a scale instead of a sign, as in files of v0.4", scaled))
	}
	if net.DaleRatio > 0 && projecting > 0 {
		net.Faults = append(net.Faults, fmt.Sprintf("Dale_out: %d inhibitory units project to the output, a mistake of releases up to 1.0.0", projecting))
	}
}

// DaleRatio is the member for that ratio; 0, no Dale's law, is None.
func DaleRatio(ratio float64) Member {
	if ratio == 0 {
		none, _ := Pickled(daleName, nil)
		return none
	}
	return Member{Name: daleName, Array: Of(nil, []float64{ratio})}
}

// Transfer is the member for that function.
func Transfer(r Reference) (Member, error) { return Pickled(transferName, r) }

// Adam returns the moments of the key: the pair with the highest numbers, for
// every further training in the original adds a pair and leaves the older ones
// dead (original 6). ok is false unless both are there in the key's shape.
func (f *File) Adam(key string) (first, second Array, ok bool) {
	highest := -1
	for _, m := range f.Members {
		rest, isSlot := strings.CutPrefix(m.Name, key+"/Adam")
		number, err := strconv.Atoi(strings.TrimPrefix(rest, "_"))
		switch {
		case isSlot && rest == "":
			highest = max(highest, 0)
		case isSlot && err == nil && rest[0] == '_':
			highest = max(highest, number/2)
		}
	}
	m, ok := f.Get(key)
	if !ok || highest < 0 {
		return first, second, false
	}
	name := key + "/Adam"
	if highest > 0 {
		name += "_" + strconv.Itoa(2*highest)
	}
	first, err := f.tensor(name, m.Array.Shape...)
	if err != nil {
		return first, second, false
	}
	second, err = f.tensor(key+"/Adam_"+strconv.Itoa(2*highest+1), m.Array.Shape...)
	return first, second, err == nil
}
