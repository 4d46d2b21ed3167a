package draw

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

const goldens = "../../../testdata/goldens/11_tasks"

// goldenTasks says for each task which parameters of a trial of trials.json,
// all of which are given, are put into the section.
var goldenTasks = map[string][]string{
	"perceptual_discrimination": {"coherence", "direction", "stim_noise", "onset_time", "stim_duration"},
	"delayed_discrimination":    {"stimulus_1", "delay", "stimulus_2", "decision", "end", "f1", "f2", "choice", "stim_noise"},
	"match_to_category":         {"angle", "onset_time", "input_dur", "output_dur", "stim_noise"},
}

// inexact is how far the inputs of a task may be off: exp differs in the last digit.
var inexact = map[string]float64{"match_to_category": 1e-15}

// section reads a section of the test's own.
func section(format string, args ...any) *plan.Plan {
	c, err := plan.FromText(fmt.Sprintf(format, args...))
	if err != nil {
		panic(err)
	}
	return c
}

// golden is the section of a golden trial.
func golden(task string, settings, params map[string]float64) *plan.Plan {
	text := fmt.Sprintf("kind: %s\ndt: %v\ntau: %v\nT: %v\nN_batch: 8\nN_in: %v\nN_out: %v\n",
		task, settings["dt"], settings["tau"], settings["T"], settings["N_in"], settings["N_out"])
	for _, name := range goldenTasks[task] {
		text += fmt.Sprintf("%s: %v\n", name, params[name])
	}
	return section("%s", text)
}

// readJSON decodes a golden file.
func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(goldens, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// archive is an opened .npz of the goldens.
type archive struct{ *npz.File }

func readArchive(t *testing.T, name string) archive {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(goldens, name))
	if err != nil {
		t.Fatal(err)
	}
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return archive{f}
}

// array returns a member and its shape.
func (a archive) array(t *testing.T, name string) (values []float64, shape []int) {
	t.Helper()
	m, ok := a.Get(name)
	if !ok {
		t.Fatalf("%s is not in the archive", name)
	}
	values, err := m.Array.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return values, m.Array.Shape
}

// newTask returns the task of a section under a seed.
func newTask[F kernel.Float](t *testing.T, c *plan.Plan, seed uint64) task.Task[F] {
	t.Helper()
	return New(c, random.NewKey(seed), kernel.Plain[F](), nil)
}

// draw returns rows trials from number first on. What they are written over
// must not matter, so that is filled with rubbish.
func draw[F kernel.Float](t *testing.T, source task.Task[F], purpose string, first uint64, rows int) *model.Trials[F] {
	t.Helper()
	steps, in, out := source.Shape()
	trials := model.NewTrials[F](rows, steps, in, out)
	trials.First = first
	for _, block := range [][]F{trials.X, trials.Y, trials.Mask} {
		for k := range block {
			block[k] = -77
		}
	}
	trials.Variable = append(trials.Variable, 1, 2, 3)
	if err := source.Trials(trials, purpose); err != nil {
		t.Fatal(err)
	}
	return trials
}

// row returns trial r of a block (T, Rows, channels) as (T, channels).
func row[F kernel.Float](block []F, rows, channels, r int) []F {
	var out []F
	for at := r * channels; at < len(block); at += rows * channels {
		out = append(out, block[at:at+channels]...)
	}
	return out
}

func TestGoldenTrials(t *testing.T) {
	var file struct {
		Trials []struct {
			Name, Task       string
			Settings, Params map[string]float64
		}
	}
	readJSON(t, "trials.json", &file)
	arrays := readArchive(t, "trials.npz")
	compared := map[string]int{}
	for _, want := range file.Trials {
		if goldenTasks[want.Task] == nil {
			t.Errorf("no test knows the task %s", want.Task)
			continue
		}
		compared[want.Task]++
		t.Run(want.Name, func(t *testing.T) {
			c := golden(want.Task, want.Settings, want.Params)
			if c.Steps != int(want.Settings["N_steps"]) {
				t.Fatalf("%d steps, want %v", c.Steps, want.Settings["N_steps"])
			}
			compareTrials[float64](t, arrays, want.Name, c, want.Params, inexact[want.Task])
			compareTrials[float32](t, arrays, want.Name, c, want.Params, 0)
		})
	}
	for name := range goldenTasks {
		if compared[name] < 20 {
			t.Errorf("%s: only %d golden trials", name, compared[name])
		}
	}
}

