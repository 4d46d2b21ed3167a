package grad

import (
	"math"
	"reflect"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
)

// regularizerValues are what each regularizer takes the mean of, by its key.
var regularizerValues = map[string]func(x float64) float64{
	"L1_in": math.Abs, "L1_rec": math.Abs, "L1_out": math.Abs,
	"L2_in": square, "L2_rec": square, "L2_out": square,
	"L2_firing_rate": square,
}

func square(x float64) float64 { return x * x }

// A regularizer is its factor times the mean of a function of the effective weights of
// its role, or of all rates of all trials and steps.
func TestRegularizersHaveValues(t *testing.T) {
	fields := reflect.TypeFor[Regularizers]()
	set := kernel.Plain[float64]()
	for k := range fields.NumField() {
		key := fields.Field(k).Tag.Get("yaml")
		value := regularizerValues[key]
		if value == nil {
			t.Errorf("%s has no value to be compared with: enter what it is the mean of into regularizerValues", key)
			continue
		}
		s := model.Settings{Autapses: true, Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "const_gauss", RandRec: "const_gauss"}}
		s.Kind, s.N, s.I, s.O, s.Batch = "basic", 5, 3, 2, gradientTrials
		s.Alpha, s.Function = []float64{0.3, 0.3, 0.3, 0.3, 0.3}, model.FunctionNamed("tanh")
		c := Config{Loss: "mean_squared_error"}
		const factor = 0.7
		reflect.ValueOf(&c.Regularizers).Elem().Field(k).SetFloat(factor)
		p := newProblem(t, s, c, set, random.NewKey(2))

		var values []float64
		for _, line := range penalties[float64](c.Regularizers) {
			switch {
			case line.key != key:
			case line.role == onRates:
				p.engine.runner.Load(p.net.Effective())
				p.engine.runner.Run(p.batch, func(_, _ int, s *model.Workspace[float64]) {
					for step := 1; step <= s.T; step++ {
						for r := range s.Rows {
							values = append(values, s.RateRow(step, r)...)
						}
					}
				})
			default:
				for _, tensor := range p.net.Layout {
					if tensor.Role == line.role {
						values = append(values, model.View(tensor, p.net.Effective())...)
					}
				}
			}
		}
		var mean float64
		for _, v := range values {
			mean += value(v) / float64(len(values))
		}
		if found := p.engine.Value(p.net.Theta, p.batch).Regularization; !(math.Abs(found-factor*mean) <= 1e-13*mean) {
			t.Errorf("%s of %g over %d values adds %.16g, but %g times the mean is %.16g", key, factor, len(values), found, factor, factor*mean)
		}
	}
}

// allRegularizers has every factor there is.
func allRegularizers(factor float64) (r Regularizers) {
	fields := reflect.ValueOf(&r).Elem()
	for k := range fields.NumField() {
		fields.Field(k).SetFloat(factor)
	}
	return r
}
