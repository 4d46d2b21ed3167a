package network

// What an experiment says of matrices, in the sizes of a network. Mistakes are told
// where they stand in the file.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
)

// Resolver turns what an experiment says about matrices and units into
// numbers. What is wrong it collects, so that all of it is reported together.
type Resolver struct {
	Populations map[string][]int // units by name
	Periods     []string         // of the trials: no units, and not to be taken for them
	Read        func(path string) ([]byte, error)
	Key         random.Key // begins the address of every random matrix
	Problems    fault.Errors

	named   int                  // indices that selections came to so far
	put     int                  // entries that changes of matrices came to
	listed  map[string]Selection // the section populations
	units   model.Axis           // of which they name some
	within  map[string]int       // populations that are being put together, each within the one before, by their depth
	signing bool                 // dale_signs is being resolved, so Dale's populations are not there yet
}

// Fail adds a problem; a matrix that no file told has no place.
func (r *Resolver) Fail(n *strict.Node, text, hint string) {
	if n == nil {
		r.Problems.Add(fault.Error{Text: text, Hint: hint})
		return
	}
	r.Problems.Add(n.Problem(text, hint))
}

// Matrix returns the entries (Rows, Cols), row by row, or nil if something is wrong. base is
// what a matrix changes that consists of set alone, of the same shape; nil where such
// a one cannot be.
func (r *Resolver) Matrix(m *Matrix, s model.MatrixShape, base []float64) []float64 {
	values := r.start(m, s, base)
	if values == nil || m.Form == nil {
		return values
	}
	ok := true
	for _, p := range m.Form.Set {
		ok = r.set(m, p, values, s) && ok
	}
	if !ok {
		return nil
	}
	return values
}

// start is the matrix without its changes.
func (r *Resolver) start(m *Matrix, s model.MatrixShape, base []float64) []float64 {
	size := s.Rows.Size * s.Cols.Size
	switch f := m.Form; {
	case m.Number != nil:
		return slices.Repeat([]float64{*m.Number}, size)
	case m.Lists != nil:
		return r.lists(m, s)
	case f == nil:
		return nil // its mistake is reported already
	case f.File.Text != "":
		return r.file(m, s)
	case f.Fill != nil:
		return slices.Repeat([]float64{*f.Fill}, size)
	case f.Density != nil:
		return r.sparse(m, size)
	case f.Identity != nil:
		if s.Vector || s.Rows.Size != s.Cols.Size {
			r.Fail(m.node, fmt.Sprintf("the identity is square, but %v is needed", s), "")
			return nil
		}
		values := slices.Repeat([]float64{0}, size)
		for k := range s.Rows.Size {
			values[k*s.Cols.Size+k] = *f.Identity
		}
		return values
	case base == nil:
		r.Fail(m.node, "set has nothing to change", "begin with a matrix, such as fill: 1")
		return nil
	}
	return slices.Clone(base)
}

func (r *Resolver) lists(m *Matrix, s model.MatrixShape) []float64 {
	dimensions := []int{len(m.Lists), len(m.Lists[0])}
	if m.Flat {
		dimensions = dimensions[1:]
	}
	if !s.Takes(dimensions) {
		r.misshapen(m, dimensions, s)
		return nil
	}
	return slices.Concat(m.Lists...)
}

func (r *Resolver) misshapen(m *Matrix, have []int, want model.MatrixShape) {
	var sizes []string
	for _, d := range have {
		sizes = append(sizes, fmt.Sprint(d))
	}
	r.Fail(m.node, fmt.Sprintf("shape (%s), but %v is needed", strings.Join(sizes, ","), want), "")
}

// sparse draws a 0/1 matrix from the stream of the key's path.
func (r *Resolver) sparse(m *Matrix, size int) []float64 {
	d := r.Key.Text(m.Path()).Draws()
	values := make([]float64, size)
	for k := range values {
		if d.Uniform() < *m.Form.Density {
			values[k] = 1
		}
	}
	return values
}

// file reads a matrix and notes the file's sum.
func (r *Resolver) file(m *Matrix, s model.MatrixShape) []float64 {
	content := r.Content(m.node, m.Form.File, &m.Form.SHA256)
	if content == nil {
		return nil
	}
	arrays, err := arraysIn(content, npz.Limits{Size: m.node.Arrays()})
	if err != nil {
		r.Unread(m.node, m.Form.File.Text, err)
		return nil
	}
	array, ok := r.pick(m, arrays)
	if !ok {
		return nil
	}
	values, err := array.Float64s()
	switch {
	case err != nil:
		r.Fail(m.node, m.Form.File.Text+": "+err.Error(), "")
		return nil
	case !s.Takes(array.Shape):
		r.misshapen(m, array.Shape, s)
		return nil
	}
	for k, v := range values {
		if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
			r.Fail(m.node, fmt.Sprintf("entry %s of %s is %g, but a number that float32 holds is needed", s.Place(k), m.Form.File.Text, v), "")
			return nil
		}
	}
	return values
}

