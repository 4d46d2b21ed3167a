// Package draw follows a plan: it draws trials, judges answers to them and tells what
// a network did in them. Every draw is addressed by seed, purpose, trial and name, so
// that a trial is the same whoever draws it; workers do so side by side.
package draw

import (
	"math"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// A Sampler draws the trials of a plan.
type Sampler[F kernel.Float] struct {
	*Judge[F]
	key   random.Key
	set   *kernel.Set[F]
	given []condition
	limit float64 // of values in precision F
}

// mostDeviations is more standard deviations than noise is ever away from 0.
const mostDeviations = 16

// noisyBlock is what a worker needs to draw in precision F.
type noisyBlock[F kernel.Float] struct {
	*trialBlock
	deviates []F // (steps, inputs)
	scale    []F // of every input
	stream   [1]random.Stream
}

func newNoisyBlock[F kernel.Float](p *plan.Plan) *noisyBlock[F] {
	made := &noisyBlock[F]{trialBlock: newBlock(p)}
	if len(p.Noise) > 0 {
		made.deviates, made.scale = make([]F, p.Steps*p.In.N), make([]F, p.In.N)
	}
	return made
}

// New returns the task of a plan whose trials are drawn; key begins the address of
// every draw. The factors' values are run through evenly: trial n is of condition n
// mod their number. Everything else is drawn as without them.
func New[F kernel.Float](p *plan.Plan, key random.Key, set *kernel.Set[F], factors []task.Factor) *Sampler[F] {
	return &Sampler[F]{Judge: NewJudge[F](p), key: key, set: set, given: conditionsOf(p, factors), limit: largest[F]()}
}

// Different says that every trial is drawn anew.
func (*Sampler[F]) Different() int { return 0 }

// Fetch has nothing to prepare.
func (*Sampler[F]) Fetch(string, uint64, uint64, int) error { return nil }

// Trials overwrites dst with the trials of the purpose numbered dst.First and up.
func (s *Sampler[F]) Trials(dst *model.Trials[F], purpose string) error {
	w := s.blocks.Get().(*noisyBlock[F])
	defer s.blocks.Put(w)
	dst.Names, dst.Variable = s.plan.Names, dst.Variable[:0]
	key := s.key.Text(purpose)
	w.purpose, w.given = purpose, s.given
	for first := 0; first < dst.Rows; first += plan.BlockSize {
		number := dst.First + uint64(first)
		w.begin(number, dst.Origin, min(plan.BlockSize, dst.Rows-first))
		for r := range w.rows {
			w.keys[r] = key.Number(number + uint64(r))
		}
		if err := s.block(w, dst, first); err != nil {
			return err
		}
	}
	return nil
}

// block draws the trials at work, which begin at row first of dst.
func (s *Sampler[F]) block(w *noisyBlock[F], dst *model.Trials[F], first int) error {
	if err := w.variables(true); err != nil {
		return err
	}
	if err := w.evaluateBlock(); err != nil {
		return err
	}
	for w.row = range w.rows {
		for _, rec := range s.plan.Recorded {
			size := s.plan.Slots[rec.Slot].Size
			dst.Variable = append(dst.Variable, w.values[rec.Slot][w.row*size:(w.row+1)*size]...)
		}
		if err := s.trial(w, dst, first+w.row); err != nil {
			return err
		}
	}
	return nil
}

// evaluateBlock evaluates for the block what rules and noise need.
func (w *trialBlock) evaluateBlock() error {
	p := w.plan
	for _, set := range []*plan.RuleSet{&p.X, &p.Y, &p.Mask} {
		for _, r := range set.Rules {
			for _, part := range r.Ranges {
				if err := w.evaluateForBlock(part.Index); err != nil {
					return err
				}
			}
			if err := w.chooseChannels(r); err != nil {
				return err
			}
			if err := w.evaluateForBlock(r.Once...); err != nil {
				return err
			}
		}
	}
	for _, n := range p.Noise {
		if err := w.evaluateForBlock(n.SD); err != nil {
			return err
		}
	}
	return nil
}

// chooseChannels finds the channels of a rule for every trial of the block, where they
// are not always the same.
func (w *trialBlock) chooseChannels(r *plan.CompiledRule) error {
	if r.Channels != nil {
		return nil
	}
	index, absolute, size := w.values[r.Index], w.values[r.Absolute], w.values[r.Size]
	n := w.plan.Slots[r.Absolute].Size
	for w.row = range w.rows {
		at := w.row * n
		for _, part := range r.Ranges {
			first, count := part.First, part.Size
			if part.Index != nil {
				v, err := w.cached(part.Index)
				if err != nil {
					return err
				}
				k := int(v[0])
				if float64(k) != v[0] || k < 0 || k >= part.Size {
					return w.wrong(r.Where, w.row, "the channel is %v, but must be a whole number from 0 to %d", v[0], part.Size-1)
				}
				first, count = part.First+k, 1
			}
			for k := range count {
				g := r.Side.Place(first + k)
				absolute[at], index[at], size[at] = float64(first+k), float64(first+k-g.First), float64(g.Size)
				at++
			}
		}
	}
	return nil
}

// trial makes the trial at work and puts it into the row of dst. After its end
// inputs and mask are 0.
func (s *Sampler[F]) trial(w *noisyBlock[F], dst *model.Trials[F], row int) error {
	noisy, err := s.noise(w)
	if err != nil {
		return err
	}
	p, over := s.plan, w.over()
	if err := s.side(w, &p.X, dst.X, row, dst.Rows, over, noisy); err != nil {
		return err
	}
	if err := s.side(w, &p.Y, dst.Y, row, dst.Rows, p.Steps, false); err != nil {
		return err
	}
	return s.side(w, &p.Mask, dst.Mask, row, dst.Rows, over, false)
}

// side makes x, y or mask of the trial at work, with 0 from the step over on.
func (s *Sampler[F]) side(w *noisyBlock[F], r *plan.RuleSet, to []F, row, rows, over int, noisy bool) error {
	if err := w.patches(r.Rules, over); err != nil {
		return err
	}
	values := w.scratch[:r.N]
	for k, next := range w.borders[1:] {
		for run := (stepRange{w.borders[k], next}); run.from < run.to; run = (stepRange{run.to, next}) {
			if run.from >= over {
				clear(values)
				repeat(to, row, rows, run, values)
				continue
			}
			if !w.fill(values, r.Base, run.from) {
				run.to = run.from + 1
			}
			for k, v := range values {
				if exceeds(v, s.limit) {
					return w.beyond(r.Base, run.from, k, s.limit)
				}
			}
			if noisy {
				repeatNoisy(to, row, rows, run, values, w.deviates, w.scale)
			} else {
				repeat(to, row, rows, run, values)
			}
		}
	}
	return nil
}

// over is the first step after the trial at work has ended.
func (w *trialBlock) over() int {
	if w.plan.EndSlot < 0 {
		return w.plan.Steps
	}
	return w.steps(expr.Less, w.values[w.plan.EndSlot][w.row]).to
}

// noise draws the deviates of the trial at work; it says whether there are any.
func (s *Sampler[F]) noise(w *noisyBlock[F]) (bool, error) {
	noisy := false
	for _, n := range s.plan.Noise {
		v, err := w.cached(n.SD)
		if err != nil {
			return false, err
		}
		if !(v[0] >= 0 && v[0] <= s.limit/mostDeviations) {
			return false, w.wrong(n.SD.Where, w.row, "the standard deviation of the noise is %v", v[0])
		}
		noisy = noisy || v[0] > 0
		for k := range n.Size {
			w.scale[n.First+k] = F(v[0])
		}
	}
	if noisy {
		w.stream[0].Seed(w.keys[w.row].Text("noise"))
		s.set.Normal(w.deviates, len(w.deviates), len(w.deviates), w.stream[:])
	}
	return noisy, nil
}

// largest is the largest number of precision F, beyond which all is infinite.
func largest[F kernel.Float]() float64 {
	if m := math.MaxFloat64; !math.IsInf(float64(F(m)), 0) {
		return m
	}
	return math.MaxFloat32
}
