package session

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/task"
)

const published = "../../configs/tasks"

func flag01(c bool) float64 {
	if c {
		return 1
	}
	return 0
}

func around(angle float64) float64 { return math.Remainder(angle, 2*math.Pi) }

func bump(k int, angle, width float64) float64 {
	d := around(2*math.Pi*float64(k)/32 - angle)
	return math.Exp(-d * d / (2 * width * width))
}

// targets are what the published tasks want of a trial, written a second time:
// target and weight of an output at a time, and when the trial is over. x are
// the trial's inputs, step by step.
var targets = map[string]func(v map[string]float64, x [][]float64, t float64, k int) (y, mask, end float64){
	"random_dots": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		answer := 200 + v["dots_duration"] + v["delay_duration"]
		y, mask = flag01(t >= answer && (v["direction"] > 0) == (k == 1)), 1
		if t < answer {
			mask = 0.2
		}
		return y, mask, answer + 300
	},
	"delayed_match_to_sample": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		answer := 200 + 300 + v["delay_duration"] + 300
		return flag01(t >= answer && (v["first"] == v["second"]) == (k == 0)), 1, answer + 300
	},
	"context_integration": func(v map[string]float64, _ [][]float64, t float64, _ int) (y, mask, end float64) {
		coherence := v["motion_coherence"]
		if v["context"] == 1 {
			coherence = v["color_coherence"]
		}
		return flag01(t >= 900) * math.Copysign(1, coherence), flag01(t >= 900), 1200
	},
	"parametric_working_memory": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		answer := 250 + 500 + v["delay_duration"] + 500
		return flag01(t >= answer && (v["f1"] > v["f2"]) == (k == 0)), flag01(t >= answer), answer + 500
	},
	"go_no_go": func(v map[string]float64, _ [][]float64, t float64, _ int) (y, mask, end float64) {
		response := v["wait_duration"] + 500
		return flag01(t >= response && v["go_trial"] == 1), 1, response + 400
	},
	"anti_saccade": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		if k == 0 {
			return flag01(t < 600), 1, 1000
		}
		return flag01(t >= 600) * bump(k-1, v["angle"]+math.Pi*v["is_anti"], 0.4), 1, 1000
	},
	"yang_dm1": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		response := v["fix_duration"] + v["stimulus_duration"]
		angle := v["angle1"]
		if v["coherence"] < 0 {
			angle = v["angle2"]
		}
		mask = 1
		if t >= response {
			mask = 5 * flag01(t >= response+100)
		}
		if k == 0 {
			return 0.85 - 0.8*flag01(t >= response), 2 * mask, response + 500
		}
		return 0.05 + 0.8*flag01(t >= response)*bump(k-1, angle, math.Pi/8), mask, response + 500
	},
	"ready_set_go": func(v map[string]float64, _ [][]float64, t float64, _ int) (y, mask, end float64) {
		set := v["wait_duration"] + v["interval"]
		return min(max(t-set, 0)/v["interval"], 1), 0.5 + 0.5*flag01(t >= set), set + v["interval"] + 300
	},
	"multisensory": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		return flag01(t >= 1100 && (v["rate"] > 12.5) == (k == 1)), flag01(t >= 1100), 1400
	},
	"poisson_clicks": func(v map[string]float64, x [][]float64, t float64, _ int) (y, mask, end float64) {
		answer, more := 100+v["stimulus_duration"], 0.0
		for _, clicks := range x {
			more += clicks[1] - clicks[0]
		}
		if more > 0 {
			y = 1
		} else if more < 0 {
			y = -1
		}
		return y * flag01(t >= answer), flag01(t >= answer && y != 0), answer + 200
	},
	"flip_flop": func(_ map[string]float64, x [][]float64, t float64, k int) (y, mask, end float64) {
		for s := range x {
			if float64(s)*20 <= t && x[s][k] != 0 {
				y = x[s][k]
			}
		}
		return y, 1, 1000
	},
	"sequence": func(v map[string]float64, _ [][]float64, t float64, k int) (y, mask, end float64) {
		report := 100 + 200*v["length"] + v["delay_duration"]
		if turn := int(math.Floor((t - report) / 200)); turn >= 0 && turn < int(v["length"]) {
			y = flag01(v[[]string{"items[0]", "items[1]", "items[2]", "items[3]"}[turn]] == float64(k))
		}
		return y, 1, report + 200*v["length"]
	},
}

