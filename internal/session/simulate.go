package session

// Simulations of a trained network: what is asked for is made ready and checked before
// anything runs.

import (
	"context"
	"slices"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/lesion"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/visible"
)

// SimulationRequest says what a trained network is run on, and how.
type SimulationRequest struct {
	Inputs *npz.Array // x (B,T,i); nil: none, or the task's
	Name   string     // of its file, for messages
	Steps  int        // without inputs; 0: the task's trials
	Trials int        // 0: as many as there are, as the experiment tests on, or 1

	Dt            float64 // ms; 0: the experiment's, or not known
	Seed          uint64  // of noise, where there is no experiment
	Initial       *npz.Array
	Lesions       []string // names of lesions in the experiment
	Interventions []InterventionFlag
	Connectivity  string    // file of factors of W_rec, (T,n,n) or (n,n); empty: none
	Disk          disk.Disk // where it lies
	Rates         bool      // come out as well, and an LSTM's cell
}

// InterventionFlag is one as YAML, and the flag that gave it.
type InterventionFlag struct{ Flag, Text string }

// Simulated is a simulation made ready.
type Simulated struct {
	Trials, Steps int
	Dt            float64  // ms; 0 if not known
	Warnings      []string // of interventions that changed nothing
	config        SimulationRequest
	trained       *Trained
	lesion        []lesion.Intervention
	initial       []float64 // (B,n); nil: of the weights
	eff           []float64
	changing      bool // factors of W_rec differ from step to step
}

// Prepare finds what a simulation means, and refuses what does not fit.
func (t *Trained) Prepare(c SimulationRequest) (*Simulated, error) {
	s := &Simulated{config: c, trained: t, Trials: c.Trials, Steps: c.Steps, Dt: c.Dt}
	t.Network.SameStart()
	setting := &lesion.Setting{Arch: t.Network.Arch, Resolver: t.experiment.Units(t.Network)}
	switch {
	case c.Inputs != nil:
		if err := s.inputs(); err != nil {
			return nil, err
		}
	case c.Steps > 0:
		s.Trials = max(1, c.Trials)
	default:
		setting = t.experiment.Setting(t.Network.Arch, setting.Resolver)
		s.Steps = setting.Steps
		if c.Trials == 0 {
			s.Trials = t.experiment.Test.Trials
		}
	}
	if t.experiment != nil && s.Dt == 0 {
		s.Dt = t.experiment.Config.Task.Dt
	}
	setting.Steps, setting.Dt = s.Steps, s.Dt
	if err := s.interventions(setting); err != nil {
		return nil, err
	}
	s.eff = t.Network.Effective()
	if err := s.connectivity(); err != nil {
		return nil, userfiles.AboutFile(c.Connectivity, err)
	}
	return s, s.start()
}

// inputs checks the shape of x.
func (s *Simulated) inputs() error {
	a, net := s.config.Inputs, s.trained.Network
	if len(a.Shape) != 3 || a.Shape[2] != net.I {
		hint := "one trial is x[None], one channel x[..., None]"
		if len(a.Shape) == 3 {
			hint = "the network has " + visible.Count(net.I, "input")
		}
		return fault.New(fault.Misfit, hint, "%s has shape %s, but inputs are (trials, steps, %d)", s.config.Name, npz.ShapeText(a.Shape), net.I)
	}
	if s.Trials, s.Steps = a.Shape[0], a.Shape[1]; s.Trials == 0 || s.Steps == 0 {
		return fault.New(fault.Misfit, "", "%s has shape %s, without any input", s.config.Name, npz.ShapeText(a.Shape))
	}
	return nil
}

// interventions finds those that are asked for by name and as YAML.
func (s *Simulated) interventions(setting *lesion.Setting) error {
	t := s.trained
	for _, name := range s.config.Lesions {
		do, err := t.lesion(name, setting)
		if err != nil {
			return err
		}
		s.lesion = append(s.lesion, *do)
	}
	for _, i := range s.config.Interventions {
		var do lesion.InterventionConfig
		n, err := decodeFlag(i.Flag, i.Text, &do)
		if err != nil {
			return err
		}
		if do.Empty() && do.Scale == nil {
			return fault.Errors{n.Problem("nothing is done here", "say silence, connections, current, noise or dt")}
		}
		s.lesion = append(s.lesion, do.Resolve(n, setting))
	}
	if err := setting.Resolver.Problems.Err(); err != nil {
		return err
	}
	if len(s.lesion) > lesion.MaxInterventions {
		return fault.New(fault.Misfit, "", "%d interventions are more than the %d that are possible together", len(s.lesion), lesion.MaxInterventions)
	}
	return nil
}

