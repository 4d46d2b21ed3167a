package task

import (
	"math"
	"sync"

	"psychrnn/internal/expr"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// sampler draws the trials of a plan.
type sampler[F kernel.Float] struct {
	plan   *plan
	key    random.Key
	set    *kernel.Set[F]
	given  []condition
	limit  float64   // of values in precision F
	spaces sync.Pool // of *space[F]
}

// mostDeviations is more standard deviations than noise is ever away from 0.
const mostDeviations = 16

// space is what a worker needs to draw in precision F.
type space[F kernel.Float] struct {
	*workspace
	deviates []F
	scale    []F // of every input
	stream   [1]random.Stream
}

func newSampler[F kernel.Float](p *plan, key random.Key, set *kernel.Set[F], given []condition) *sampler[F] {
	s := &sampler[F]{plan: p, key: key, set: set, given: given, limit: largest[F]()}
	s.spaces.New = func() any {
		made := &space[F]{workspace: newWorkspace(p)}
		made.given = given
		if len(p.noise) > 0 {
			made.deviates, made.scale = make([]F, p.steps*p.in.n), make([]F, p.in.n)
		}
		return made
	}
	return s
}

// Shape is the number of steps and of input and output channels.
func (s *sampler[F]) Shape() (t, i, o int) { return s.plan.steps, s.plan.in.n, s.plan.out.n }

// Different says that every trial is drawn anew.
func (*sampler[F]) Different() int { return 0 }

// Trials overwrites dst with the trials of the purpose numbered dst.First and up.
func (s *sampler[F]) Trials(dst *model.Trials[F], purpose string) error {
	w := s.spaces.Get().(*space[F])
	defer s.spaces.Put(w)
	dst.Names, dst.Variable = s.plan.names, dst.Variable[:0]
	key := s.key.Text(purpose)
	w.purpose = purpose
	for first := 0; first < dst.Rows; first += block {
		number := dst.First + uint64(first)
		w.begin(number, dst.Origin, min(block, dst.Rows-first))
		for r := range w.rows {
			w.keys[r] = key.Number(number + uint64(r))
		}
		if err := s.block(w, dst, first); err != nil {
			return err
		}
	}
	return nil
}

func (s *sampler[F]) block(w *space[F], dst *model.Trials[F], first int) error {
	if err := w.variables(true); err != nil {
		return err
	}
	if err := w.evaluateBlock(); err != nil {
		return err
	}
	for w.row = range w.rows {
		for _, rec := range s.plan.recorded {
			size := s.plan.slot[rec.slot].size
			dst.Variable = append(dst.Variable, w.values[rec.slot][w.row*size:(w.row+1)*size]...)
		}
		if err := s.trial(w, dst, first+w.row); err != nil {
			return err
		}
	}
	return nil
}

// evaluateBlock evaluates for the block what rules and noise need.
func (w *workspace) evaluateBlock() error {
	p := w.plan
	for _, set := range []*ruleset{&p.x, &p.y, &p.mask} {
		for _, r := range set.rules {
			for _, part := range r.parts {
				if err := w.evaluateForBlock(part.index); err != nil {
					return err
				}
			}
			if err := w.chooseChannels(r); err != nil {
				return err
			}
			for _, b := range r.bounds {
				if err := w.evaluateForBlock(b.value); err != nil {
					return err
				}
			}
			for _, g := range r.gates {
				if err := w.evaluateForBlock(g); err != nil {
					return err
				}
			}
			if err := w.evaluateForBlock(r.value); err != nil {
				return err
			}
		}
	}
	for _, n := range p.noise {
		if err := w.evaluateForBlock(n.sd); err != nil {
			return err
		}
	}
	return nil
}

// chooseChannels finds the channels of a rule for every trial of the block, where they
// are not always the same.
func (w *workspace) chooseChannels(r *ruleplan) error {
	if r.channels != nil {
		return nil
	}
	index, absolute, size := w.values[r.index], w.values[r.absolute], w.values[r.size]
	n := w.plan.slot[r.absolute].size
	for w.row = range w.rows {
		at := w.row * n
		for _, part := range r.parts {
			first, count := part.first, part.size
			if part.index != nil {
				v, err := w.cached(part.index)
				if err != nil {
					return err
				}
				k := int(v[0])
				if float64(k) != v[0] || k < 0 || k >= part.size {
					return w.wrong(r.where, w.row, "the channel is %v, but must be a whole number from 0 to %d", v[0], part.size-1)
				}
				first, count = part.first+k, 1
			}
			for k := range count {
				g := r.side.place(first + k)
				absolute[at], index[at], size[at] = float64(first+k), float64(first+k-g.first), float64(g.size)
				at++
			}
		}
	}
	return nil
}

// trial makes the trial at work and puts it into the row of dst. After its end
// inputs and mask are 0.
func (s *sampler[F]) trial(w *space[F], dst *model.Trials[F], row int) error {
	noisy, err := s.noise(w)
	if err != nil {
		return err
	}
	p, over := s.plan, w.over()
	if err := s.side(w, &p.x, dst.X, row, dst.Rows, over, noisy); err != nil {
		return err
	}
	if err := s.side(w, &p.y, dst.Y, row, dst.Rows, p.steps, false); err != nil {
		return err
	}
	return s.side(w, &p.mask, dst.Mask, row, dst.Rows, over, false)
}

// side makes x, y or mask of the trial at work, with 0 from the step over on.
func (s *sampler[F]) side(w *space[F], r *ruleset, to []F, row, rows, over int, noisy bool) error {
	if err := w.patches(r.rules, over); err != nil {
		return err
	}
	values := w.scratch[:r.n]
	for k, next := range w.borders[1:] {
		for run := (stepRange{w.borders[k], next}); run.from < run.to; run = (stepRange{run.to, next}) {
			if run.from >= over {
				clear(values)
				repeat(to, row, rows, run, values)
				continue
			}
			if !w.fill(values, r.base, run.from) {
				run.to = run.from + 1
			}
			for k, v := range values {
				if outside(v, s.limit) {
					return w.beyond(r.base, run.from, k, s.limit)
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
func (w *workspace) over() int {
	if w.plan.end < 0 {
		return w.plan.steps
	}
	return w.steps(expr.Less, w.values[w.plan.end][w.row]).to
}

// noise draws the deviates of the trial at work; it says whether there are any.
func (s *sampler[F]) noise(w *space[F]) (bool, error) {
	noisy := false
	for _, n := range s.plan.noise {
		v, err := w.cached(n.sd)
		if err != nil {
			return false, err
		}
		if !(v[0] >= 0 && v[0] <= s.limit/mostDeviations) {
			return false, w.wrong(n.sd.where, w.row, "the standard deviation of the noise is %v", v[0])
		}
		noisy = noisy || v[0] > 0
		for k := range n.size {
			w.scale[n.first+k] = F(v[0])
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
