package inspect

import (
	"math"
	"slices"
	"strings"

	"psychrnn/internal/model"
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
func Apply(f *weights.File, edits []Edit, names Names, values map[string]weights.Array) (changes []Change, warnings []string, err error) {
	before, _, fault := model.FromFile(f)
	after, alone := before, false
	for _, e := range edits {
		c, err := e.apply(f, names, values, before)
		if err != nil {
			return nil, nil, err
		}
		if before != nil && before.Idle(e.name.text) {
			warnings = append(warnings, e.name.text+": this network ("+before.Kind+") keeps it, but does not use it")
		}
		was := fault
		if after, _, fault = model.FromFile(f); fault != nil && was == nil {
			return nil, nil, e.wrong(e.name.at, "", "the network would be refused: %v", fault)
		}
		if e.ofLaw() && fault == nil && names.Renew != nil {
			names.Populations = names.Renew(after)
		}
		alone = alone || e.name.text == "Dale_rec" || e.name.text == "Dale_out"
		changes = append(changes, c)
		if err := f.AddEdits(c.Edit); err != nil {
			return nil, nil, err
		}
	}
	if fault != nil {
		return changes, append(warnings, "the file is still refused as a network: "+fault.Error()), nil
	}
	if after.FeedForward > 0 {
		deriveInputs(f, after)
	}
	if alone {
		warnings = append(warnings, unlikely(after)...)
	}
	for _, b := range after.Breaches(before) {
		warnings = append(warnings, b.String())
	}
	return changes, warnings, nil
}

const layerInputs = "feedforward_W_in"

func (e Edit) apply(f *weights.File, names Names, values map[string]weights.Array, n *model.Network) (c Change, err error) {
	name := e.name.text
	switch {
	case strings.HasPrefix(name, "psychrnn_"):
		return c, e.wrong(e.name.at, "", "%s says how the file came about, which no edit changes", name)
	case n != nil && n.FeedForward > 0 && name == "W_in":
		return c, e.wrong(e.name.at, "edit "+layerInputs, "%s is made from %s in a network with a feed-forward layer", name, layerInputs)
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
func (e Edit) operand(s selection, file weights.Array) (func(k int) float64, error) {
	constant := e.number
	switch {
	case e.file && !file.Numeric():
		return nil, e.wrong(e.value.at, "save it as an array of numbers", "%s holds no numbers", e.File())
	case e.file && file.Len() == 1:
		constant = file.Reader()(0)
	case e.file && !slices.Equal(long(file.Shape), long(s.shape)):
		err := &Error{Source: e.source, At: e.value.at, Misfit: true, Hint: "save an array of that shape, or a single number"}
		err.Text = e.File() + " has shape " + weights.ShapeText(file.Shape) + ", but " + weights.ShapeText(s.shape) + " is needed"
		return nil, err
	case e.file:
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
func (e Edit) changed(s selection, put func(k int) float64) (weights.Array, int, error) {
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
func like(a weights.Array, values []float64) weights.Array {
	if a.Type != single {
		return weights.Of(a.Shape, values)
	}
	narrow := make([]float32, len(values))
	for k, v := range values {
		narrow[k] = float32(v)
	}
	return weights.Of(a.Shape, narrow)
}

const single = "<f4"

// deriveInputs makes W_in anew from the feed-forward layer's matrix, whose
// effective form it is (original 1.4).
func deriveInputs(f *weights.File, n *model.Network) {
	t, ok := n.Layout.Find(layerInputs)
	if !ok {
		return
	}
	m, _ := f.Get("W_in")
	m.Array = like(m.Array, model.View(t, n.Effective()))
	f.Set(m)
}