// loadPublished reads a published task.
func loadPublished(t *testing.T, name string) *experiment.Experiment {
	t.Helper()
	e, err := experiment.Load(os.ReadFile, filepath.Join(published, name+".yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Every published task is short, says what it is, and draws what is written
// here a second time.
func TestPublishedTasks(t *testing.T) {
	files, err := filepath.Glob(published + "/*.yaml")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d tasks: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), "\n"); n >= 40 {
				t.Errorf("%d lines", n)
			}
			e := loadPublished(t, name)
			if d := e.Config.Task.Definition; d.About == "" || d.Reference == "" {
				t.Error("about or reference is missing")
			}
			if targets[name] == nil {
				t.Fatal("its targets are not written here")
			}
			checkTargets(t, e, targets[name])
			again, err := experiment.Load(func(string) ([]byte, error) { return e.Resolved(), nil }, "again.yaml", []string{"name=" + e.Name})
			if err != nil {
				t.Fatalf("the resolved experiment: %v", err)
			}
			if diff := cmp.Diff(string(e.Resolved()), string(again.Resolved())); diff != "" {
				t.Errorf("resolved again (-once +twice):\n%s", diff)
			}
			checkTargets(t, again, targets[name])
		})
	}
}

func checkTargets(t *testing.T, e *experiment.Experiment, target func(map[string]float64, [][]float64, float64, int) (y, mask, end float64)) {
	source, err := experiment.TrainingTask(e, 0, kernel.Plain[float64]())
	if err != nil {
		t.Fatal(err)
	}
	const rows = 60
	steps, i, o := source.Shape()
	trials := model.NewTrials[float64](rows, steps, i, o)
	if err := source.Trials(trials, task.Train); err != nil {
		t.Fatal(err)
	}
	open := 0.0
	for r := range rows {
		v := map[string]float64{}
		for k, name := range trials.Names {
			v[name] = trials.Variable[r*len(trials.Names)+k]
		}
		var x [][]float64
		for s := range steps {
			x = append(x, trials.X[(s*rows+r)*i:][:i])
		}
		for s := range steps {
			now := float64(s) * e.Config.Task.Dt
			for k := range o {
				y, mask, end := target(v, x, now, k)
				at := (s*rows+r)*o + k
				if now >= end {
					mask = 0
				}
				open += mask
				if mask != trials.Mask[at] || mask != 0 && math.Abs(y-trials.Y[at]) > 1e-12 {
					t.Fatalf("trial %d (%v), output %d at %v ms: target %v, mask %v, want %v, %v", r, v, k, now, trials.Y[at], trials.Mask[at], y, mask)
				}
			}
		}
	}
	if open == 0 {
		t.Error("the mask is never open")
	}
	right := make([]bool, rows)
	source.Correct(right, trials, trials.Y)
	for r, ok := range right {
		if !ok {
			t.Errorf("the target itself is not right in trial %d", r)
		}
	}
}

// Small networks learn three of the published tasks.
func TestPublishedTasksAreLearned(t *testing.T) {
	for _, name := range []string{"go_no_go", "multisensory", "poisson_clicks"} {
		e, err := experiment.Load(os.ReadFile, filepath.Join(published, name+".yaml"),
			[]string{"train.training_iters=12800", "train.learning_rate=0.005", "model.N_rec=40", "test.trials=500"})
		if err != nil {
			t.Fatal(err)
		}
		set, err := kernel.Choose[float32]("")
		if err != nil {
			t.Fatal(err)
		}
		training, err := NewTraining(e, set, 2)
		if err != nil {
			t.Fatal(err)
		}
		defer training.Close()
		if _, err := training.Run(silent{}); err != nil {
			t.Fatal(err)
		}
		result, err := training.Test(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: accuracy %v", name, result.Accuracy())
		if result.Accuracy() < 0.85 {
			t.Errorf("%s: accuracy %v, want 0.85", name, result.Accuracy())
		}
	}
}
