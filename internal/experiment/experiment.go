package experiment

// An experiment is read in one way, whatever for: the file with all that it extends,
// assignments over it, sections, stages, the test, the network. All mistakes come
// back together.

import (
	"path/filepath"
	"reflect"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/memory"
	"psychrnn/internal/network"
	"psychrnn/internal/npz"
	"psychrnn/internal/othernames"
	"psychrnn/internal/random"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/task/draw"
	"psychrnn/internal/task/external"
	"psychrnn/internal/task/plan"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// Experiment is an experiment file that has been read and found sound.
type Experiment struct {
	Config
	Warnings []string     // what the user should hear about
	Idle     fault.Errors // what is written and has no effect

	programs   *external.Programs // run for tasks of kind command
	permission external.Permission

	Resolve func(path string) (string, error) // gives a path without links; nil: there are none

	history    []string                // comments on the stopping rules that a resumed run had before
	earlier    []train.TrainingWeights // of the run that e goes on with
	Later      *train.Rules            // asked of the network where they are not those that it was trained with
	files      map[string][]byte       // that the network is made of, as they were read
	bounds     Bounds
	Written    *strict.Node // what the file and the command line say
	TaskPlan   *plan.Plan   // of the section task; nil if there is a mistake in it
	stagePlans []*plan.Plan // of the stages of the curriculum, or of the one task
	TestPlan   TestPlan
	archives   external.Archives // that tasks of kind file were read from
	assembly   *network.Assembly
}

// Bounds are what reading an experiment may take, and what there is beside its files;
// of several the last holds. A text is read as far as texts may go, files of arrays as
// far as memory does.
type Bounds struct {
	ReadArrays func(name string) ([]byte, error) // reads the files of arrays that it names; nil: as texts are read
	Arrays     int64                             // bytes of the arrays of a file that it names; 0: see [npz.Unasked]
	Afford     func(memory.Estimate) error       // refuses what takes more memory than there is, before it is taken; nil: nothing is refused

	// Lend is for a run that goes on: what its network was made of is found even where
	// the files are gone. Nothing else is: what an experiment extends is what its user
	// has, or it has programs of whoever made the checkpoint.
	Lend func(read func(name string) ([]byte, error)) func(name string) ([]byte, error)

	Known *strict.Node // what the experiment need not say of its network, N_rec above all
}

// Load reads the file with everything it extends and names, after the
// assignments of the command line. Mistakes in it are of type fault.Errors;
// that a file could not be read is an error of its own.
func Load(read func(name string) ([]byte, error), file string, assignments []string, bounds ...Bounds) (*Experiment, error) {
	return load(read, file, assignments, true, bounds)
}

// LoadTrained is Load for an experiment whose network is trained already: files
// that only matter to its start are not read, and Network cannot be called.
func LoadTrained(read func(name string) ([]byte, error), file string, assignments []string, bounds ...Bounds) (*Experiment, error) {
	return load(read, file, assignments, false, bounds)
}

// NetworkFacts are what a weight file says of an experiment with its network, see [Bounds].
func NetworkFacts(f *npz.File, name string) (*strict.Node, error) {
	loaded, err := weights.FromFile(f)
	if err != nil {
		return nil, err
	}
	net := loaded.Network
	m := strict.Map[any]{{Key: "kind", Value: net.Kind}, {Key: "N_rec", Value: net.N}, {Key: "N_feedforward_out", Value: net.FeedForward}}
	if net.Function != nil {
		m.Set("transfer_function", net.Function.Name)
	}
	return strict.Parse(name, strict.Encode(strict.Map[any]{{Key: "model", Value: m}}))
}

type reader = func(name string) ([]byte, error)

// instead is read, but finds a text under one name.
func instead(read reader, file string, text []byte) reader {
	return func(name string) ([]byte, error) {
		if filepath.Clean(name) == filepath.Clean(file) {
			return text, nil
		}
		return read(name)
	}
}

// load reads an experiment whose network is to be trained, or is trained already.
func load(read reader, file string, assignments []string, train bool, bounds []Bounds) (*Experiment, error) {
	var bound Bounds
	for _, b := range bounds {
		bound = b
	}
	if bound.ReadArrays == nil {
		bound.ReadArrays = read
	}
	loader := strict.Loader{Read: read, ReadArrays: bound.ReadArrays, Elsewhere: othernames.Elsewhere, Arrays: bound.Arrays, Type: reflect.TypeFor[Config]()}
	node, err := loader.Tree(file, assignments)
	if node == nil {
		return nil, err
	}
	problems := fault.ErrorsIn(err)
	if p, ok := kindBelow(node, func() (*strict.Node, error) { return loader.Tree(file, nil) }); ok {
		problems = append(problems, p)
	}
	if bound.Known != nil && node.Kind() == strict.Mapping {
		node = strict.Merge(bound.Known, node)
	}
	e := &Experiment{bounds: bound, archives: external.Archives{}, permission: external.Withheld(file)}
	problems = append(problems, fault.ErrorsIn(loader.Decode(node, &e.Config, func(from *strict.Node) {
		e.Written, e.TaskPlan = from, e.compile(&e.Config.Task)
	}))...)
	if node.Kind() != strict.Mapping {
		return nil, problems.Err()
	}
	e.Run(&external.Programs{})
	e.Train.Fill()
	problems = append(problems, e.readStages(loader, problems)...)
	problems = append(problems, e.readTest(loader, problems)...)
	problems = append(problems, e.needAccuracy(problems)...)
	parts := bound.ReadArrays
	if bound.Lend != nil {
		parts = bound.Lend(parts)
	}
	if err := e.assemble(parts, train, problems); err != nil {
		return nil, err
	}
	if e.Name == "" {
		e.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	// Aliases written out may be more than can be read again.
	if _, err := strict.Parse("the resolved experiment", e.Resolved()); err != nil {
		return nil, unreadable(err)
	}
	return e, nil
}

// kindBelow finds a kind that a flag puts under a definition in full, as that
// of a run is: all of the definition would go over it.
func kindBelow(node *strict.Node, file func() (*strict.Node, error)) (p fault.Error, found bool) {
	kind := node.Find("task.kind")
	if !FromFlag(kind) {
		return p, false
	}
	without, err := file()
	if err != nil || without.Find("task.inputs") == nil || without.Find("task.kind") != nil {
		return p, false
	}
	return kind.Problem("the task is a definition in full here, which would stay as it is", "give an experiment with the other task with -c"), true
}

// Permit says that the person who runs the experiment lets its programs run,
// because they gave it, with all that it extends, or said so. No experiment has
// that permission because of how it was read.
func (e *Experiment) Permit() { e.permission = external.Granted() }

// Run says how programs are run, where the experiment may run them.
func (e *Experiment) Run(programs *external.Programs) {
	programs.Permission = e.permission
	e.programs = programs
}

// purposes are those for which training and the test need trials.
func (e *Experiment) purposes() []string {
	purposes := []string{task.Train}
	if e.Train.PerformanceMeasure != "" {
		purposes = append(purposes, task.Performance)
	}
	if e.Curriculum != nil {
		purposes = append(purposes, task.Curriculum)
	}
	return append(purposes, task.Test)
}

// TrainingTask is what the network is trained on in a stage, from 0.
func TrainingTask[F kernel.Float](e *Experiment, stage int, set *kernel.Set[F]) (task.Task[F], error) {
	return open(e, e.Stage(stage), e.Seed.Trials, stage, set, nil)
}

// TestTask is the task of the test, with draws of the test's own seed.
func TestTask[F kernel.Float](e *Experiment, set *kernel.Set[F]) (task.Task[F], error) {
	return open(e, e.TestPlan.Task, e.Test.Seed, e.Stages()-1, set, e.TestPlan.Factors)
}

// open makes a task ready to give trials.
func open[F kernel.Float](e *Experiment, p *plan.Plan, seed uint64, stage int, set *kernel.Set[F], factors []task.Factor) (task.Task[F], error) {
	if p.Config.Kind == "" {
		return draw.New(p, random.NewKey(seed).Text("trials"), set, factors), nil
	}
	supply, err := external.OpenSupply(p, e.archives, e.programs, seed, stage, e.purposes())
	if err != nil {
		return nil, err
	}
	return external.NewTask[F](p, supply), nil
}

// compile makes the plan of a task that was read, of whose file it is known what it
// holds; nil if there is a mistake, which is reported.
func (e *Experiment) compile(c *task.Config) *plan.Plan {
	if c.Kind == task.FromFile && c.Section != nil && !e.archives.Learn(c) {
		return nil
	}
	return plan.New(c)
}

// Noise addresses the recurrent noise of training.
func (e *Experiment) Noise() random.Key { return random.NewKey(e.Seed.Noise).Text("rec_noise") }

// TestNoise addresses that of the test.
func (e *Experiment) TestNoise() random.Key { return random.NewKey(e.Test.Seed).Text("rec_noise") }
