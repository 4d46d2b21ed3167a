package session

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/experiment"
	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/npz"
)

// from reads one of the files that the tests' experiments name.
func from(t *testing.T, name string) *npz.File {
	t.Helper()
	return read(t, experimenttest.Made[name](t))
}

// read reads a weight file.
func read(t *testing.T, content []byte) *npz.File {
	t.Helper()
	f, err := npz.Read(bytes.NewReader(content), int64(len(content)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const unitsApart = `
model: {tau: {excitatory: 100, inhibitory: 50}}
test: {trials: 10}
ablate: {lesions: [{name: inhibition, silence: inhibitory}]}
`

// alternatingAlpha is dt/tau where every other unit inhibits.
var alternatingAlpha = []float64{0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2}

// What names units in an experiment goes by the signs of the weight file that
// training starts from, and the experiment as it ran says them.
func TestSignsOfAStart(t *testing.T) {
	e := loaded(t, "initializer: {load_weights_path: alternating.npz}\nconstraints: {fixed_weights: {b_rec: {fill: 0, set: [{rows: inhibitory, value: 1}]}}}"+unitsApart)
	net := begin(t, e)
	if !slices.Equal(net.Alpha, alternatingAlpha) {
		t.Errorf("alpha is %v", net.Alpha)
	}
	b, _ := net.Layout.Find("b_rec")
	for k, fixed := range net.Fixed[b.At:][:net.N] {
		if fixed != (k%2 == 1) {
			t.Errorf("b_rec[%d] is fixed: %v", k, fixed)
		}
	}
	if text := string(e.Resolved()); !strings.Contains(text, "dale_signs: [1, -1, 1, -1, 1, -1, 1, -1, 1, -1]\n") || strings.Contains(text, "dale_ratio") {
		t.Errorf("the experiment as it ran does not say the signs:\n%s", text)
	}
}

// A network that is trained goes by its own signs, whatever the experiment says
// beside it; of a difference the user hears.
func TestSignsOfTrainedWeights(t *testing.T) {
	for _, c := range []struct{ constraints, note string }{
		{"", ""},
		{"{dale_signs: [1, -1, 1, -1, 1, -1, 1, -1, 1, -1]}", ""},
		{"{dale_ratio: 0.5}", "the signs of units under Dale's law are those of w.npz: constraints.dale_ratio of case.yaml is 0.5, which makes unit 1 excitatory, but the unit is inhibitory"},
		{"{dale_ratio: 0.8}", "constraints.dale_ratio is 0.5, taken from w.npz; case.yaml says 0.8"},
		{"{dale_signs: [1, -1, -1, -1, 1, -1, 1, -1, 1, -1]}", "the signs of units under Dale's law are those of w.npz: constraints.dale_signs of case.yaml is -1 for unit 2, but the unit is excitatory"},
	} {
		text := "extends: base.yaml" + unitsApart
		if c.constraints != "" {
			text += "constraints: " + c.constraints
		}
		e, err := experiment.LoadTrained(experimenttest.Files(t, map[string]string{"case.yaml": text}), "case.yaml", nil)
		if err != nil {
			t.Fatal(err)
		}
		joined, err := Join(e, Origin{Name: "case.yaml", Asked: true}, from(t, "alternating.npz"), "w.npz")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(joined.Network.Alpha, alternatingAlpha) {
			t.Errorf("%s: alpha is %v", c.constraints, joined.Network.Alpha)
		}
		if notes := strings.Join(joined.Notes, "\n"); !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "dale") {
			t.Errorf("%s: notes %s\nwant %s", c.constraints, notes, c.note)
		}
		list, err := joined.Lesions(nil)
		if err != nil {
			t.Fatal(err)
		}
		if units := list[0].Do.Silence; !slices.Equal(units, []int{1, 3, 5, 7, 9}) {
			t.Errorf("%s: inhibition is units %v", c.constraints, units)
		}
	}
}
