package model

// Dale's law: which units excite and which inhibit, as a ratio and as signs.

import "cmp"

// Dale is Dale's law in a network of n units, as its weight file has it.
type Dale struct {
	Ratio float64 // share of the units that are excitatory; 0: the law does not hold (original 1.2)
	// The diagonals of Dale_rec and Dale_out, applied only under the law: the signs of
	// the units, above 0 for excitation and below for inhibition, and which of them
	// project to the output. They alone count, whatever the ratio would make of them.
	Rec, Out []float64
}

// DaleOf is the law of n units with these signs, (n), of which inhibitory ones do not
// project to the output (original 1.2).
func DaleOf(ratio float64, signs []float64) Dale { return Dale{ratio, signs, Projections(signs)} }

// Holds says whether there is a law.
func (d Dale) Holds() bool { return d.Ratio != 0 }

// Excitatory is the number of excitatory units among n, int(ratio n) of the
// float64 product.
func Excitatory(ratio float64, n int) int { return int(ratio * float64(n)) }

// SignsOf are the signs that a ratio gives n units: the first are excitatory,
// 1, the others inhibitory, -1 (original 1.2); (n).
func SignsOf(ratio float64, n int) []float64 {
	signs := make([]float64, n)
	for k := range signs {
		signs[k] = 1
		if k >= Excitatory(ratio, n) {
			signs[k] = -1
		}
	}
	return signs
}

// Ratio is the share of excitatory units by their signs (n).
func Ratio(signs []float64) float64 {
	positive := 0
	for _, s := range signs {
		if s > 0 {
			positive++
		}
	}
	return float64(positive) / float64(len(signs))
}

// Projections are the diagonal of Dale_out: inhibitory units do not project to
// the output (original 1.2). signs and the result are (n).
func Projections(signs []float64) []float64 {
	out := make([]float64, len(signs))
	for k, s := range signs {
		if s > 0 {
			out[k] = 1
		}
	}
	return out
}

// Signs are those of the units under Dale's law, (n); nil where the law does not hold.
func (n *Network) Signs() []float64 {
	if !KindOf(n.Kind).Dale || !n.Dale.Holds() {
		return nil
	}
	return n.Dale.Rec
}

// SameSigns says whether two lists make the same units excitatory and the same
// inhibitory, both (n); either may hold a scale beside the sign.
func SameSigns(a, b []float64) bool { return DifferentSign(a, b) < 0 && len(a) == len(b) }

// DifferentSign is the first unit to which two lists give another sign, -1 if
// there is none; both are (n).
func DifferentSign(a, b []float64) int {
	for k := range min(len(a), len(b)) {
		if cmp.Compare(a[k], 0) != cmp.Compare(b[k], 0) {
			return k
		}
	}
	return -1
}

// The names of the units that Dale's law makes excitatory and inhibitory.
const (
	ExcitatoryUnits = "excitatory"
	InhibitoryUnits = "inhibitory"
)

// SignName says in words what a sign makes of a unit.
func SignName(sign float64) string {
	switch {
	case sign > 0:
		return ExcitatoryUnits
	case sign < 0:
		return InhibitoryUnits
	}
	return "neither excitatory nor inhibitory"
}
