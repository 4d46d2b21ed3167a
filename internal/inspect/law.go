package inspect

// Edits of Dale's law as a whole, in the words of an experiment.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// Dale's law in the words of an experiment. Either edit changes dale_ratio,
// Dale_rec and Dale_out together, and so brings the law into a file without it.
const (
	daleRatio = "dale_ratio"
	daleSigns = "dale_signs"
)

// ofLaw says that the edit changes Dale's law as a whole.
func (e Edit) ofLaw() bool { return e.name.text == daleRatio || e.name.text == daleSigns }

// readSigns reads what dale_signs is to be, as an experiment writes it.
func (e *Edit) readSigns() error {
	if !strings.ContainsAny(e.value.text[:1], "[{+-0123456789") {
		return e.wrong(e.value.at, "a list of 1 and -1, a map such as {area1: 1, area2: -1}, or signs.npy", "%q cannot be put there", e.value.text)
	}
	n, err := strict.ParseFlag("edit", daleSigns+": "+e.value.text)
	if err == nil {
		err = strict.Loader{}.Decode(n.Get(daleSigns), &e.signs)
	}
	if err == nil && e.signs.FromFile() {
		return e.wrong(e.value.at, "write dale_signs = signs.npy", "a file is named without braces here")
	}
	return e.misread(err)
}

// misread places a mistake of a value in the edit.
func (e *Edit) misread(err error) error {
	problems := fault.ErrorsIn(err)
	if len(problems) == 0 {
		return err
	}
	return e.wrong(e.value.at, problems[0].Hint, "%s", problems[0].Text)
}

// changeLaw makes an edit of Dale's law. Entries are the units.
func (e Edit) changeLaw(f *npz.File, names UnitNames, file npz.Array) (c Change, err error) {
	c.Edit = strings.TrimSpace(e.source)
	m, ok := f.Get("W_rec")
	switch {
	case len(e.index) > 0:
		return c, e.wrong(e.index[0].at, "for example dale_signs = {area1: 1, area2: -1}", "%s is given for all units at once", e.name.text)
	case !ok || len(m.Array.Shape) != 2 || m.Array.Shape[0] == 0:
		return c, e.wrong(e.name.at, "", "there are no units to give signs: the file has no W_rec (n,n)")
	}
	c.Entries = m.Array.Shape[0]
	var signs []float64
	var ratio float64
	if e.name.text == daleRatio {
		signs, ratio, err = e.ratioSigns(f, c.Entries)
	} else {
		signs, err = e.unitSigns(c.Entries, names, file)
		ratio = model.Ratio(signs)
	}
	switch {
	case err != nil:
		return c, err
	case signs != nil && slices.Max(signs) < 0:
		return c, e.wrong(e.value.at, "dale_ratio = 0 takes Dale's law away", "this makes all %d units inhibitory, and none would reach the output", c.Entries)
	case signs != nil:
		c.Changed = setDiagonal(f, "Dale_rec", signs)
		setDiagonal(f, "Dale_out", model.Projections(signs))
	}
	f.Set(weights.RatioMember(ratio))
	return c, nil
}

// ratioSigns are the ratio that the edit comes to and the signs that it gives
// the units: all 1 without Dale's law, none if it is no ratio.
func (e Edit) ratioSigns(f *npz.File, units int) (signs []float64, ratio float64, err error) {
	if e.File() != "" || e.value.text == mean {
		return nil, 0, e.wrong(e.value.at, "0 takes Dale's law away", "dale_ratio is a number from 0 to 1")
	}
	if m, ok := f.Get(daleRatio); ok && m.Array.Numeric() && m.Array.Len() == 1 {
		ratio = m.Array.Reader()(0)
	}
	switch ratio = e.change(ratio, e.number); {
	case ratio == 0:
		signs = model.SignsOf(1, units)
	case ratio > 0 && ratio <= 1:
		signs = model.SignsOf(ratio, units)
	}
	return signs, ratio, nil
}

// unitSigns are the signs that the edit gives the units one by one.
func (e Edit) unitSigns(units int, names UnitNames, file npz.Array) ([]float64, error) {
	u := &e.signs
	switch {
	case !e.sets:
		return nil, e.wrong(e.name.at, "write dale_signs = ...", "dale_signs can only be replaced")
	case e.value.text == mean:
		return nil, e.wrong(e.value.at, "for example dale_signs = {area1: 1, area2: -1}", "a mean is no sign")
	case e.File() != "":
		values, err := file.Float64s()
		if err != nil || len(values) != units || len(long(file.Shape)) > 1 {
			return nil, e.wrong(e.value.at, "save an array of 1 and -1", "%s has shape %s, but a sign for each of %d units is needed", e.File(), npz.ShapeText(file.Shape), units)
		}
		u = network.List(values)
	}
	r := network.Resolver{Populations: maps.Clone(names.Populations)}
	signs := r.UnitSigns(u, units)
	return signs, e.misread(r.Problems.Err())
}

// setDiagonal replaces a diagonal matrix and says how many of its entries differ.
func setDiagonal(f *npz.File, name string, diagonal []float64) (changed int) {
	n := len(diagonal)
	m, ok := f.Get(name)
	if !ok {
		m = npz.Member{Name: name, Array: npz.ArrayOf([]int{n, n}, make([]float32, n*n))}
	}
	read := func(int) float64 { return 0 }
	if m.Array.Numeric() && m.Array.Len() == n*n {
		read = m.Array.Reader()
	}
	for k, v := range diagonal {
		if read(k*n+k) != v {
			changed++
		}
	}
	m.Array.Shape = []int{n, n}
	f.Set(npz.Member{Name: name, Array: like(m.Array, weights.DiagonalMatrix(diagonal))})
	return changed
}

// unlikely says where Dale_out is not what the signs in Dale_rec make of it, as
// after an edit of one of them alone.
func unlikely(n *model.Network) (warnings []string) {
	signs := n.Signs()
	for k, v := range model.Projections(signs) {
		if (n.Dale.Out[k] != 0) != (v != 0) {
			return []string{fmt.Sprintf("Dale_rec makes unit %d %s, but Dale_out[%d, %d] is %g; dale_signs = ... sets both", k, model.SignName(signs[k]), k, k, n.Dale.Out[k])}
		}
	}
	return nil
}
