package network

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// populated finds the units of populations written line by line, among 10
// units of which the first 6 are excitatory, if Dale's law holds.
func populated(t *testing.T, lines []string, dale bool) *Resolver {
	t.Helper()
	var file struct {
		Populations Populations `yaml:"populations"`
	}
	text := "populations:\n  " + strings.Join(lines, "\n  ") + "\n"
	n, err := strict.Parse("e.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	loader := strict.Loader{}
	if err := loader.Decode(n, &file); err != nil {
		t.Fatal(err)
	}
	r := &Resolver{}
	if dale {
		r.Populate(file.Populations, 10, model.SignsOf(0.6, 10))
	} else {
		r.Populate(file.Populations, 10, nil)
	}
	return r
}

// Populations may be made of others wherever these stand, of the units that
// Dale's law tells apart and of slices; a unit counts once, where it is first.
func TestPopulationsOfPopulations(t *testing.T) {
	lines := []string{
		`all: [late, early]`,
		`early: "0:4"`,
		`late: [inhibitory, "5:8"]`,
		`mixed: [excitatory, "4:8", -1, early, 0]`,
		`same: mixed`,
		`backwards: ["3::-1", early]`,
		`mine: [2, "2:3", 2]`,
	}
	want := map[string][]int{
		"excitatory": {0, 1, 2, 3, 4, 5},
		"inhibitory": {6, 7, 8, 9},
		"early":      {0, 1, 2, 3},
		"late":       {6, 7, 8, 9, 5},
		"all":        {6, 7, 8, 9, 5, 0, 1, 2, 3},
		"mixed":      {0, 1, 2, 3, 4, 5, 6, 7, 9},
		"same":       {0, 1, 2, 3, 4, 5, 6, 7, 9},
		"backwards":  {3, 2, 1, 0},
		"mine":       {2},
	}
	permute(lines, func(lines []string) {
		r := populated(t, lines, true)
		if err := r.Problems.Err(); err != nil {
			t.Fatalf("%q: %v", lines, err)
		}
		if fmt.Sprint(r.Populations) != fmt.Sprint(want) {
			t.Fatalf("%q:\n%v, want\n%v", lines, r.Populations, want)
		}
	})
}

// permute calls do with the lines in every order.
func permute(lines []string, do func([]string)) {
	var from func(k int)
	from = func(k int) {
		if k == len(lines) {
			do(lines)
			return
		}
		for i := k; i < len(lines); i++ {
			lines[k], lines[i] = lines[i], lines[k]
			from(k + 1)
			lines[k], lines[i] = lines[i], lines[k]
		}
	}
	from(0)
}

// Of populations that cannot be found one mistake is told, and nothing of what
// is made of them; the others are found.
func TestPopulationsThatCannotBeFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		dale  bool
		want  []string // the problems
		found []string // the populations
	}{
		{"a circle of one", []string{`a: [a, 1]`, `b: 2`}, false,
			[]string{"e.yaml:2:6: populations.a: a circle: a is made of a"}, []string{"b"}},
		{"a circle of three", []string{`on: a`, `a: b`, `b: ["0:2", c]`, `c: a`, `d: 3`}, false,
			[]string{"e.yaml:3:6: populations.a: a circle: a is made of b is made of c is made of a"}, []string{"d"}},
		{"two circles", []string{`a: b`, `b: a`, `c: d`, `d: [c, b]`}, false,
			[]string{
				"e.yaml:2:6: populations.a: a circle: a is made of b is made of a",
				"e.yaml:4:6: populations.c: a circle: c is made of d is made of c",
			}, nil},
		{"nobody", []string{`a: [b, 1]`, `b: [x, 2]`, `c: [a, b]`}, false,
			[]string{"e.yaml:3:7: populations.b[0]: there is no population x", "hint: known: c"}, nil},
		{"misspelt", []string{`a: [erly, 1]`, `early: 2`}, false,
			[]string{"e.yaml:2:7: populations.a[0]: there is no population erly", "hint: did you mean early?"}, []string{"early"}},
		{"no Dale's law", []string{`a: excitatory`, `b: a`}, false,
			[]string{"e.yaml:2:6: populations.a: there is no population excitatory",
				"hint: it exists under Dale's law only: constraints.dale_ratio or dale_signs"}, nil},
		{"beyond the end", []string{`b: a`, `a: ["9:11", 1]`}, false,
			[]string{`e.yaml:3:7: populations.a[0]: "9:11" reaches beyond the end: there are 10`}, nil},
		{"another name for Dale's law", []string{`excitatory: [0]`, `a: excitatory`}, true,
			[]string{"e.yaml:2:15: populations.excitatory: this name belongs to the units that Dale's law makes excitatory",
				"hint: choose another name"}, []string{"a", "excitatory", "inhibitory"}},
	} {
		r := populated(t, c.lines, c.dale)
		var found []string
		for name := range r.Populations {
			found = append(found, name)
		}
		slices.Sort(found)
		if got := fmt.Sprint(r.Problems.Err()); got != strings.Join(c.want, "\n") || !slices.Equal(found, c.found) {
			t.Errorf("%s: found %q, want %q, and said\n%s\nwant\n%s", c.name, found, c.found, got, strings.Join(c.want, "\n"))
		}
	}
}
