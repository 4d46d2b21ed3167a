package network

// The sections model, constraints and initializer of an experiment file.

import (
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// Config is the section model.
type Config struct {
	Kind             KindName     `yaml:"kind" default:"basic" doc:"architecture; basic_scan is the same as basic"`
	N_rec            int          `yaml:"N_rec" required:"true" unless:"initializer.load_weights_path" min:"1" max:"100000" doc:"recurrent units; to be left out only beside load_weights_path"`
	RecNoise         float64      `yaml:"rec_noise" default:"0" min:"0" doc:"strength of the noise on the recurrent units"`
	Tau              *PerUnit     `yaml:"tau" above:"0" unit:"ms" doc:"time constant of each unit, ms; task.tau if absent"`
	TransferFunction FunctionName `yaml:"transfer_function" default:"relu" doc:"firing rate of a unit as a function of its state"`
	FeedForward      int          `yaml:"N_feedforward_out" default:"0" min:"0" max:"100000" doc:"units of a feed-forward layer between inputs and recurrent units; 0 for none"`
	TrainFlags
}

// TrainFlags say which weights training changes: all that are not false.
type TrainFlags struct {
	W_in       *bool `yaml:"W_in_train" absent:"true" doc:"whether training changes W_in"`
	W_rec      *bool `yaml:"W_rec_train" absent:"true" doc:"whether training changes W_rec"`
	W_out      *bool `yaml:"W_out_train" absent:"true" doc:"whether training changes W_out"`
	B_rec      *bool `yaml:"b_rec_train" absent:"true" doc:"whether training changes b_rec"`
	B_out      *bool `yaml:"b_out_train" absent:"true" doc:"whether training changes b_out"`
	InitState  *bool `yaml:"init_state_train" absent:"true" doc:"whether training changes init_state"`
	W_in_first *bool `yaml:"W_in_first_train" absent:"true" doc:"whether training changes W_in_first, the matrix of the feed-forward layer"`
}

// Flags are the flags by the name of their weight.
func (t *TrainFlags) Flags() map[string]**bool {
	return map[string]**bool{
		"W_in": &t.W_in, "W_rec": &t.W_rec, "W_out": &t.W_out, "b_rec": &t.B_rec, "b_out": &t.B_out,
		"init_state": &t.InitState, "W_in_first": &t.W_in_first,
	}
}

// KindName is the name of an architecture.
type KindName string

// Choices are the names of the table.
func (KindName) Choices() (names []string) {
	for _, k := range model.Kinds {
		names = append(names, k.Name)
	}
	return names
}

// FunctionName is the name of a transfer function.
type FunctionName string

// Choices are the names of the table.
func (FunctionName) Choices() []string { return model.FunctionNames() }

// ConstraintsConfig is the section constraints.
type ConstraintsConfig struct {
	DaleRatio *float64 `yaml:"dale_ratio" min:"0" max:"1" doc:"share of the units that are excitatory, the first ones; the others inhibit. Without it and dale_signs there is no Dale's law"`
	DaleSigns *PerUnit `yaml:"dale_signs" min:"-1" max:"1" doc:"in place of dale_ratio: 1 for each excitatory unit, -1 for each inhibitory one"`
	Autapses  *bool    `yaml:"autapses" absent:"true" doc:"whether a unit may connect to itself"`
	Input     *Matrix  `yaml:"input_connectivity" absent:"1" doc:"which inputs reach which units: W_in times 1 for a connection, 0 for none"`
	Recurrent *Matrix  `yaml:"rec_connectivity" absent:"1" doc:"which units reach which units: factors of W_rec"`
	Output    *Matrix  `yaml:"output_connectivity" absent:"1" doc:"which units reach which outputs: factors of W_out"`
	Fixed     byWeight `yaml:"fixed_weights" doc:"for each weight, by its name: 1 for the entries that training must not change, 0 for the others"`
}

// WeightFile is a weight file to start from.
type WeightFile struct {
	File   strict.Path `yaml:"file" short:"true" required:"true" doc:"the weight file"`
	SHA256 string      `yaml:"sha256" doc:"its SHA-256 sum; a file that has changed is refused"`
}

// weightFileForm is the long form of a WeightFile.
type weightFileForm WeightFile

var _ = strict.Describe[WeightFile]("a path, or a map of file and sha256", "", weightFileForm{})
