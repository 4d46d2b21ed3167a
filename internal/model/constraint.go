package model

import "psychrnn/internal/kernel"

// Constraint makes one tensor's raw entries effective (semantics 1.2):
//
//	eff = Sign |theta Mask|  under Dale's law, else  theta Mask
//
// entry by entry. A nil Mask or Sign is 1 everywhere.
type Constraint struct {
	Tensor Tensor
	Mask   []float64
	Sign   []float64
	Abs    bool
}

// Constraints are the constraints of a network in precision F.
type Constraints[F kernel.Float] struct{ rules []rule[F] }

type rule[F kernel.Float] struct {
	tensor     Tensor
	mask, sign []F
	abs        bool
}

// NewConstraints converts the constraints to precision F.
func NewConstraints[F kernel.Float](list []Constraint) Constraints[F] {
	var c Constraints[F]
	for _, k := range list {
		c.rules = append(c.rules, rule[F]{
			tensor: k.Tensor, abs: k.Abs,
			mask: ones(k.Mask, k.Tensor.Len(), F(1)), sign: ones(k.Sign, k.Tensor.Len(), F(1)),
		})
	}
	return c
}

// ones converts values, or returns n ones for nil.
func ones[F kernel.Float](values []float64, n int, one F) []F {
	out := make([]F, n)
	for k := range out {
		out[k] = one
		if values != nil {
			out[k] = F(values[k])
		}
	}
	return out
}

// Effective overwrites eff with the effective weights of theta.
func (c Constraints[F]) Effective(eff, theta []F) {
	copy(eff, theta)
	for _, r := range c.rules {
		e := View(r.tensor, eff)
		for k := range e {
			e[k] *= r.mask[k]
			if r.abs && e[k] < 0 {
				e[k] = -e[k]
			}
			e[k] *= r.sign[k]
			if e[k] == 0 {
				e[k] = 0 // not -0
			}
		}
	}
}

// Back turns the gradient of effective weights into that of theta, in place:
//
//	dtheta = Mask Sign sgn(theta Mask) deff  under Dale's law, else  Mask deff
//
// with sgn(0) = 0.
func (c Constraints[F]) Back(dtheta, theta []F) {
	for _, r := range c.rules {
		d, w := View(r.tensor, dtheta), View(r.tensor, theta)
		for k := range d {
			g := d[k] * r.mask[k]
			if r.abs {
				raw := w[k] * r.mask[k]
				switch {
				case raw > 0:
					g *= r.sign[k]
				case raw < 0:
					g *= -r.sign[k]
				default:
					g = 0
				}
			}
			d[k] = g
		}
	}
}
