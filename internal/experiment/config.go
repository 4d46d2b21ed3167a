package experiment

// The sections of an experiment file. Each belongs to the package that it configures;
// those that concern several of them are here.

import (
	"fmt"

	"psychrnn/internal/grad"
	"psychrnn/internal/lesion"
	"psychrnn/internal/network"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
)

// Config is the experiment file. The tag resume says what may change when a run
// goes on, see [resumeTag].
type Config struct {
	Name         string                    `yaml:"name" resume:"free" doc:"name of the run folder; if absent, that of the file"`
	Seed         Seed                      `yaml:"seed" default:"1" doc:"where random numbers start: the same seed gives the same run"`
	Precision    string                    `yaml:"precision" default:"float32" oneof:"float32 float64" doc:"precision of all numbers; float32 as in the original, float64 is slower"`
	Task         task.Config               `yaml:"task" required:"true" doc:"what the network learns"`
	Populations  network.Populations       `yaml:"populations" doc:"names for groups of units, to be used in other sections"`
	Model        network.Config            `yaml:"model" doc:"the network"`
	Initializer  network.InitializerConfig `yaml:"initializer" doc:"how weights start"`
	Constraints  network.ConstraintsConfig `yaml:"constraints" doc:"constraints on the weights"`
	Loss         string                    `yaml:"loss" default:"mean_squared_error" oneof:"mean_squared_error binary_cross_entropy" original:"loss_function" doc:"what training minimizes"`
	Regularizers grad.Regularizers         `yaml:"regularizers" doc:"penalties that training minimizes together with the loss"`
	Train        train.Config              `yaml:"train" doc:"how the network is trained"`
	Curriculum   *train.Curriculum         `yaml:"curriculum" doc:"tasks to be learned one after another"`
	Test         Test                      `yaml:"test" resume:"free" doc:"how the trained network is tested"`
	Ablate       *lesion.Ablate            `yaml:"ablate" resume:"free" doc:"changes to the trained network that show what its parts do"`
}

// Test is the section test.
type Test struct {
	Trials int           `yaml:"trials" default:"1000" min:"1" doc:"number of trials"`
	Seed   uint64        `yaml:"seed" default:"0" doc:"seed of the test trials; separate from the other seeds, so that all networks are tested on the same trials"`
	Task   task.Override `yaml:"task" doc:"keys of the task that the test replaces, as a stage does; if absent, the test uses the task, or that of the last stage"`
	By     By            `yaml:"by" doc:"variables whose values the test goes through evenly; it prints a table by them"`

	ReactionTime *task.ReactionTime `yaml:"reaction_time" doc:"what counts as a reaction: tables of trials get a column rt, and the test prints the median"`
}

// Seed is one number, or one for each purpose.
type Seed struct {
	Weights uint64 `yaml:"weights" default:"1" doc:"seed of the starting weights"`
	Trials  uint64 `yaml:"trials" default:"1" doc:"seed of the trials"`
	Noise   uint64 `yaml:"noise" default:"1" doc:"seed of the noise on the recurrent units"`
}

// seeds is the long form of a Seed.
type seeds Seed

// DecodeStrict reads either form.
func (s *Seed) DecodeStrict(n *strict.Node) {
	if n.Kind() == strict.Mapping {
		n.Decode((*seeds)(s))
		return
	}
	var all uint64
	n.Decode(&all)
	*s = Seed{all, all, all}
}

// EncodeStrict writes the shortest form.
func (s Seed) EncodeStrict() any {
	if s.Weights == s.Trials && s.Trials == s.Noise {
		return s.Weights
	}
	return seeds(s)
}

// Flat is the seed as one value: the number, or a text that names all three.
func (s Seed) Flat() any {
	if one, ok := s.EncodeStrict().(uint64); ok {
		return one
	}
	return fmt.Sprintf("weights %d, trials %d, noise %d", s.Weights, s.Trials, s.Noise)
}

var _ = strict.Describe[Seed]("a whole number, or one each for weights, trials and noise", uint64(0), seeds{})
