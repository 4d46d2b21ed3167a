package train

// The optimizers, each with its arithmetic and its state. A new one is a function and a
// line in the table; its settings are fields of optimizerLong, beside which the
// experiment file is read. Everything is computed in F, as the packages do whose form
// an optimizer has, and entries that may not change are never touched.

import (
	"maps"
	"math"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// updater is an optimizer at work: it turns gradients into changes of the weights. Its
// state lies in flat blocks in the order of theta; with the number of updates made it
// is all that resuming needs.
type updater[F kernel.Float] struct {
	slots  []model.OptimizerSlot[F]
	update arithmetic[F]
}

// arithmetic changes the weights w by the gradient g of update number step, from 1,
// where free says so: nil means everywhere.
type arithmetic[F kernel.Float] func(w, g []F, step int, rate F, free []bool)

// optimizerKind is a line in the table of optimizers.
type optimizerKind[F kernel.Float] struct {
	settings map[string]float64 // with their defaults
	slots    []string           // names of the blocks of its state, which follow KEY/ in a weight file
	// begin gives the blocks, of zeros, what they start at, and returns the arithmetic
	// on them.
	begin func(s map[string]float64, slots []model.OptimizerSlot[F]) arithmetic[F]
}

// optimizerKinds is the table of optimizers, with the defaults of the package whose
// form they have: TensorFlow 1, and Keras for adamw.
func optimizerKinds[F kernel.Float]() map[string]optimizerKind[F] {
	moments := []string{"Adam", "Adam_1"}
	return map[string]optimizerKind[F]{
		"adam":     {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, moments, adam[F]},
		"adamw":    {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "weight_decay": 0.004}, moments, adam[F]},
		"sgd":      {map[string]float64{}, nil, sgd[F]},
		"momentum": {map[string]float64{"momentum": 0.9}, []string{"Momentum"}, momentum[F]},
		"nesterov": {map[string]float64{"momentum": 0.9}, []string{"Momentum"}, nesterov[F]},
		"rmsprop":  {map[string]float64{"decay": 0.9, "momentum": 0, "epsilon": 1e-10}, []string{"RMSProp", "RMSProp_1"}, rmsprop[F]},
		"adagrad":  {map[string]float64{"initial_accumulator": 0.1}, []string{"Adagrad"}, adagrad[F]},
	}
}

// newUpdater returns the optimizer for so many parameters.
func newUpdater[F kernel.Float](o Optimizer, size int) (u updater[F]) {
	k, ok := optimizerKinds[F]()[o.Kind]
	if !ok {
		panic("train: no such optimizer")
	}
	s := maps.Clone(k.settings)
	maps.Copy(s, o.Settings)
	for _, name := range k.slots {
		u.slots = append(u.slots, model.OptimizerSlot[F]{Name: name, Values: make([]F, size)})
	}
	u.update = k.begin(s, u.slots)
	return u
}

// fillWith overwrites every entry with a value.
func fillWith[F kernel.Float](block []F, value float64) {
	for k := range block {
		block[k] = F(value)
	}
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
func adam[F kernel.Float](s map[string]float64, slots []model.OptimizerSlot[F]) arithmetic[F] {
	beta1, beta2, epsilon, decay := F(s["beta1"]), F(s["beta2"]), F(s["epsilon"]), F(s["weight_decay"])
	m, v, powers := slots[0].Values, slots[1].Values, &betaPowers[F]{one: 1, two: 1}
	b1, b2 := 1-beta1, 1-beta2
	return func(w, g []F, step int, rate F, free []bool) {
		powers.raise(step, beta1, beta2)
		adapted := rate * F(math.Sqrt(float64(1-powers.two))) / (1 - powers.one)
		shrink := rate * decay
		forEachFree(len(w), free, func(k int) {
			m[k] += (g[k] - m[k]) * b1
			v[k] += (g[k]*g[k] - v[k]) * b2
			if shrink != 0 {
				w[k] -= shrink * w[k]
			}
			w[k] -= adapted * m[k] / (F(math.Sqrt(float64(v[k]))) + epsilon)
		})
	}
}

// betaPowers are beta1^updates and beta2^updates.
type betaPowers[F kernel.Float] struct {
	updates  int
	one, two F
}

// raise multiplies the powers up to those of update number step, one factor an
// update as TensorFlow does, so that a resumed run finds the same bits. Powers
// that are so small that another factor does not change them need no more.
func (p *betaPowers[F]) raise(step int, beta1, beta2 F) {
	for ; p.updates < step; p.updates++ {
		one, two := p.one*beta1, p.two*beta2
		if one == p.one && two == p.two {
			p.updates = step
			return
		}
		p.one, p.two = one, two
	}
}

// sgd is w -= rate g.
func sgd[F kernel.Float](map[string]float64, []model.OptimizerSlot[F]) arithmetic[F] {
	return func(w, g []F, _ int, rate F, free []bool) {
		forEachFree(len(w), free, func(k int) { w[k] -= rate * g[k] })
	}
}

// momentum is TensorFlow's MomentumOptimizer (Polyak 1964):
//
//	a = mu a + g,  w -= rate a
func momentum[F kernel.Float](s map[string]float64, slots []model.OptimizerSlot[F]) arithmetic[F] {
	mu, accumulated := F(s["momentum"]), slots[0].Values
	return func(w, g []F, _ int, rate F, free []bool) {
		forEachFree(len(w), free, func(k int) {
			accumulated[k] = mu*accumulated[k] + g[k]
			w[k] -= rate * accumulated[k]
		})
	}
}

// nesterov is its other form (after Sutskever, Martens, Dahl and Hinton 2013):
//
//	a = mu a + g,  w -= rate g + rate mu a
func nesterov[F kernel.Float](s map[string]float64, slots []model.OptimizerSlot[F]) arithmetic[F] {
	mu, accumulated := F(s["momentum"]), slots[0].Values
	return func(w, g []F, _ int, rate F, free []bool) {
		forEachFree(len(w), free, func(k int) {
			accumulated[k] = mu*accumulated[k] + g[k]
			w[k] -= rate*g[k] + rate*mu*accumulated[k]
		})
	}
}

// rmsprop is TensorFlow's RMSPropOptimizer (Tieleman and Hinton 2012), whose
// mean square starts at 1:
//
//	s += (g^2-s)(1-decay),  d = mu d + rate g / sqrt(s+eps),  w -= d
func rmsprop[F kernel.Float](s map[string]float64, slots []model.OptimizerSlot[F]) arithmetic[F] {
	share, mu, epsilon := 1-F(s["decay"]), F(s["momentum"]), F(s["epsilon"])
	square, d := slots[0].Values, slots[1].Values
	fillWith(square, 1)
	return func(w, g []F, _ int, rate F, free []bool) {
		forEachFree(len(w), free, func(k int) {
			square[k] += (g[k]*g[k] - square[k]) * share
			d[k] = mu*d[k] + rate*g[k]/F(math.Sqrt(float64(square[k]+epsilon)))
			w[k] -= d[k]
		})
	}
}

// adagrad is TensorFlow's AdagradOptimizer (Duchi, Hazan and Singer 2011):
//
//	s += g^2,  w -= rate g / sqrt(s)
func adagrad[F kernel.Float](s map[string]float64, slots []model.OptimizerSlot[F]) arithmetic[F] {
	square := slots[0].Values
	fillWith(square, s["initial_accumulator"])
	return func(w, g []F, _ int, rate F, free []bool) {
		forEachFree(len(w), free, func(k int) {
			square[k] += g[k] * g[k]
			w[k] -= rate * g[k] / F(math.Sqrt(float64(square[k])))
		})
	}
}
