package inspect

// Edits carried out in a weight file, one after another, and what they do to its network.

import (
	"math"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// Change is what an edit came to.
type Change struct {
	Edit    string // as it was written
	Entries int    // that it names
	Changed int    // of which hold something else now
}

// Apply makes the edits one after another and notes them in the file, which is
// left half edited where an error is returned. values holds the array of each
// .npy file that they name. Float32 stays float32; other arrays that are
// changed become float64. Members that no edit names stay as they are.
//
// The warnings say where the edited weights break the rules of the network,
// so that loading changes them, and which edits mean nothing to it.
func Apply(f *npz.File, edits []Edit, names UnitNames, values map[string]npz.Array) (changes []Change, warnings []string, err error) {
	before, fault := weights.FromFile(f)
	after, alone := before, false
	for _, e := range edits {
		c, err := e.apply(f, names, values, before != nil && before.Network.FeedForward > 0)
		if err != nil {
			return nil, nil, err
		}
		if before != nil && weights.Unused(before.Network, e.name.text) {
			warnings = append(warnings, e.name.text+": this network ("+before.Network.Kind+") keeps it, but does not use it")
		}
		was := fault
		if after, fault = weights.FromFile(f); fault != nil && was == nil {
			return nil, nil, e.wrong(e.name.at, "", "the network would be refused: %v", fault)
		}
		if e.ofLaw() && fault == nil && names.Renew != nil {
			names.Populations = names.Renew(after.Network)
		}
		alone = alone || e.name.text == "Dale_rec" || e.name.text == "Dale_out"
		changes = append(changes, c)
		if err := weights.AddEditNotes(f, c.Edit); err != nil {
			return nil, nil, err
		}
	}
	if fault != nil {
		return changes, append(warnings, "the file is still refused as a network: "+fault.Error()), nil
	}
	deriveInputs(f, after.Network)
	if alone {
		warnings = append(warnings, unlikely(after.Network)...)
	}
	for _, b := range after.Violations(before) {
		warnings = append(warnings, b.String())
	}
	return changes, warnings, nil
}

func (e Edit) apply(f *npz.File, names UnitNames, values map[string]npz.Array, layer bool) (c Change, err error) {
	name := e.name.text
	switch {
	case strings.HasPrefix(name, "psychrnn_"):
		return c, e.wrong(e.name.at, "", "%s says how the file came about, which no edit changes", name)
	case layer && name == "W_in":
		return c, e.wrong(e.name.at, "edit "+model.LayerInputs, "%s is made from %s in a network with a feed-forward layer", name, model.LayerInputs)
	}
	if e.ofLaw() {
		return e.changeLaw(f, names, values[e.File()])
	}
	s, err := e.find(f, names)
	if err != nil {
		return c, err
	}
	if !s.member.Array.Numeric() {
		return c, e.wrong(e.name.at, "", "%s holds no numbers: %s", name, brief(s.member))
	}
	put, err := e.operand(s, values[e.File()])
	if err != nil {
		return c, err
	}
	c = Change{Edit: strings.TrimSpace(e.source), Entries: len(s.at)}
	s.member.Array, c.Changed, err = e.changed(s, put)
	if err == nil {
		f.Set(s.member)
	}
	return c, err
}

// operand returns what is put to entry k of the selection.
func (e Edit) operand(s selection, file npz.Array) (func(k int) float64, error) {
	constant := e.number
	switch {
	case e.File() != "" && !file.Numeric():
		return nil, e.wrong(e.value.at, "save it as an array of numbers", "%s holds no numbers", e.File())
	case e.File() != "" && file.Len() == 1:
		constant = file.Reader()(0)
	case e.File() != "" && !slices.Equal(long(file.Shape), long(s.shape)):
		err := e.wrong(e.value.at, "save an array of that shape, or a single number",
			"%s has shape %s, but %s is needed", e.File(), npz.ShapeText(file.Shape), npz.ShapeText(s.shape))
		err.Status = fault.Misfit
		return nil, err
	case e.File() != "":
		return file.Reader(), nil
	case e.value.text == mean:
		constant = meanOf(s)
	}
	return func(int) float64 { return constant }, nil
}

// long leaves dimensions of a single entry out of a shape.
func long(shape []int) (kept []int) {
	for _, n := range shape {
		if n != 1 {
			kept = append(kept, n)
		}
	}
	return kept
}

func meanOf(s selection) (mean float64) {
	read := s.member.Array.Reader()
	for k, at := range s.at {
		mean += read(at)/float64(k+1) - mean/float64(k+1)
	}
	return mean
}

// changed returns the array with the edit made, and the number of entries that
// hold something else now.
func (e Edit) changed(s selection, put func(k int) float64) (npz.Array, int, error) {
	a := s.member.Array
	values, err := a.Float64s()
	if err != nil {
		return a, 0, err
	}
	changed := 0
	for k, at := range s.at {
		v := e.change(values[at], put(k))
		if a.Type == single {
			v = float64(float32(v))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return a, 0, e.wrong(e.value.at, "", "entry %s would not be a finite number of type %s", a.Place(at), a.Type)
		}
		if v != values[at] {
			changed++
		}
		values[at] = v
	}
	return like(a, values), changed, nil
}

// like returns values in the shape of a, and in float32 if a is.
func like(a npz.Array, values []float64) npz.Array {
	if a.Type == single {
		return npz.ArrayOf(a.Shape, model.Convert[float32](values))
	}
	return npz.ArrayOf(a.Shape, values)
}

const single = "<f4"

// deriveInputs makes W_in anew from the feed-forward layer's matrix, whose
// effective form it is (original 1.4).
func deriveInputs(f *npz.File, n *model.Network) {
	t, ok := n.Layout.Find(model.LayerInputs)
	if !ok {
		return
	}
	m, _ := f.Get("W_in")
	m.Array = like(m.Array, model.View(t, n.Effective()))
	f.Set(m)
}
