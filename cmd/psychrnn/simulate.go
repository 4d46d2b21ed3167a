package main

// The command simulate: a trained network run forward. What it puts out goes to a file step
// by step, so that simulations may be longer than memory.

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"psychrnn/internal/effect"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/memory"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/session"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
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
	conditions
}

// conditions are those of the network that flags set: in place of the
// experiment's, or where there is none.
type conditions struct {
	alpha, dt, tau, noise float64
	transfer              string
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
		Args:              oneRun,
		ValidArgsFunction: weightFiles(1),
		Annotations:       map[string]string{finishing: "yes"},
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.read(c, s); err != nil {
				return err
			}
			return runSimulate(c, o, args)
		},
	}
	o.register(c, "test.seed", "of the test trials and of noise")
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
	addNumber(flags, &o.dt, "dt", `above:"0" unit:"ms"`, "time step in `MS`, in place of task.dt")
	addNumber(flags, &o.tau, "tau", `above:"0" unit:"ms"`, "time constant in `MS`, in place of task.tau and model.tau")
	addNumber(flags, &o.alpha, "alpha", `above:"0"`, "`A` = dt/tau itself")
	addNumber(flags, &o.noise, "rec-noise", `min:"0"`, "noise on the units `S`, in place of model.rec_noise")
	addChoice(flags, &o.transfer, "transfer-function", "`NAME` of the transfer function, in place of the weight file's", model.FunctionNames()...)
	o.inPlace = append(o.inPlace, stands{"dt", []string{"task.dt"}}, stands{"tau", []string{"task.tau", "model.tau"}}, stands{"alpha", []string{"task.tau", "model.tau"}},
		stands{"rec-noise", []string{"model.rec_noise"}}, stands{"transfer-function", []string{"model.transfer_function"}}, stands{"trials", []string{"test.trials"}})
	return c
}

func runSimulate(c *cobra.Command, o simulateOptions, args []string) error {
	if err := o.check(c); err != nil {
		return err
	}
	t, err := o.loadNetwork(c, args)
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
		return userfiles.AboutFile(o.connectivity, err)
	}
	if err := o.outputs(o.Streams).CheckVacant(o.file); err != nil {
		return err
	}
	o.WarnAll(ready.Nothing())
	err = o.sayWithoutEffect(c, t, func(t *session.Trained) (effect.Uses, error) {
		o.adapt(t.Experiment(), t)
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
	return o.outputs(o.Streams).CheckPlaces(o.file)
}

// table says whether a table is written rather than arrays.
func (o *simulateOptions) table() bool { return strings.EqualFold(filepath.Ext(o.file), ".csv") }

// simulateIn simulates in precision F.
func simulateIn[F kernel.Float](c *cobra.Command, o simulateOptions, t *session.Trained, s *session.Simulated, set *kernel.Set[F]) error {
	if err := o.Begin(); err != nil {
		return err
	}
	ctx := c.Context()
	defer o.run(t.Experiment(), ctx).Close()
	net := t.Network
	cell, err := model.NewCell(net.Arch, set)
	if err != nil {
		return err
	}
	series := kept[F](cell.Dims(), o.rates)
	var arrays []npz.StoredArray
	var columns []string
	add := func(name string, channels int, labels []string) {
		arrays = append(arrays, npz.StoredArray{Name: name, Type: npz.FloatType[F](), Shape: []int{s.Trials, s.Steps, channels}})
		columns = append(columns, task.ChannelColumns(name, labels, channels)...)
	}
	for _, a := range series {
		var labels []string
		if a.name == task.OutputsArray {
			labels = s.OutputLabels()
		}
		add(a.name, a.channels, labels)
	}
	table := o.table()
	if s.OfTask() && !table {
		add(task.XArray, net.I, nil)
		add(task.YArray, net.O, nil)
		add(task.MaskArray, net.O, nil)
	}
	o.Note(o.taken(net, s.Dt))
	progress := o.wish().Counter(s.Trials*s.Steps, "steps")
	defer progress.Close()
	var done atomic.Int64
	var infinite atomic.Bool
	fill := func(store *npz.Store) (failed, unwritten error) {
		var once sync.Mutex
		met := func(trials *model.Trials[F]) error {
			if table {
				return nil
			}
			unwritten = userfiles.StoreTrials(store, len(series), trials)
			return unwritten
		}
		failed = session.Simulate(ctx, s, set, o.threads, met, func(p sim.Piece[F]) error {
			var err error
			for k, a := range series {
				err = errors.Join(err, npz.Write(store, k, (p.Trial*s.Steps+p.Step)*a.channels, a.of(p)))
			}
			if err != nil {
				once.Lock()
				unwritten = err
				once.Unlock()
			}
			if !allFinite(p.Outputs) || !allFinite(p.States) {
				infinite.Store(true)
			}
			progress.Count(int(done.Add(int64(p.Steps))))
			return err
		})
		if unwritten != nil {
			return nil, unwritten
		}
		return userfiles.AboutFile(o.connectivity, failed), nil
	}
	write := userfiles.WriteArrays
	if table {
		write = func(out userfiles.OutputFile, arrays []npz.StoredArray, fill userfiles.Filler) error {
			return userfiles.WriteSteps(ctx, out, arrays, columns, s.Dt, fill)
		}
	}
	if err := write(o.outputs(o.Streams).Output(o.file), arrays, fill); err != nil {
		return err
	}
	progress.Close()
	o.WarnAll(s.Warnings)
	if err := o.Result(simulated{"simulate", s.Trials, s.Steps, o.file}); err != nil {
		return err
	}
	if infinite.Load() {
		return fault.New(fault.Diverged, "they grow without bound, or what was given holds NaN or infinity; "+o.file+" holds them", "states or outputs are not finite")
	}
	return nil
}

// series is what comes out of a simulation at every step.
type series[F kernel.Float] struct {
	name     string
	channels int
	of       func(sim.Piece[F]) []F
}

// kept are the series that are written, with rates and an LSTM's cell if they
// are asked for.
func kept[F kernel.Float](d model.Dims, rates bool) []series[F] {
	list := []series[F]{
		{task.OutputsArray, d.O, func(p sim.Piece[F]) []F { return p.Outputs }},
		{task.StatesArray, d.N, func(p sim.Piece[F]) []F { return p.States }},
	}
	if rates {
		list = append(list, series[F]{task.RatesArray, d.N, func(p sim.Piece[F]) []F { return p.Rates }})
	}
	if rates && d.Cell > 0 {
		list = append(list, series[F]{task.CellArray, d.N, func(p sim.Piece[F]) []F { return p.Cell }})
	}
	return list
}

// taken says under which conditions the network runs.
func (o *simulateOptions) taken(net *model.Network, dt float64) string {
	text := "kind " + net.Kind
	if net.Transfers() {
		text = "transfer function " + net.Function.Name
	}
	kind := model.KindOf(net.Kind)
	if kind.Noise {
		text = fmt.Sprintf("rec_noise %.6g, %s", net.RecNoise, text)
	}
	if kind.TimeConstant {
		low, high := slices.Min(net.Alpha), slices.Max(net.Alpha)
		alpha := fmt.Sprintf("alpha %.6g", low)
		if low != high {
			alpha += fmt.Sprintf(" to %.6g", high)
		}
		text = alpha + ", " + text
	}
	if dt > 0 {
		text = fmt.Sprintf("dt %.6g ms, %s", dt, text)
	}
	return text + ", " + o.precision
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

func allFinite[F kernel.Float](values []F) bool {
	for _, v := range values {
		if v-v != 0 {
			return false
		}
	}
	return true
}
