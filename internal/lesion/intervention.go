package lesion

// Interventions, made ready for a network: which units, connections and steps they
// concern. What nothing would do is told.

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/sim"
)

// Intervention changes a network while it runs. A step k of a trial, recorded
// from 0 on at the time k dt, is changed while it lies within When. Parts that
// are zero change nothing; the others hold together.
type Intervention struct {
	// Silence are units whose rate is 0 at these steps (an lstm's or gru's
	// hidden state), for the units they project to and for the outputs alike.
	// Where the first step is among them, so is the rate before it.
	Silence []int
	// Connections are scaled while these steps are computed, as by the
	// original's t_connectivity.
	Connections []Connection
	Current     []float64 // of each unit, added to what it receives; nil is none
	Noise       []float64 // of each unit, as rec_noise and beside it; nil is none
	Dt          float64   // ms that a step stands for; 0: as it is
	When        ActiveTime
}

// Connection is the block of a weight matrix from some units or channels to others.
type Connection struct {
	Role     model.Role
	From, To []int
	Scale    float64
}

// ActiveTime is a time from <= t < to in ms, or a period of each trial. The zero
// ActiveTime is all of it.
type ActiveTime struct {
	From, To float64
	Period   string // of the task, in place of both
}

// span is a run of recorded steps.
type span struct{ from, to int }

func (s span) has(step int) bool { return s.from <= step && step < s.to }

// spans are the steps of the window in each of so many trials; dt is theirs.
func (w ActiveTime) spans(trials int, periods sim.Periods, dt float64) ([]span, error) {
	if w == (ActiveTime{}) {
		return slices.Repeat([]span{{0, math.MaxInt}}, trials), nil
	}
	if w.Period == "" {
		return slices.Repeat([]span{{firstStep(w.From, dt), firstStep(w.To, dt)}}, trials), nil
	}
	steps, err := periods(w.Period)
	spans := make([]span, len(steps))
	for k, s := range steps {
		spans[k] = span{s[0], s[1]}
	}
	return spans, err
}

// firstStep is the first step whose time is not before t.
func firstStep(t, dt float64) int {
	k := math.Ceil(t / dt)
	switch {
	case !(k < math.MaxInt32): // also NaN, the time of what does not happen
		return math.MaxInt
	case k <= 0:
		return 0
	}
	for k > 0 && (k-1)*dt >= t {
		k--
	}
	for k*dt < t {
		k++
	}
	return int(k)
}

// Meaningless says what of the intervention a network of the kind cannot do, "" if
// it can do all.
func (i Intervention) Meaningless(kind string) string {
	k, why := model.KindOf(kind), ""
	if k.Gated {
		why = ", whose units have gates instead of a time constant"
	}
	for _, part := range []struct {
		name      string
		asks, can bool
	}{{"current", i.Current != nil, k.Noise}, {"noise", i.Noise != nil, k.Noise}, {"dt", i.Dt != 0, k.TimeConstant}} {
		if part.asks && !part.can {
			return fmt.Sprintf("%s has no meaning in kind %s%s", part.name, kind, why)
		}
	}
	return ""
}

// Lesion is a set of interventions made ready for a network in precision F.
// Running changes nothing in it, so workers share it.
type Lesion[F kernel.Float] struct {
	parts []prepared[F]
	dt    float64
	met   []atomic.Bool // of each part: its time held a step of some trial
}

// prepared is one intervention.
type prepared[F kernel.Float] struct {
	Intervention
	current  []F           // alpha times it; nil: none
	variance []float64     // alpha times the square of its noise; nil: none
	cell     model.Cell[F] // of another dt; nil: as it is
	ratio    float64       // of that dt to the trials'
	state    bool          // it changes the weights of the next state
	output   bool          // it changes the weights of the output
}

// New makes interventions ready; dt is that of the trials. Check must
// have found nothing.
func New[F kernel.Float](net *model.Network, dt float64, list []Intervention, set *kernel.Set[F]) (*Lesion[F], error) {
	l, inflow := &Lesion[F]{dt: dt, met: make([]atomic.Bool, len(list))}, net.Inflow()
	for _, i := range list {
		p := prepared[F]{Intervention: i}
		if i.Dt != 0 && i.Dt != dt {
			p.ratio = i.Dt / dt
			arch := net.Arch
			arch.Alpha = make([]float64, len(net.Alpha))
			for k, a := range net.Alpha {
				arch.Alpha[k] = a * p.ratio
			}
			var err error
			if p.cell, err = model.NewCell(arch, set); err != nil {
				return nil, err
			}
		}
		for k, current := range i.Current {
			p.current = append(p.current, F(inflow[k]*current))
		}
		for k, strength := range i.Noise {
			p.variance = append(p.variance, inflow[k]*strength*strength)
		}
		p.state = p.cell != nil
		for _, c := range i.Connections {
			p.output = p.output || c.Role == model.OutputRole
			p.state = p.state || c.Role != model.OutputRole
		}
		l.parts = append(l.parts, p)
	}
	return l, nil
}