// connectivity checks the factors; those that do not change are applied at once.
func (s *Simulated) connectivity() error {
	net := s.trained.Network
	if s.config.Connectivity == "" {
		return nil
	}
	if !model.KindOf(net.Kind).Dale {
		return fault.New(fault.Misfit, "scale what lies between units with --intervention 'connections: {from: 0, to: 1}, scale: 0.5'",
			"a t_connectivity scales W_rec as masks do, and kind %s has no masks", net.Kind)
	}
	slabs, err := userfiles.OpenSlabs(s.config.Disk, s.config.Connectivity)
	if err != nil {
		return err
	}
	defer slabs.Close()
	switch {
	case slices.Equal(slabs.Shape, []int{net.N, net.N}):
	case slices.Equal(slabs.Shape, []int{s.Steps, net.N, net.N}):
		s.changing = true
		return nil
	default:
		return fault.New(fault.Misfit, "or "+npz.ShapeText([]int{net.N, net.N})+" for the same factors at every step", "%s has shape %s, but %s and %s need %s",
			s.config.Connectivity, npz.ShapeText(slabs.Shape), visible.Count(s.Steps, "step"), visible.Count(net.N, "unit"), npz.ShapeText([]int{s.Steps, net.N, net.N}))
	}
	tensor, _ := net.Layout.Find("W_rec")
	w := model.View(tensor, s.eff)
	for row := range net.N {
		factors, err := slabs.Next()
		if err != nil {
			return err
		}
		for k, f := range factors {
			w[row*net.N+k] *= f
		}
	}
	return nil
}

// start takes the initial states.
func (s *Simulated) start() (err error) {
	a, n := s.config.Initial, s.trained.Network.N
	if a == nil {
		return nil
	}
	values, err := a.Float64s()
	switch {
	case err != nil:
		return err
	case slices.Equal(a.Shape, []int{n}), slices.Equal(a.Shape, []int{1, n}):
		for range s.Trials {
			s.initial = append(s.initial, values...)
		}
	case slices.Equal(a.Shape, []int{s.Trials, n}):
		s.initial = values
	default:
		return fault.New(fault.Misfit, "or "+npz.ShapeText([]int{s.Trials, n})+" for a state of each trial",
			"the initial state has shape %s, but the network needs %s", npz.ShapeText(a.Shape), npz.ShapeText([]int{n}))
	}
	return nil
}

// OfTask says whether the trials are the task's.
func (s *Simulated) OfTask() bool { return s.config.Inputs == nil && s.config.Steps == 0 }

// outputLabels name the outputs as the task does; nil if there is none.
func (s *Simulated) outputLabels() (labels []string) {
	if e := s.trained.experiment; e != nil {
		labels = e.TestPlan.Task.Out.Labels()
	}
	return labels
}

// simulate runs a simulation. It hands trials of the task to met, one after the
// other, and what comes out to keep, which workers call side by side. The end of
// ctx ends it early.
func simulate[F kernel.Float](ctx context.Context, s *Simulated, set *kernel.Set[F], threads int, met func(*model.Trials[F]) error, keep func(sim.Piece[F]) error) error {
	t := s.trained
	if err := representable[F](t.Network); err != nil {
		return err
	}
	m := &sim.Simulation[F]{Net: t.Network, Eff: model.Convert[F](s.eff), Set: set, Workers: sim.NewWorkers(threads),
		Noise: random.NewKey(s.config.Seed).Text("rec_noise"), Purpose: task.Test, Rates: s.config.Rates}
	defer m.Workers.Close()
	if s.initial != nil {
		m.Initial = model.Convert[F](s.initial)
	}
	if t.experiment != nil {
		m.Noise = t.experiment.TestNoise()
	}
	if s.changing {
		m.Connectivity = func() (sim.Connectivity, error) {
			return userfiles.OpenSlabs(s.config.Disk, s.config.Connectivity)
		}
	}
	done, err := lesion.New(t.Network, s.Dt, s.lesion, set)
	if err != nil {
		return err
	}
	if len(s.lesion) > 0 {
		m.Wrapper = done
	}
	inputs, err := inputsOf(s, set, met)
	if err != nil {
		return err
	}
	err = m.Run(ctx, inputs, s.Trials, keep)
	if err == nil {
		s.Warnings = missed(done, "an intervention", s.lesion, s.Trials)
	}
	return err
}

// Nothing are the interventions that change nothing, each with the reason.
func (s *Simulated) Nothing() (said []string) {
	for _, i := range s.lesion {
		if why := i.Nothing(s.trained.Network, s.eff, s.Steps, s.Dt); why != "" {
			said = append(said, "an intervention changes nothing: "+why)
		}
	}
	return said
}
