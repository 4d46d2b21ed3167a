package model

import (
	"fmt"

	"psychrnn/internal/strict"
)

// Tau is the time constant of every unit in ms: one number, a list, a file, or
// a number for each of some populations that together have every unit.
type Tau struct {
	Matrix *Matrix
	Each   strict.Map[float64]

	node  *strict.Node
	units []float64 // of every unit, once it is resolved
}

var (
	_ strict.Decoder   = (*Tau)(nil)
	_ strict.Encoder   = Tau{}
	_ strict.Describer = Tau{}
)

// DecodeStrict reads any of the forms.
func (t *Tau) DecodeStrict(n *strict.Node) {
	t.node = n
	switch {
	case n.Kind() == strict.Mapping && n.Get("file") == nil:
		n.Decode(&t.Each)
	case n.Kind() == strict.Scalar && !n.Numeric():
		n.Fail(fmt.Sprintf("expected a number, a list, a file or a map of populations, found %q", n.Text()), "a file is written {file: tau.npy}")
	default:
		n.Decode(&t.Matrix)
	}
}

// EncodeStrict writes it as it was read, but the numbers in place of a file,
// which is not needed any more.
func (t Tau) EncodeStrict() any {
	switch {
	case t.Matrix == nil:
		return t.Each
	case t.Matrix.Form != nil && t.units != nil:
		return t.units
	}
	return t.Matrix
}

// Units are the time constants of all units, once they are resolved.
func (t *Tau) Units() []float64 { return t.units }

// Describe says what may stand there.
func (Tau) Describe() (string, []any) {
	return "a number, a list, a file, or a number for each population", []any{0.0, []float64{}, Form{}, strict.Map[float64]{}}
}

// Tau returns the time constant of each of n units, nil if something is wrong.
func (r *Resolver) Tau(t *Tau, n int) []float64 {
	if t.Matrix != nil {
		t.units = r.tauMatrix(t, n)
	} else {
		t.units = r.tauEach(t, n)
	}
	return t.units
}

func (r *Resolver) tauEach(t *Tau, n int) []float64 {
	tau := make([]float64, n)
	complete := true
	for _, e := range t.Each {
		p := part{text: e.Key, node: t.node.Get(e.Key)}
		units, ok := p.population(r, Axis{Size: n, Units: true})
		complete = complete && ok
		for _, k := range units {
			if tau[k] != 0 {
				r.fail(p.node, fmt.Sprintf("unit %d is in another of these populations, too", k), "each unit has one time constant")
				return nil
			}
			tau[k] = e.Value
		}
	}
	if !complete {
		return nil
	}
	for k, v := range tau {
		if v == 0 {
			r.fail(t.node, fmt.Sprintf("unit %d is in none of these populations", k), "every unit needs a time constant")
			return nil
		}
	}
	return tau
}

func (r *Resolver) tauMatrix(t *Tau, n int) []float64 {
	tau := r.Matrix(t.Matrix, Shape{Axis{n, true}, Axis{Size: 1}, true}, nil)
	for k, v := range tau {
		if !(v > 0) {
			r.fail(t.node, fmt.Sprintf("unit %d gets %g, but a time constant is above 0", k, v), "")
			return nil
		}
	}
	return tau
}
