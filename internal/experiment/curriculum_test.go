package experiment

import (
	"errors"
	"strings"
	"testing"

	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
)

const staged = `
name: staged
task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 200, N_batch: 8, coherence: 0.2, stim_noise: 0.3}
model: {N_rec: 5}
train: {training_iters: 16}
`

func stagedExperiment(t *testing.T, curriculum string, assignments ...string) (*Experiment, error) {
	t.Helper()
	read := experimenttest.Files(t, map[string]string{"case.yaml": staged + "curriculum:\n  stages:\n" + curriculum})
	return Load(read, "case.yaml", assignments)
}

// A stage is the task with some keys replaced, or one of its own that keeps its times.
func TestStages(t *testing.T) {
	e, err := stagedExperiment(t, `
    - {threshold: 0.5}
    - {task: {coherence: 0.7, T: 300, N_batch: 4}}
    - {task: {coherence: null}}
    - {task: {kind: perceptual_discrimination, direction: 1}}
`)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(func(string) ([]byte, error) { return e.Resolved(), nil }, "again.yaml", nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, e.Resolved())
	}
	for _, e := range []*Experiment{e, again} {
		if e.Stages() != 4 {
			t.Fatalf("%d stages", e.Stages())
		}
		for k, want := range []struct {
			coherence, noise string
			t                float64
			batch            int
		}{
			{"0.2", "0.3", 200, 8}, {"0.7", "0.3", 300, 4}, {"choice(0.1, 0.3, 0.5, 0.7)", "0.3", 200, 8}, {"choice(0.1, 0.3, 0.5, 0.7)", "0.1", 200, 8},
		} {
			c := e.Stage(k).Config
			coherence, _ := c.Trial.Get("coherence")
			noise, _ := c.Trial.Get("stim_noise")
			if coherence.Text() != want.coherence || noise.Text() != want.noise || c.Duration != want.t || c.N_batch != want.batch || c.Dt != 10 || c.Tau != 100 {
				t.Errorf("stage %d: coherence %s, noise %s, %+v, want %+v", k, coherence.Text(), noise.Text(), c, want)
			}
		}
		if s := e.Curriculum.Stages; s[0].Threshold != 0.5 || s[1].Threshold != 0.9 {
			t.Errorf("thresholds %v, %v", s[0].Threshold, s[1].Threshold)
		}
		if test, err := TestTask(e, kernel.Plain[float64]()); err != nil {
			t.Error(err)
		} else if steps, _, _ := test.Shape(); steps != 20 {
			t.Errorf("the test has %d steps, not those of the last stage", steps)
		}
	}
}

func TestStageMistakes(t *testing.T) {
	for _, c := range []struct{ stages, set, want string }{
		{"    - {task: {dt: 5}}", "", "curriculum.stages[0].task.dt: dt is 5, but 10 in the task; it may not change between stages"},
		{"    - {task: {coherence: 0.5}}\n    - {task: {tau: 50}}", "", "curriculum.stages[1].task.tau: tau is 50, but 100 in the task; it may not change between stages"},
		{"    - {task: {N_batch: 4}}", "model.kind=lstm", "curriculum.stages[0].task.N_batch: N_batch is 4, but 8 in the task; it may not change between stages"},
		{"    - {task: {coherance: 0.5}}", "", "curriculum.stages[0].task.coherance: unknown key"},
		{"    - {task: {kind: discrimination}}", "", "curriculum.stages[0].task.kind: unknown value \"discrimination\""},
		{"    - {task: 5}", "", "curriculum.stages[0].task: expected a map, found \"5\""},
		{"    - {task: 5, accuracy: choice}", "", "curriculum.stages[0].task: expected a map, found \"5\""},
		{"    - {task: {coherance: 0.5}, accuracy: choice}", "", "curriculum.stages[0].task.coherance: unknown key"},
		{"    - {task: {coherence: 0.5}, accuracy: best}", "", "curriculum.stages[0].accuracy: the name best is not known here"},
		{"    - {task: {accuracy: choice}, accuracy: choice}", "", "curriculum.stages[0].accuracy: stands in the task of the stage, too"},
		{"    - {threshold: 90}", "", "curriculum.stages[0].threshold: must be at most 1, is 90"},
		{"    - {accuracy: best}", "", "curriculum.stages[0].accuracy: the name best is not known here"},
		{"    - {task: {coherence: 0.5}}", "curriculum.stages=[]", "curriculum: has no stages"},
		{"    - {task: {coherence: 0.5}}", "curriculum={metric: speed}", "curriculum.metric: unknown value \"speed\""},
		{"    - {}", "task.T=-1", "task.T: must be above 0, is -1"},
	} {
		var sets []string
		if c.set != "" {
			sets = []string{c.set}
		}
		_, err := stagedExperiment(t, c.stages, sets...)
		var problems fault.Errors
		if !errors.As(err, &problems) || len(problems) != 1 || !strings.Contains(problems[0].Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.stages, c.set, err, c.want)
		}
	}
}
