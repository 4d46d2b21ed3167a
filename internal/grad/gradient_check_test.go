package grad

import (
	"math"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// ordinary is a network as experiments have them: T 100 steps, n 20.
func ordinary(kind, transfer string) (model.Settings, randomTrials[float64]) {
	s := model.Settings{Autapses: true, RecNoise: 0.1, Initializer: model.StartSettings{Kind: "gaussian_spectral_radius", SpecRad: new(1.1), Rand: "glorot_gauss"}}
	s.Kind, s.Function, s.N, s.I, s.O, s.Batch = kind, model.FunctionNamed(transfer), 20, 2, 2, 8
	for range s.N {
		s.Alpha = append(s.Alpha, 0.1)
	}
	return s, randomTrials[float64]{t: 100, i: s.I, o: s.O, input: 0.1, key: 1}
}

func check(t *testing.T, s model.Settings, c Config, source randomTrials[float64], key random.Key) (Report, error) {
	t.Helper()
	net, err := model.New(s, key)
	if err != nil {
		t.Fatal(err)
	}
	report, err := CheckGradient(net, c, source, kernel.Plain[float64](), key, 10)
	t.Logf("%+v", report)
	return report, err
}

func TestCheck(t *testing.T) {
	squared := Config{Loss: "mean_squared_error"}
	tests := []struct {
		name, kind, transfer string
		config               Config
		change               func(*model.Settings, *randomTrials[float64])
	}{
		{name: "relu", kind: "basic", transfer: "relu", config: squared},
		{name: "tanh", kind: "basic", transfer: "tanh", config: squared},
		{name: "lstm", kind: "lstm", transfer: "relu", config: squared},
		{
			name: "Dale's law, feed-forward layer, regularizers", kind: "basic", transfer: "relu",
			config: Config{Loss: "mean_squared_error", Regularizers: Regularizers{L1_in: 1, L1_rec: 1, L2_out: 1, L2_firing_rate: 1}},
			change: func(s *model.Settings, _ *randomTrials[float64]) {
				s.Dale, s.FeedForward, s.Autapses = model.DaleOf(0.8, model.SignsOf(0.8, s.N)), 10, false
			},
		},
		{
			name: "one tensor in training", kind: "basic", transfer: "relu", config: squared,
			change: func(s *model.Settings, _ *randomTrials[float64]) {
				s.Untrained = map[string]bool{"init_state": true, "W_rec": true, "W_out": true, "b_rec": true, "b_out": true}
			},
		},
		{
			// States decay to the kink of relu and stay there.
			name: "silence", kind: "basic", transfer: "relu", config: squared,
			change: func(s *model.Settings, trials *randomTrials[float64]) {
				s.RecNoise, s.Initializer.SpecRad, trials.input = 0, new(0.5), 0
				for k := range s.Alpha {
					s.Alpha[k] = 0.4
				}
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, source := ordinary(test.kind, test.transfer)
			if test.change != nil {
				test.change(&s, &source)
			}
			for seed := range random.Key(2) {
				report, err := check(t, s, test.config, source, seed)
				if err != nil || !report.OK || report.Directions != 10 || report.Worst > 1e-5 {
					t.Errorf("seed %d: %+v, %v", seed, report, err)
				}
			}
		})
	}
}

// A derivative that is wrong by a ten-thousandth must be found.
func TestCheckFindsWrongGradient(t *testing.T) {
	for _, name := range []string{"tanh", "relu", "leaky_relu"} {
		s, source := ordinary("basic", name)
		right := s.Function.Df
		s.Function.Name, s.Function.Df = "wrong", func(s float64) float64 { return 1.0001 * right(s) }
		report, err := check(t, s, Config{Loss: "mean_squared_error"}, source, 1)
		if err != nil || report.OK || report.Directions == 0 || report.Worst < 1e-5 {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
}

// Wherever a kink lies, and however strong it is, either it is noticed or the
// difference quotient is as good as it should be.
func TestKinkIsNoticed(t *testing.T) {
	const h, tolerance = 1e-3, 1e-6
	for jump := tolerance / 4; jump < 1; jump *= 1.3 {
		for a := -1.5 * h; a <= 1.5*h; a += h / 24 {
			f := func(x float64) float64 { return math.Sin(x) + jump*max(0, x-a) }
			slope := 1.0
			if a < 0 {
				slope += jump
			}
			fd, smooth := centralDifference(f, f(0), h, tolerance)
			if smooth && math.Abs(fd-slope) > 1.2*tolerance { // a fifth for the sine
				t.Errorf("jump %g at %g h: the quotient is off by %g", jump, a/h, fd-slope)
			}
			if !smooth && math.Abs(a) > h {
				t.Errorf("a kink was noticed at %g h", a/h)
			}
		}
	}
}

// silent trials have masks of 0, so that nothing has a gradient.
type silent struct{ randomTrials[float64] }

func (s silent) Trials(dst *model.Trials[float64], purpose string) error {
	err := s.randomTrials.Trials(dst, purpose)
	clear(dst.Mask)
	return err
}

func TestCheckWithoutGradient(t *testing.T) {
	s, source := ordinary("basic", "tanh")
	net, err := model.New(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	report, err := CheckGradient(net, Config{Loss: "mean_squared_error"}, silent{source}, kernel.Plain[float64](), 1, 3)
	if want := (Report{}); report != want || err != nil {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestCheckWithoutFiniteLoss(t *testing.T) {
	s, source := ordinary("basic", "linear")
	source.input = math.Inf(1)
	if _, err := check(t, s, Config{Loss: "mean_squared_error"}, source, 1); err == nil {
		t.Error("no error")
	}
	if _, err := check(t, s, Config{Loss: "hinge"}, source, 1); err == nil {
		t.Error("no error for a loss that is not known")
	}
}