// arraysIn reads the content of an .npz file, or of an .npy file, whose array
// has no name.
func arraysIn(content []byte, limits npz.Limits) ([]npz.Member, error) {
	if !bytes.HasPrefix(content, []byte("PK")) {
		array, err := npz.ReadNpy(bytes.NewReader(content), limits.Size)
		return []npz.Member{{Array: array}}, err
	}
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), limits)
	if err != nil {
		return nil, err
	}
	return f.Members, nil
}

// pick finds the array that a matrix names by its key.
func (r *Resolver) pick(m *Matrix, arrays []npz.Member) (npz.Array, bool) {
	numeric := slices.DeleteFunc(slices.Clone(arrays), func(a npz.Member) bool { return !a.Array.Numeric() })
	var names []string
	for _, a := range numeric {
		if names = append(names, a.Name); a.Name == m.Form.Key || m.Form.Key == "" && len(numeric) == 1 {
			return a.Array, true
		}
	}
	file, holds := m.Form.File.Text, "it holds "+fault.Listed(names)
	switch {
	case len(names) == 1 && names[0] == "":
		r.Fail(m.node, file+" is a single array, without keys", "leave key out")
	case len(names) == 0:
		r.Fail(m.node, file+" holds no array of numbers", "")
	case m.Form.Key != "":
		r.Fail(m.node, fmt.Sprintf("%s holds no array of numbers %q", file, m.Form.Key), holds)
	default:
		r.Fail(m.node, file+" holds several arrays", "say by key which one; "+holds)
	}
	return npz.Array{}, false
}

// Content reads the file that a node names, refuses another than the one with
// the given sum, and notes the sum. It is nil if something is wrong.
func (r *Resolver) Content(n *strict.Node, path strict.Path, sum *string) []byte {
	content, err := r.Read(path.String())
	if err != nil {
		r.Unread(n, "", err)
		return nil
	}
	found := sha256.Sum256(content)
	text := hex.EncodeToString(found[:])
	if *sum != "" && !strings.EqualFold(*sum, text) {
		r.Fail(n, fmt.Sprintf("%s is not the file it was: its sha256 is %s, but %s is given", path.Text, text, *sum),
			"bring back the old file, or take sha256 out to accept the new one")
		return nil
	}
	*sum = text
	return content
}

// Unread reports a file that cannot be read or understood.
func (r *Resolver) Unread(n *strict.Node, file string, err error) {
	text, hint := err.Error(), n.PathHint()
	if refused := fault.Content(err); refused != nil {
		text, hint = file+": "+text, refused.Hint
	}
	p := n.Problem(text, hint)
	p.Cause = err
	r.Problems.Add(p)
}

// Changes by set may reach so many entries, and all of a matrix so many times.
const (
	mostPut  = 1 << 24
	putTimes = 16
)

// set makes one change of the matrix.
func (r *Resolver) set(m *Matrix, p Patch, values []float64, s model.MatrixShape) bool {
	if s.Vector && len(p.Cols.parts) > 0 {
		r.Fail(p.Cols.node, "there are rows only", "rows says which entries")
		return false
	}
	rows, ok := p.Rows.indices(r, s.Rows)
	cols, good := p.Cols.indices(r, s.Cols)
	if !ok || !good {
		return false
	}
	size := len(rows) * len(cols)
	most, before := mostPut+putTimes*len(values), r.put
	if r.put += size; r.put > most {
		if before <= most {
			r.Fail(m.node, fmt.Sprintf("with this, changes by set reach more than %d entries", most), "change fewer, or write the matrix into a file")
		}
		return false
	}
	var block []float64
	if p.Value.Mean {
		var sum float64
		for _, i := range rows {
			for _, j := range cols {
				sum += values[i*s.Cols.Size+j]
			}
		}
		block = slices.Repeat([]float64{sum / float64(size)}, size)
	} else if p.Value.Matrix != nil {
		block = r.Matrix(p.Value.Matrix, model.MatrixShape{Rows: model.Axis{Size: len(rows)}, Cols: model.Axis{Size: len(cols)}, Vector: s.Vector}, nil)
	}
	if block == nil {
		return false
	}
	for a, i := range rows {
		for b, j := range cols {
			values[i*s.Cols.Size+j] = block[a*len(cols)+b]
		}
	}
	return true
}
