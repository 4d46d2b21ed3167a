package lesion

// The section ablate of an experiment file: lesions and what they do.

import (
	"psychrnn/internal/network"
	"psychrnn/internal/strict"
)

// Ablate is the section ablate.
type Ablate struct {
	Lesions []Config `yaml:"lesions" required:"true" doc:"changes to the network, each tried on the same test trials"`
}

// Config is an intervention with a name, or several that are made of one.
type Config struct {
	Name string `yaml:"name" required:"true" doc:"its name in the table"`
	InterventionConfig
	Each   *EachConfig   `yaml:"each" doc:"unit or population: one lesion for each, which silences it; {window: 100}: one lesion for each window of 100 ms"`
	Random *RandomConfig `yaml:"random" doc:"silences random units, many times, as a control"`

	node *strict.Node
}

// InterventionConfig is what an intervention does.
type InterventionConfig struct {
	Silence     *network.Selection `yaml:"silence" doc:"units whose rate is 0"`
	Connections *ConnectionsConfig `yaml:"connections" doc:"connections that are scaled"`
	Scale       *float64           `yaml:"scale" doc:"factor of the connections; 0, which removes them, if absent"`
	Current     *AddedConfig       `yaml:"current" doc:"current into units, added to what they receive"`
	Noise       *AddedConfig       `yaml:"noise" doc:"noise on units, in addition to rec_noise"`
	Dt          *float64           `yaml:"dt" above:"0" unit:"ms" doc:"length of a step, ms; the inputs are not changed"`
	Window      []float64          `yaml:"window" unit:"ms" doc:"start and end, ms; the whole trial if absent"`
	In          string             `yaml:"in" doc:"period of the task in which it lasts"`
}

// ConnectionsConfig are a block of a weight matrix.
type ConnectionsConfig struct {
	Matrix string            `yaml:"matrix" default:"W_rec" oneof:"W_in W_rec W_out" doc:"which connections: from the inputs, among the units, to the outputs"`
	From   network.Selection `yaml:"from" doc:"units, or channels of the input; all if absent"`
	To     network.Selection `yaml:"to" doc:"units, or channels of the output; all if absent"`
}

// EachConfig says what there is one lesion for.
type EachConfig struct {
	What   eachKind `yaml:"-" short:"true"` // unit or population, else windows
	Window float64  `yaml:"window" required:"true" above:"0" unit:"ms" doc:"length of the windows, ms"`
}

// eachForm is an EachConfig that is read and written as a map.
type eachForm EachConfig

// eachKind is what of a network is silenced in turn.
type eachKind string

// Choices are their names.
func (eachKind) Choices() []string { return []string{"unit", "population"} }

var _ = strict.Describe[EachConfig]("unit, population or {window: 100}", "", eachForm{})

// RandomConfig is a control of units drawn at random.
type RandomConfig struct {
	Units   int                `yaml:"units" required:"true" min:"1" doc:"how many units are silenced"`
	Repeats int                `yaml:"repeats" default:"100" min:"1" max:"100000" doc:"how many times they are drawn"`
	Seed    uint64             `yaml:"seed" default:"0" doc:"seed of the draws"`
	Of      *network.Selection `yaml:"of" doc:"units to draw from; all if absent"`
}

// AddedConfig is a number for every unit, or for some.
type AddedConfig struct {
	To    *network.Selection `yaml:"to" doc:"units; all if absent"`
	Value float64            `yaml:"value" short:"true" required:"true" doc:"how much"`
}

// addedForm is an AddedConfig that is read and written as a map.
type addedForm AddedConfig

var _ = strict.Describe[AddedConfig]("a number, or {to: units, value: number}", 0.0, addedForm{})

// configForm has the keys of a Config, to be read.
type configForm Config

// DecodeStrict keeps the place.
func (l *Config) DecodeStrict(n *strict.Node) {
	n.Decode((*configForm)(l))
	l.node = n
}

// EncodeStrict writes the map.
func (l Config) EncodeStrict() any { return configForm(l) }

var _ = strict.Describe[Config]("a map", configForm{})
