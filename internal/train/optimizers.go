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

// updater is an optimizer at work. Its state lies in flat blocks in the order of
// theta; with the number of updates made it is all that resuming needs.
type updater[F kernel.Float] struct {
	optimizerKind[F]
	slots  []model.OptimizerSlot[F]
	powers betaPowers[F] // of adam
}

// optimizerKind is a line in the table of optimizers.
type optimizerKind[F kernel.Float] struct {
	settings map[string]float64                        // with their defaults; those of an updater are its own
	blocks   []string                                  // of its state: the names that follow KEY/ in a weight file
	first    func(settings map[string]float64) float64 // what the first block starts at; nil: 0, as the others
	// change changes the weights w by the gradient g of update number step, from 1,
	// where free says so: nil means everywhere.
	change func(u *updater[F], w, g []F, step int, rate F, free []bool)
}

// optimizerKinds is the table of optimizers, with the defaults of the package whose
// form they have: TensorFlow 1, and Keras for adamw.
func optimizerKinds[F kernel.Float]() map[string]optimizerKind[F] {
	moments := []string{"Adam", "Adam_1"}
	one := func(map[string]float64) float64 { return 1 }
	given := func(s map[string]float64) float64 { return s["initial_accumulator"] }
	return map[string]optimizerKind[F]{
		"adam":     {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, moments, nil, adam[F]},
		"adamw":    {map[string]float64{"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "weight_decay": 0.004}, moments, nil, adam[F]},
		"sgd":      {map[string]float64{}, nil, nil, sgd[F]},
		"momentum": {map[string]float64{"momentum": 0.9}, []string{"Momentum"}, nil, momentum[F]},
		"nesterov": {map[string]float64{"momentum": 0.9}, []string{"Momentum"}, nil, nesterov[F]},
		"rmsprop":  {map[string]float64{"decay": 0.9, "momentum": 0, "epsilon": 1e-10}, []string{"RMSProp", "RMSProp_1"}, one, rmsprop[F]},
		"adagrad":  {map[string]float64{"initial_accumulator": 0.1}, []string{"Adagrad"}, given, adagrad[F]},
	}
}

// newUpdater returns the optimizer for so many parameters.
func newUpdater[F kernel.Float](o Optimizer, size int) *updater[F] {
	kind, ok := optimizerKinds[F]()[o.Kind]
	if !ok {
		panic("train: no such optimizer")
	}
	u := &updater[F]{optimizerKind: kind, powers: betaPowers[F]{one: 1, two: 1}}
	maps.Copy(u.settings, o.Settings)
	for k, name := range u.blocks {
		u.slots = append(u.slots, model.OptimizerSlot[F]{Name: name, Values: make([]F, size)})
		for e := range u.slots[k].Values {
			if k == 0 && u.first != nil {
				u.slots[k].Values[e] = F(u.first(u.settings))
			}
		}
	}
	return u
}

func (u *updater[F]) update(w, g []F, step int, rate F, free []bool) {
	u.change(u, w, g, step, rate, free)
}

func (u *updater[F]) setting(key string) F { return F(u.settings[key]) }

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
func adam[F kernel.Float](u *updater[F], w, g []F, step int, rate F, free []bool) {
	beta1, beta2, epsilon := u.setting("beta1"), u.setting("beta2"), u.setting("epsilon")
	u.powers.raise(step, beta1, beta2)
	m, v, b1, b2 := u.slots[0].Values, u.slots[1].Values, 1-beta1, 1-beta2
	adapted := rate * F(math.Sqrt(float64(1-u.powers.two))) / (1 - u.powers.one)
	shrink := rate * u.setting("weight_decay")
	forEachFree(len(w), free, func(k int) {
		m[k] += (g[k] - m[k]) * b1
		v[k] += (g[k]*g[k] - v[k]) * b2
		if shrink != 0 {
			w[k] -= shrink * w[k]
		}
		w[k] -= adapted * m[k] / (F(math.Sqrt(float64(v[k]))) + epsilon)
	})
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
func sgd[F kernel.Float](_ *updater[F], w, g []F, _ int, rate F, free []bool) {
	forEachFree(len(w), free, func(k int) { w[k] -= rate * g[k] })
}

// momentum is TensorFlow's MomentumOptimizer (Polyak 1964):
//
//	a = mu a + g,  w -= rate a
func momentum[F kernel.Float](u *updater[F], w, g []F, _ int, rate F, free []bool) {
	mu, a := u.setting("momentum"), u.slots[0].Values
	forEachFree(len(w), free, func(k int) {
		a[k] = mu*a[k] + g[k]
		w[k] -= rate * a[k]
	})
}

// nesterov is its other form (after Sutskever, Martens, Dahl and Hinton 2013):
//
//	a = mu a + g,  w -= rate g + rate mu a
func nesterov[F kernel.Float](u *updater[F], w, g []F, _ int, rate F, free []bool) {
	mu, a := u.setting("momentum"), u.slots[0].Values
	forEachFree(len(w), free, func(k int) {
		a[k] = mu*a[k] + g[k]
		w[k] -= rate*g[k] + rate*mu*a[k]
	})
}

// rmsprop is TensorFlow's RMSPropOptimizer (Tieleman and Hinton 2012), whose
// mean square starts at 1:
//
//	s += (g^2-s)(1-decay),  d = mu d + rate g / sqrt(s+eps),  w -= d
func rmsprop[F kernel.Float](u *updater[F], w, g []F, _ int, rate F, free []bool) {
	share, mu, epsilon := 1-u.setting("decay"), u.setting("momentum"), u.setting("epsilon")
	s, d := u.slots[0].Values, u.slots[1].Values
	forEachFree(len(w), free, func(k int) {
		s[k] += (g[k]*g[k] - s[k]) * share
		d[k] = mu*d[k] + rate*g[k]/F(math.Sqrt(float64(s[k]+epsilon)))
		w[k] -= d[k]
	})
}

// adagrad is TensorFlow's AdagradOptimizer (Duchi, Hazan and Singer 2011):
//
//	s += g^2,  w -= rate g / sqrt(s)
func adagrad[F kernel.Float](u *updater[F], w, g []F, _ int, rate F, free []bool) {
	s := u.slots[0].Values
	forEachFree(len(w), free, func(k int) {
		s[k] += g[k] * g[k]
		w[k] -= rate * g[k] / F(math.Sqrt(float64(s[k])))
	})
}
