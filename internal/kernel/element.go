package kernel

// The element-wise functions in plain Go: the step of a leaky state, the transfer
// functions and the gates of an LSTM, each beside its transpose. They are the
// oracle of the versions in assembly.

import "math"

// smallest is the magnitude below which a state is taken for 0: decaying
// states would become denormals, with which processors are slow.
const smallest = 1e-30

func flushed[F Float](x F) F {
	if -smallest < x && x < smallest {
		return 0
	}
	return x
}

// Row is row i, n numbers.
func (r Rows[F]) Row(i, n int) []F { return r.Data[i*r.Ld:][:n] }

func leak[F Float](rows, n int, next, prev, out Rows[F], keep []F) {
	keep = keep[:n]
	for r := range rows {
		next, prev, out := next.Row(r, n), prev.Row(r, n), out.Row(r, n)
		for j, k := range keep {
			next[j] = flushed(k*prev[j] + out[j])
		}
	}
}

func leakRelu[F Float](rows, n int, next, rate, prev, out Rows[F], keep []F) {
	leak(rows, n, next, prev, out, keep)
	relu(rows, n, rate, next)
}

func relu[F Float](rows, n int, dst, state Rows[F]) {
	for r := range rows {
		dst, state := dst.Row(r, n), state.Row(r, n)
		for j, x := range state {
			dst[j] = max(x, 0)
		}
	}
}

func reluBack[F Float](rows, n int, dstate, dh, state Rows[F]) {
	for r := range rows {
		dstate, dh, state := dstate.Row(r, n), dh.Row(r, n), state.Row(r, n)
		for j, x := range state {
			if x > 0 {
				dstate[j] += dh[j]
			}
		}
	}
}

func unleak[F Float](rows, n int, dprev, dnext Rows[F], keep []F) {
	keep = keep[:n]
	for r := range rows {
		dprev, dnext := dprev.Row(r, n), dnext.Row(r, n)
		for j, k := range keep {
			dprev[j] = flushed(k * dnext[j])
		}
	}
}

func unleakRelu[F Float](rows, n int, dprev, dnext, dh, prev Rows[F], keep []F) {
	keep = keep[:n]
	for r := range rows {
		dprev, dnext, dh, prev := dprev.Row(r, n), dnext.Row(r, n), dh.Row(r, n), prev.Row(r, n)
		for j, k := range keep {
			d := k * dnext[j]
			if prev[j] > 0 {
				d += dh[j]
			}
			dprev[j] = flushed(d)
		}
	}
}

// Pointwise makes a Transfer of a function and its derivative, computed in float64.
func Pointwise[F Float](f, slope func(float64) float64) Transfer[F] {
	return Transfer[F]{
		Apply: func(rows, n int, dst, state Rows[F]) {
			for r := range rows {
				dst, state := dst.Row(r, n), state.Row(r, n)
				for j, x := range state {
					dst[j] = F(f(float64(x)))
				}
			}
		},
		Back: func(rows, n int, dstate, dh, state Rows[F]) {
			for r := range rows {
				dstate, dh, state := dstate.Row(r, n), dh.Row(r, n), state.Row(r, n)
				for j, x := range state {
					dstate[j] += dh[j] * F(slope(float64(x)))
				}
			}
		},
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func elu(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.Expm1(x)
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func lstm[F Float](rows, n int, hidden, cell, gates, prev Rows[F]) {
	for r := range rows {
		hidden, cell, gates, prev := hidden.Row(r, n), cell.Row(r, n), gates.Row(r, 4*n), prev.Row(r, n)
		for j := range n {
			f, g := sigmoid(float64(gates[j])), sigmoid(float64(gates[n+j]))
			c, q := math.Tanh(float64(gates[2*n+j])), sigmoid(float64(gates[3*n+j]))
			gates[j], gates[n+j], gates[2*n+j], gates[3*n+j] = F(f), F(g), F(c), F(q)
			x := f*float64(prev[j]) + g*c
			cell[j], hidden[j] = F(x), F(q*sigmoid(x))
		}
	}
}

func lstmBack[F Float](rows, n int, dgates, dcell, dhidden, gates, cell, prev Rows[F]) {
	for r := range rows {
		dgates, gates := dgates.Row(r, 4*n), gates.Row(r, 4*n)
		dcell, dhidden, cell, prev := dcell.Row(r, n), dhidden.Row(r, n), cell.Row(r, n), prev.Row(r, n)
		for j := range n {
			f, g, c, q := gates[j], gates[n+j], gates[2*n+j], gates[3*n+j]
			s := F(sigmoid(float64(cell[j])))
			d := dcell[j] + dhidden[j]*q*s*(1-s)
			dgates[j] = d * prev[j] * f * (1 - f)
			dgates[n+j] = d * c * g * (1 - g)
			dgates[2*n+j] = d * g * (1 - c*c)
			dgates[3*n+j] = dhidden[j] * s * q * (1 - q)
			dcell[j] = d * f
		}
	}
}
