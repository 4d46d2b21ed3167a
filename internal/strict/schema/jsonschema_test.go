package schema

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/strict"
)

// either is a union with a struct in which a key decides.
type either struct{}

var _ = strict.Describe[either]("either", strict.Names{"a", "b"}, strict.Pattern("^c"), strict.Variants{Form: decided{}, Key: "kind", Keys: func() map[string][]strict.Field {
	return map[string][]strict.Field{"a": {{Key: "kind"}}, "b": {{Key: "kind"}, {Key: "only_b"}}}
}})

type decided struct {
	Kind  string `yaml:"kind" default:"a" oneof:"a b" doc:"which"`
	OnlyB int    `yaml:"only_b" doc:"for b"`
}

// What each type and tag comes to.
func TestJSONSchema(t *testing.T) {
	type file struct {
		Whole  uint8            `yaml:"whole" default:"5" max:"9" doc:"a number" original:"old"`
		Time   float64          `yaml:"time" required:"true" above:"0" unit:"ms"`
		Texts  []string         `yaml:"texts" oneof:"a b"`
		Maps   strict.Map[bool] `yaml:"maps"`
		Either either           `yaml:"either" absent:"b"`
		Unless *float64         `yaml:"unless" required:"true" unless:"maps.x"`
		Each   []struct {
			In int `yaml:"in" required:"true"`
		} `yaml:"each"`
	}
	text, err := JSONSchema(reflect.TypeFor[file](), "a file")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Properties map[string]json.RawMessage
		Defs       map[string]json.RawMessage `json:"$defs"`
		Else       json.RawMessage
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	const there = `["boolean","number","string","array","object"]`
	number := `"pattern":"^[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)? ?(ms|s)$"`
	for key, want := range map[string]string{
		"whole":  `{"description":"a number (old in the original)","default":5,"type":["integer","null"],"minimum":0,"maximum":9}`,
		"time":   `{"anyOf":[{"type":"number","exclusiveMinimum":0},{"type":"string",` + number + `}]}`,
		"texts":  `{"type":["array","null"],"items":{"type":"string","enum":["a","b"]}}`,
		"maps":   `{"type":["object","null"],"additionalProperties":{"type":["boolean","null"]}}`,
		"either": `{"default":"b","anyOf":[{"$ref":"#/$defs/either"},{"type":"null"}]}`,
		"unless": `{"type":"number"}`,
		"each":   `{"type":["array","null"],"items":{"$ref":"#/$defs/each"}}`,
	} {
		same(t, key, got.Properties[key], want)
	}
	same(t, "either", got.Defs["either"], `{"anyOf":[{"type":"string","enum":["a","b"]},{"type":"string","pattern":"^c"},
		{"type":"object","properties":{
			"kind":{"description":"which","default":"a","type":["string","null"],"enum":["a","b",null]},
			"only_b":{"description":"for b","type":["integer","null"]}},"additionalProperties":false,"allOf":[
			{"if":{"properties":{"kind":{"enum":["a"]}},"required":["kind"]},"then":{"properties":{"kind":{}},"additionalProperties":false}},
			{"if":{"properties":{"kind":{"enum":["b"]}},"required":["kind"]},"then":{"properties":{"kind":{},"only_b":{}},"additionalProperties":false}}]}]}`)
	same(t, "without extends", got.Else, `{"required":["time"],
		"properties":{"either":{"allOf":[{"if":{"type":"object","required":["kind"],"properties":{"kind":{"type":`+there+`}}},
			"else":{"properties":{"kind":{}},"additionalProperties":false}}]}},"allOf":[{
		"if":{"type":"object","required":["maps"],"properties":{"maps":{"type":"object","required":["x"],"properties":{"x":{"type":`+there+`}}}}},
		"else":{"type":"object","required":["unless"],"properties":{"unless":{"type":`+there+`}}}}]}`)
}

func same(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(want), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%s (- wanted, + found):\n%s", what, diff)
	}
}
