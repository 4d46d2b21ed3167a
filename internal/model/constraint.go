package model

// From raw to effective weights and back: masks and Dale's law, entry by entry, and
// the gradient through them.

import (
	"math"

	"psychrnn/internal/kernel"
)

// Constraint makes one tensor's raw entries effective (original 1.2):
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

// Raw overwrites effective entries with raw ones of which the constraint makes
// them, up to rounding:
//
//	theta = eff / (Mask |Sign|)
//
// An entry that the constraint makes 0 whatever it was stays as it is. eff is (len,)
// of the tensor.
func (c Constraint) Raw(eff []float64) {
	for k := range eff {
		if factor := at(c.Mask, k) * math.Abs(at(c.Sign, k)); factor != 0 {
			eff[k] /= factor
		}
	}
}

func at(values []float64, k int) float64 {
	if values == nil {
		return 1
	}
	return values[k]
}

// Constraints are the constraints of a network in precision F.
type Constraints[F kernel.Float] struct{ rules []entryRule[F] }

type entryRule[F kernel.Float] struct {
	tensor     Tensor
	mask, sign []F
	abs        bool
}

// NewConstraints converts the constraints to precision F.
func NewConstraints[F kernel.Float](list []Constraint) Constraints[F] {
	var c Constraints[F]
	for _, k := range list {
		c.rules = append(c.rules, entryRule[F]{
			tensor: k.Tensor, abs: k.Abs,
			mask: Ones(k.Mask, k.Tensor.Len(), F(1)), sign: Ones(k.Sign, k.Tensor.Len(), F(1)),
		})
	}
	return c
}

// Ones converts values (n), or returns n ones for nil.
func Ones[F kernel.Float](values []float64, n int, one F) []F {
	out := make([]F, n)
	for k := range out {
		out[k] = one
		if values != nil {
			out[k] = F(values[k])
		}
	}
	return out
}

// Effective overwrites eff with the effective weights of theta; both have the shape
// of the layout.
func (c Constraints[F]) Effective(eff, theta []F) {
	copy(eff, theta)
	for _, r := range c.rules {
		e := View(r.tensor, eff)
		for k := range e {
			e[k] = r.effective(e[k], k)
		}
	}
}

// effective is entry k of the tensor as the constraint leaves it.
func (r *entryRule[F]) effective(theta F, k int) F {
	theta *= r.mask[k]
	if r.abs && theta < 0 {
		theta = -theta
	}
	theta *= r.sign[k]
	if theta == 0 {
		return 0 // not -0
	}
	return theta
}

// Refine exchanges entries of theta for neighbours, at most two numbers away,
// whose effective weights come nearer to eff. After a factor of Mask, rounding
// leaves out some numbers and reaches others by a neighbour alone; so what was
// saved in precision F is what it was once it is read again.
func (c Constraints[F]) Refine(theta, eff []F) {
	for _, r := range c.rules {
		w, want := View(r.tensor, theta), View(r.tensor, eff)
		for k := range w {
			if f := r.mask[k] * r.sign[k]; f == 0 || f == 1 || f == -1 {
				continue
			}
			best := w[k]
			for _, to := range []float64{math.Inf(-1), math.Inf(1)} {
				near := w[k]
				for range 2 {
					near = nextFloat(near, to)
					if distance(r.effective(near, k), want[k]) < distance(r.effective(best, k), want[k]) {
						best = near
					}
				}
			}
			w[k] = best
		}
	}
}

func distance[F kernel.Float](a, b F) F { return max(a-b, b-a) }

// nextFloat is the number of precision F after x on the way to another.
func nextFloat[F kernel.Float](x F, to float64) F {
	if single, ok := any(x).(float32); ok {
		return F(math.Nextafter32(single, float32(to)))
	}
	return F(math.Nextafter(float64(x), to))
}

// Back turns the gradient of effective weights into that of theta, in place:
//
//	dtheta = Mask Sign sgn(theta Mask) deff  under Dale's law, else  Mask deff
//
// with sgn(0) = 0. dtheta and theta are blocks of the layout.
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
