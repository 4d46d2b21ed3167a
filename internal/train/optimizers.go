package train

// The optimizers, each with its arithmetic and its state. A new one is an updater and a
// line in the table; its settings are fields of optimizerLong, beside which the
// experiment file is read. Everything is computed in F, as the packages do whose form
// an optimizer has, and entries that may not change are never touched.

import (
	"maps"
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// updater is the arithmetic of an optimizer: it turns gradients into changes of
// the weights. Its state lies in flat blocks in the order of theta; with the
// number of updates made it is all that resuming needs.
type updater[F kernel.Float] interface {
	// update changes the weights by the gradient g of update number step,
	// from 1, where free says so: nil means everywhere.
	update(w, g []F, step int, rate F, free []bool)
	// slots are its state, under the names that follow KEY/ in a weight file.
	slots() []model.OptimizerSlot[F]
}

// optimizerKind is a line in the table of optimizers.
type optimizerKind[F kernel.Float] struct {
	settings map[string]float64 // with their defaults
	make     func(s map[string]float64, size int) updater[F]
}

// optimizerKinds is the table of optimizers, with the defaults of the package whose
// form they have: TensorFlow 1, and Keras for adamw.
func optimizerKinds[F kernel.Float]() map[string]optimizerKind[F] {
	return map[string]optimizerKind[F]{
		"adam":     {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, newAdam[F]},
		"adamw":    {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "weight_decay": 0.004}, newAdam[F]},
		"sgd":      {map[string]float64{}, newSGD[F]},
		"momentum": {map[string]float64{"momentum": 0.9}, newMomentum[F]},
		"nesterov": {map[string]float64{"momentum": 0.9}, newNesterov[F]},
		"rmsprop":  {map[string]float64{"decay": 0.9, "momentum": 0, "epsilon": 1e-10}, newRMSProp[F]},
		"adagrad":  {map[string]float64{"initial_accumulator": 0.1}, newAdagrad[F]},
	}
}

// newUpdater returns the optimizer for so many parameters.
func newUpdater[F kernel.Float](o Optimizer, size int) updater[F] {
	k, ok := optimizerKinds[F]()[o.Kind]
	if !ok {
		panic("train: no such optimizer")
	}
	s := maps.Clone(k.settings)
	maps.Copy(s, o.Settings)
	return k.make(s, size)
}

// block is a flat block of so many entries that start at a value.
func block[F kernel.Float](size int, start float64) []F {
	b := make([]F, size)
	for k := range b {
		b[k] = F(start)
	}
	return b
}

// forEachFree calls do for every entry that may change.
func forEachFree(size int, free []bool, do func(k int)) {
	for k := range size {
		if free == nil || free[k] {
			do(k)
		}
	}
}

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

func (a *adam[F]) slots() []model.OptimizerSlot[F] {
	return []model.OptimizerSlot[F]{{Name: "Adam", Values: a.m}, {Name: "Adam_1", Values: a.v}}
}

// sgd is w -= rate g.
type sgd[F kernel.Float] struct{}

func newSGD[F kernel.Float](map[string]float64, int) updater[F] { return sgd[F]{} }

func (sgd[F]) update(w, g []F, _ int, rate F, free []bool) {
	forEachFree(len(w), free, func(k int) { w[k] -= rate * g[k] })
}

func (sgd[F]) slots() []model.OptimizerSlot[F] { return nil }

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

func (m *momentum[F]) slots() []model.OptimizerSlot[F] {
	return []model.OptimizerSlot[F]{{Name: "Momentum", Values: m.accumulated}}
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

func (r *rmsprop[F]) slots() []model.OptimizerSlot[F] {
	return []model.OptimizerSlot[F]{{Name: "RMSProp", Values: r.square}, {Name: "RMSProp_1", Values: r.step}}
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

func (a *adagrad[F]) slots() []model.OptimizerSlot[F] {
	return []model.OptimizerSlot[F]{{Name: "Adagrad", Values: a.square}}
}
