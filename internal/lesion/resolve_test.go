package lesion_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/lesion"
	"psychrnn/internal/model"
	"psychrnn/internal/network"
	"psychrnn/internal/strict"
)

// resolved are the lesions that YAML makes for a network of 10 units.
func resolved(t *testing.T, text string) []lesion.Named {
	t.Helper()
	var a lesion.Ablate
	n, err := strict.ParseFlag("set", "lesions: ["+text+"]")
	if err == nil {
		loader := strict.Loader{}
		err = loader.Decode(n, &a)
	}
	r := &network.Resolver{}
	r.Populate(nil, 10, nil)
	list := a.Resolve(&lesion.Setting{Arch: model.Arch{Kind: "basic", N: 10, I: 2, O: 2}, Steps: 25, Dt: 10, Resolver: r})
	if err != nil || r.Problems.Err() != nil {
		t.Fatal(err, r.Problems.Err())
	}
	return list
}

// Units drawn at random are different ones, of those to draw from, other ones in
// each repeat and under each seed, and the same ones whenever they are drawn.
func TestRandomUnits(t *testing.T) {
	draws := func(seed int) (all [][]int) {
		for _, l := range resolved(t, fmt.Sprintf("{name: chance, random: {units: 4, repeats: 50, of: '2:9', seed: %d}}", seed)) {
			all = append(all, l.Do.Silence)
		}
		return all
	}
	first := draws(1)
	counts := make([]int, 10)
	for _, units := range first {
		if len(units) != 4 || len(slices.Compact(slices.Clone(units))) != 4 || units[0] < 2 || units[3] > 8 {
			t.Errorf("drawn: %v", units)
		}
		for _, k := range units {
			counts[k]++
		}
	}
	if len(first) != 50 || slices.Min(counts[2:9]) < 15 { // of 28.6 on average, 3.5 is their s.d.
		t.Errorf("%d draws, units %v times", len(first), counts)
	}
	if !cmp.Equal(first, draws(1)) || cmp.Equal(first, draws(2)) {
		t.Error("the seed does not decide what is drawn")
	}
}

// Windows follow one another, and the last ends with the trial.
func TestEachWindow(t *testing.T) {
	var got []string
	for _, l := range resolved(t, "{name: w, silence: 3, each: {window: 100}}") {
		got = append(got, fmt.Sprintf("%s: %v %v", l.Name, l.Do.Silence, l.Do.When))
	}
	want := []string{"w 0 to 100 ms: [3] {0 100 }", "w 100 to 200 ms: [3] {100 200 }", "w 200 to 250 ms: [3] {200 300 }"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
