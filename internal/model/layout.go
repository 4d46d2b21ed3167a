package model

import "slices"

// Where the parameters of a network lie: one flat block for each of theta, effective
// weights, gradients and moments, in which a tensor is a range.

// Role says what a weight matrix connects, which is what connectivity, Dale's
// law and the regularizers aim at.
type Role int

// The roles of a tensor.
const (
	NoRole Role = iota
	InputRole
	RecurrentRole
	OutputRole
	FeedRole // the feed-forward layer's matrix, which starts like an input matrix and has no mask
)

// Tensor is one named parameter and its place in the flat block of parameters.
type Tensor struct {
	Name     string // as in the weight file and in the experiment
	Role     Role
	Shape    []int
	State    bool  // the state that trials start from
	PerTrial bool  // a row for each trial of a batch: trial k starts from row k mod B
	FileOnly bool  // kept in the file, but never trained: no gradient and no optimizer slots
	Start    Start // how it starts; nil: as the initializer of its role says, without a role at 0
	RawShape []int // its shape in files of raw weights, as the original's initializers write them (original 6); nil: as in all
	At       int   // index of its first entry
}

// Len is the number of entries.
func (t Tensor) Len() int {
	size := 1
	for _, d := range t.Shape {
		size *= d
	}
	return size
}

// Layout lists the parameters of a network in the order of the flat blocks:
// theta, effective weights, gradients, moments. No padding lies between them.
type Layout []Tensor

// NewLayout places the tensors one after another.
func NewLayout(tensors ...Tensor) Layout {
	at := 0
	for k := range tensors {
		tensors[k].At = at
		at += tensors[k].Len()
	}
	return tensors
}

// Size is the number of entries of a flat block.
func (l Layout) Size() int {
	if len(l) == 0 {
		return 0
	}
	last := l[len(l)-1]
	return last.At + last.Len()
}

// Find returns the tensor of that name.
func (l Layout) Find(name string) (Tensor, bool) {
	return find(l, func(t Tensor) bool { return t.Name == name })
}

// ConfigName is the tensor's name in an experiment: that of the weight file, but
// the matrix behind a feed-forward layer is W_in as well (original 1.4).
func (t Tensor) ConfigName() string {
	if t.Role == InputRole {
		return "W_in"
	}
	return t.Name
}

// ByConfigName returns the tensor that an experiment calls by that name.
func (l Layout) ByConfigName(name string) (Tensor, bool) {
	return find(l, func(t Tensor) bool { return t.ConfigName() == name })
}

// ConfigNames are the names of the tensors in an experiment.
func (l Layout) ConfigNames() []string {
	var names []string
	for _, t := range l {
		names = append(names, t.ConfigName())
	}
	return names
}

// find returns the first of a list that matches.
func find[T any](list []T, match func(T) bool) (found T, ok bool) {
	if k := slices.IndexFunc(list, match); k >= 0 {
		return list[k], true
	}
	return found, false
}

// must returns the tensor of that name, which a cell knows to be there.
func (l Layout) must(name string) Tensor {
	t, ok := l.Find(name)
	if !ok {
		panic("model: no such tensor in the layout")
	}
	return t
}

// initialState is the state that a cell starts from, which is the same in all trials.
func initialState(n int) Tensor {
	return Tensor{Name: "init_state", State: true, Shape: []int{1, n}, RawShape: []int{n}, Start: Gaussian(0.1, 0.01)}
}

// View returns the tensor's part (len,) of a flat block of the layout.
func View[F any](t Tensor, block []F) []F { return block[t.At : t.At+t.Len()] }

// OptimizerSlot is a block of an optimizer's state in the order of theta. In a weight file
// the part of a tensor is called by the tensor's name, a slash and Name.
type OptimizerSlot[F any] struct {
	Name   string
	Values []F
}
