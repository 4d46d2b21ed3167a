package model

// How weights start (original 2): the tables of distributions and of ways in which
// W_rec starts, and what is done to it as a whole, its Dale balance and its spectral
// radius. A new initializer is a line of a table; a setting that it brings is a field of
// StartSettings, with its default.

import (
	"errors"
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"

	"psychrnn/internal/random"
)

// StartSettings are the keys of the section initializer that say how weights are drawn:
// names of the tables below, and numbers that their lines use. A line says which it
// uses; absent is what they are otherwise.
type StartSettings struct {
	Kind    RecurrentStartName    `yaml:"kind" absent:"gaussian_spectral_radius" doc:"how W_rec starts"`
	SpecRad *float64              `yaml:"spec_rad" above:"0" absent:"1.1" doc:"spectral radius of W_rec at the start, for gaussian_spectral_radius"`
	Alpha   *float64              `yaml:"alpha" doc:"diagonal of W_rec at the start, for alpha_identity"`
	Rand    EntryDistributionName `yaml:"which_rand_init" absent:"glorot_gauss" doc:"how W_in and W_out start"`
	RandRec EntryDistributionName `yaml:"which_rand_W_rec_init" doc:"how W_rec starts, for weight_initializer; which_rand_init if absent"`
	Min     *float64              `yaml:"init_minval" absent:"-0.1" doc:"lower bound of const_unif"`
	Max     *float64              `yaml:"init_maxval" absent:"0.1" doc:"upper bound of const_unif"`
}

// RecurrentStartName is a name in RecurrentStarts.
type RecurrentStartName string

// Choices are the names.
func (RecurrentStartName) Choices() (names []string) {
	for _, s := range RecurrentStarts {
		names = append(names, s.Name)
	}
	return names
}

// EntryDistributionName is a name in EntryDistributions.
type EntryDistributionName string

// Choices are the names.
func (EntryDistributionName) Choices() (names []string) {
	for _, d := range EntryDistributions {
		names = append(names, d.Name)
	}
	return names
}

// Start overwrites w with the starting values of a tensor.
type Start func(w []float64, d *random.Draws)

// Gaussian starts entries at mean + sd N(0,1).
func Gaussian(mean, sd float64) Start {
	return func(w []float64, d *random.Draws) {
		for k := range w {
			w[k] = mean + sd*d.Normal()
		}
	}
}

// Uniform starts entries evenly in [low, high).
func Uniform(low, high float64) Start {
	return func(w []float64, d *random.Draws) {
		for k := range w {
			w[k] = low + (high-low)*d.Uniform()
		}
	}
}

// Constant starts every entry at a value.
func Constant(value float64) Start { return Gaussian(value, 0) }

// RecurrentStart is a way in which W_rec starts.
type RecurrentStart struct {
	Name  string
	Uses  []string                                                              // settings that matter to it
	start func(n *Network, s StartSettings, w []float64, d *random.Draws) error // nil: drawn as RandRec says
}

// RecurrentStarts is the table; the first is the default.
var RecurrentStarts = []RecurrentStart{
	{"gaussian_spectral_radius", []string{"spec_rad"}, func(n *Network, s StartSettings, w []float64, d *random.Draws) error {
		Gaussian(0, 1)(w, d)
		return scaleSpectrum(w, *s.SpecRad, n.balance())
	}},
	{"weight_initializer", []string{"which_rand_W_rec_init"}, nil},
	{"alpha_identity", []string{"alpha"}, func(n *Network, s StartSettings, w []float64, _ *random.Draws) error {
		for k, b := range n.balance() {
			w[k*n.N+k] = *s.Alpha * b
		}
		return nil
	}},
}

// EntryDistribution is what entries of a matrix are drawn from.
type EntryDistribution struct {
	Name  string
	Uses  []string                                    // settings that matter to it
	start func(s StartSettings, fans []float64) Start // fans: see glorot
}

