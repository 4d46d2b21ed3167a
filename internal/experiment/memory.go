package experiment

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
)

// Memory is what the program takes at its largest, as estimated from the sizes
// of arrays: those that live together, and those that the garbage collector may
// not have given back yet. A test holds it to within a factor of 2.
type Memory struct{ Parts []MemoryPart }

// MemoryPart is what one thing takes, and the keys that would lower it.
type MemoryPart struct {
	What, Lower string
	Bytes       float64
}

// programBytes is what the program takes without any experiment.
const programBytes = 32 << 20

// Total is the sum, in bytes.
func (m Memory) Total() (bytes float64) {
	bytes = programBytes
	for _, p := range m.Parts {
		bytes += p.Bytes
	}
	return bytes
}

// Largest says what takes most, and what would lower it.
func (m Memory) Largest() MemoryPart {
	return slices.MaxFunc(m.Parts, func(a, b MemoryPart) int { return int(min(max(a.Bytes-b.Bytes, -1), 1)) })
}

// String tells the total and the parts, largest first.
func (m Memory) String() string {
	parts := slices.Clone(m.Parts)
	slices.SortStableFunc(parts, func(a, b MemoryPart) int { return int(min(max(b.Bytes-a.Bytes, -1), 1)) })
	var words []string
	for _, p := range parts {
		if p.Bytes >= 0.01*m.Total() {
			words = append(words, p.What+" "+Gigabytes(p.Bytes))
		}
	}
	if len(words) == 0 {
		return Gigabytes(m.Total())
	}
	return Gigabytes(m.Total()) + ": " + strings.Join(words, ", ")
}

// Gigabytes writes a number of bytes.
func Gigabytes(bytes float64) string {
	switch {
	case bytes >= 1e15:
		return fmt.Sprintf("%.3g GB", bytes/1e9)
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", bytes/1e9)
	}
	return fmt.Sprintf("%.0f MB", bytes/1e6)
}

// takes is a network in the sizes that memory depends on.
type takes struct {
	dims  model.Dims
	size  float64 // weights
	noise bool
	bytes float64 // of a value
}

func newTakes(a model.Arch, noise bool, precision string) (takes, error) {
	cell, err := model.NewCell(a, kernel.Plain[float32]())
	if err != nil {
		return takes{}, err
	}
	t := takes{dims: cell.Dims(), size: float64(cell.Layout().Size()), noise: noise, bytes: 4}
	if precision == "float64" {
		t.bytes = 8
	}
	return t, nil
}

// The bytes that a weight takes: in the network and its constraints, which are
// float64, while it is drawn; and the values in precision F, beside the
// optimizer's, in training.
const (
	networkBytes   = 8 * 8
	trainingValues = 14
)

// weights are the network and, in training, all that the optimizer and a
// checkpoint hold.
func (t takes) weights(slots int, training bool) MemoryPart {
	values := 3.0
	if training {
		values = trainingValues + 3*float64(slots)
	}
	return MemoryPart{"weights", "model.N_rec", t.size*(networkBytes+values*t.bytes) + 2*t.dims.WeightValues()*t.bytes}
}

// trials are those of a batch, of which so many are in memory.
func (t takes) trials(c *task.Config, batch float64) MemoryPart {
	i, o := c.Channels()
	values := float64(c.Steps()) * float64(i+2*o)
	return MemoryPart{"trials", "task.N_batch, or the steps of a trial, task.T/task.dt", batch * (values*t.bytes + 8*float64(len(c.Variables())))}
}

// workers are the workspaces of all threads for trials of t steps.
func (t takes) workers(c *task.Config, batch, steps, threads int, backward bool) MemoryPart {
	rows := sim.GroupRows(batch, t.dims.N)
	values := t.dims.WorkspaceValues(rows, steps, sim.Chunk(rows), backward)
	if t.noise {
		values += sim.NoiseValues(rows, t.dims.N)
	}
	return MemoryPart{"workspaces", "--threads, task.N_batch, or the steps of a trial, task.T/task.dt", float64(threads) * (values*t.bytes + float64(c.Work())*8)}
}

// gradients are the sums of every group.
func (t takes) gradients(batch int) MemoryPart {
	rows := sim.GroupRows(batch, t.dims.N)
	groups := (batch + rows - 1) / rows
	return MemoryPart{"gradients", "task.N_batch, or model.N_rec", float64(groups) * t.dims.WeightValues() * t.bytes}
}

