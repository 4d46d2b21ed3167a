package task

import (
	"math"
	"sync"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Config is the section task.
type Config struct {
	Kind      string   `yaml:"kind" required:"true" oneof:"perceptual_discrimination" doc:"a built-in task"`
	Dt        float64  `yaml:"dt" required:"true" above:"0" unit:"ms" doc:"length of a step, ms"`
	Tau       float64  `yaml:"tau" required:"true" above:"0" unit:"ms" doc:"time constant of the units, ms"`
	T         float64  `yaml:"T" required:"true" above:"0" unit:"ms" doc:"length of a trial, ms"`
	N_batch   int      `yaml:"N_batch" required:"true" min:"1" doc:"trials per update"`
	Coherence *float64 `yaml:"coherence" doc:"coherence of every trial; drawn from 0.1, 0.3, 0.5, 0.7 if absent"`
	Direction *int     `yaml:"direction" min:"0" max:"1" doc:"direction of every trial, 0 or 1; drawn if absent"`
	StimNoise float64  `yaml:"stim_noise" default:"0.1" min:"0" doc:"strength of the noise on the inputs"`
	OnsetTime *float64 `yaml:"onset_time" unit:"ms" doc:"start of the stimulus, ms; drawn if absent"`
	Duration  *float64 `yaml:"stim_duration" unit:"ms" doc:"length of the stimulus, ms; drawn if absent"`
}

// Steps is the number of steps of a trial, ceil(T/dt).
func (c Config) Steps() int { return int(math.Ceil(c.T / c.Dt)) }

// perceptualDiscrimination is the two-choice task of semantics 5, after
// Britten, Shadlen, Newsome and Movshon 1992: two noisy inputs, of which the
// one that is higher on average is to be named after the stimulus.
type perceptualDiscrimination[F kernel.Float] struct {
	config Config
	key    kernel.Key
	set    *kernel.Set[F]
	noise  sync.Pool // of *noise[F]
}

// noise is the deviates of one trial.
type noise[F kernel.Float] struct {
	deviates []F
	stream   [1]kernel.Stream
}

// Variables are the names of what is drawn for each trial.
var variables = []string{"coherence", "direction", "stim_noise", "onset_time", "stim_duration"}

const (
	low           = 0.2
	high          = 1.0
	responseDelay = 20 // ms
)

// Shape is the number of steps and of input and output channels.
func (p *perceptualDiscrimination[F]) Shape() (t, i, o int) { return p.config.Steps(), 2, 2 }

// Correct compares the channels' masked means.
func (p *perceptualDiscrimination[F]) Correct(correct []bool, trials *model.Trials[F], output []F) {
	choice(correct, trials, output)
}

// trial is what one trial is made of.
type trial struct {
	coherence, onset, duration float64
	direction                  int
}

func (p *perceptualDiscrimination[F]) draw(key kernel.Key) trial {
	c := p.config
	draws := func(name string) kernel.Draws { return key.Text(name).Draws() }
	coherence, direction, onset, duration := draws("coherence"), draws("direction"), draws("onset_time"), draws("stim_duration")
	return trial{
		coherence: given(c.Coherence, []float64{0.1, 0.3, 0.5, 0.7}[coherence.Index(4)]),
		direction: given(c.Direction, direction.Index(2)),
		onset:     given(c.OnsetTime, onset.Uniform()*c.T/2),
		duration:  given(c.Duration, duration.Uniform()*c.T/4+c.T/8),
	}
}

func given[V any](value *V, drawn V) V {
	if value != nil {
		return *value
	}
	return drawn
}

// Trials overwrites dst with the trials of the purpose numbered dst.First and up.
func (p *perceptualDiscrimination[F]) Trials(dst *model.Trials[F], purpose string) error {
	dst.Names = variables
	dst.Variable = dst.Variable[:0]
	p.addNoise(dst, purpose)
	c := p.config
	for r := range dst.Rows {
		v := p.draw(p.address(purpose, dst.First+uint64(r)))
		dst.Variable = append(dst.Variable, v.coherence, float64(v.direction), c.StimNoise, v.onset, v.duration)
		for step := range dst.T {
			t := float64(step) * c.Dt
			at := (step*dst.Rows + r) * 2
			x, y, mask := dst.X[at:at+2], dst.Y[at:at+2], dst.Mask[at:at+2]
			if v.onset < t && t < v.onset+v.duration {
				x[v.direction] += F(1 + v.coherence)
				x[1-v.direction]++
			}
			y[0], y[1] = 0, 0
			if t > v.onset+v.duration+responseDelay {
				y[v.direction], y[1-v.direction] = high, low
			}
			mask[0], mask[1] = 1, 1
			if t < v.onset+v.duration {
				mask[0], mask[1] = 0, 0
			}
		}
	}
	return nil
}

func (p *perceptualDiscrimination[F]) address(purpose string, number uint64) kernel.Key {
	return p.key.Text(purpose).Number(number)
}

// addNoise overwrites the inputs with noise of standard deviation
// sqrt(2 0.01 sqrt(10) sqrt(dt)) stim_noise a step.
func (p *perceptualDiscrimination[F]) addNoise(dst *model.Trials[F], purpose string) {
	if p.config.StimNoise == 0 {
		clear(dst.X)
		return
	}
	width := dst.T * dst.I
	n, _ := p.noise.Get().(*noise[F])
	if n == nil {
		n = &noise[F]{deviates: make([]F, width)}
	}
	defer p.noise.Put(n)
	scale := F(math.Sqrt(2*0.01*math.Sqrt(10)*math.Sqrt(p.config.Dt)) * p.config.StimNoise)
	for r := range dst.Rows {
		n.stream[0].Seed(p.address(purpose, dst.First+uint64(r)).Text("noise"))
		p.set.Normal(n.deviates, width, width, n.stream[:])
		for t := range dst.T {
			x := dst.X[(t*dst.Rows+r)*dst.I:][:dst.I]
			for k := range x {
				x[k] = scale * n.deviates[t*dst.I+k]
			}
		}
	}
}