// EntryDistributions is the table.
var EntryDistributions = []EntryDistribution{
	{"const_unif", []string{"init_minval", "init_maxval"}, func(s StartSettings, _ []float64) Start {
		return Uniform(*s.Min, *s.Max)
	}},
	{"const_gauss", nil, func(StartSettings, []float64) Start { return Gaussian(0, 1) }},
	{"glorot_unif", nil, func(_ StartSettings, fans []float64) Start {
		return glorot(fans, 6, func(d *random.Draws) float64 { return 2*d.Uniform() - 1 })
	}},
	{"glorot_gauss", nil, func(_ StartSettings, fans []float64) Start { return glorot(fans, 2, (*random.Draws).Normal) }},
}

// glorot starts entry (r,c) at a deviate times sqrt(square/(rowsum_r + colsum_c)) over
// the connectivity mask (rows, cols), whose sums are fans, or 0 where both sums are 0
// (original 2, after Glorot and Bengio 2010).
func glorot(fans []float64, square float64, deviate func(*random.Draws) float64) Start {
	return func(w []float64, d *random.Draws) {
		for k, connections := range fans {
			scale := 0.0
			if connections != 0 {
				scale = math.Sqrt(square / connections)
			}
			w[k] = deviate(d) * scale
		}
	}
}

// fans is rowsum_r + colsum_c of the mask for every entry.
func fans(mask []float64, rows, cols int) []float64 {
	row, col := make([]float64, rows), make([]float64, cols)
	for r := range rows {
		for c := range cols {
			row[r] += mask[r*cols+c]
			col[c] += mask[r*cols+c]
		}
	}
	sum := make([]float64, rows*cols)
	for r := range rows {
		for c := range cols {
			sum[r*cols+c] = row[r] + col[c]
		}
	}
	return sum
}

// scaleSpectrum multiplies column k of w (n,n) by balance[k] and then all of
// it so that its largest absolute eigenvalue is radius.
func scaleSpectrum(w []float64, radius float64, balance []float64) error {
	n := len(balance)
	for k := range w {
		w[k] *= balance[k%n]
	}
	now, err := SpectralRadius(w, n)
	if err != nil {
		return err
	}
	if now == 0 {
		return errors.New("the recurrent matrix has no eigenvalue but 0, so it has no spectral radius to scale")
	}
	for k := range w {
		w[k] *= radius / now
	}
	return nil
}

// SpectralRadius is the largest absolute eigenvalue of w (n,n).
func SpectralRadius(w []float64, n int) (float64, error) {
	values, err := Eigenvalues(w, n)
	if err != nil {
		return 0, err
	}
	var most float64
	for _, v := range values {
		most = max(most, cmplx.Abs(v))
	}
	return most, nil
}

// Eigenvalues are the eigenvalues of w (n,n), in no particular order. Of entries
// that are not finite there are none: the search for them would not end.
func Eigenvalues(w []float64, n int) ([]complex128, error) {
	for _, v := range w {
		if v-v != 0 {
			return nil, errors.New("the recurrent matrix has entries that are not finite, so it has no eigenvalues")
		}
	}
	var eigen mat.Eigen
	if !eigen.Factorize(mat.NewDense(n, n, append([]float64(nil), w...)), mat.EigenNone) {
		return nil, errors.New("the eigenvalues of the recurrent matrix were not found")
	}
	return eigen.Values(nil), nil
}

// balance is the diagonal by which initial recurrent columns are multiplied
// under Dale's law, so that excitation and inhibition balance:
//
//	b_k = v_k / ||rec_connectivity[k,:] * v||,  v = 1 or ratio/(1-ratio)
//
// for excitatory and inhibitory units (original 2). A unit without recurrent
// input, where that divides by zero, has v_k. Without Dale's law it is 1.
func (n *Network) balance() []float64 {
	b := Ones(nil, n.N, 1.0)
	if !n.Dale.Holds() {
		return b
	}
	v := Ones(nil, n.N, 1.0)
	for k := range v {
		if n.Dale.Rec[k] < 0 {
			v[k] = n.Dale.Ratio / (1 - n.Dale.Ratio)
		}
	}
	for k := range b {
		var square float64
		for c := range v {
			e := n.Connectivity[RecurrentRole][k*n.N+c] * v[c]
			square += e * e
		}
		b[k] = v[k]
		if square > 0 {
			b[k] /= math.Sqrt(square)
		}
	}
	return b
}
