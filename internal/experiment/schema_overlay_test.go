//go:build !race

package experiment_test

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"psychrnn/internal/fault"
)

// What a file lacks, what has no effect and what a task without kind has depend
// on the file that it extends.
var byBase = regexp.MustCompile(`: missing, and has no default$|: has no effect on (the schedule )?\w+$|^task\.\w+: unknown key$`)

// overlaidForms has the maps that may stand where something else could, too.
const overlaidForms = `
seed: {weights: 1, noise: 3}
task:
  dt: 10
  tau: 100
  N_batch: 8
  inputs: {left: 1, right: 2}
  outputs: [go]
  parameters: {gain: {value: index, each: 3}}
  trial:
    side: {choice: [0, 1], weights: [1, 3]}
    items: {value: "integer(0, 3)", each: 5}
  signals: {pulse: {value: bernoulli(0.1), each: 3}}
  periods: {first: 100, second: {choice: [100, 200], weights: [1, 2]}, late: {from: 50, to: 120}}
  noise: {left: 0.1, right: 0.2}
  x: [{channel: left, add: side}]
  y: [{in: second, set: side}]
  accuracy: {sign: go, in: second}
model: {N_rec: 5, tau: 20}
initializer: {W_rec: {fill: 0.1, set: [{rows: 0, cols: ":2", value: 0}]}}
constraints: {dale_ratio: 0.8}
train:
  learning_rate: {schedule: cosine, start: 0.1, over: 100, end: 0.01}
  optimizer: {kind: momentum, momentum: 0.5}
  clip_grads: {norm: 2}
test: {by: {side: {bins: 2}}}
ablate: {lesions: [{name: windows, each: {window: 50}}, {name: driven, current: {to: excitatory, value: 1}}]}
`

// parts are pieces of a document that another file could lay over the rest of
// it: every key alone, everything but that key, and some keys drawn at random.
func parts(document map[string]any) (all []map[string]any) {
	var alone func(v map[string]any, wrap func(any) map[string]any)
	alone = func(v map[string]any, wrap func(any) map[string]any) {
		for _, key := range slices.Sorted(maps.Keys(v)) {
			one := func(inner any) map[string]any { return wrap(map[string]any{key: inner}) }
			all = append(all, one(v[key]))
			if inner, ok := v[key].(map[string]any); ok {
				alone(inner, one)
			}
		}
	}
	alone(document, func(v any) map[string]any { return v.(map[string]any) })
	r := rand.New(rand.NewPCG(14, 11))
	for range 2 * len(all) {
		all = append(all, some(r, document))
	}
	return all
}

// some draws keys of a map, and of the maps in it.
func some(r *rand.Rand, v map[string]any) map[string]any {
	drawn := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		inner, isMap := v[key].(map[string]any)
		switch r.IntN(3) {
		case 0:
			drawn[key] = v[key]
		case 1:
			if isMap {
				drawn[key] = some(r, inner)
			}
		}
	}
	return drawn
}

// A part of an experiment, laid over the whole, passes the schema wherever the
// program takes it, and of what the program refuses for its structure the schema
// finds what does not depend on the other file. One part in ten is tried, but all
// of those that hold maps in the place of other values, and one of a thousand
// changes of them; all of them with the tag slow.
func TestSchemaTakesOverlays(t *testing.T) { overlays(t, 10, 1000) }

func overlays(t *testing.T, onePart, oneChange int) {
	s := compiled(t)
	texts := experiments(t)
	texts["maps"] = overlaidForms
	if _, err := loaded(overlaidForms); err != nil {
		t.Fatal(err)
	}
	parted, changed := 0, 0
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		document, _ := parsed(t, texts[name])
		for _, part := range parts(document.(map[string]any)) {
			if parted++; parted%onePart != 0 && name != "maps" && name != "long forms" {
				continue
			}
			part["extends"] = "base.yaml"
			compareOverlay(t, s, name, part, texts[name])
			mutations(part, func(where string) {
				if changed++; changed%oneChange == 0 && part["extends"] == "base.yaml" {
					compareOverlay(t, s, name+": "+where, part, texts[name])
				}
			})
		}
	}
	t.Logf("%d parts, %d changes of them", parted, changed/oneChange)
}

func compareOverlay(t *testing.T, s *jsonschema.Schema, where string, document any, base string) {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	paths := refused(s, document)
	_, err = overlaid(string(text), base)
	if err == nil && paths != nil {
		t.Errorf("%s: the schema alone refuses %q in %s", where, paths, text)
	}
	var problems fault.Errors
	errors.As(err, &problems)
	for _, p := range problems {
		if p.File == "experiment.yaml" && structural(p.Path, p.Text) && !byBase.MatchString(p.Path+": "+p.Text) && !finds(paths, p.Path, p.Text) {
			t.Errorf("%s: not found by the schema: %s: %s in %s", where, p.Path, p.Text, text)
		}
	}
}
