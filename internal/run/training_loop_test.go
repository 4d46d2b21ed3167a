package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psychrnn/internal/disk"
	"psychrnn/internal/grad"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/progress"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// The loop against what the original's last revision was seen to do: updates,
// losses, files, order of events, printed lines. Ours draws no batch to throw
// it away at the start, and measures on streams of their own, so the numbers
// of batches are not compared.
func TestTrainingLoop(t *testing.T) {
	text, err := os.ReadFile("../../testdata/goldens/12_training_loop/case.json")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Stop_condition_head, Performance_cutoff, Curriculum []tableRow
		Paths                                               map[string][]string
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Stop_condition_head) != 10 || len(c.Performance_cutoff) != 4 || len(c.Curriculum) != 3 || len(c.Paths) != 1 {
		t.Fatal("the tables are not all there")
	}
	for k, row := range c.Stop_condition_head {
		t.Run(fmt.Sprintf("stop condition %d", k), func(t *testing.T) { row.stopCondition(t) })
	}
	for k, row := range c.Performance_cutoff {
		t.Run(fmt.Sprintf("performance cutoff %d", k), func(t *testing.T) { row.performance(t) })
	}
	for _, row := range c.Curriculum {
		t.Run("curriculum "+row.Note, func(t *testing.T) { row.curriculum(t) })
	}
	for _, want := range c.Paths {
		r := recording{config: train.Config{TrainingIters: 1, SaveTrainingEpoch: 1, TrainingWeights: "c/d/", SaveWeights: "a/b/final"}, batch: 1}
		r.run(t)
		same(t, "files", want, r.files)
	}
}

// tableRow is a row of one of the tables.
type tableRow struct {
	Training_iters, N_batch, Loss_epoch, Save_training_weights_epoch int

	// of all
	Losses_recorded int
	Files           []string
	Events, Stdout  []string

	// of the stop condition
	Updates    int
	Loss_lines []string

	// of the performance
	Schedule []float64
	Cutoff   float64

	// of the curriculum
	Note          string
	Accuracies    []float64
	Thresholds    []float64
	Metric_epoch  int
	Metric_values [][2]float64
	Final_stage   int
	Stop_training bool
}

func (row tableRow) config() train.Config {
	return train.Config{
		TrainingIters: row.Training_iters, LossEpoch: row.Loss_epoch,
		SaveTrainingEpoch: row.Save_training_weights_epoch, PerformanceEpoch: 1, PerformanceWindow: 1,
	}
}

func (row tableRow) stopCondition(t *testing.T) {
	r := recording{config: row.config(), batch: row.N_batch}
	r.config.SaveWeights, r.config.TrainingWeights = "final", "w_"
	r.run(t)
	same(t, "updates", row.Updates, r.updates)
	same(t, "losses", row.Losses_recorded, r.losses)
	same(t, "files", row.Files, r.files)
	var lines []string
	for _, line := range r.lines {
		if iteration, _, ok := strings.Cut(line, ", Minibatch"); ok {
			lines = append(lines, iteration)
		}
	}
	same(t, "lines", row.Loss_lines, lines)
}

func (row tableRow) performance(t *testing.T) {
	r := recording{config: row.config(), batch: row.N_batch, scores: row.Schedule, task: "task"}
	r.config.LossEpoch, r.config.SaveTrainingEpoch, r.config.TrainingWeights = 2, 2, "w"
	r.config.PerformanceMeasure, r.config.PerformanceCutoff = "accuracy", &row.Cutoff
	r.run(t)
	same(t, "losses", row.Losses_recorded, r.losses)
	same(t, "events", withoutNumbers(row.Events), r.events)
	same(t, "lines", row.Stdout, r.lines)
}

func (row tableRow) curriculum(t *testing.T) {
	c := &train.Curriculum{MetricEpoch: row.Metric_epoch, Metric: "accuracy", OutputFile: "metrics"}
	for _, threshold := range row.Thresholds {
		c.Stages = append(c.Stages, train.StageConfig{Threshold: threshold})
	}
	r := recording{config: row.config(), batch: row.N_batch, scores: row.Accuracies, stages: c, task: "stage"}
	r.config.TrainingWeights, r.config.SaveWeights = "w", "final"
	r.run(t)
	same(t, "losses", row.Losses_recorded, r.losses)
	same(t, "events", withoutNumbers(row.Events), append(r.events, "save final"))
	same(t, "lines", row.Stdout, r.lines)
	same(t, "files", row.Files, r.files)
	same(t, "stage", row.Final_stage, r.stage)
	same(t, "passed", row.Stop_training, r.reason == train.CurriculumPassed)
	var values [][2]float64
	for pair := range slices.Chunk(r.metric, 2) {
		values = append(values, [2]float64(pair))
	}
	same(t, "metric", row.Metric_values, values)
	if row.Stop_training {
		name := strings.ReplaceAll(row.Note, " ", "_")
		want, err := os.ReadFile("../../testdata/goldens/12_training_loop/metric_values_" + name + ".npy")
		if err != nil || !bytes.Equal(want, r.output) {
			t.Errorf("metrics.npy: %q, want %q: %v", r.output, want, err)
		}
	}
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (- wanted, + got):\n%s", what, diff)
	}
}

var batchNumber = regexp.MustCompile(`batch \d+ of`)

// withoutNumbers leaves out the batch that the original throws away, and what
// it did when it was called again.
func withoutNumbers(events []string) (list []string) {
	for k, e := range events {
		if k != 1 {
			list = append(list, batchNumber.ReplaceAllString(e, "batch of"))
		}
		if e == "save final" {
			break
		}
	}
	return list
}

