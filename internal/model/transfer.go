package model

// The table of transfer functions. A new one is a line here.

import (
	"errors"
	"math"
	"slices"

	"psychrnn/internal/kernel"
)

// TransferFunction turns the state of a unit into its rate: an entry of the table, or
// one of its user's own, as tests have them.
type TransferFunction struct {
	Name   string // as an experiment calls it
	F, Df  func(s float64) float64
	Module string // where the original's framework keeps it, as weight files refer to it
	Symbol string // its name there
	Kinked bool   // the derivative jumps somewhere
}

// transferFunctions is the table in alphabetical order (original 1.1); the names are those
// of tf.nn, and linear is tf.identity. Nothing writes to it: a network carries its function.
var transferFunctions = []TransferFunction{
	{
		Name: "elu", Module: "tensorflow.python.ops.gen_nn_ops", Symbol: "elu",
		F:  func(s float64) float64 { return positive(s, s, math.Expm1(s)) },
		Df: func(s float64) float64 { return positive(s, 1, math.Exp(s)) },
	},
	{
		Name: "leaky_relu", Module: "tensorflow.python.ops.nn_ops", Symbol: "leaky_relu", Kinked: true,
		F:  func(s float64) float64 { return positive(s, s, 0.2*s) },
		Df: func(s float64) float64 { return positive(s, 1, 0.2) },
	},
	{
		Name: "linear", Module: "tensorflow.python.ops.array_ops", Symbol: "identity",
		F:  func(s float64) float64 { return s },
		Df: func(float64) float64 { return 1 },
	},
	{
		Name: "relu", Module: "tensorflow.python.ops.gen_nn_ops", Symbol: "relu", Kinked: true,
		F:  func(s float64) float64 { return positive(s, s, 0) },
		Df: func(s float64) float64 { return positive(s, 1, 0) },
	},
	{
		Name: "relu6", Module: "tensorflow.python.ops.nn_ops", Symbol: "relu6", Kinked: true,
		F: func(s float64) float64 { return min(positive(s, s, 0), 6) },
		Df: func(s float64) float64 {
			if s > 0 && s < 6 {
				return 1
			}
			return 0 * s
		},
	},
	{
		Name: "sigmoid", Module: "tensorflow.python.ops.math_ops", Symbol: "sigmoid",
		F:  sigmoidAt,
		Df: func(s float64) float64 { return sigmoidAt(s) * sigmoidAt(-s) },
	},
	{
		Name: "softplus", Module: "tensorflow.python.ops.math_ops", Symbol: "softplus",
		F:  softplusAt,
		Df: sigmoidAt,
	},
	{
		Name: "softsign", Module: "tensorflow.python.ops.gen_nn_ops", Symbol: "softsign",
		F:  func(s float64) float64 { return s / (1 + math.Abs(s)) },
		Df: func(s float64) float64 { d := 1 + math.Abs(s); return 1 / (d * d) },
	},
	{
		Name: "tanh", Module: "tensorflow.python.ops.gen_math_ops", Symbol: "tanh",
		F:  math.Tanh,
		Df: func(s float64) float64 { h := math.Tanh(s); return 1 - h*h },
	},
}

// TransferFunctions lists the table.
func TransferFunctions() []TransferFunction { return slices.Clone(transferFunctions) }

// FunctionNames are the names in the table.
func FunctionNames() (names []string) {
	for _, f := range transferFunctions {
		names = append(names, f.Name)
	}
	return names
}

// FunctionNamed is the function of that name in the table, nil if there is none.
func FunctionNamed(name string) *TransferFunction {
	if f, ok := find(transferFunctions, func(f TransferFunction) bool { return f.Name == name }); ok {
		return &f
	}
	return nil
}

// String is the name, "" where no function is known.
func (f *TransferFunction) String() string {
	if f == nil {
		return ""
	}
	return f.Name
}

// positive chooses by the sign of s; a NaN comes out as itself.
func positive(s, above, below float64) float64 {
	switch {
	case s > 0:
		return above
	case s <= 0:
		return below
	}
	return s
}

func sigmoidAt(s float64) float64 {
	if s >= 0 {
		return 1 / (1 + math.Exp(-s))
	}
	e := math.Exp(s)
	return e / (1 + e)
}

func softplusAt(s float64) float64 { return max(s, 0) + math.Log1p(math.Exp(-math.Abs(s))) }

// NewTransfer returns the function in precision F, from the kernels where they have it.
func NewTransfer[F kernel.Float](f *TransferFunction, set *kernel.Set[F]) (kernel.Transfer[F], error) {
	switch f.String() {
	case "":
		return kernel.Transfer[F]{}, errors.New("the transfer function is not known")
	case "relu":
		return set.Relu, nil
	case "sigmoid":
		return set.Sigmoid, nil
	case "tanh":
		return set.Tanh, nil
	case "softplus":
		return set.Softplus, nil
	case "elu":
		return set.Elu, nil
	}
	return kernel.Pointwise[F](f.F, f.Df), nil
}