// test is what testing takes beside the weights.
func (t takes) test(c *task.Config, trials, threads int) MemoryPart {
	batch := train.EvaluationBatch(trials)
	p := MemoryPart{"test", "test.trials", 0}
	for _, q := range []MemoryPart{t.trials(c, float64(batch)), t.workers(c, batch, c.Steps(), threads, false)} {
		p.Bytes += q.Bytes
	}
	if trials > batch { // the batch before may be there yet
		p.Bytes *= 2
	}
	return p
}

// TrainingMemory is what training and the test behind it take.
func (e *Experiment) TrainingMemory(threads int) (m Memory, err error) {
	t, err := newTakes(e.network.settings.Arch, e.Model.RecNoise != 0, e.Precision)
	if err != nil {
		return m, err
	}
	m.Parts = []MemoryPart{t.weights(e.Train.Optimizer.Slots(), true)}
	var stage []MemoryPart
	for k := range e.stages() {
		c := e.stage(k)
		parts := []MemoryPart{t.trials(&c, float64(c.N_batch)), t.workers(&c, c.N_batch, c.Steps(), threads, true), t.gradients(c.N_batch)}
		if e.Regularizers.OnRates() {
			rows := sim.GroupRows(c.N_batch, t.dims.N)
			parts[1].Bytes += float64(threads) * float64(c.Steps()+1) * float64(rows) * float64(t.dims.N) * t.bytes
		}
		if total(parts) > total(stage) {
			stage = parts
		}
	}
	m.Parts = append(m.Parts, stage...)
	if e.stages() > 1 {
		m.Parts = append(m.Parts, MemoryPart{"the stage before", "task.N_batch", total(stage)})
	}
	m.Parts = append(m.Parts, t.test(&e.test.task, e.Test.Trials, threads))
	return m, nil
}

func total(parts []MemoryPart) (bytes float64) {
	for _, p := range parts {
		bytes += p.Bytes
	}
	return bytes
}

// CheckMemory is what [Experiment.Check] takes: a batch in float64, by one worker.
func (e *Experiment) CheckMemory() (m Memory, err error) {
	t, err := newTakes(e.network.settings.Arch, e.Model.RecNoise != 0, "float64")
	if err != nil {
		return m, err
	}
	c := e.stage(0)
	m.Parts = []MemoryPart{t.weights(0, true), t.trials(&c, float64(c.N_batch)), t.workers(&c, c.N_batch, c.Steps(), 1, true), t.gradients(c.N_batch)}
	return m, nil
}

// TestMemory is what testing takes; saved says that all trajectories are kept.
func (t *Trained) TestMemory(threads int, saved bool) (m Memory, err error) {
	e := t.experiment
	k, err := newTakes(t.Network.Arch, t.Network.RecNoise != 0, e.Precision)
	if err != nil {
		return m, err
	}
	m.Parts = []MemoryPart{k.weights(0, false), k.test(&e.test.task, e.Test.Trials, threads)}
	if saved {
		i, o := e.test.task.Channels()
		values := float64(e.test.task.Steps()) * float64(i+3*o+k.dims.N)
		m.Parts = append(m.Parts, MemoryPart{"saved trials", "test.trials", 2 * float64(e.Test.Trials) * values * k.bytes}) // and once more as it is written
	}
	return m, nil
}

// Memory is what the simulation takes.
func (s *Simulated) Memory(precision string, threads int) (m Memory, err error) {
	net := s.trained.Network
	k, err := newTakes(net.Arch, net.RecNoise != 0, precision)
	if err != nil {
		return m, err
	}
	trials, held := sim.SimulationBatch(s.Trials), 1.0
	if s.Trials > trials { // the batch before may be there yet
		held = 2
	}
	steps := min(s.Steps, sim.ChunkSteps)
	rows := sim.GroupRows(trials, net.N)
	values := k.dims.WorkspaceValues(rows, steps, 1, false) + float64(rows*steps*net.I) + float64(steps*(net.O+net.N))
	if k.noise {
		values += sim.NoiseValues(rows, net.N)
	}
	m.Parts = []MemoryPart{
		k.weights(0, false),
		{"states", "--trials", held * float64((trials+rows-1)/rows) * values * k.bytes},
	}
	if s.OfTask() {
		c := &s.trained.experiment.test.task
		m.Parts = append(m.Parts, k.trials(c, held*float64(trials)), MemoryPart{"workspaces", "--threads, or the steps of a trial, task.T/task.dt", float64(threads) * float64(c.Work()) * 8})
	}
	if a := s.config.Inputs; a != nil {
		m.Parts = append(m.Parts, MemoryPart{"inputs", "--inputs", float64(len(a.Data))})
	}
	return m, nil
}
