package main

// The command simulate: a trained network run forward. What it puts out goes to a file step
// by step, so that simulations may be longer than memory.

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/loading"
	"psychrnn/internal/memory"
	"psychrnn/internal/model"
	"psychrnn/internal/session"
	"psychrnn/internal/ui"
	"psychrnn/internal/userfiles"
	"psychrnn/internal/visible"
)

type simulateOptions struct {
	trainedFlags
	file          string
	precision     string
	inputs        string
	steps, trials int
	initial       string
	connectivity  string
	interventions []string
	lesions       []string
	silence       []string
	rates         bool
	loading.FlagConditions
}

func newSimulate(s ui.Streams) *cobra.Command {
	var o simulateOptions
	c := &cobra.Command{
		Use:   "simulate RUN",
		Short: "Run a trained network forward, with or without its task",
		Long: `Run a trained network forward, as the original's simulator does, and write its
outputs and states: on the experiment's test trials, on inputs of your own, or on
none. Any weight file will do; one without an experiment needs --inputs or
--steps, and --dt and --tau or --alpha.

` + runUsage,
		Example: `  psychrnn simulate runs/hello --trials 100 -o intact.npz
  psychrnn simulate runs/hello --inputs x.npy --t-connectivity tc.npy
  psychrnn simulate runs/hello --silence 0:5 --intervention 'current: 0.1, window: [500, 1000]'
  psychrnn simulate --weights from-the-original.npz --steps 500 --dt 10 --tau 100`,
		RunE: func(c *cobra.Command, args []string) error { return runSimulate(c, o, args) },
	}
	o.register(c, s, "of the test trials and of noise")
	flags := c.Flags()
	flags.StringVarP(&o.file, "out", "o", "simulation.npz", "write outputs (B,T,o) and states (B,T,n) into `FILE`, .npz, with x, y and mask of\nthe task's trials, or .csv for a table with a row for each trial and step")
	flags.BoolVar(&o.rates, "save-rates", false, ratesUsage)
	o.precision = "float64"
	addChoice(flags, &o.precision, "precision", "`HOW` to compute: float64, as the original's simulator, or float32, as its test", "float32", "float64")
	flags.StringVar(&o.inputs, "inputs", "", "inputs x (trials, steps, channels) in an .npy `FILE`, or in an .npz that holds x")
	addNumber(flags, &o.steps, "steps", `min:"1"`, "run for `N` steps without any input")
	addNumber(flags, &o.trials, "trials", `min:"1"`, "so many trials `N` of the task, or without input; default: test.trials, or 1")
	flags.StringVar(&o.initial, "initial-state", "", "state before the first step in an .npy `FILE`: (n), or (trials, n)")
	flags.StringVar(&o.connectivity, "t-connectivity", "", "factors of W_rec in an .npy `FILE`: (T,n,n), for every step, or (n,n)")
	flags.StringArrayVar(&o.silence, "silence", nil, "`UNITS` whose rate is 0: numbers, slices, names of populations; repeatable")
	flags.StringArrayVar(&o.interventions, "intervention", nil, "what else is `DONE` to the network, as in a lesion of the section ablate:\n'connections: {from: excitatory}, scale: 0.5, window: [500, 1000]'; repeatable")
	flags.StringArrayVar(&o.lesions, "lesion", nil, "`NAME` of a lesion in the section ablate of the experiment; repeatable")
	addNumber(flags, &o.Dt, "dt", `above:"0" unit:"ms"`, "time step in `MS`, in place of task.dt")
	addNumber(flags, &o.Tau, "tau", `above:"0" unit:"ms"`, "time constant in `MS`, in place of task.tau and model.tau")
	addNumber(flags, &o.Alpha, "alpha", `above:"0"`, "`A` = dt/tau itself")
	addNumber(flags, &o.Noise, "rec-noise", `min:"0"`, "noise on the units `S`, in place of model.rec_noise")
	addChoice(flags, &o.Transfer, "transfer-function", "`NAME` of the transfer function, in place of the weight file's", model.FunctionNames()...)
	o.TakesPlace("dt", "task.dt")
	o.TakesPlace("tau", "task.tau", "model.tau")
	o.TakesPlace("alpha", "task.tau", "model.tau")
	o.TakesPlace("rec-noise", "model.rec_noise")
	o.TakesPlace("transfer-function", "model.transfer_function")
	o.TakesPlace("trials", "test.trials")
	return c
}

func runSimulate(c *cobra.Command, o simulateOptions, args []string) error {
	if err := o.check(c); err != nil {
		return err
	}
	t, err := o.TrainedUnder(o.FlagConditions, args, o.inputs == "" && o.steps == 0)
	if err != nil {
		return err
	}
	if err := o.gated(c, t.Network.Arch); err != nil {
		return err
	}
	config, err := o.wanted()
	if err != nil {
		return err
	}
	ready, err := t.Prepare(config)
	if err != nil {
		return err
	}
	if err := o.CheckVacant(o.file); err != nil {
		return err
	}
	o.WarnAll(ready.Nothing())
	err = o.SayWithoutEffect(t, func(t *session.Trained) (effect.Uses, error) {
		o.Adapt(t)
		ready, err := t.Prepare(config)
		if err != nil {
			return nil, err
		}
		return ready.Uses(!o.table()), nil
	})
	if err != nil {
		return err
	}
	if err := memory.Afford(ready.Memory(o.precision, o.threads)); err != nil {
		return err
	}
	return inPrecision(o.precision,
		func(set *kernel.Set[float32]) error { return simulateIn(c, o, t, ready, set) },
		func(set *kernel.Set[float64]) error { return simulateIn(c, o, t, ready, set) })
}

