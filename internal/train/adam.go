package train

// Adam in TensorFlow's form, and AdamW.

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// adam is Adam (Kingma and Ba 2015) in TensorFlow's form, computed in F
// throughout as there:
//
//	lr_t = lr sqrt(1-beta2^t) / (1-beta1^t)
//	m += (g-m)(1-beta1),  v += (g^2-v)(1-beta2),  w -= lr_t m / (sqrt(v)+eps)
//
// and, as AdamW (Loshchilov and Hutter 2019) in Keras's form, w -= lr decay w
// before that.
type adam[F kernel.Float] struct {
	beta1, beta2, epsilon, decay F
	m, v                         []F
	powers                       int // updates that power1 and power2 hold
	power1, power2               F   // beta1^t, beta2^t
}

func newAdam[F kernel.Float](s map[string]float64, size int) updater[F] {
	return &adam[F]{
		beta1: F(s["beta1"]), beta2: F(s["beta2"]), epsilon: F(s["epsilon"]), decay: F(s["weight_decay"]),
		m: block[F](size, 0), v: block[F](size, 0), power1: 1, power2: 1,
	}
}

func (a *adam[F]) update(w, g []F, step int, rate F, free []bool) {
	a.raise(step)
	b1, b2 := 1-a.beta1, 1-a.beta2
	adapted := rate * F(math.Sqrt(float64(1-a.power2))) / (1 - a.power1)
	shrink := rate * a.decay
	forEachFree(len(w), free, func(k int) {
		a.m[k] += (g[k] - a.m[k]) * b1
		a.v[k] += (g[k]*g[k] - a.v[k]) * b2
		if shrink != 0 {
			w[k] -= shrink * w[k]
		}
		w[k] -= adapted * a.m[k] / (F(math.Sqrt(float64(a.v[k]))) + a.epsilon)
	})
}

// raise multiplies the powers up to those of update number step, one factor an
// update as TensorFlow does, so that a resumed run finds the same bits. Powers
// that are so small that another factor does not change them need no more.
func (a *adam[F]) raise(step int) {
	for ; a.powers < step; a.powers++ {
		power1, power2 := a.power1*a.beta1, a.power2*a.beta2
		if power1 == a.power1 && power2 == a.power2 {
			a.powers = step
			return
		}
		a.power1, a.power2 = power1, power2
	}
}

func (a *adam[F]) slots() []model.Slot[F] {
	return []model.Slot[F]{{Name: "Adam", Values: a.m}, {Name: "Adam_1", Values: a.v}}
}
