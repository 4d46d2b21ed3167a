package train

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psychrnn/internal/task"
)

func staging(thresholds ...float64) *Curriculum {
	c := &Curriculum{MetricEpoch: 2}
	for _, threshold := range thresholds {
		c.Stages = append(c.Stages, StageConfig{Threshold: threshold})
	}
	return c
}

// evaluated are evaluations of the metric: pairs of value and stage.
func evaluated(values []float64) (list []Measurement) {
	for k := 0; k < len(values); k += 2 {
		list = append(list, Measurement{Update: k + 2, Stage: int(values[k+1]), Purpose: task.Curriculum, Value: values[k]})
	}
	return list
}

// performed are performances, each after an evaluation of the metric.
func performed(values []float64) (list []Measurement) {
	for k, v := range values {
		list = append(list, Measurement{Update: k + 1, Purpose: task.Curriculum, Value: 0.5}, Measurement{Update: k + 1, Purpose: task.Performance, Value: v})
	}
	return list
}

// Where a run goes on whose thresholds were changed, judged by hand.
func TestJudge(t *testing.T) {
	passed := []float64{0.5, 0, 0.7, 0, 0.8, 1, 0.9, 1} // stage 0 with 0.7, stage 1 with 0.9
	for _, c := range []struct {
		about      string
		stage      int
		metrics    []float64
		thresholds []float64
		want       int
	}{
		{"as it was", 2, passed, []float64{0.7, 0.9}, 2},
		{"the last raised, within what was reached", 2, passed, []float64{0.7, 0.9}, 2},
		{"the last raised", 2, passed, []float64{0.7, 0.95}, 1},
		{"the first raised", 2, passed, []float64{0.75, 0.9}, 0},
		{"both raised", 2, passed, []float64{0.75, 0.95}, 0},
		{"lowered", 2, passed, []float64{0.1, 0.1}, 2},
		{"a stage added", 2, passed, []float64{0.7, 0.9, 0.9}, 2},
		{"within a stage", 1, passed[:6], []float64{0.7, 0.9}, 1},
		{"within a stage, lowered below the last", 1, passed[:6], []float64{0.7, 0.8}, 2},
		{"within a stage, the one before raised", 1, passed[:6], []float64{0.8, 0.9}, 0},
		{"just entered, lowered", 1, passed[:4], []float64{0.7, 0}, 1},
		{"nothing evaluated", 0, nil, []float64{0, 0}, 0},
		{"gone back before, and passed again", 1, []float64{0.7, 0, 0.95, 1, 0.75, 0}, []float64{0.75, 0.9}, 1},
	} {
		if got := (Rules{Curriculum: staging(c.thresholds...)}).Judge(Standing{Stage: c.stage, Measurements: evaluated(c.metrics)}); got != c.want {
			t.Errorf("%s: stage %d, want %d", c.about, got, c.want)
		}
	}
}

// Everything that is asked for must be reached, whatever ended training.
func TestReached(t *testing.T) {
	cutoff := 0.9
	for _, c := range []struct {
		about              string
		cutoff             *float64
		curriculum         *Curriculum
		stage              int
		performances       []float64
		reached, completed bool
	}{
		{"nothing asked", nil, nil, 0, nil, true, true},
		{"cutoff alone", &cutoff, nil, 0, []float64{0.1, 0.9, 0.9}, true, true},
		{"below it", &cutoff, nil, 0, []float64{0.9, 0.9, 0.8}, false, true},
		{"nothing measured", &cutoff, nil, 0, nil, false, true},
		{"curriculum alone", nil, staging(1, 1), 2, nil, true, true},
		{"its last stage left", nil, staging(1, 1), 1, nil, true, false},
		{"a cutoff before the last stage", &cutoff, staging(1, 1), 1, []float64{1, 1}, true, false},
		{"stages passed below the cutoff", &cutoff, staging(1, 1), 2, []float64{0.8, 0.8}, false, true},
		{"both", &cutoff, staging(1, 1), 2, []float64{0.9, 1}, true, true},
		{"neither", &cutoff, staging(1, 1), 0, []float64{0.9}, false, false},
	} {
		r := Rules{Config{PerformanceCutoff: c.cutoff, PerformanceWindow: 2}, c.curriculum}
		missed := r.Unreached(Standing{Stage: c.stage, Measurements: performed(c.performances)})
		if reached, completed := !slices.Contains(missed, PerformancePassed), !slices.Contains(missed, CurriculumPassed); reached != c.reached || completed != c.completed {
			t.Errorf("%s: %v %v, want %v %v", c.about, reached, completed, c.reached, c.completed)
		}
	}
}

// ruled returns a loop under these rules, whose metric and performance follow
// from the update alone.
func ruled(t *testing.T, r Rules, scores []float64) *Loop[float32] {
	l := newScored(t, "adam", r.TrainingIters)
	l.config = l.withRules(r)
	l.trainer.config, l.curriculum = l.config, r.Curriculum
	l.Score = func(purpose string, _ task.Score) float64 {
		k := 2 * l.at.Update
		if purpose == task.Performance {
			k++
		}
		return scores[k%len(scores)]
	}
	return l
}

// withRules is the loop's configuration with the rules of another.
func (l *Loop[F]) withRules(r Rules) Config {
	c := l.config
	c.TrainingIters = r.TrainingIters
	c.PerformanceMeasure, c.PerformanceCutoff = r.PerformanceMeasure, r.PerformanceCutoff
	c.PerformanceEpoch, c.PerformanceWindow = r.PerformanceEpoch, r.PerformanceWindow
	return c
}

// A run whose stopping rules are changed on the way is, wherever they explain
// what it did so far, bit for bit the run that had them from the start.
func TestRulesThatExplainARun(t *testing.T) {
	explained := 0
	score := rapid.SampledFrom([]float64{0.1, 0.3, 0.5, 0.7, 0.9})
	rules := rapid.Custom(func(r *rapid.T) Rules {
		cutoff := score.Draw(r, "cutoff")
		c := Config{PerformanceMeasure: "accuracy", PerformanceEpoch: rapid.IntRange(1, 2).Draw(r, "epoch"), PerformanceWindow: rapid.IntRange(1, 3).Draw(r, "window")}
		if rapid.Bool().Draw(r, "cut") {
			c.PerformanceCutoff = &cutoff
		}
		return Rules{c, staging(rapid.SliceOfN(score, 1, 3).Draw(r, "thresholds")...)}
	})
	rapid.Check(t, func(r *rapid.T) {
		scores := rapid.SliceOfN(score, 40, 40).Draw(r, "scores")
		before, now := rules.Draw(r, "before"), rules.Draw(r, "now")
		before.TrainingIters = rapid.IntRange(1, 60).Draw(r, "training_iters")
		now.TrainingIters = 60
		half := checkpointOf(t, ruled(t, before, scores), until(rapid.IntRange(1, 12).Draw(r, "update")))
		standing, err := StandingIn(half)
		if err != nil {
			t.Fatal(err)
		}
		l := ruled(t, now, scores)
		if standing.Stage > len(now.Curriculum.Stages) || !now.Explain(before, standing) {
			return
		}
		explained++
		if err := l.Restore(half); err != nil {
			t.Fatal(err)
		}
		want := checkpointOf(t, ruled(t, now, scores), math.MaxInt)
		if diff := cmp.Diff(describe(want), describe(checkpointOf(t, l, math.MaxInt))); diff != "" {
			r.Fatalf("(- from the start, + taken up):\n%s", diff)
		}
	})
	if explained < 20 && !testing.Short() { // of 100; a short test makes 20
		t.Errorf("only %d runs were explained", explained)
	}
}
