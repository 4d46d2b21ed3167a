package expr

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// Programs give what the terms do, whatever the shapes.
func TestAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMaker(t)
		functions := Standard()
		for name, f := range Reductions(Steps | Units) {
			functions[name] = f
		}
		env := &Environment{
			Variables: m.variables, Functions: functions,
			Periods: map[string]Period{"p": {"v0", "v6"}}, Time: "t",
		}
		for range 10 {
			m.compareTo(env, m.term(rapid.IntRange(1, 4).Draw(t, "depth")))
		}
	})
}

// compareTo evaluates a term in a workspace that was smaller, then larger before.
func (m *generator) compareTo(env *Environment, want refExpr) {
	if len(want.text) > maxCharacters {
		return
	}
	tree, err := env.Tree(want.text)
	if err != nil {
		m.Fatalf("%s: %v", want.text, err)
	}
	if tree.Shape() != want.shape {
		m.Fatalf("%s: the shape is %+v, want %+v", want.text, tree.Shape(), want.shape)
	}
	p := tree.Compile()
	w := p.Machine()
	for _, more := range []int{0, 1, 0} {
		if err := w.Resize(m.trials+more, m.steps+more); err != nil {
			m.Fatal(err)
		}
	}
	for i, v := range p.Variables() {
		w.Bind(i, m.values[v])
	}
	w.Until(m.until)
	for range 2 {
		got, err := w.Eval()
		if err != nil {
			m.Fatalf("%s: %v", want.text, err)
		}
		if d := m.difference(want, got); d != "" {
			m.Fatalf("%s: %s", want.text, d)
		}
	}
}

func (m *generator) difference(want refExpr, got []float64) string {
	difference, i := "", 0
	m.over(want.shape, want.shape.Axes, [axes]int{}, func(p [axes]int) {
		switch x := want.at(p); {
		case i >= len(got):
			difference = "there are too few values"
		case !same(got[i], x):
			difference = fmt.Sprintf("at %v: got %v, want %v", p, got[i], x)
		}
		i++
	})
	if i != len(got) {
		return fmt.Sprintf("there are %d values, want %d", len(got), i)
	}
	return difference
}
