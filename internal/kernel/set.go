package kernel

// What a set of kernels can do, and the shapes of what it works on: rows that are
// padded to whole vectors, so that no kernel needs a remainder loop.

import (
	"math"

	"psychrnn/internal/random"
)

// Float is the precision a network computes in.
type Float interface{ ~float32 | ~float64 }

// Lane is the number of values to which row strides are rounded up, so that
// rows start at a cache line in float32.
const Lane = 16

// Stride is the row stride of a matrix with the given number of columns.
func Stride(columns int) int { return (columns + Lane - 1) / Lane * Lane }

// Mat is a row-major matrix; row r begins at Data[r*Ld].
type Mat[F Float] struct {
	Rows, Cols, Ld int
	Data           []F
}

// NewMat returns a zero matrix whose rows are padded to Stride(cols).
func NewMat[F Float](rows, cols int) Mat[F] {
	ld := Stride(cols)
	return Mat[F]{Rows: rows, Cols: cols, Ld: ld, Data: make([]F, rows*ld)}
}

// Set is one version of every kernel. None of them allocates. In assembly,
// denormals count as 0 and come out as 0, except in Normal.
type Set[F Float] struct {
	// Name is what Choose knows the set by: avx512, avx2 or go.
	Name string

	// Numerics names the rounding: sets of equal Numerics give equal bits.
	Numerics string

	// MulAdd computes C += A B with A (m,k), B (k,n), C (m,n). Entry (i,j)
	// of A is a[i*ars+j*acs], which lets A be a transpose; rows of B and C
	// are contiguous and begin at b[j*bs] and c[i*cs]. C must not overlap A or B.
	MulAdd func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int)

	// Mul is MulAdd with C = A B, whatever C held.
	Mul func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int)

	// Normal overwrites row r of dst, n values from dst[r*ld] on, with
	// standard normal deviates of stream s[r], which moves on.
	Normal func(dst []F, n, ld int, s []random.Stream)

	// The element-wise kernels go over n numbers of each of some rows.

	// Leak moves states on in time, next = keep prev + out, with a keep per
	// column. States below 1e-30 become 0, since denormals are slow. next may
	// be prev or out.
	Leak func(rows, n int, next, prev, out Rows[F], keep []F)

	// LeakRelu is Leak with the rates of the new states, max(next, 0).
	LeakRelu func(rows, n int, next, rate, prev, out Rows[F], keep []F)

	// Unleak is the transpose of Leak with regard to prev, dprev = keep dnext;
	// what is below 1e-30 becomes 0. dprev may be dnext.
	Unleak func(rows, n int, dprev, dnext Rows[F], keep []F)

	// UnleakRelu is Unleak with the gradient of the rates of prev,
	// dprev = keep dnext + (dh where prev > 0). dprev may be dnext or dh.
	UnleakRelu func(rows, n int, dprev, dnext, dh, prev Rows[F], keep []F)

	Relu     Transfer[F] // max(x, 0)
	Tanh     Transfer[F]
	Sigmoid  Transfer[F] // 1 / (1 + e^-x)
	Elu      Transfer[F] // x above 0, e^x - 1 below
	Softplus Transfer[F] // log(1 + e^x)

	// LSTM is a step of Hochreiter and Schmidhuber's unit (1997; with forget
	// gate, and a sigmoid on the cell). A row of gates is [f g c q], n numbers
	// each; they come in as sums and are overwritten by their functions:
	//
	//	f, g, q = sigmoid, c = tanh,  cell = f prev + g c,  hidden = q sigmoid(cell)
	LSTM func(rows, n int, hidden, cell, gates, prev Rows[F])

	// LSTMBack overwrites dgates with the gradient of the gates' sums, and
	// dcell, the gradient of cell without its way through hidden, with that of
	// prev. gates, cell and prev are as LSTM left them.
	LSTMBack func(rows, n int, dgates, dcell, dhidden, gates, cell, prev Rows[F])

	// Peak computes independent multiply-adds for the given number of rounds
	// and returns how many floating-point operations these were. It measures
	// what the processor could do, with the instructions MulAdd uses.
	Peak func(rounds int) (operations int)
}

// Rows are rows of numbers of which row r begins at Data[r*Ld].
type Rows[F Float] struct {
	Data []F
	Ld   int
}

// Transfer is a transfer function, applied to each number by itself.
type Transfer[F Float] struct {
	// Apply overwrites dst with the function of state. dst may be state.
	Apply func(rows, n int, dst, state Rows[F])

	// Back adds dh times the function's derivative at state to dstate.
	Back func(rows, n int, dstate, dh, state Rows[F])
}

// Plain returns the kernels in plain Go, which run everywhere.
func Plain[F Float]() *Set[F] {
	return &Set[F]{
		Name:       "go",
		Numerics:   numerics("plain"),
		MulAdd:     mulAdd[F],
		Mul:        mul[F],
		Normal:     normal[F],
		Leak:       leak[F],
		LeakRelu:   leakRelu[F],
		Unleak:     unleak[F],
		UnleakRelu: unleakRelu[F],
		Relu:       Transfer[F]{Apply: relu[F], Back: reluBack[F]},
		Tanh:       Pointwise[F](math.Tanh, func(x float64) float64 { t := math.Tanh(x); return 1 - t*t }),
		Sigmoid:    Pointwise[F](sigmoid, func(x float64) float64 { s := sigmoid(x); return s * (1 - s) }),
		Elu:        Pointwise[F](elu, func(x float64) float64 { return min(1, math.Exp(x)) }),
		Softplus:   Pointwise[F](softplus, sigmoid),
		LSTM:       lstm[F],
		LSTMBack:   lstmBack[F],
		Peak:       peak[F],
	}
}
