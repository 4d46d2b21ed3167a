// Package memory estimates what the program takes at its largest, before it takes it.
// Sizes of arrays are added up: those that live together, and those that the garbage
// collector may not have given back yet. A test holds the sum to within a factor of 2.
package memory

import (
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/eval"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
	"psychrnn/internal/task/plan"
)

// Estimate is what the program takes at its largest.
type Estimate struct{ Parts []Part }

// Part is what one thing takes, in bytes, and the keys that would lower it.
type Part struct {
	What, Lower string
	Bytes       float64
}

// programBytes is what the program takes without any experiment.
const programBytes = 32 << 20

// Sum is what the parts take together, in bytes.
func (e Estimate) Sum() (bytes float64) {
	for _, p := range e.Parts {
		bytes += p.Bytes
	}
	return bytes
}

// Total is their sum with the program itself.
func (e Estimate) Total() float64 { return programBytes + e.Sum() }

// Largest says what takes most, and what would lower it.
func (e Estimate) Largest() Part {
	return slices.MaxFunc(e.Parts, func(a, b Part) int { return int(min(max(a.Bytes-b.Bytes, -1), 1)) })
}

// String tells the total and the parts, largest first.
func (e Estimate) String() string {
	parts := slices.Clone(e.Parts)
	slices.SortStableFunc(parts, func(a, b Part) int { return int(min(max(b.Bytes-a.Bytes, -1), 1)) })
	var words []string
	for _, p := range parts {
		if p.Bytes >= 0.01*e.Total() {
			words = append(words, p.What+" "+Gigabytes(p.Bytes))
		}
	}
	if len(words) == 0 {
		return Gigabytes(e.Total())
	}
	return Gigabytes(e.Total()) + ": " + strings.Join(words, ", ")
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

// NetworkSizes is a network in the sizes that memory depends on.
type NetworkSizes struct {
	dims  model.Dims
	size  float64 // weights
	noise bool
	bytes float64 // of a value
}

// NewNetwork is a network, with recurrent noise or without, in a precision. One that
// cannot be made takes nothing; what is wrong is said where it is made.
func NewNetwork(a model.Arch, noise bool, precision string) NetworkSizes {
	cell, err := model.NewCell(a, kernel.Plain[float32]())
	if err != nil {
		return NetworkSizes{}
	}
	t := NetworkSizes{dims: cell.Dims(), size: float64(cell.Layout().Size()), noise: noise, bytes: 4}
	if precision == "float64" {
		t.bytes = 8
	}
	return t
}

// The bytes that a weight takes: in the network and its constraints, which are
// float64, while it is drawn; and the values in precision F, beside the
// optimizer's, in training.
const (
	networkBytes   = 8 * 8
	trainingValues = 14
)

// Weights are the network and, in training, all that the optimizer and a
// checkpoint hold.
func (t NetworkSizes) Weights(slots int, training bool) Part {
	values := 3.0
	if training {
		values = trainingValues + 3*float64(slots)
	}
	return Part{"weights", "model.N_rec", t.size*(networkBytes+values*t.bytes) + 2*t.dims.WeightValues()*t.bytes}
}

// Trials are those of a batch, of which so many are in memory.
func (t NetworkSizes) Trials(c *plan.Plan, batch float64) Part {
	i, o := c.Channels()
	values := float64(c.Steps) * float64(i+2*o)
	return Part{"trials", "task.N_batch, or the steps of a trial, task.T/task.dt", batch * (values*t.bytes + 8*float64(len(c.Names)))}
}

// noiseValues are what recurrent noise keeps for the rows of a workspace.
func (t NetworkSizes) noiseValues(rows int) float64 {
	if !t.noise {
		return 0
	}
	return sim.NoiseValues(rows, t.dims.N)
}

// Workers are the workspaces of all threads.
func (t NetworkSizes) Workers(c *plan.Plan, batch, threads int, backward bool) Part {
	rows := sim.GroupRows(batch, t.dims.N)
	values := t.dims.WorkspaceValues(rows, c.Steps, sim.Chunk(rows), backward) + t.noiseValues(rows)
	return Part{"workspaces", "--threads, task.N_batch, or the steps of a trial, task.T/task.dt", float64(threads) * (values*t.bytes + float64(c.Work())*8)}
}

// RateGradients are what penalties on rates keep in the workspaces of all threads.
func (t NetworkSizes) RateGradients(c *plan.Plan, threads int) float64 {
	rows := sim.GroupRows(c.Config.N_batch, t.dims.N)
	return float64(threads) * float64(c.Steps+1) * float64(rows) * float64(t.dims.N) * t.bytes
}

// Gradients are the sums of every group.
func (t NetworkSizes) Gradients(batch int) Part {
	rows := sim.GroupRows(batch, t.dims.N)
	groups := (batch + rows - 1) / rows
	return Part{"gradients", "task.N_batch, or model.N_rec", float64(groups) * t.dims.WeightValues() * t.bytes}
}

// Test is what testing takes beside the weights.
func (t NetworkSizes) Test(c *plan.Plan, trials, threads int) Part {
	batch := eval.Held(trials)
	p := Part{"test", "test.trials", 0}
	for _, q := range []Part{t.Trials(c, float64(batch)), t.Workers(c, batch, threads, false)} {
		p.Bytes += q.Bytes
	}
	if trials > batch { // the batch before may be there yet
		p.Bytes *= 2
	}
	return p
}

// SavedTrials are the trajectories of a test that are kept, and once more as they
// are written.
func (t NetworkSizes) SavedTrials(c *plan.Plan, trials int) Part {
	i, o := c.Channels()
	values := float64(c.Steps) * float64(i+3*o+t.dims.N)
	return Part{"saved trials", "test.trials", 2 * float64(trials) * values * t.bytes}
}

// Simulation are the states of trials that are simulated for so many steps, and the
// trials of the task, if they are of one.
func (t NetworkSizes) Simulation(c *plan.Plan, trials, steps, threads int) (parts []Part) {
	batch, held := sim.SimulationBatch(trials), 1.0
	if trials > batch { // the batch before may be there yet
		held = 2
	}
	steps = min(steps, sim.ChunkSteps)
	rows := sim.GroupRows(batch, t.dims.N)
	values := t.dims.WorkspaceValues(rows, steps, 1, false) + float64(rows*steps*t.dims.I) + float64(steps*(t.dims.O+t.dims.N)) + t.noiseValues(rows)
	parts = []Part{{"states", "--trials", held * float64((batch+rows-1)/rows) * values * t.bytes}}
	if c != nil {
		parts = append(parts, t.Trials(c, held*float64(batch)), Part{"workspaces", "--threads, or the steps of a trial, task.T/task.dt", float64(threads) * float64(c.Work()) * 8})
	}
	return parts
}