// recording is a training whose scores are given, and all that it did.
type recording struct {
	config train.Config
	batch  int
	scores []float64
	stages *train.Curriculum
	task   string

	updates, losses, stage int
	reason                 train.Reason
	events, lines, files   []string
	metric                 []float64
	output                 []byte
}

func (r *recording) run(t *testing.T) {
	dir := t.TempDir()
	net, err := model.New(model.Settings{
		Arch:        model.Arch{Kind: "basic", N: 2, I: 1, O: 1, Function: model.FunctionNamed("relu"), Alpha: []float64{0.1, 0.1}},
		Initializer: model.StartSettings{Kind: "weight_initializer", Rand: "const_gauss", RandRec: "const_gauss"},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r.config.LossEpoch = max(r.config.LossEpoch, 1)
	r.config.LearningRate = train.Rate{Schedule: "constant", Start: 0.001}
	r.config.Optimizer = train.Optimizer{Kind: "adam"}
	workers := sim.NewWorkers(1)
	defer workers.Close()
	set := kernel.Plain[float64]()
	loop := train.NewLoop(net, r.config, r.stages, workers, func(stage int) (s train.Stage[float64], err error) {
		drawn := listed{name: r.task, events: &r.events}
		if r.stages != nil {
			drawn.name += fmt.Sprint(stage)
		}
		r.events = append(r.events, "new generator of "+drawn.name)
		s.Task = drawn
		s.Batch = sim.NewBatch(r.batch, net.N, sim.TrialSource[float64](drawn))
		s.Engine, err = grad.NewEngine(net, grad.Config{Loss: "mean_squared_error"}, set, workers, s.Batch, 0)
		return s, err
	})
	loop.Score = func(purpose string, _ task.Score) float64 {
		r.events = append(r.events, "test")
		p := loop.Progress()
		if purpose == task.Curriculum {
			r.events = append(r.events, fmt.Sprintf("metric epoch=%d stage=%d n_losses=%d", p.Update, p.Stage, len(loop.Losses())), "accuracy")
		} else {
			r.events = append(r.events, fmt.Sprintf("performance_measure epoch=%d n_losses=%d", p.Update, len(loop.Losses())))
		}
		score := r.scores[0]
		r.scores = r.scores[1:]
		return score
	}
	var printed bytes.Buffer
	show := progress.Lines{To: &printed}
	outputs := Outputs{Weights: r.config.SaveWeights, Training: []train.TrainingWeights{{Path: r.config.TrainingWeights, Every: r.config.SaveTrainingEpoch}}}
	if r.stages != nil {
		outputs.Metric = r.stages.OutputFile
	}
	recorder := &Recorder{Folder: Folder{Path: dir, Disk: disk.OS{}}, Outputs: outputs, Source: source{loop, net}, Show: show}
	if err := recorder.Prepare(); err != nil {
		t.Fatal(err)
	}
	if r.config.TrainingIters == 0 {
		// The original opens its task before it looks at training_iters.
		if err := loop.Ready(); err != nil {
			t.Fatal(err)
		}
	}
	saves := func(e train.Event) {
		if e.What == train.WeightsDue {
			r.events = append(r.events, fmt.Sprintf("save %s%d", r.config.TrainingWeights, e.Update))
		}
	}
	if r.reason, err = loop.Run(train.Observers{watching(saves), recorder, show}); err != nil {
		t.Fatal(err)
	}
	show.Finished()
	if err := recorder.Finish(); err != nil {
		t.Fatal(err)
	}
	r.updates, r.stage = loop.Progress().Update, loop.Progress().Stage
	r.losses, r.metric = len(loop.Losses()), loop.Standing().Metrics()
	number := regexp.MustCompile(`Loss= [0-9.]+`)
	for line := range strings.Lines(strings.ReplaceAll(printed.String(), dir, "TMP")) {
		r.lines = append(r.lines, number.ReplaceAllString(strings.TrimSuffix(line, "\n"), "Loss= #"))
	}
	r.collect(t, dir)
}

// collect lists the files that were asked for.
func (r *recording) collect(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && !e.IsDir() && !isRunFile(name) {
			r.files = append(r.files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(r.files)
	r.output, _ = os.ReadFile(filepath.Join(dir, "metrics.npy"))
}

type watching func(train.Event)

func (w watching) Observe(e train.Event) (train.Action, error) {
	w(e)
	return train.Continue, nil
}

// source is a loop as a Recorder sees it.
type source struct {
	*train.Loop[float64]
	net *model.Network
}

func (s source) Weights(string) (*npz.File, error) {
	return weights.ToFile(s.net, s.Theta(), s.Slots())
}

func (s source) Checkpoint(string) *npz.File { return s.Loop.Checkpoint() }

func (s source) Metric() npz.Array {
	return npz.ArrayOf([]int{len(s.Standing().Metrics()) / 2, 2}, s.Standing().Metrics())
}

// listed is a task of empty trials that tells when a batch is drawn.
type listed struct {
	task.Task[float64]
	name   string
	events *[]string
}

func (listed) Shape() (t, i, o int) { return 2, 1, 1 }

func (listed) Fetch(string, uint64, uint64, int) error { return nil }

func (listed) Period(*model.Trials[float64], string) ([][2]int, error) { return nil, nil }

func (l listed) Trials(*model.Trials[float64], string) error {
	*l.events = append(*l.events, "draw batch of "+l.name) // of one group
	return nil
}

func (listed) Different() int { return 0 }

func (listed) Correct([]bool, *model.Trials[float64], []float64) {}
