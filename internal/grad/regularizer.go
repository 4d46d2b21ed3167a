package grad

// Penalties on weights and rates, each with its gradient.

import (
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Regularizer is a penalty on effective weights.
type Regularizer[F kernel.Float] interface {
	// Add returns the penalty and adds its gradient to deff.
	Add(deff, eff []F) float64
}

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

// weights lists the factor of |w| and of w^2 for each role.
func (r Regularizers) weights() map[model.Role][2]float64 {
	return map[model.Role][2]float64{
		model.InputRole:     {r.L1_in, r.L2_in},
		model.RecurrentRole: {r.L1_rec, r.L2_rec},
		model.OutputRole:    {r.L1_out, r.L2_out},
	}
}

// NewRegularizers returns the penalties that are not 0.
func NewRegularizers[F kernel.Float](r Regularizers, l model.Layout) []Regularizer[F] {
	var list []Regularizer[F]
	for _, t := range l {
		if factors, ok := r.weights()[t.Role]; ok && factors != [2]float64{} {
			list = append(list, norm[F]{tensor: t, l1: factors[0], l2: factors[1]})
		}
	}
	return list
}

// norm is l1 mean(|w|) + l2 mean(w^2) of one tensor.
type norm[F kernel.Float] struct {
	tensor model.Tensor
	l1, l2 float64
}

func (n norm[F]) Add(deff, eff []F) float64 {
	w, dw := model.View(n.tensor, eff), model.View(n.tensor, deff)
	mean := 1 / float64(len(w))
	d1, d2 := F(n.l1*mean), F(2*n.l2*mean)
	var abs, square float64
	for k, v := range w {
		square += float64(v) * float64(v)
		dw[k] += d2 * v
		switch {
		case v > 0:
			abs += float64(v)
			dw[k] += d1
		case v < 0:
			abs -= float64(v)
			dw[k] -= d1
		}
	}
	return (n.l1*abs + n.l2*square) * mean
}

// firingRate is factor mean(r^2) over all B*T*n rates r. Where a cell's h is
// the state itself (the lstm's hidden state) r = f(h).
type firingRate[F kernel.Float] struct {
	factor float64
	f      kernel.Transfer[F]
	rate   kernel.Rows[F] // one row
	drate  kernel.Rows[F]
}

// newFiringRate returns the penalty on rates for a cell with the transfer
// function f. It serves one group at a time.
func newFiringRate[F kernel.Float](factor float64, d model.Dims, f kernel.Transfer[F]) Term[F] {
	row := func() kernel.Rows[F] { return kernel.Rows[F]{Data: make([]F, d.N)} }
	return &firingRate[F]{factor: factor, f: f, rate: row(), drate: row()}
}

func (p *firingRate[F]) Add(s *model.Workspace[F], backward bool) float64 {
	mean := 1 / float64(s.Batch*s.T*s.N)
	scale := F(2 * p.factor * mean)
	ld := s.Products[0].InStride()
	var sum float64
	for t := 1; t <= s.T; t++ {
		in := s.InRows(0, t)
		for r := range s.Rows {
			h := in[r*ld:][:s.N]
			rate := h
			if !s.Dims.Rates {
				rate = p.rate.Data
				p.f.Apply(1, s.N, p.rate, kernel.Rows[F]{Data: h})
			}
			for _, v := range rate {
				sum += float64(v) * float64(v)
			}
			if !backward {
				continue
			}
			dh := s.DH[(t*s.Rows+r)*s.N:][:s.N]
			if s.Dims.Rates {
				for k, v := range rate {
					dh[k] += scale * v
				}
				continue
			}
			for k, v := range rate {
				p.drate.Data[k] = scale * v
			}
			p.f.Back(1, s.N, kernel.Rows[F]{Data: dh}, p.drate, kernel.Rows[F]{Data: h})
		}
	}
	return p.factor * sum * mean
}
