package task

// The section task as it is written, over the definition of its kind. Values of the
// language stay nodes of the file until package plan compiles them.

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// Config is the section task: the timing of a run and the definition of what a
// trial is, with whatever the section gives put over that of its kind.
type Config struct {
	Kind     string  `yaml:"kind" form:"task/taskKind" doc:"a built-in task, the path of a definition, file, or command; if absent, the definition is here"`
	Dt       float64 `yaml:"dt" required:"true" above:"0" unit:"ms" doc:"length of a time step"`
	Tau      float64 `yaml:"tau" required:"true" above:"0" unit:"ms" doc:"time constant of the units"`
	Duration float64 `yaml:"T" above:"0" unit:"ms" doc:"length of a trial; if absent, that of the longest possible trial, computed from the periods"`
	N_batch  int     `yaml:"N_batch" required:"true" min:"1" doc:"number of trials for one update of the weights"`
	N_in     int     `yaml:"N_in" min:"1" doc:"number of inputs, if the task does not name them"`
	N_out    int     `yaml:"N_out" min:"1" doc:"number of outputs, if the task does not name them"`
	External
	Definition

	// Name is the kind that the section was read with. Kind is empty after
	// reading: what it stands for is in the definition, unless trials come from
	// elsewhere.
	Name string `yaml:"-"`
	// Section is what was read, over the definition of its kind, where mistakes of
	// the definition are told. It is nil if it is not known what the task is.
	Section *strict.Node `yaml:"-"`
	Sound   bool         `yaml:"-"` // it was read without a mistake
}

// Definition says what a trial is. Its values are expressions, see docs/tasks.md.
type Definition struct {
	About      string                   `yaml:"about" doc:"what the task is, in a line"`
	Reference  string                   `yaml:"reference" doc:"where it was published"`
	Inputs     *strict.Node             `yaml:"inputs" form:"task/channelsForm" min:"1" doc:"the input channels"`
	Outputs    *strict.Node             `yaml:"outputs" form:"task/channelsForm" min:"1" doc:"the output channels"`
	Parameters strict.Map[*strict.Node] `yaml:"parameters" form:"task/parameter" most:"1000 entries" doc:"numbers and vectors with a name, the same in all trials"`
	Trial      strict.Map[*strict.Node] `yaml:"trial" form:"task/variableForm" most:"1000 entries" doc:"variables drawn anew for every trial"`
	Signals    strict.Map[*strict.Node] `yaml:"signals" form:"task/variableForm" most:"1000 entries" doc:"variables with a value at every step"`
	Periods    strict.Map[*strict.Node] `yaml:"periods" form:"task/period" most:"1000 entries" doc:"parts of a trial, one after another, such as fixation, stimulus, delay"`
	Noise      *strict.Node             `yaml:"noise" form:"task/deviation" doc:"standard deviation of the noise on the inputs, per step; of all, or by group"`
	X          []Rule                   `yaml:"x" most:"1000 entries" doc:"rules that make the inputs, which begin as 0"`
	Y          []Rule                   `yaml:"y" most:"1000 entries" doc:"rules that make the targets, which begin as 0"`
	Mask       []Rule                   `yaml:"mask" most:"1000 entries" doc:"rules that make the mask, which begins as 1; 0 does not count in the loss, other values are weights"`
	Accuracy   *strict.Node             `yaml:"accuracy" form:"task/Accuracy" absent:"choice" doc:"when an answer is right"`
	Others     strict.Map[*strict.Node] `yaml:",rest" form:"task/replacedForm" doc:"a variable or parameter of the task, by its name: a new value for it"`
}

// Rule changes channels while it holds.
type Rule struct {
	_        struct{}     `doc:"A rule"`
	When     *strict.Node `yaml:"when" form:"task/expression" doc:"when the rule holds, such as t > 500; always if absent"`
	In       *strict.Node `yaml:"in" form:"task/inPeriods" doc:"the period in which the rule holds"`
	Channel  *strict.Node `yaml:"channel" form:"task/someOf" doc:"which channels it changes; all if absent"`
	Set      *strict.Node `yaml:"set" form:"task/expression" doc:"the new value"`
	Add      *strict.Node `yaml:"add" form:"task/expression" doc:"what is added to the value so far"`
	Multiply *strict.Node `yaml:"multiply" form:"task/expression" doc:"what the value so far is multiplied by"`

	Node *strict.Node `yaml:"-"` // all of it
}

type ruleForm Rule

// DecodeStrict keeps the node, which mistakes of the whole rule are said of.
func (r *Rule) DecodeStrict(n *strict.Node) {
	n.Decode((*ruleForm)(r))
	r.Node = n
}

var _ = strict.Describe[Rule]("a rule", ruleForm{})

type config Config

var configType = reflect.TypeFor[config]()

var _ = strict.Describe[Config]("a map", strict.Variants{Form: config{}, Key: "kind", Keys: settable, Else: []string{"inputs", "outputs"}, Open: true})

