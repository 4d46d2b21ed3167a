package sim

// The forward pass alone, for any number of trials and steps, of which only some are
// in memory at a time.

import (
	"context"

	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// ChunkSteps is how many steps of a simulation are in memory at a time, a
// block of noise.
const ChunkSteps = blockSteps

// SimulationBatch is how many of the trials are in memory at a time.
func SimulationBatch(trials int) int { return min(trials, simulationBatch) }

// connectivityBytes bounds the weights that a changing connectivity takes.
const connectivityBytes = 64 << 20

// errInterrupted says that a simulation was told to stop.
var errInterrupted = fault.New(fault.Interrupted, "", "interrupted during the simulation")

// Inputs are what a simulation's trials meet.
type Inputs[F kernel.Float] struct {
	Steps int // of every trial
	// Begin returns what the trials first ... meet.
	Begin func(first uint64, rows int) (InputStream[F], error)
}

// InputStream is what some trials meet, step after step.
type InputStream[F kernel.Float] struct {
	// Fill overwrites x (steps, rows, i) with the inputs from a step on.
	// Workers call it side by side with that of other trials.
	Fill    func(x []F, step, steps int)
	Periods Periods // nil: the trials have none
}

// Connectivity gives the factors of W_rec (n,n) for step after step, from the first on.
type Connectivity interface {
	Next() ([]float64, error)
	Close() error
}

// Simulation is the forward pass alone, of any number of trials and steps, of
// which only some are in memory at a time.
type Simulation[F kernel.Float] struct {
	Net     *model.Network
	Eff     []F // effective weights
	Set     *kernel.Set[F]
	Workers *Workers
	Noise   random.Key // addresses noise, with the purpose
	Purpose string

	Wrapper Wrapper[F] // around the network; nil: none
	// Initial are initial states (B,n), one row for each trial; nil: those of the weights.
	Initial []F
	// Connectivity, if not nil, starts reading factors of W_rec.
	Connectivity func() (Connectivity, error)
	Rates        bool // parts have the rates too, and an LSTM's cell
}

// Piece is what came out of some steps of a trial.
type Piece[F kernel.Float] struct {
	Trial, Step int
	Steps       int
	Series      [][]F // of each of [SeriesOf], (Steps, Width)
}

// trialGroup is some trials on its way through time.
type trialGroup[F kernel.Float] struct {
	work   *model.Workspace[F]
	trials *model.Trials[F]
	cell   model.Cell[F]
	wraps  Wrapped[F] // the cell, if it is one around the network's
	drive  Drive[F]
	step   int // of the trials, at which the workspace begins
	fill   func(x []F, step, steps int)
	series []Series[F]
	room   [][]F // for each series of a trial
	err    error
}

// simulationBatch is the number of trials that go through time together.
const simulationBatch = 1024

// Run simulates the trials 0..trials-1 and hands what comes out of them to
// keep, piece by piece; workers call it side by side, for different trials.
func (m *Simulation[F]) Run(ctx context.Context, inputs Inputs[F], trials int, keep func(Piece[F]) error) error {
	for first := 0; first < trials; first += simulationBatch {
		if err := m.batch(ctx, inputs, first, min(simulationBatch, trials-first), keep); err != nil {
			return err
		}
	}
	return nil
}

func (m *Simulation[F]) batch(ctx context.Context, inputs Inputs[F], first, trials int, keep func(Piece[F]) error) error {
	cell, err := model.NewCell(m.Net.Arch, m.Set)
	if err != nil {
		return err
	}
	w, err := m.weights(cell)
	if err != nil {
		return err
	}
	defer w.close()
	var all []*trialGroup[F]
	rows := GroupRows(trials, m.Net.N)
	for at := 0; at < trials; at += rows {
		s, err := m.newStretch(cell, inputs, first+at, min(rows, trials-at), min(inputs.Steps, w.chunk))
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	for step := 0; step < inputs.Steps; step += w.chunk {
		steps := min(w.chunk, inputs.Steps-step)
		if err := w.read(m.Workers, steps); err != nil {
			return err
		}
		m.Workers.Run(len(all), func(_, k int) {
			if ctx.Err() != nil {
				all[k].err = errInterrupted
			} else {
				all[k].err = all[k].run(w, step, steps, keep)
			}
		})
		for _, s := range all {
			if s.err != nil {
				return s.err
			}
		}
	}
	return nil
}

func (m *Simulation[F]) newStretch(cell model.Cell[F], inputs Inputs[F], first, rows, steps int) (*trialGroup[F], error) {
	d := cell.Dims()
	s := &trialGroup[F]{
		work:   model.NewWorkspace[F](d, rows, steps, 1, false),
		trials: &model.Trials[F]{First: uint64(first), Rows: rows, I: d.I, O: d.O, X: make([]F, steps*rows*d.I)},
		cell:   cell,
		series: SeriesOf[F](d, m.Rates),
	}
	for _, a := range s.series {
		s.room = append(s.room, make([]F, steps*a.Width))
	}
	stream, err := inputs.Begin(uint64(first), rows)
	if err != nil {
		return nil, err
	}
	s.fill = stream.Fill
	s.work.Enter(s.trials, rows)
	key := m.Noise.Text(m.Purpose)
	noise := NewNoise(m.Net.RecNoise, m.Net.Inflow(), rows, d.Products[0].OutStride(), m.Set)
	noise.Begin(key, uint64(first), rows)
	if noise != nil {
		s.drive = func(t int, out []F, ld int) { noise.add(s.step+t, out, ld) }
	}
	if m.Wrapper != nil {
		s.wraps = m.Wrapper.Wrap(cell, rows, m.Set)
		if s.drive, err = s.wraps.Enter(s.trials, stream.Periods, key, s.drive); err != nil {
			return nil, err
		}
		s.cell = s.wraps
	}
	if m.Initial == nil {
		cell.Begin(s.work, m.Eff)
	} else {
		for r := range rows {
			m.beginWith(s.work, cell, r, m.Initial[(first+r)*d.N:][:d.N])
		}
	}
	return s, nil
}

// beginWith starts row r of a workspace from a state.
func (m *Simulation[F]) beginWith(s *model.Workspace[F], cell model.Cell[F], r int, state []F) {
	eff := append([]F{}, m.Eff...)
	for _, t := range cell.Layout() {
		if t.State {
			for k := range model.View(t, eff) {
				model.View(t, eff)[k] = state[k%len(state)]
			}
		}
	}
	one := model.NewWorkspace[F](cell.Dims(), 1, 0, 1, false)
	one.Enter(&model.Trials[F]{Rows: 1}, 1)
	cell.Begin(one, eff)
	s.PutState(0, r, one)
}

// run moves on by some steps. The step behind them only completes their
// outputs; the next stretch of steps begins with it.
func (s *trialGroup[F]) run(w *stepWeights[F], step, steps int, keep func(Piece[F]) error) error {
	if step > 0 {
		s.work.Restart() // from the state behind the last step
	}
	s.trials.T = steps
	s.trials.X = s.trials.X[:steps*s.trials.Rows*s.trials.I]
	s.fill(s.trials.X, step, steps)
	s.work.Enter(s.trials, s.trials.Rows)
	if s.step = step; s.wraps != nil {
		s.wraps.Continue(step)
	}
	Forward(s.cell, s.work, w.at, s.drive, 0, steps+1)
	for r := range s.trials.Rows {
		p := Piece[F]{Trial: int(s.trials.First) + r, Step: step, Steps: steps}
		for k, a := range s.series {
			p.Series = append(p.Series, a.Copy(s.room[k][:steps*a.Width], steps, s.cell, s.work, r))
		}
		if err := keep(p); err != nil {
			return err
		}
	}
	return nil
}
