package inspect

// The part of an array that a reference names.

import (
	"cmp"
	"slices"
	"strconv"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/weights"
)

// UnitNames are what an index may say beside numbers and slices.
type UnitNames struct {
	Network     *model.Network   // knows which dimensions are units; nil if there is none
	Populations map[string][]int // units by name
	// Renew finds the populations anew once Dale's law is another; nil: they stay.
	Renew func(*model.Network) map[string][]int
}

// selection is a part of an array.
type selection struct {
	member npz.Member
	shape  []int // of the part; a dimension with a single index is dropped, as in NumPy
	at     []int // the entries, in the order of the part
}

// find returns the part of the file's array that the reference names.
func (r ArrayReference) find(f *npz.File, names UnitNames) (selection, error) {
	m, ok := f.Get(r.name.text)
	if !ok {
		return selection{}, r.unknown(f)
	}
	s := selection{member: m}
	shape := m.Array.Shape
	if m.Array.Type == "" {
		return s, r.wrong(r.name.at, "", "%s is no array: %s", m.Name, brief(m))
	}
	if len(r.index) > len(shape) {
		return s, r.wrong(r.index[len(shape)].at, "", "%s has shape %s, but %d indices are given", m.Name, npz.ShapeText(shape), len(r.index))
	}
	if m.Array.Len() == 0 { // though a dimension may be endless
		if len(r.index) > 0 {
			return s, r.wrong(r.index[0].at, "", "%s has shape %s, without any entry", m.Name, npz.ShapeText(shape))
		}
		s.shape = shape
		return s, nil
	}
	axes := weights.AxesOf(names.Network, m.Name, shape)
	s.at = []int{0}
	for d, size := range shape {
		list, dropped, err := r.indices(d, names, axes[d])
		if err != nil {
			return s, err
		}
		if !dropped {
			s.shape = append(s.shape, len(list))
		}
		at := make([]int, 0, len(s.at)*len(list))
		for _, before := range s.at {
			for _, k := range list {
				at = append(at, before*size+k)
			}
		}
		s.at = at
	}
	return s, nil
}

// indices are those of dimension d; dropped says that it is a single number.
func (r ArrayReference) indices(d int, names UnitNames, axis model.Axis) (list []int, dropped bool, err error) {
	if d >= len(r.index) {
		return axis.All(), false, nil
	}
	p := r.index[d]
	list, wrong := network.Indices(p.text, axis, names.Populations)
	for _, problem := range wrong {
		return nil, false, r.wrong(p.at, problem.Hint, "%s", problem.Text)
	}
	_, notNumber := strconv.Atoi(p.text)
	return list, notNumber == nil, nil
}

func (r ArrayReference) unknown(f *npz.File) error {
	var names []string
	for _, m := range f.Members {
		names = append(names, m.Name)
	}
	hint := cmp.Or(fault.DidYouMean(r.name.text, names, ""), "psychrnn inspect lists the members")
	return r.wrong(r.name.at, hint, "there is no member %q", r.name.text)
}

// Get returns the part of an array that the reference names, in the type of the array.
func Get(f *npz.File, r ArrayReference, names UnitNames) (npz.Array, error) {
	s, err := r.find(f, names)
	if err != nil {
		return npz.Array{}, err
	}
	from := s.member.Array
	part := npz.Array{Type: from.Type, Shape: slices.Clone(s.shape)}
	if n := from.Len(); n > 0 {
		width := len(from.Data) / n
		for _, k := range s.at {
			part.Data = append(part.Data, from.Data[k*width:][:width]...)
		}
	}
	return part, nil
}