// DecodeStrict reads the section over the definition of its kind. What the
// definition means is for package plan to find out.
func (c *Config) DecodeStrict(n *strict.Node) {
	if n.Kind() != strict.Mapping {
		n.Decode((*config)(c)) // says so
		return
	}
	before := n.Mistakes()
	merged, name, kind := resolve(n, nil)
	known := merged != nil
	if !known {
		merged = n
	}
	merged.Decode((*config)(c))
	c.Name, c.Kind = name, kind
	switch {
	case !known: // what the definition would have is not known either
	case !c.checkExternal(merged):
	case name == "" && !c.defines(): // nothing else can be known of it
		c.askForKind(merged)
	default:
		if c.Duration == 0 && merged.Get("T") == nil && c.Kind != FromFile && !c.Sequential() {
			merged.Missing("T", "length of a trial in ms; it may be left out where periods follow one another")
		}
		c.replace()
		c.Section = merged
	}
	c.Sound = c.Section != nil && n.Mistakes() == before
}

// defines says whether the section has anything of a definition.
func (c *Config) defines() bool {
	d := &c.Definition
	return d.Inputs != nil || d.Outputs != nil || d.Noise != nil || d.Entries() > 0
}

// askForKind reports that the section says no task at all, or keys of which one
// may be a misspelt kind.
func (c *Config) askForKind(n *strict.Node) {
	if n.Get("path") != nil || n.Get("order") != nil || n.Get("command") != nil { // checkExternal says of which kind
		return
	}
	for _, o := range c.Others {
		if slices.Contains(fault.Near(o.Key, SectionKeys()), "kind") {
			o.Value.Unknown(SectionKeys())
			return
		}
	}
	n.Missing("kind", "a built-in task, such as perceptual_discrimination (psychrnn task list names them), the path of a definition, file or command; or define a task here, with inputs, outputs and rules")
}

// SectionKeys are those of a section, other than the task's own names.
func SectionKeys() (known []string) {
	for _, f := range strict.Fields(configType) {
		if f.Key != "" {
			known = append(known, f.Key)
		}
	}
	return known
}

// Entries is the number of names and rules of the definition.
func (d *Definition) Entries() int {
	return len(d.Parameters) + len(d.Trial) + len(d.Signals) + len(d.Periods) + len(d.X) + len(d.Y) + len(d.Mask)
}

// Sequential says whether periods follow one another.
func (c *Config) Sequential() bool {
	return slices.ContainsFunc(c.Periods, func(e strict.Entry[*strict.Node]) bool { return !Loose(e.Value) })
}

// Loose says that a period lies outside of the sequence.
func Loose(n *strict.Node) bool {
	return n.Kind() == strict.Mapping && (n.Get("from") != nil || n.Get("to") != nil)
}

// resolve lays a section over the definition of its kind; above are the kinds
// on the way. It gives nil where the kind cannot be had, and which of the kinds
// it is whose trials come from elsewhere, if any.
func resolve(n *strict.Node, above []string) (merged *strict.Node, name, external string) {
	kind := n.Get("kind")
	if kind == nil {
		return n, "", ""
	}
	if !kind.Decode(&name) {
		return nil, "", ""
	}
	var below *strict.Node
	switch {
	case name == FromFile || name == FromProgram:
		return n, name, name
	case strings.Contains(name, "/") || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"):
		if slices.Contains(above, name) || len(above) > 20 {
			kind.Fail("a circle: "+strings.Join(append(above, name), " is made of "), "")
			return nil, "", ""
		}
		if below = kind.Open(); below != nil {
			below, _, external = resolve(below, append(above, name))
		}
	case slices.Contains(BuiltInNames(), name):
		below = builtIn(name)
	default:
		known := append(BuiltInNames(), FromFile, FromProgram)
		hint := "allowed: " + strings.Join(known, ", ") + "; a task of your own is written without kind, or in a file of its own: kind: my-task.yaml"
		kind.Fail(fmt.Sprintf("unknown value %.60q", name), kind.Otherwise(known, hint))
	}
	if below == nil {
		return nil, "", ""
	}
	return strict.Merge(below, n), name, external
}

// replace puts task.NAME in the place of the trial variable or parameter NAME.
func (c *Config) replace() {
	for _, o := range c.Others {
		if _, known := c.Trial.Get(o.Key); known {
			c.Trial.Set(o.Key, o.Value)
		} else if _, known := c.Parameters.Get(o.Key); known {
			c.Parameters.Set(o.Key, o.Value)
		} else {
			known := SectionKeys()
			for _, m := range []strict.Map[*strict.Node]{c.Trial, c.Parameters} {
				for _, e := range m {
					known = append(known, e.Key)
				}
			}
			o.Value.Unknown(known)
		}
	}
	c.Others = nil
}

// Title is the name of the task with a space before it, if it has one.
func (c Config) Title() string {
	if c.Name == "" {
		return ""
	}
	return " " + c.Name
}
