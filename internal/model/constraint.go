package model

// From raw to effective weights and back: masks and Dale's law, entry by entry, and
// the gradient through them.

import (
	"math"
	"slices"

	"psychrnn/internal/kernel"
)

// Constraints make the raw entries of some tensors effective (original 1.2):
//
//	eff = Sign |theta Mask|  under Dale's law, else  theta Mask
//
// entry by entry.
type Constraints[F kernel.Float] struct{ rules []entryRule[F] }

// entryRule is the constraint of one tensor. mask and sign are (len,) of it.
type entryRule[F kernel.Float] struct {
	tensor     Tensor
	mask, sign []F
	abs        bool
}

// ConstraintsOf are the constraints of a network in precision F.
func ConstraintsOf[F kernel.Float](n *Network) (c Constraints[F]) {
	if !KindOf(n.Kind).Dale {
		return c
	}
	for _, t := range n.Layout {
		mask, ok := n.Connectivity[t.Role]
		if !ok {
			continue
		}
		r := entryRule[F]{tensor: t, mask: Convert[F](mask), sign: Ones[F](nil, t.Len(), 1), abs: n.Dale.Holds()}
		switch {
		case r.abs && t.Role == RecurrentRole:
			r.sign = Convert[F](slices.Repeat(n.Dale.Rec, t.Shape[0]))
		case r.abs && t.Role == OutputRole:
			r.sign = Convert[F](slices.Repeat(n.Dale.Out, t.Shape[0]))
		}
		c.rules = append(c.rules, r)
	}
	return c
}

// raw overwrites effective entries of the tensor with raw ones of which the rule makes
// them, up to rounding:
//
//	theta = eff / (Mask |Sign|)
//
// An entry that the rule makes 0 whatever it was stays as it is.
func (r *entryRule[F]) raw(eff []F) {
	for k := range eff {
		if factor := r.mask[k] * max(r.sign[k], -r.sign[k]); factor != 0 {
			eff[k] /= factor
		}
	}
}

// TakeEffective makes raw weights of Theta, which holds effective ones, as a weight file
// has them, but raw ones behind a feed-forward layer (original 1.4). Where Dale's law
// turns a sign round, size is all that can be kept.
func (n *Network) TakeEffective() {
	c, stored := ConstraintsOf[float64](n), slices.Clone(n.Theta)
	c.rules = slices.DeleteFunc(c.rules, func(r entryRule[float64]) bool { return r.tensor.Name == LayerInputs })
	for _, r := range c.rules {
		r.raw(View(r.tensor, n.Theta))
	}
	eff := n.Effective()
	for k, v := range eff {
		eff[k] = math.Copysign(stored[k], v)
	}
	c.Refine(n.Theta, eff)
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
