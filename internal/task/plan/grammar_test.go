package plan_test

import (
	"testing"

	"psychrnn/internal/hostile"
	"psychrnn/internal/task"
	"psychrnn/internal/task/plan"
)

// everyFunction is what a generated definition may call.
func everyFunction() hostile.Functions {
	f := hostile.Functions{Usage: map[string]string{}}
	for name, said := range plan.Usages() {
		f.Usage[name] = said[0]
		if task.Distributions[name] != nil {
			f.Draws = append(f.Draws, name)
		}
	}
	return f
}

// FuzzGrammar is FuzzDefinition for texts that get further than most.
func FuzzGrammar(f *testing.F) {
	f.Add([]byte(nil))
	for k := range 40 {
		seed := make([]byte, 200)
		for i := range seed {
			seed[i] = byte((i + 3) * (k*k + 7) * (i%13 + 1) >> 2)
		}
		f.Add(seed)
	}
	functions := everyFunction()
	f.Fuzz(func(t *testing.T, choices []byte) {
		text := hostile.Definition(hostile.Given(choices), functions)
		defer func() {
			if r := recover(); r != nil {
				t.Fatalf("%v in\n%s", r, text)
			}
		}()
		endure(t, text)
	})
}
