package model

// Config is the section model.
type Config struct {
	Kind             string  `yaml:"kind" default:"basic" oneof:"basic basic_scan lstm" doc:"architecture; basic_scan is the same as basic"`
	N_rec            int     `yaml:"N_rec" required:"true" min:"1" max:"100000" doc:"recurrent units"`
	RecNoise         float64 `yaml:"rec_noise" default:"0" min:"0" doc:"strength of the noise on the recurrent units"`
	TransferFunction string  `yaml:"transfer_function" default:"relu" oneof:"relu sigmoid tanh softplus leaky_relu elu relu6 softsign linear" doc:"rate of a unit as a function of its state"`
	FeedForward      int     `yaml:"N_feedforward_out" default:"0" min:"0" max:"100000" doc:"units of a feed-forward layer between inputs and recurrent units; 0 for none"`
	Trained
}

// Trained says which weights training changes.
type Trained struct {
	W_in       bool `yaml:"W_in_train" default:"true" doc:"train W_in"`
	W_rec      bool `yaml:"W_rec_train" default:"true" doc:"train W_rec"`
	W_out      bool `yaml:"W_out_train" default:"true" doc:"train W_out"`
	B_rec      bool `yaml:"b_rec_train" default:"true" doc:"train b_rec"`
	B_out      bool `yaml:"b_out_train" default:"true" doc:"train b_out"`
	InitState  bool `yaml:"init_state_train" default:"true" doc:"train init_state"`
	W_in_first bool `yaml:"W_in_first_train" default:"true" doc:"train W_in_first, the matrix of the feed-forward layer"`
}

// Untrained names the tensors that training leaves alone.
func (t Trained) Untrained() map[string]bool {
	return map[string]bool{
		"W_in": !t.W_in, "feedforward_W_in": !t.W_in, "W_rec": !t.W_rec, "W_out": !t.W_out,
		"b_rec": !t.B_rec, "b_out": !t.B_out, "init_state": !t.InitState, "W_in_first": !t.W_in_first,
	}
}

// InitializerConfig is the section initializer.
type InitializerConfig struct {
	Kind    string   `yaml:"kind" default:"gaussian_spectral_radius" oneof:"gaussian_spectral_radius weight_initializer alpha_identity" doc:"how W_rec starts"`
	SpecRad float64  `yaml:"spec_rad" default:"1.1" above:"0" doc:"spectral radius of W_rec at the start, for gaussian_spectral_radius"`
	Alpha   *float64 `yaml:"alpha" doc:"diagonal of W_rec at the start, for alpha_identity"`
	Rand    string   `yaml:"which_rand_init" default:"glorot_gauss" oneof:"const_unif const_gauss glorot_unif glorot_gauss" doc:"how W_in and W_out start"`
	RandRec string   `yaml:"which_rand_W_rec_init" oneof:"const_unif const_gauss glorot_unif glorot_gauss" doc:"how W_rec starts, for weight_initializer; which_rand_init if absent"`
	Min     float64  `yaml:"init_minval" default:"-0.1" doc:"lower bound of const_unif"`
	Max     float64  `yaml:"init_maxval" default:"0.1" doc:"upper bound of const_unif"`
}

// Initializer is what the section says.
func (c InitializerConfig) Initializer() Initializer {
	i := Initializer{Kind: c.Kind, SpecRad: c.SpecRad, Rand: c.Rand, RandRec: c.RandRec, Min: c.Min, Max: c.Max}
	if i.RandRec == "" {
		i.RandRec = c.Rand
	}
	if c.Alpha != nil {
		i.Alpha = *c.Alpha
	}
	return i
}
