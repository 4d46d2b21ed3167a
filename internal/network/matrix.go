package network

// Matrices as an experiment writes them: inline, as patches, or from a file.

import (
	"fmt"
	"slices"

	"psychrnn/internal/strict"
)

// Matrix is a matrix as an experiment writes it: a number for every entry,
// nested lists, or a Form. See [Resolver.Matrix] for its entries.
type Matrix struct {
	Number *float64
	Lists  [][]float64 // rows of equal length; one if flat
	Flat   bool        // a list of numbers, for a vector or a single row or column
	Form   *Form

	node *strict.Node
}

// Form is a matrix written as a map: one of file, fill, density and identity,
// or none of them where there is something to change, then set.
type Form struct {
	_        struct{}    `doc:"A matrix as a map"`
	File     strict.Path `yaml:"file" doc:"an .npy or .npz file that holds the matrix"`
	Key      string      `yaml:"key" doc:"name of the array, needed if an .npz file holds several"`
	SHA256   string      `yaml:"sha256" doc:"SHA-256 sum of the file; a file that has changed is refused"`
	Fill     *float64    `yaml:"fill" doc:"value of every entry"`
	Density  *float64    `yaml:"density" min:"0" max:"1" doc:"probability that an entry is 1; otherwise it is 0"`
	Identity *float64    `yaml:"identity" doc:"value on the diagonal of a square matrix, 0 elsewhere"`
	Set      []Patch     `yaml:"set" doc:"changes, made in this order"`
}

// Patch changes the entries where rows and columns cross.
type Patch struct {
	Rows  Selection  `yaml:"rows" doc:"rows to change; all if absent"`
	Cols  Selection  `yaml:"cols" doc:"columns to change; all if absent"`
	Value PatchValue `yaml:"value" required:"true" doc:"the new entries"`
}

// PatchValue is what a Patch puts into its block: a matrix that fits it, or mean,
// the mean of what stands there.
type PatchValue struct {
	Mean   bool
	Matrix *Matrix
}

const matrixWords = "a matrix (a number, lists, or a map with file, fill, density or identity)"

// DecodeStrict reads any of the forms.
func (m *Matrix) DecodeStrict(n *strict.Node) {
	m.node = n
	switch {
	case n.Kind() == strict.Mapping:
		var f Form
		if n.Decode(&f) && f.sound(n) {
			m.Form = &f
		}
	case n.Kind() == strict.List:
		m.decodeLists(n)
	case n.Numeric():
		n.Decode(&m.Number)
	default:
		n.Fail(fmt.Sprintf("expected %s, found %q", matrixWords, n.Text()), "")
	}
}

func (m *Matrix) decodeLists(n *strict.Node) {
	items := n.Items()
	if len(items) == 0 || len(items[0].Items()) == 0 && items[0].Kind() == strict.List {
		n.Fail("an empty list is no matrix", "")
		return
	}
	if m.Flat = items[0].Kind() != strict.List; m.Flat {
		var row []float64
		if n.Decode(&row) {
			m.Lists = [][]float64{row}
		}
		return
	}
	var rows [][]float64
	if !n.Decode(&rows) {
		return
	}
	for k, row := range rows {
		if len(row) != len(rows[0]) {
			items[k].Fail(fmt.Sprintf("row %d has %d entries, row 0 has %d", k, len(row), len(rows[0])), "")
			return
		}
	}
	m.Lists = rows
}

// wholeKeys are the keys of a Form of which one says what all of the matrix is.
var wholeKeys = []string{"file", "fill", "density", "identity"}

// formKeys are those by which a Form is told from a map of populations.
var formKeys = append([]string{"set"}, wholeKeys...)

// isForm says whether a map is a Form.
func isForm(n *strict.Node) bool {
	return slices.ContainsFunc(formKeys, func(key string) bool { return n.Get(key) != nil })
}

// sound reports keys that do not go together.
func (f *Form) sound(n *strict.Node) bool {
	starts := []string{}
	for _, key := range wholeKeys {
		if n.Get(key) != nil {
			starts = append(starts, key)
		}
	}
	switch {
	case len(starts) > 1:
		n.Fail(fmt.Sprintf("%s and %s both say what the matrix is", starts[0], starts[1]),
			fmt.Sprintf("keep one; %s: null takes away what another file gave, and set changes parts", starts[0]))
	case f.File.Text == "" && (f.Key != "" || f.SHA256 != ""):
		n.Fail("key and sha256 belong to a file", "name it: file: m.npz")
	case len(starts) == 0 && len(f.Set) == 0:
		n.Fail("an empty map is no matrix", "say file, fill, density or identity")
	default:
		return true
	}
	return false
}

// EncodeStrict writes the matrix as it was read.
func (m Matrix) EncodeStrict() any {
	switch {
	case m.Number != nil:
		return *m.Number
	case m.Flat && m.Lists != nil:
		return m.Lists[0]
	case m.Lists != nil:
		return m.Lists
	case m.Form != nil:
		return m.Form
	}
	return nil
}

var _ = strict.Describe[Matrix](matrixWords, 0.0, []float64{}, [][]float64{}, Form{})

// Changes says that the matrix only changes parts of another.
func (m Matrix) Changes() bool {
	f := m.Form
	return f != nil && f.File.Text == "" && f.Fill == nil && f.Density == nil && f.Identity == nil
}

// Path is the matrix's place in the experiment, the address of what it draws.
func (m Matrix) Path() string {
	if m.node == nil {
		return ""
	}
	return m.node.Path()
}

// DecodeStrict reads a matrix or the word mean.
func (v *PatchValue) DecodeStrict(n *strict.Node) {
	if n.Kind() == strict.Scalar && n.Text() == "mean" {
		v.Mean = true
		return
	}
	n.Decode(&v.Matrix)
}

// EncodeStrict writes it back.
func (v PatchValue) EncodeStrict() any {
	if v.Mean {
		return "mean"
	}
	return v.Matrix
}

var _ = strict.Describe[PatchValue]("mean, or "+matrixWords, strict.Names{"mean"}, Matrix{})