// check refuses flags that do not go together, and outputs that cannot be.
func (o *simulateOptions) check(c *cobra.Command) error {
	given := c.Flags().Changed
	for _, pair := range [][2]string{{"inputs", "steps"}, {"inputs", "trials"}, {"alpha", "dt"}, {"alpha", "tau"}} {
		if given(pair[0]) && given(pair[1]) {
			return usage("leave one of them out", "--%s and --%s contradict each other", pair[0], pair[1])
		}
	}
	return o.CheckPlaces(o.file)
}

// table says whether a table is written rather than arrays.
func (o *simulateOptions) table() bool { return strings.EqualFold(filepath.Ext(o.file), ".csv") }

// simulateIn simulates in precision F.
func simulateIn[F kernel.Float](c *cobra.Command, o simulateOptions, t *session.Trained, s *session.Simulated, set *kernel.Set[F]) error {
	if err := o.Begin(); err != nil {
		return err
	}
	ctx := c.Context()
	defer o.Programs(t.Experiment(), ctx).Close()
	o.Note(s.Taken(o.precision))
	progress := o.wish().Counter(s.Trials*s.Steps, "steps")
	defer progress.Close()
	allFinite, err := session.SaveSimulation(ctx, s, set, o.threads, o.Output(o.file), o.table(), progress.Count)
	if err != nil {
		return err
	}
	progress.Close()
	o.WarnAll(s.Warnings)
	if err := o.Result(simulated{"simulate", s.Trials, s.Steps, o.file}); err != nil {
		return err
	}
	if !allFinite {
		return fault.New(fault.Diverged, "they grow without bound, or what was given holds NaN or infinity; "+o.file+" holds them", "states or outputs are not finite")
	}
	return nil
}

// simulated says what was simulated and where it lies.
type simulated struct {
	Event  string `json:"event"`
	Trials int    `json:"trials"`
	Steps  int    `json:"steps"`
	Path   string `json:"path"`
}

func (s simulated) String() string {
	return fmt.Sprintf("Simulated %s of %s\nResults: %s\n", visible.Count(s.Trials, "trial"), visible.Count(s.Steps, "step"), visible.Line(s.Path))
}

// gated refuses noise where there is none, and warns of flags that have no
// effect where gates take the place of a time constant. A dt may still be that
// of the task's trials, of windows and of a table.
func (o *simulateOptions) gated(c *cobra.Command, a model.Arch) error {
	kind := model.KindOf(a.Kind)
	if o.Noise > 0 && !kind.Noise {
		return usage("leave --rec-noise out", "--rec-noise has no effect on kind %s", a.Kind)
	}
	timeless := (o.inputs != "" || o.steps > 0) && !o.table() && len(o.lesions)+len(o.interventions) == 0
	for _, flag := range []struct {
		name string
		idle bool
	}{{"alpha", !kind.TimeConstant}, {"tau", !kind.TimeConstant}, {"dt", !kind.TimeConstant && timeless}, {"transfer-function", !a.Transfers()}} {
		if c.Flags().Changed(flag.name) && flag.idle {
			o.Warn("--"+flag.name+" has no effect on kind "+a.Kind, "leave it out")
		}
	}
	return nil
}

// wanted is what the simulation is to be.
func (o *simulateOptions) wanted() (s session.SimulationRequest, err error) {
	s = session.SimulationRequest{Steps: o.steps, Trials: o.trials, Name: o.inputs, Dt: o.Dt, Seed: o.Seed, Lesions: o.lesions, Rates: o.rates, Connectivity: o.connectivity, Disk: o.Disk}
	for _, units := range o.silence {
		s.Interventions = append(s.Interventions, session.InterventionFlag{Flag: "silence", Text: "silence: " + listed(units)})
	}
	for _, text := range o.interventions {
		s.Interventions = append(s.Interventions, session.InterventionFlag{Flag: "intervention", Text: text})
	}
	if o.inputs != "" {
		if s.Inputs, err = userfiles.ReadNumbers(o.Disk, o.inputs, "x", o.MaxSize); err != nil {
			return s, err
		}
	}
	if o.initial != "" {
		if s.Initial, err = userfiles.ReadNumbers(o.Disk, o.initial, "states", o.MaxSize); err != nil {
			return s, err
		}
	}
	return s, nil
}

// listed writes units of a flag as YAML does: a slice in quotes, several in brackets.
func listed(units string) string {
	var list []string
	for _, part := range strings.Split(strings.Trim(units, "[] "), ",") {
		part = strings.Trim(part, ` "'`)
		if _, err := strconv.Atoi(part); err != nil {
			part = strconv.Quote(part)
		}
		list = append(list, part)
	}
	return "[" + strings.Join(list, ", ") + "]"
}
