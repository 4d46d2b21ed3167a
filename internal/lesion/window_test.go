package lesion_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/lesion"
	"psychrnn/internal/sim"
	"psychrnn/internal/sim/simtest"
)

// A window outside of the trial changes nothing, bit for bit, and one that is
// all of it is as none. What happens within a window is that of all of it up
// to its end, and without it before its begin.
func TestWindows(t *testing.T) {
	eachSet(t, windows[float32], windows[float64])
}

func windows[F kernel.Float](t *testing.T, set *kernel.Set[F]) {
	const trials, steps, from, to = 3, 20, 70.0, 120.0
	for _, k := range kinds {
		net := drawnNetwork(t, k.kind, k.feed)
		in := wave[F](trials, steps, net.I)
		intact := lesioned(t, net, set, in)
		for name, i := range interventions(net) {
			what := fmt.Sprintf("%s %d %s", k.kind, k.feed, name)
			during := func(from, to float64) simtest.Result[F] {
				i := i
				i.When = lesion.ActiveTime{From: from, To: to}
				return lesioned(t, net, set, in, i)
			}
			whole := lesioned(t, net, set, in, i)
			if slices.Equal(whole.Outputs, intact.Outputs) {
				t.Errorf("%s: nothing happens", what)
			}
			simtest.Same(t, what+" behind the trial", during(steps*lesionDt, 1e6), intact)
			simtest.Same(t, what+" before it", during(-5, -1), intact)
			simtest.Same(t, what+" all of it", during(0, steps*lesionDt), whole)
			part := during(from, to)
			o, n := net.O, net.N
			for trial := range trials {
				at := func(step, size int) int { return (trial*steps + step) * size }
				if !slices.Equal(part.Outputs[at(0, o):at(7, o)], intact.Outputs[at(0, o):at(7, o)]) ||
					!slices.Equal(part.States[at(0, n):at(7, n)], intact.States[at(0, n):at(7, n)]) {
					t.Errorf("%s: something happens before the window", what)
				}
				if slices.Equal(part.Outputs[at(7, o):at(14, o)], intact.Outputs[at(7, o):at(14, o)]) {
					t.Errorf("%s: nothing happens in the window", what)
				}
			}
		}
	}
}

// periods are inputs of trials with a period that differs from trial to trial.
type periods[F kernel.Float] struct {
	simtest.Inputs[F]
	start, end []float64
}

func (p periods[F]) Begin(first uint64, rows int) (sim.InputStream[F], error) {
	s, err := p.Inputs.Begin(first, rows)
	s.Periods = func(name string) (steps [][2]int, err error) {
		if name != "delay" {
			return nil, fmt.Errorf("there is no %s", name)
		}
		for r := range rows {
			k := int(first) + r
			steps = append(steps, [2]int{int(math.Ceil(p.start[k] / lesionDt)), int(math.Ceil(p.end[k] / lesionDt))})
		}
		return steps, nil
	}
	return s, err
}

// In a period each trial has a time of its own: what comes out is that of the
// trial alone in that window.
func TestPeriods(t *testing.T) { eachSet(t, inPeriods[float32], inPeriods[float64]) }

func inPeriods[F kernel.Float](t *testing.T, set *kernel.Set[F]) {
	for _, k := range kinds {
		net := drawnNetwork(t, k.kind, k.feed)
		const steps, trials = 20, 4
		in := periods[F]{wave[F](trials, steps, net.I), []float64{0, 35, 80, 190}, []float64{200, 90, 80, 1000}}
		for name, i := range interventions(net) {
			i.When = lesion.ActiveTime{Period: "delay"}
			made, err := lesion.New(net, lesionDt, []lesion.Intervention{i}, set)
			if err != nil {
				t.Fatal(err)
			}
			m := simtest.Prepare(net, set, 1, nil)
			m.Wrapper = made
			got := simtest.Run(t, m, in, trials)
			for trial := range trials {
				if in.start[trial] == in.end[trial] {
					i.When = lesion.ActiveTime{From: -2, To: -1}
				} else {
					i.When = lesion.ActiveTime{From: in.start[trial], To: in.end[trial]}
				}
				alone := lesioned(t, net, set, in.Inputs, i)
				size := steps * net.N
				if !slices.Equal(got.States[trial*size:][:size], alone.States[trial*size:][:size]) {
					t.Errorf("%s %d %s: trial %d is not as in its own window", k.kind, k.feed, name, trial)
				}
			}
		}
	}
}