// compareTrials holds the trials of the section, which leaves nothing to
// chance, to a golden one, bit for bit in precision F, or its inputs to a slack.
func compareTrials[F kernel.Float](t *testing.T, arrays archive, name string, c *plan.Plan, params map[string]float64, slack float64) {
	t.Helper()
	const rows = 3
	source := newTask[F](t, c, 1)
	trials := draw(t, source, task.Train, 5, rows)
	steps, in, out := source.Shape()
	for _, block := range []struct {
		name     string
		got      []F
		channels int
	}{{"x", trials.X, in}, {"y", trials.Y, out}, {"mask", trials.Mask, out}} {
		want, shape := arrays.array(t, name+"/"+block.name)
		if diff := cmp.Diff(shape, []int{steps, block.channels}); diff != "" {
			t.Fatalf("shape of %s (-want +got):\n%s", block.name, diff)
		}
		for r := range rows {
			for k, got := range row(block.got, rows, block.channels, r) {
				if got != F(want[k]) && !(block.name == "x" && math.Abs(float64(got)-want[k]) <= slack) {
					t.Fatalf("%T: %s of trial %d, step %d, channel %d: %v, want %v", got, block.name, r, k/block.channels, k%block.channels, got, F(want[k]))
				}
			}
		}
	}
	for r := range rows {
		for k, variable := range trials.Names {
			want, known := params[variable]
			if got := trials.Variable[r*len(trials.Names)+k]; known && got != want {
				t.Errorf("%s of trial %d is %v, want %v", variable, r, got, want)
			}
		}
	}
}

// goldenAccuracy is what accuracy_and_steps.json says.
type goldenAccuracy struct {
	Accuracy []struct {
		Name, Note string
		Accuracy   float64
	}
	Steps []struct {
		T, Dt   float64
		N_steps int
	} `json:"N_steps"`
	Batch struct {
		Keys []string `json:"trial_params_keys"` // of perceptual_discrimination
	}
}

func TestGoldenSteps(t *testing.T) {
	var golden goldenAccuracy
	readJSON(t, "accuracy_and_steps.json", &golden)
	if len(golden.Steps) < 20 {
		t.Fatalf("only %d entries", len(golden.Steps))
	}
	for _, want := range golden.Steps {
		c, err := plan.FromText(fmt.Sprintf("{kind: perceptual_discrimination, dt: %v, tau: 100, T: %v, N_batch: 8}", want.Dt, want.T))
		if want.T < want.Dt { // one step in the original, a slip of the pen here
			if err == nil || !strings.Contains(err.Error(), "shorter than a step of dt") {
				t.Errorf("T %v, dt %v: %v", want.T, want.Dt, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if shape, _, _ := newTask[float32](t, c, 1).Shape(); c.Steps != want.N_steps || shape != want.N_steps {
			t.Errorf("T %v, dt %v: %d steps, the task has %d, want %d", want.T, want.Dt, c.Steps, shape, want.N_steps)
		}
	}
}

func TestGoldenNames(t *testing.T) {
	var golden goldenAccuracy
	readJSON(t, "accuracy_and_steps.json", &golden)
	source := newTask[float32](t, section("{kind: perceptual_discrimination, dt: 10, tau: 100, T: 400, N_batch: 8}"), 1)
	if diff := cmp.Diff(golden.Batch.Keys, draw(t, source, task.Train, 0, 2).Names); diff != "" {
		t.Errorf("names of what is drawn for a trial (-want +got):\n%s", diff)
	}
}

func TestGoldenAccuracy(t *testing.T) {
	var golden goldenAccuracy
	readJSON(t, "accuracy_and_steps.json", &golden)
	arrays := readArchive(t, "accuracy.npz")
	if len(golden.Accuracy) < 10 {
		t.Fatalf("only %d cases", len(golden.Accuracy))
	}
	for name := range goldenTasks { // have the same accuracy
		if c := section("{kind: %s, dt: 10, tau: 100, T: 400, N_batch: 8}", name); !c.Criterion.Whole || c.Criterion.Verdict != plan.ByChoice {
			t.Errorf("%s is not judged by all channels at all steps", name)
		}
	}
	for _, want := range golden.Accuracy {
		t.Run(fmt.Sprintf("%s %s", want.Name, want.Note), func(t *testing.T) {
			y, shape := arrays.array(t, want.Name+"/correct")
			output, _ := arrays.array(t, want.Name+"/test")
			mask, _ := arrays.array(t, want.Name+"/mask")
			c := section("{dt: 10, tau: 100, T: %d, N_batch: 8, inputs: 1, outputs: %d}", 10*shape[1], shape[2])
			if got := accuracy(t, c, shape, y, mask, output); got != want.Accuracy {
				t.Errorf("accuracy %v, want %v", got, want.Accuracy)
			}
		})
	}
}

// accuracy is the share of right answers among trials given as (B,T,o).
func accuracy(t *testing.T, c *plan.Plan, shape []int, y, mask, output []float64) float64 {
	t.Helper()
	rows, steps, channels := shape[0], shape[1], shape[2]
	trials := model.NewTrials[float64](rows, steps, 1, channels)
	answers := make([]float64, len(output))
	for at := range output {
		r, step, channel := at/(steps*channels), at/channels%steps, at%channels
		to := (step*rows+r)*channels + channel
		trials.Y[to], trials.Mask[to], answers[to] = y[at], mask[at], output[at]
	}
	correct := make([]bool, rows)
	newTask[float64](t, c, 1).Correct(correct, trials, answers)
	right := 0
	for _, ok := range correct {
		if ok {
			right++
		}
	}
	return float64(right) / float64(rows)
}
