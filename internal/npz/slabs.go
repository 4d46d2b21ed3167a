package npz

// An array read step by step along its first dimension.

import (
	"bytes"
	"io"
	"slices"
)

// Slabs reads a lone .npy array along its first dimension, so that an array
// larger than memory can be gone through.
type Slabs struct {
	Shape []int // of the whole array

	r    io.Reader
	h    npyHeader
	size int // bytes of one slab
	left int

	there int // bytes of a slab that are surely no lie of the header

	extended bool // a slab was read as longdoubles of the 80-bit form
}

// ReadSlabs begins to read an array of numbers of at least one dimension.
func ReadSlabs(r io.Reader) (*Slabs, error) {
	_, h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if a := (Array{Type: h.name}); !h.known || !a.Numeric() {
		return nil, refuse("save it as an array of numbers", "entries of type %s are no numbers", printable(h.descr))
	}
	size, _ := product(h.shape[min(1, len(h.shape)):], h.width)
	switch {
	case len(h.shape) == 0:
		return nil, refuse("", "a single value, but an array is needed")
	case h.fortran && len(h.shape) == 2: // a transposed matrix: small, so it is read whole
		data, err := readBytes(r, h.shape[0]*size, 0)
		if err != nil {
			return nil, err
		}
		whole := h.array(data)
		r, h.fortran = bytes.NewReader(whole.Data), false
		h.dtype, _ = parseType(whole.Type)
		size = h.shape[1] * h.width
	case h.fortran && len(h.shape) > 1:
		return nil, refuse("save numpy.ascontiguousarray of it", "the array is in Fortran order, so its steps do not lie one after the other")
	}
	return &Slabs{Shape: h.shape, r: r, h: h, size: size, left: h.shape[0]}, nil
}

// Next reads the next slab, of the shape without its first dimension. Behind
// the last one the error is io.EOF.
func (s *Slabs) Next() (Array, error) {
	if s.left == 0 {
		return Array{}, io.EOF
	}
	s.left--
	data, err := readBytes(s.r, s.size, s.there)
	if err != nil {
		return Array{}, err
	}
	s.there = s.size // memory for a slab is no surprise once one was there
	one := s.h
	one.shape, one.dtype = slices.Clone(s.Shape[1:]), s.h.ordered(data)
	if one.long && one.width == 16 {
		switch {
		case !one.quad && mayBeExtended(data):
			s.extended = s.extended || slices.ContainsFunc(data, func(b byte) bool { return b != 0 })
		case s.extended:
			return Array{}, refuse("save numpy.float64 of it", "the longdoubles of an earlier step are of another kind than those of step %d", s.Shape[0]-s.left-1)
		default:
			s.h.quad, one.quad = true, true
		}
	}
	return one.array(data), nil
}
