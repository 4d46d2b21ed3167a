package train

// Optimizers beside Adam: sgd, momentum, nesterov, rmsprop, adagrad.

import (
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// sgd is w -= rate g.
type sgd[F kernel.Float] struct{}

func newSGD[F kernel.Float](map[string]float64, int) updater[F] { return sgd[F]{} }

func (sgd[F]) update(w, g []F, _ int, rate F, free []bool) {
	forEachFree(len(w), free, func(k int) { w[k] -= rate * g[k] })
}

func (sgd[F]) slots() []model.Slot[F] { return nil }

// momentum is TensorFlow's MomentumOptimizer (Polyak 1964; Nesterov's form
// after Sutskever, Martens, Dahl and Hinton 2013):
//
//	a = mu a + g,  w -= rate a,  or  w -= rate g + rate mu a
type momentum[F kernel.Float] struct {
	mu          F
	nesterov    bool
	accumulated []F
}

func newMomentum[F kernel.Float](s map[string]float64, size int) updater[F] {
	return &momentum[F]{mu: F(s["momentum"]), accumulated: block[F](size, 0)}
}

func newNesterov[F kernel.Float](s map[string]float64, size int) updater[F] {
	return &momentum[F]{mu: F(s["momentum"]), nesterov: true, accumulated: block[F](size, 0)}
}

func (m *momentum[F]) update(w, g []F, _ int, rate F, free []bool) {
	forEachFree(len(w), free, func(k int) {
		m.accumulated[k] = m.mu*m.accumulated[k] + g[k]
		if m.nesterov {
			w[k] -= rate*g[k] + rate*m.mu*m.accumulated[k]
		} else {
			w[k] -= rate * m.accumulated[k]
		}
	})
}

func (m *momentum[F]) slots() []model.Slot[F] {
	return []model.Slot[F]{{Name: "Momentum", Values: m.accumulated}}
}

// rmsprop is TensorFlow's RMSPropOptimizer (Tieleman and Hinton 2012), whose
// mean square starts at 1:
//
//	s += (g^2-s)(1-decay),  d = mu d + rate g / sqrt(s+eps),  w -= d
type rmsprop[F kernel.Float] struct {
	share, mu, epsilon F
	square, step       []F
}

func newRMSProp[F kernel.Float](s map[string]float64, size int) updater[F] {
	return &rmsprop[F]{
		share: 1 - F(s["decay"]), mu: F(s["momentum"]), epsilon: F(s["epsilon"]),
		square: block[F](size, 1), step: block[F](size, 0),
	}
}

func (r *rmsprop[F]) update(w, g []F, _ int, rate F, free []bool) {
	forEachFree(len(w), free, func(k int) {
		r.square[k] += (g[k]*g[k] - r.square[k]) * r.share
		r.step[k] = r.mu*r.step[k] + rate*g[k]/F(math.Sqrt(float64(r.square[k]+r.epsilon)))
		w[k] -= r.step[k]
	})
}

func (r *rmsprop[F]) slots() []model.Slot[F] {
	return []model.Slot[F]{{Name: "RMSProp", Values: r.square}, {Name: "RMSProp_1", Values: r.step}}
}

// adagrad is TensorFlow's AdagradOptimizer (Duchi, Hazan and Singer 2011):
//
//	s += g^2,  w -= rate g / sqrt(s)
type adagrad[F kernel.Float] struct{ square []F }

func newAdagrad[F kernel.Float](s map[string]float64, size int) updater[F] {
	return &adagrad[F]{block[F](size, s["initial_accumulator"])}
}

func (a *adagrad[F]) update(w, g []F, _ int, rate F, free []bool) {
	forEachFree(len(w), free, func(k int) {
		a.square[k] += g[k] * g[k]
		w[k] -= rate * g[k] / F(math.Sqrt(float64(a.square[k])))
	})
}

func (a *adagrad[F]) slots() []model.Slot[F] {
	return []model.Slot[F]{{Name: "Adagrad", Values: a.square}}
}
