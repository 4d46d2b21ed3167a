package experiment

import (
	"path/filepath"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Experiment is an experiment file that has been read and found sound.
type Experiment struct {
	Config
	written *strict.Node // what the file and the command line say
}

// DecodeStrict reads the sections and keeps what was written.
func (e *Experiment) DecodeStrict(n *strict.Node) {
	e.written = n
	n.Decode(&e.Config)
}

// Describe says what may stand there.
func (Experiment) Describe() (string, []any) { return "a map", []any{Config{}} }

// Load reads the file with everything it extends, after the assignments of
// the command line. Errors are of type strict.Problems, except that of a file
// that could not be read.
func Load(read func(name string) ([]byte, error), file string, assignments []string) (*Experiment, error) {
	loader := strict.Loader{Read: read, Others: others}
	e := &Experiment{}
	if err := loader.Load(file, assignments, e); err != nil {
		return nil, err
	}
	if e.Name == "" {
		e.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	return e, nil
}

// Resolved is the experiment as it runs, with every default, self-contained.
func (e *Experiment) Resolved() []byte { return strict.Encode(&e.Config) }

// arch is the shape of the network for the task's channels.
func (e *Experiment) arch(i, o int) model.Arch {
	a := model.Arch{
		Kind: e.Model.Kind, N: e.Model.N_rec, I: i, O: o,
		FeedForward: e.Model.FeedForward, Batch: e.Task.N_batch,
		Transfer: e.Model.TransferFunction, Alpha: make([]float64, e.Model.N_rec),
	}
	for k := range a.Alpha {
		a.Alpha[k] = e.Task.Dt / e.Task.Tau
	}
	return a
}

// Network draws the network that training starts from.
func (e *Experiment) Network() (*model.Network, error) {
	t, err := Task[float64](e, kernel.Plain[float64]())
	if err != nil {
		return nil, err
	}
	_, i, o := t.Shape()
	return model.New(model.Settings{
		Arch:        e.arch(i, o),
		RecNoise:    e.Model.RecNoise,
		Autapses:    true,
		Initializer: e.Initializer.Initializer(),
		Untrained:   e.Model.Untrained(),
	}, kernel.NewKey(e.Seed.Weights).Text("weights"))
}

// Task is the task that the network is trained on.
func Task[F kernel.Float](e *Experiment, set *kernel.Set[F]) (task.Task[F], error) {
	return task.New(e.Config.Task, kernel.NewKey(e.Seed.Trials).Text("trials"), set)
}

// testTask is the task with the draws of the test's own seed.
func testTask[F kernel.Float](e *Experiment, set *kernel.Set[F]) (task.Task[F], error) {
	return task.New(e.Config.Task, kernel.NewKey(e.Test.Seed).Text("trials"), set)
}

func (e *Experiment) noise() kernel.Key     { return kernel.NewKey(e.Seed.Noise).Text("rec_noise") }
func (e *Experiment) testNoise() kernel.Key { return kernel.NewKey(e.Test.Seed).Text("rec_noise") }

// others are the original's names for what is called otherwise here.
var others = map[string]strict.Other{
	"loss_function":            {Path: "loss"},
	"recurrent_connectivity":   {Path: "constraints.rec_connectivity"},
	"GaussianSpectralRadius":   {Path: "initializer.kind", Note: "gaussian_spectral_radius"},
	"WeightInitializer":        {Path: "initializer.kind", Note: "weight_initializer"},
	"AlphaIdentity":            {Path: "initializer.kind", Note: "alpha_identity"},
	"PerceptualDiscrimination": {Path: "task.kind", Note: "perceptual_discrimination"},
	"Basic":                    {Path: "model.kind", Note: "basic"},
	"BasicScan":                {Path: "model.kind", Note: "basic_scan"},
	"LSTM":                     {Path: "model.kind", Note: "lstm"},
	"verbosity":                {Note: "say --progress none or -q on the command line"},
	"N_steps":                  {Path: "task.T", Note: "steps are T/dt"},
	"thresholds":               {Path: "curriculum.stages", Note: "each stage has its threshold"},
	"custom_regularization":    {Path: "regularizers"},
}
