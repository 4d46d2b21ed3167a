package train

// The sections train and curriculum of an experiment file.

import (
	"fmt"
	"strconv"
	"strings"

	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Config is the section train.
type Config struct {
	TrainingIters int       `yaml:"training_iters" default:"50000" min:"0" resume:"ends" doc:"number of trials to train on; training makes ceil(training_iters / N_batch) updates"`
	LearningRate  Rate      `yaml:"learning_rate" default:"0.001" above:"0" doc:"how far an update changes the weights"`
	Optimizer     Optimizer `yaml:"optimizer" default:"adam" doc:"how gradients change weights"`
	ClipGrads     Clip      `yaml:"clip_grads" default:"true" doc:"limit of the gradient; true scales the gradient of each tensor to an L2 norm of at most 1"`
	LossEpoch     int       `yaml:"loss_epoch" default:"10" min:"1" doc:"number of updates from one evaluation of the loss to the next"`

	PerformanceMeasure string   `yaml:"performance_measure" oneof:"accuracy" resume:"ends" doc:"what is measured on fresh trials during training; accuracy if there is a performance_cutoff"`
	PerformanceCutoff  *float64 `yaml:"performance_cutoff" min:"0" max:"1" resume:"ends" doc:"training ends once the performance is at least this"`
	PerformanceEpoch   int      `yaml:"performance_epoch" default:"1" min:"1" resume:"ends" doc:"number of updates from one measurement of the performance to the next"`
	PerformanceWindow  int      `yaml:"performance_window" default:"1" min:"1" resume:"ends" doc:"number of measurements whose mean must reach the cutoff"`

	SaveWeights       string `yaml:"save_weights_path" resume:"free" doc:"path of a second copy of the trained weights, beside weights.npz; it starts at the run folder"`
	TrainingWeights   string `yaml:"training_weights_path" resume:"course" doc:"path of weights saved during training; the number of the update is appended; it starts at the run folder"`
	SaveTrainingEpoch int    `yaml:"save_training_weights_epoch" default:"100" min:"1" resume:"course" doc:"number of updates from one saving to training_weights_path to the next"`

	CheckpointEvery Every `yaml:"checkpoint_every" default:"60s" resume:"free" doc:"how often the checkpoint is saved, from which a run resumes"`
}

// Fill gives performance_measure its default, which depends on the rest.
func (c *Config) Fill() {
	if c.PerformanceCutoff != nil && c.PerformanceMeasure == "" {
		c.PerformanceMeasure = "accuracy"
	}
}

// Curriculum is the section curriculum.
type Curriculum struct {
	MetricEpoch int           `yaml:"metric_epoch" default:"10" min:"1" doc:"number of updates from one measurement of the metric to the next"`
	Metric      string        `yaml:"metric" default:"accuracy" oneof:"accuracy" doc:"what is compared with a stage's threshold, on fresh trials"`
	OutputFile  string        `yaml:"output_file" resume:"free" doc:"path of an .npy file for the metric's values and stages, written once the last stage is passed; it starts at the run folder"`
	Stages      []StageConfig `yaml:"stages" required:"true" most:"500 stages" doc:"the tasks, one after another"`
}

// StageConfig is a stage of a curriculum.
type StageConfig struct {
	Task      task.Override `yaml:"task" doc:"keys of the task that the stage replaces; with kind or inputs a whole new task with the same dt, tau, T and N_batch"`
	Accuracy  *strict.Node  `yaml:"accuracy" form:"task/Accuracy" doc:"what counts as a right answer, if not what the task says"`
	Threshold float64       `yaml:"threshold" default:"0.9" min:"0" max:"1" resume:"threshold" doc:"the stage is passed once the metric is at least this"`
}

// Every is how often something is done: by the clock or by updates, of which
// one is 0.
type Every struct {
	Seconds float64
	Updates int
}

// DecodeStrict reads 60s or 100 updates.
func (e *Every) DecodeStrict(n *strict.Node) {
	const hint = "write a time such as 60s, or a number of updates such as 100 updates"
	number, counted := strings.CutSuffix(strings.TrimSuffix(n.Text(), "s"), " update")
	switch {
	case n.Kind() != strict.Scalar:
		n.Fail("expected a time or a number of updates", hint)
	case n.Numeric():
		n.Fail(fmt.Sprintf("%s has no unit", n.Text()), hint)
	case counted:
		updates, err := strconv.Atoi(number)
		if err != nil || updates < 1 {
			n.Fail(fmt.Sprintf("%q is not a number of updates", n.Text()), hint)
			return
		}
		e.Updates = updates
	default:
		seconds, ok := strict.ParseSeconds(n.Text())
		if !ok || seconds <= 0 {
			n.Fail(fmt.Sprintf("%q is neither a time nor a number of updates", n.Text()), hint)
			return
		}
		e.Seconds = seconds
	}
}

// EncodeStrict writes it with its unit.
func (e Every) EncodeStrict() any {
	if e.Updates > 0 {
		return fmt.Sprintf("%d updates", e.Updates)
	}
	return strict.FormatSeconds(e.Seconds)
}

var _ = strict.Describe[Every]("a time or a number of updates, such as 60s or 100 updates", strict.Pattern(`^([0-9.]+(h|ms?|s))+$|^[0-9]+ updates?$`))

// TrainingWeights are the files that weights are saved into during training:
// training_weights_path and save_training_weights_epoch.
type TrainingWeights struct {
	Path  string
	Every int
}

// String is how a checkpoint keeps it.
func (t TrainingWeights) String() string { return fmt.Sprintf("%d %s", t.Every, t.Path) }
