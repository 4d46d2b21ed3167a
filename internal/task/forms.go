package task

// What may stand where the language has its values, for messages, the table of keys and
// the schema; and the long forms of values, as plain structs.

import (
	"slices"

	"psychrnn/internal/strict"
)

// What stands where the language has its values is read by the parts of the
// plan that need it. These types say what it may be, for messages, the table
// of keys and the schema.
type (
	taskKind     struct{}
	channelsForm struct{} // of inputs or outputs
	expression   struct{}
	variableForm struct{} // or signal
	parameter    struct{}
	replacedForm struct{} // a variable or a parameter
	period       struct{}
	deviation    struct{} // of noise
	inPeriods    struct{}
	someOf       struct{} // channelsForm of a rule

	// Accuracy is how answers are judged.
	Accuracy struct{}
)

var _ = strict.Describe[taskKind]("the name of a built-in task, a path, file, or command", strict.Names(append(BuiltInNames(), FromFile, FromProgram)), strict.Pattern(`/|\.ya?ml$`))

var _ = strict.Describe[channelsForm]("a number, a list of names, or groups with their sizes", 0, []string{}, strict.Map[int]{})

var _ = strict.Describe[expression]("a number or an expression", 0.0, "")

var _ = strict.Describe[variableForm]("a number, an expression, a list to choose from, or a map", expression{}, []expression{}, VariableMap{})

var _ = strict.Describe[parameter]("a number, an expression, a list, a list of lists, or a map of value and each", expression{}, []expression{}, [][]expression{}, VectorMap{})

var _ = strict.Describe[replacedForm]("a number, an expression, a list or a map", expression{}, []expression{}, [][]expression{}, strict.Elsewhere{Form: VariableMap{}}, strict.Elsewhere{Form: VectorMap{}})

var _ = strict.Describe[period]("a duration (a number of ms, 200ms, an expression, a list to choose from or a map), or from and to", expression{}, []expression{}, strict.Elsewhere{Form: VariableMap{}}, PeriodSpan{})

var _ = strict.Describe[deviation]("a number or an expression, or one for each group", expression{}, strict.Map[expression]{})

var _ = strict.Describe[inPeriods]("a period, or a list of them", "", []string{})

var _ = strict.Describe[someOf]("a channel (number, expression, name or group), or a list of them", expression{}, []expression{})

var _ = strict.Describe[Accuracy]("choice, a condition, or a map", expression{}, AccuracyMap{})

// VariableMap is the long form of a variable.
type VariableMap struct {
	_       struct{}       `doc:"A variable as a map"`
	Value   *strict.Node   `yaml:"value" form:"task/variableForm" doc:"what each value is"`
	Choice  []*strict.Node `yaml:"choice" form:"task/expression" most:"10000 values" doc:"the values to choose from"`
	Weights []*strict.Node `yaml:"weights" form:"task/expression" most:"10000 values" doc:"how often each is chosen, relative to the others"`
	Each    *strict.Node   `yaml:"each" form:"task/expression" doc:"makes a vector of so many values"`
}

// VectorMap is a parameter that is a vector by an expression.
type VectorMap struct {
	Value *strict.Node `yaml:"value" form:"task/expression" required:"true" doc:"an expression of index and size"`
	Each  *strict.Node `yaml:"each" form:"task/expression" required:"true" doc:"how many values"`
}

// PeriodSpan is a period outside of the sequence.
type PeriodSpan struct {
	From *strict.Node `yaml:"from" form:"task/expression" required:"true" doc:"when it starts, ms"`
	To   *strict.Node `yaml:"to" form:"task/expression" required:"true" doc:"when it ends, ms"`
}

// AccuracyMap is the long form of an accuracy.
type AccuracyMap struct {
	_       struct{}     `doc:"An accuracy as a map"`
	Choice  *strict.Node `yaml:"choice" form:"task/someOf" doc:"channels: the one with the highest output must be the one with the highest target"`
	Sign    *strict.Node `yaml:"sign" form:"task/someOf" doc:"a channel: its output must have the sign of its target"`
	Correct *strict.Node `yaml:"correct" form:"task/expression" doc:"a condition"`
	In      *strict.Node `yaml:"in" form:"task/inPeriods" doc:"when the answer is given; the whole trial if absent"`
}

// settable are, by kind, the keys that may stand beside it.
func settable() map[string][]strict.Field {
	var own []strict.Field
	for _, f := range strict.Fields(configType) {
		if f.Key != "" {
			own = append(own, strict.Field{Key: f.Key})
		}
	}
	all := map[string][]strict.Field{FromFile: own, FromProgram: own}
	for _, name := range BuiltInNames() {
		all[name] = slices.Clip(own)
		for _, section := range []struct{ key, what string }{{"trial", "a variable of the trial"}, {"parameters", "a parameter"}} {
			entries := builtIn(name).Get(section.key)
			if entries == nil {
				continue
			}
			for _, e := range entries.Entries() {
				doc := section.what
				if e.Kind() == strict.Scalar {
					doc += ", by default " + e.Text()
				}
				all[name] = append(all[name], strict.Field{Key: e.Key(), Doc: doc})
			}
		}
	}
	return all
}
