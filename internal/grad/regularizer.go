package grad

// Regularizers: factors times the mean of a function of all weights of a role,
// or of all rates. A new one is a key of Regularizers, its line in the table
// below it, and, if its function is new, the function.

import (
	"slices"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Regularizers are the factors of the penalties of original 3, each a mean
// over the entries of the matrix of that role, or over all rates.
type Regularizers struct {
	L1_in          float64 `yaml:"L1_in" default:"0" min:"0" doc:"factor of the mean absolute input weight"`
	L1_rec         float64 `yaml:"L1_rec" default:"0" min:"0" doc:"factor of the mean absolute recurrent weight"`
	L1_out         float64 `yaml:"L1_out" default:"0" min:"0" doc:"factor of the mean absolute output weight"`
	L2_in          float64 `yaml:"L2_in" default:"0" min:"0" doc:"factor of the mean squared input weight"`
	L2_rec         float64 `yaml:"L2_rec" default:"0" min:"0" doc:"factor of the mean squared recurrent weight"`
	L2_out         float64 `yaml:"L2_out" default:"0" min:"0" doc:"factor of the mean squared output weight"`
	L2_firing_rate float64 `yaml:"L2_firing_rate" default:"0" min:"0" doc:"factor of the mean squared rate"`
}

// penalties is the table of regularizers. Those of one role are added up in
// this order.
func penalties[F kernel.Float](r Regularizers) []penalty[F] {
	return []penalty[F]{
		{"L2_in", r.L2_in, model.InputRole, squares[F]},
		{"L1_in", r.L1_in, model.InputRole, magnitudes[F]},
		{"L2_rec", r.L2_rec, model.RecurrentRole, squares[F]},
		{"L1_rec", r.L1_rec, model.RecurrentRole, magnitudes[F]},
		{"L2_out", r.L2_out, model.OutputRole, squares[F]},
		{"L1_out", r.L1_out, model.OutputRole, magnitudes[F]},
		{"L2_firing_rate", r.L2_firing_rate, onRates, squares[F]},
	}
}

// onRates stands in the place of a matrix's role where rates are penalized.
const onRates model.Role = -1

// penalty is factor * mean(p(v)) over all v of the matrix of a role, or over all rates.
type penalty[F kernel.Float] struct {
	key    string // in the experiment file
	factor float64
	role   model.Role
	// add returns sum + p(v_0) + p(v_1) + ..., and adds scale p'(v_k) to dv_k unless
	// dv is nil. v and dv are of one length.
	add func(sum float64, dv, v []F, scale float64) float64
}

// squares has p(v) = v^2.
func squares[F kernel.Float](sum float64, dv, v []F, scale float64) float64 {
	twice := F(2 * scale)
	for k, x := range v {
		sum += float64(x) * float64(x)
		if dv != nil {
			dv[k] += twice * x
		}
	}
	return sum
}

// magnitudes has p(v) = |v|, with p'(0) = 0.
func magnitudes[F kernel.Float](sum float64, dv, v []F, scale float64) float64 {
	for k, x := range v {
		slope := F(scale)
		switch {
		case x > 0:
			sum += float64(x)
		case x < 0:
			sum -= float64(x)
			slope = -slope
		default:
			continue
		}
		if dv != nil {
			dv[k] += slope
		}
	}
	return sum
}

// on are the penalties of a role that are not 0.
func on[F kernel.Float](r Regularizers, role model.Role) (list []penalty[F]) {
	for _, p := range penalties[F](r) {
		if p.role == role && p.factor != 0 {
			list = append(list, p)
		}
	}
	return list
}

// Keys are the keys of the penalties on weights of a role, sorted.
func (Regularizers) Keys(role model.Role) (keys []string) {
	for _, p := range penalties[float64](Regularizers{}) {
		if p.role == role {
			keys = append(keys, p.key)
		}
	}
	slices.Sort(keys)
	return keys
}

// OnRates says whether rates are penalized, so that the gradient of every one is kept.
func (r Regularizers) OnRates() bool { return len(on[float64](r, onRates)) > 0 }

// weightPenalties are the penalties on the entries of one tensor.
type weightPenalties[F kernel.Float] struct {
	tensor model.Tensor
	list   []penalty[F]
}

// newWeightPenalties returns those on every tensor that has any.
func newWeightPenalties[F kernel.Float](r Regularizers, l model.Layout) (all []weightPenalties[F]) {
	for _, t := range l {
		if list := on[F](r, t.Role); len(list) > 0 {
			all = append(all, weightPenalties[F]{t, list})
		}
	}
	return all
}

// add returns the penalties on the effective weights eff, and adds their
// gradient to deff; both are laid out as theta.
func (p weightPenalties[F]) add(deff, eff []F) (total float64) {
	w, dw := model.View(p.tensor, eff), model.View(p.tensor, deff)
	mean := 1 / float64(len(w))
	for _, one := range p.list {
		total += one.factor * one.add(0, dw, w, one.factor*mean)
	}
	return total * mean
}

// ratePenalties are the penalties on all B*T*n rates r of a batch. Where a cell's
// h is the state itself (the lstm's hidden state) r = f(h).
type ratePenalties[F kernel.Float] struct {
	list  []penalty[F]
	f     kernel.Transfer[F]
	rate  []F // of one row, (n)
	drate []F // likewise
}

// newRatePenalties returns the penalties on the rates of a cell with the transfer
// function f. They serve one group at a time.
func newRatePenalties[F kernel.Float](r Regularizers, d model.Dims, f kernel.Transfer[F]) Term[F] {
	return &ratePenalties[F]{list: on[F](r, onRates), f: f, rate: make([]F, d.N), drate: make([]F, d.N)}
}

func (p *ratePenalties[F]) Add(s *model.Workspace[F], backward bool) (total float64) {
	mean := 1 / float64(s.Batch*s.T*s.N)
	for _, one := range p.list {
		total += one.factor * p.sum(one, one.factor*mean, s, backward) * mean
	}
	return total
}

// sum adds up one penalty over the rates of a group, and adds its gradient to s.DH.
func (p *ratePenalties[F]) sum(one penalty[F], scale float64, s *model.Workspace[F], backward bool) (sum float64) {
	ld := s.Products[0].InStride()
	for t := 1; t <= s.T; t++ {
		in := s.InRows(0, t)
		for r := range s.Rows {
			h := in[r*ld:][:s.N]
			var dh []F
			if backward {
				dh = s.DH[(t*s.Rows+r)*s.N:][:s.N]
			}
			if s.Dims.Rates {
				sum = one.add(sum, dh, h, scale)
				continue
			}
			state := kernel.Rows[F]{Data: h}
			p.f.Apply(1, s.N, kernel.Rows[F]{Data: p.rate}, state)
			if !backward {
				sum = one.add(sum, nil, p.rate, scale)
				continue
			}
			clear(p.drate)
			sum = one.add(sum, p.drate, p.rate, scale)
			p.f.Back(1, s.N, kernel.Rows[F]{Data: dh}, kernel.Rows[F]{Data: p.drate}, state)
		}
	}
	return sum
}
