package expr

import "slices"

// Tree parses and checks a text. The error is of type Errors.
func (e *Environment) Tree(text string) (*Tree, error) {
	s, err := Parse(text)
	if err != nil {
		return nil, err
	}
	return e.Check(s)
}

// BindName sets the values of a variable, if the program has it.
func (w *Machine) BindName(name string, values []float64) {
	if i := slices.Index(w.program.variables, name); i >= 0 {
		w.Bind(i, values)
	}
}
