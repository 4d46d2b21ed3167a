package train

import (
	"math"

	"psychrnn/internal/kernel"
)

// adam is Adam (Kingma and Ba 2015) in TensorFlow's form, computed in F
// throughout as there:
//
//	lr_t = lr sqrt(1-beta2^t) / (1-beta1^t)
//	m += (g-m)(1-beta1),  v += (g^2-v)(1-beta2),  w -= lr_t m / (sqrt(v)+eps)
type adam[F kernel.Float] struct {
	m, v           []F
	power1, power2 F // beta1^t, beta2^t of the next update
}

const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

func newAdam[F kernel.Float](size int) *adam[F] {
	return &adam[F]{m: make([]F, size), v: make([]F, size), power1: beta1, power2: beta2}
}

// update changes the entries of w that are free by the gradient g.
func (a *adam[F]) update(w, g []F, lr F, free []bool) {
	one := F(1)
	b1, b2, eps := one-F(beta1), one-F(beta2), F(epsilon)
	step := lr * F(math.Sqrt(float64(one-a.power2))) / (one - a.power1)
	for k := range w {
		if free != nil && !free[k] {
			continue
		}
		a.m[k] += (g[k] - a.m[k]) * b1
		a.v[k] += (g[k]*g[k] - a.v[k]) * b2
		w[k] -= step * a.m[k] / (F(math.Sqrt(float64(a.v[k]))) + eps)
	}
	a.power1 *= beta1
	a.power2 *= beta2
}
