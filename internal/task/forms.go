package task

import (
	"slices"

	"psychrnn/internal/strict"
)

// What stands where the language has its values is read by the parts of the
// plan that need it. These types say what it may be, for messages, the table
// of keys and the schema.
type (
	taskKind   struct{}
	channels   struct{} // of inputs or outputs
	expression struct{}
	variable   struct{} // or signal
	parameter  struct{}
	replaced   struct{} // a variable or a parameter
	period     struct{}
	deviation  struct{} // of noise
	inPeriods  struct{}
	someOf     struct{} // channels of a rule

	// Judgement is an accuracy.
	Judgement struct{}
)

// Describe says what may stand there.
func (taskKind) Describe() (string, []any) {
	return "the name of a built-in task, a path, file, or command", []any{strict.Names(append(Names(), FromFile, FromProgram)), strict.Pattern(`/|\.ya?ml$`)}
}

// Describe says what may stand there.
func (channels) Describe() (string, []any) {
	return "a number, a list of names, or groups with their sizes", []any{0, []string{}, strict.Map[int]{}}
}

// Describe says what may stand there.
func (expression) Describe() (string, []any) { return "a number or an expression", []any{0.0, ""} }

// Describe says what may stand there.
func (variable) Describe() (string, []any) {
	return "a number, an expression, a list to choose from, or a map", []any{expression{}, []expression{}, variableMap{}}
}

// Describe says what may stand there.
func (parameter) Describe() (string, []any) {
	return "a number, an expression, a list, a list of lists, or a map of value and each", []any{expression{}, []expression{}, [][]expression{}, vectorMap{}}
}

// Describe says what may stand there.
func (replaced) Describe() (string, []any) {
	return "a number, an expression, a list or a map", []any{expression{}, []expression{}, [][]expression{}, strict.Elsewhere{Form: variableMap{}}, strict.Elsewhere{Form: vectorMap{}}}
}

// Describe says what may stand there.
func (period) Describe() (string, []any) {
	return "a duration (a number of ms, 200ms, an expression, a list to choose from or a map), or from and to", []any{expression{}, []expression{}, strict.Elsewhere{Form: variableMap{}}, span{}}
}

// Describe says what may stand there.
func (deviation) Describe() (string, []any) {
	return "a number or an expression, or one for each group", []any{expression{}, strict.Map[expression]{}}
}

// Describe says what may stand there.
func (inPeriods) Describe() (string, []any) {
	return "a period, or a list of them", []any{"", []string{}}
}

// Describe says what may stand there.
func (someOf) Describe() (string, []any) {
	return "a channel (number, expression, name or group), or a list of them", []any{expression{}, []expression{}}
}

// Describe says what may stand there.
func (Judgement) Describe() (string, []any) {
	return "choice, a condition, or a map", []any{expression{}, judgement{}}
}

// Forms are those of the values of the language.
func (Definition) Forms() map[string]any {
	return map[string]any{
		"kind": taskKind{}, "inputs": channels{}, "outputs": channels{},
		"parameters": strict.Map[parameter]{}, "trial": strict.Map[variable]{}, "signals": strict.Map[variable]{},
		"periods": strict.Map[period]{}, "noise": deviation{}, "accuracy": Judgement{}, "": strict.Map[replaced]{},
	}
}

// Forms are those of the values of a rule.
func (rule) Forms() map[string]any {
	return map[string]any{
		"when": expression{}, "in": inPeriods{}, "channel": someOf{},
		"set": expression{}, "add": expression{}, "multiply": expression{},
	}
}

// Forms are those of the values of a variable.
func (variableMap) Forms() map[string]any {
	return map[string]any{"value": variable{}, "choice": []expression{}, "weights": []expression{}, "each": expression{}}
}

// Forms are those of the values of a vector.
func (vectorMap) Forms() map[string]any {
	return map[string]any{"value": expression{}, "each": expression{}}
}

// Forms are those of the times of a period.
func (span) Forms() map[string]any {
	return map[string]any{"from": expression{}, "to": expression{}}
}

// Forms are those of an accuracy.
func (judgement) Forms() map[string]any {
	return map[string]any{"choice": someOf{}, "sign": someOf{}, "correct": expression{}, "in": inPeriods{}}
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
	for _, name := range Names() {
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
