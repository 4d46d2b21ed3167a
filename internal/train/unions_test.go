package train

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// What each key of the section takes, how it is written again, and what it refuses.
func TestUnions(t *testing.T) {
	type section struct {
		Rate      Rate      `yaml:"learning_rate" default:"0.001" above:"0"`
		Optimizer Optimizer `yaml:"optimizer" default:"adam"`
		Clip      Clip      `yaml:"clip_grads" default:"true"`
		Every     Every     `yaml:"checkpoint_every" default:"60s"`
	}
	for _, c := range []struct{ text, want string }{
		{"{}", "learning_rate: 0.001 optimizer: kind: adam beta1: 0.9 beta2: 0.999 epsilon: 1.0e-8 clip_grads: true checkpoint_every: 1m"},
		{"optimizer: sgd", "optimizer: kind: sgd"},
		{"optimizer: {kind: rmsprop, decay: 0.8}", "optimizer: kind: rmsprop decay: 0.8 epsilon: 1.0e-10 momentum: 0"},
		{"optimizer: adamw", "optimizer: kind: adamw beta1: 0.9 beta2: 0.999 epsilon: 1.0e-7 weight_decay: 0.004"},
		{"optimizer: {kind: nesterov, momentum: 0.5}", "optimizer: kind: nesterov momentum: 0.5"},
		{"optimizer: adagrad", "optimizer: kind: adagrad initial_accumulator: 0.1"},
		{"optimizer: momentom", "error: optimizer: unknown value \"momentom\""},
		{"optimizer: {decay: 0.9}", "error: optimizer.kind: missing"},
		{"optimizer: {kind: adam, decay: 0.9}", "error: optimizer.decay: has no effect on adam"},
		{"optimizer: {kind: rmsprop, decay: 1}", "error: optimizer.decay: must be below 1"},
		{"optimizer: [adam]", "error: optimizer: expected one of"},
		{"learning_rate: 0", "error: learning_rate: must be above 0"},
		{"learning_rate: {schedule: step, start: 0.1}", "learning_rate: schedule: step start: 0.1 decay: 0.9 every: 100 warm_up: 0"},
		{"learning_rate: {schedule: cosine, start: 0.1, over: 5}", "learning_rate: schedule: cosine start: 0.1 over: 5 end: 0 warm_up: 0"},
		{"learning_rate: {start: 0.1, warm_up: 3}", "learning_rate: schedule: constant start: 0.1 warm_up: 3"},
		{"learning_rate: {start: 0.1}", "learning_rate: 0.1"},
		{"learning_rate: {schedule: step, start: 0.1, over: 5}", "error: learning_rate.over: has no effect on the schedule step"},
		{"learning_rate: {schedule: step}", "error: learning_rate.start: missing"},
		{"learning_rate: fast", "error: learning_rate: expected a number"},
		{"clip_grads: false", "clip_grads: false"},
		{"clip_grads: {norm: 1}", "clip_grads: true"},
		{"clip_grads: {norm: 5}", "clip_grads: norm: 5"},
		{"clip_grads: {global_norm: 1}", "clip_grads: global_norm: 1"},
		{"clip_grads: {value: 0.1}", "clip_grads: value: 0.1"},
		{"clip_grads: {}", "error: clip_grads: expected one bound"},
		{"clip_grads: {value: 1, norm: 1}", "error: clip_grads: expected one bound"},
		{"clip_grads: {norm: 0}", "error: clip_grads.norm: must be above 0"},
		{"clip_grads: 1", "error: clip_grads: expected true or false"},
		{"checkpoint_every: 100 updates", "checkpoint_every: 100 updates"},
		{"checkpoint_every: 1 update", "checkpoint_every: 1 updates"},
		{"checkpoint_every: 90s", "checkpoint_every: 1m30s"},
		{"checkpoint_every: 250ms", "checkpoint_every: 0.25s"},
		{"checkpoint_every: 60", "error: checkpoint_every: 60 has no unit"},
		{"checkpoint_every: 0s", "error: checkpoint_every: \"0s\" is neither"},
		{"checkpoint_every: 0 updates", "error: checkpoint_every: \"0 updates\" is not a number of updates"},
		{"checkpoint_every: 1.5 updates", "error: checkpoint_every: \"1.5 updates\" is not"},
		{"checkpoint_every: soon", "error: checkpoint_every: \"soon\" is neither"},
		{"checkpoint_every: [1s]", "error: checkpoint_every: expected a time"},
	} {
		var s section
		got := load(c.text, &s)
		if got == "" {
			written := string(strict.Encode(&s))
			got = strings.Join(strings.Fields(written), " ")
			var again section
			if err := load(written, &again); err != "" || string(strict.Encode(&again)) != written {
				t.Errorf("%s: written as %s and read as %v: %s", c.text, got, again, err)
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s:\n%s, want\n%s", c.text, got, c.want)
		}
	}
}

// load reads a text and says what is wrong with it.
func load(text string, into any) string {
	n, err := strict.Parse("it", []byte(text))
	if err == nil {
		loader := strict.Loader{}
		err = loader.Decode(n, into)
	}
	var problems fault.Errors
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &problems):
		return err.Error()
	}
	return "error: " + problems[0].Path + ": " + problems[0].Text
}

// The rates of the first updates.
func TestRate(t *testing.T) {
	half := math.Sqrt(0.5)
	for _, c := range []struct {
		text string
		want []float64
	}{
		{"1", []float64{1, 1, 1, 1, 1}},
		{"{start: 1, warm_up: 4}", []float64{0.25, 0.5, 0.75, 1, 1}},
		{"{schedule: step, start: 1, decay: 0.5, every: 2}", []float64{1, 1, 0.5, 0.5, 0.25}},
		{"{schedule: exponential, start: 1, decay: 0.5, every: 2}", []float64{1, half, 0.5, half / 2, 0.25}},
		{"{schedule: cosine, start: 1, over: 4, end: 0.5}", []float64{1, 0.75 + half/4, 0.75, 0.75 - half/4, 0.5, 0.5}},
		{"{schedule: cosine, start: 1, over: 2, warm_up: 2}", []float64{0.5, 0.5, 0, 0}},
	} {
		var s struct {
			Rate Rate `yaml:"learning_rate" required:"true"`
		}
		if err := load("learning_rate: "+c.text, &s); err != "" {
			t.Errorf("%s: %s", c.text, err)
			continue
		}
		var got []float64
		for k := range c.want {
			got = append(got, s.Rate.At(k+1))
		}
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
}
