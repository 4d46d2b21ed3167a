package model

// Shapes of tensors as a person sees them: rows and columns, of which some are units.

import "fmt"

// Axis is one side of a matrix: how many rows or columns it has, and whether
// they are the recurrent units, so that populations name them.
type Axis struct {
	Size  int
	Units bool
}

// All are the indices of all of them.
func (a Axis) All() []int {
	list := make([]int, a.Size)
	for k := range list {
		list[k] = k
	}
	return list
}

// MatrixShape is what a matrix must fit into; a vector has rows only.
type MatrixShape struct {
	Rows, Cols Axis
	Vector     bool
}

// ShapeOf is the shape of a tensor in a network of n units.
func ShapeOf(t Tensor, n int) MatrixShape {
	unit := func(size int) Axis { return Axis{size, size == n && t.Name != "b_out"} }
	if len(t.Shape) == 1 {
		return MatrixShape{Rows: unit(t.Shape[0]), Cols: Axis{Size: 1}, Vector: true}
	}
	s := MatrixShape{Rows: Axis{Size: t.Shape[0]}, Cols: unit(t.Shape[1])}
	switch t.Role {
	case RecurrentRole:
		s.Rows.Units = true
	case InputRole:
		s.Rows.Units, s.Cols.Units = true, false
	case FeedRole:
		s.Cols.Units = false
	}
	return s
}

func (s MatrixShape) String() string {
	if s.Vector {
		return fmt.Sprintf("(%d)", s.Rows.Size)
	}
	return fmt.Sprintf("(%d,%d)", s.Rows.Size, s.Cols.Size)
}

// Takes says whether entries of these dimensions fit: a flat list stands for a
// single row or column.
func (s MatrixShape) Takes(dimensions []int) bool {
	switch len(dimensions) {
	case 1:
		return dimensions[0] == s.Rows.Size*s.Cols.Size && (s.Vector || s.Rows.Size == 1 || s.Cols.Size == 1)
	case 2:
		return !s.Vector && dimensions[0] == s.Rows.Size && dimensions[1] == s.Cols.Size
	}
	return false
}

// Place names an entry by its indices.
func (s MatrixShape) Place(k int) string {
	if s.Vector {
		return fmt.Sprintf("[%d]", k)
	}
	return fmt.Sprintf("[%d,%d]", k/s.Cols.Size, k%s.Cols.Size)
}
