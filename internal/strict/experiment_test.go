package strict

import (
	"path/filepath"
	"strings"
)

// The experiment that the tests read: every kind of field at least once.

type experiment struct {
	Name         string        `yaml:"name" doc:"names the run folder"`
	Seed         uint64        `yaml:"seed" default:"1" doc:"where randomness starts"`
	Precision    string        `yaml:"precision" default:"float32" oneof:"float32 float64" doc:"of all computation"`
	Task         task          `yaml:"task"`
	Populations  Map[[]string] `yaml:"populations" doc:"names for units"`
	Model        model         `yaml:"model" doc:"the network"`
	Initializer  initializer   `yaml:"initializer"`
	Constraints  *constraints  `yaml:"constraints"`
	Loss         expression    `yaml:"loss" default:"mean_squared_error" doc:"what training lessens"`
	Regularizers regularizers  `yaml:"regularizers"`
	Train        train         `yaml:"train"`
	Curriculum   *curriculum   `yaml:"curriculum"`
	Rules        []rule        `yaml:"x"`
}

type task struct {
	Kind string         `yaml:"kind" doc:"a built-in task" original:"task"`
	Dt   float64        `yaml:"dt" required:"true" above:"0" unit:"ms" doc:"time step"`
	T    int            `yaml:"T" required:"true" min:"1" unit:"ms" doc:"length of a trial"`
	N    int32          `yaml:"N_batch" default:"128" min:"1" doc:"trials per update"`
	Keys Map[textOrNum] `yaml:",rest" doc:"trial variables"`
}

type model struct {
	N        int       `yaml:"N_rec" required:"true" min:"1" doc:"number of recurrent units"`
	Noise    float32   `yaml:"rec_noise" default:"0" min:"0"`
	Tau      []float64 `yaml:"tau" default:"[100, 50]" above:"0" doc:"time constants"`
	Transfer string    `yaml:"transfer_function" default:"relu" oneof:"relu tanh sigmoid"`
	File     Path      `yaml:"load_weights_path"`
}

type initializer struct {
	Kind    string  `yaml:"kind" default:"gaussian_spectral_radius" oneof:"gaussian_spectral_radius alpha_identity"`
	Radius  float64 `yaml:"spec_rad" default:"1.1"`
	Limits  [][]int `yaml:"limits"`
	Unknown *Node   `yaml:"anything"`
}

type constraints struct {
	Dale      *float64 `yaml:"dale_ratio" above:"0" max:"1" doc:"part of the units that excite"`
	Autapses  bool     `yaml:"autapses" default:"true"`
	Connected *rule    `yaml:"rec_connectivity"`
}

type regularizers struct {
	L2   float64         `yaml:"L2_rec" default:"0" original:"L2_rec_regularization"`
	Rest Map[expression] `yaml:",rest"`
}

type common struct {
	Iterations int `yaml:"training_iters" default:"50000" min:"1"`
}

type train struct {
	common
	Rate       rate  `yaml:"learning_rate" default:"0.001" above:"0" doc:"size of a step"`
	LossEpoch  uint8 `yaml:"loss_epoch" default:"10" min:"1"`
	Clip       bool  `yaml:"clip_grads" default:"true"`
	Checkpoint clock `yaml:"checkpoint_every" default:"60s"`
}

type curriculum struct {
	Stages []stage `yaml:"stages" required:"true"`
}

type stage struct {
	Task      Map[float64] `yaml:"task"`
	Threshold float64      `yaml:"threshold" default:"0.9" min:"0" max:"1"`
}

type rule struct {
	When *expression `yaml:"when"`
	Add  expression  `yaml:"add"`
	Set  expression  `yaml:"set"`
}

// rate is a number or a schedule.
type rate struct {
	Constant float64
	Schedule *schedule
}

type schedule struct {
	Start float64 `yaml:"start" required:"true"`
	Decay float64 `yaml:"decay" default:"0.9" below:"1"`
}

func (r *rate) DecodeStrict(n *Node) {
	if n.Kind() == Mapping {
		n.Decode(&r.Schedule)
		return
	}
	n.Decode(&r.Constant)
}

func (r rate) EncodeStrict() any {
	if r.Schedule != nil {
		return r.Schedule
	}
	return r.Constant
}

var _ = Describe[rate]("a number or a schedule", 0.0, schedule{})

// expression is a text that must close its brackets.
type expression string

func (e *expression) DecodeStrict(n *Node) {
	if n.Kind() == Scalar && n.Numeric() {
		var x float64
		if n.Decode(&x) {
			*e = expression(n.Text())
		}
		return
	}
	var text string
	if !n.Decode(&text) {
		return
	}
	if i := strings.IndexByte(text, '$'); i >= 0 {
		n.FailAt(len([]rune(text[:i])), "$ is not a name", "")
		return
	}
	*e = expression(text)
}

func (e expression) EncodeStrict() any {
	if x, _, ok := parseNumber(string(e)); ok {
		return x
	}
	return string(e)
}

var _ = Describe[expression]("an expression", 0.0, "")

// textOrNum is a number or a text or a list of numbers.
type textOrNum struct {
	Number *float64
	Text   string
	List   []float64
}

func (v *textOrNum) DecodeStrict(n *Node) {
	switch {
	case n.Kind() == List:
		n.Decode(&v.List)
	case n.Numeric():
		n.Decode(&v.Number)
	default:
		n.Decode(&v.Text)
	}
}

func (v textOrNum) EncodeStrict() any {
	switch {
	case v.Number != nil:
		return *v.Number
	case v.List != nil:
		return v.List
	}
	return v.Text
}

// clock is a time of the clock or a number of updates.
type clock struct {
	Seconds float64
	Updates int
}

func (c *clock) DecodeStrict(n *Node) {
	if count, ok := strings.CutSuffix(n.Text(), " updates"); ok {
		v, whole := parseWhole(count)
		if whole {
			c.Updates = int(v)
			return
		}
	}
	var ok bool
	if c.Seconds, ok = ParseSeconds(n.Text()); n.Kind() != Scalar || !ok {
		n.mismatch("a time such as 60s or 3h50m")
	}
}

func (c clock) EncodeStrict() any {
	if c.Updates > 0 {
		return formatNumber(float64(c.Updates), 64) + " updates"
	}
	return FormatSeconds(c.Seconds)
}

var _ = []interface {
	Decoder
	Encoder
}{new(rate), new(expression), new(textOrNum), new(clock), new(Path)}

var others = Others{
	"loss_function":          {{Path: "loss"}},
	"recurrent_connectivity": {{Path: "constraints.rec_connectivity"}},
	"verbosity":              {{Note: "printing is a flag: -q"}},
	"GaussianSpectralRadius": {{Path: "initializer.kind", Note: "kind: gaussian_spectral_radius"}},
}

// loader reads from files given as texts.
func loader(files map[string]string) *Loader {
	return &Loader{Elsewhere: func() (Others, Others) { return others, nil }, Read: func(name string) ([]byte, error) {
		text, ok := files[strings.ReplaceAll(filepath.Clean(name), `\`, "/")]
		if !ok {
			return nil, errMissing
		}
		return []byte(text), nil
	}}
}
