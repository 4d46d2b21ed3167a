package experiment

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/strict"
)

// overlaid has stages and a test of every form.
const overlaid = `
task:
  kind: perceptual_discrimination
  dt: 10
  tau: 100
  T: 200
  N_batch: 8
  coherence: {choice: [0.2, 0.4], weights: [3, 1]}
  stim_noise: 0.3
model: {N_rec: 5}
curriculum:
  stages:
    - {threshold: 0.5}
    - {task: {coherence: 0.7, T: 300, N_batch: 4}}
    - {task: {coherence: {weights: [1, 3]}, parameters: {hi: 2}}}
    - {task: {coherence: null, dt: 10}, accuracy: {choice: [0, 1]}}
    - {task: {trial: {coherence: 0.9, onset_time: 50}}}
    - {task: {kind: perceptual_discrimination, direction: 1}}
    - {task: {kind: own.yaml, bias: 0.5, T: 400}}
    - {task: {kind: command, command: [python3, trials.py], N_in: 2, N_out: 2, tau: 100}}
    - {task: {accuracy: null, y: []}}
test:
  task: {direction: 0, stim_noise: 0.3}
`

const own = `
inputs: 2
outputs: 2
parameters: {bias: 0}
periods: {fixation: 100, stimulus: "uniform(50, 100)"}
x: [{in: stimulus, set: bias}]
y: [{in: stimulus, set: 1}]
`

// What runs as its own experiment takes a change as the file does that it was
// made of: what lies over the task stays over it, and what does not say
// otherwise follows the task.
func TestOverlaysStay(t *testing.T) {
	original := experimenttest.Files(t, map[string]string{"configs/case.yaml": overlaid, "configs/own.yaml": own})
	load := func(read func(string) ([]byte, error), name string, assignments []string) *Experiment {
		e, err := LoadTrained(read, name, assignments)
		if err != nil {
			t.Fatalf("%s %v: %v", name, assignments, err)
		}
		return e
	}
	text := load(original, "configs/case.yaml", nil).ResolvedFor("runs/case")
	if n := strings.Count(string(text), "about:"); n != 2 {
		t.Errorf("%d definitions, want those of the task and of a stage with a kind of its own:\n%s", n, text)
	}
	for _, gone := range []string{"direction: null", "bias: null"} {
		if strings.Contains(string(text), gone) {
			t.Errorf("a variable of a definition in full is taken away, %s:\n%s", gone, text)
		}
	}
	resolved := experimenttest.Files(t, map[string]string{"runs/case/experiment.yaml": string(text)})
	for _, assignments := range [][]string{
		nil,
		{"task.dt=5", "curriculum.stages[3].task.dt=5"},
		{"task.tau=50", "curriculum.stages[7].task.tau=50"},
		{"task.T=350"},
		{"task.N_batch=5"},
		{"task.coherence={choice: [0.2, 0.4], weights: [1, 2]}"},
		{"task.direction=1"},
		{"task.stim_noise=0"},
		{"task.lo=0.1", "task.hi=3"},
		{"task.onset_time=20"},
		{"task.x=[]"},
		{"task.mask=[]"},
		{"task.accuracy=last(output[0]) > 0"},
		{"curriculum.stages[1].task.coherence=0.3"},
		{"curriculum.stages[4].task.onset_time=10"},
		{"curriculum.stages[5].task.coherence=0.3"},
		{"curriculum.stages[6].task.bias=0.3"},
		{"test.task.coherence=0.3"},
	} {
		want, got := load(original, "configs/case.yaml", assignments), load(resolved, "runs/case/experiment.yaml", assignments)
		if diff := cmp.Diff(whole(want), whole(got)); diff != "" {
			t.Errorf("%v (- from the file, + from the run):\n%s", assignments, diff)
		}
		again := experimenttest.Files(t, map[string]string{"again.yaml": string(got.Resolved())})
		if diff := cmp.Diff(string(got.Resolved()), string(load(again, "again.yaml", nil).Resolved())); diff != "" {
			t.Errorf("%v: resolved again (- once, + twice):\n%s", assignments, diff)
		}
	}
}

// whole are all values of an experiment, with those of the tasks that it comes to.
func whole(e *Experiment) map[string]string {
	all := maps.Clone(e.Values())
	defer e.renamed(e.bare())()
	for path, text := range strict.Scalars(e.TestPlan.Task.Config) {
		all["tested task."+path] = text
	}
	maps.DeleteFunc(all, func(key, _ string) bool { return key == "name" || strings.HasPrefix(key, "test.task.") })
	return all
}

// A run of before, whose stages and test are definitions in full, is still read.
func TestWholeStagesAreRead(t *testing.T) {
	original := experimenttest.Files(t, map[string]string{"case.yaml": overlaid, "own.yaml": own})
	e, err := LoadTrained(original, "case.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	var stages []any
	for k := range e.Stages() {
		stages = append(stages, strict.Map[any]{{Key: "task", Value: e.Stage(k).Config}, {Key: "threshold", Value: e.Curriculum.Stages[k].Threshold}})
	}
	old := strict.Encode(strict.Map[any]{
		{Key: "task", Value: e.Config.Task}, {Key: "model", Value: e.Model},
		{Key: "curriculum", Value: strict.Map[any]{{Key: "stages", Value: stages}}},
		{Key: "test", Value: strict.Map[any]{{Key: "task", Value: e.TestPlan.Task.Config}}},
	})
	got, err := LoadTrained(experimenttest.Files(t, map[string]string{"old.yaml": string(old)}), "old.yaml", nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, old)
	}
	if diff := cmp.Diff(whole(e), whole(got)); diff != "" {
		t.Errorf("(- now, + from the old file):\n%s", diff)
	}
}
