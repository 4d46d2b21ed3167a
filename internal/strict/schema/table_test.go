package schema

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/strict"
)

type rule struct {
	_    struct{} `doc:"A rule"`
	When string   `yaml:"when" required:"true" doc:"a condition" original:"cond"`
}

// A table at the top, one for every section and one for what has a title.
func TestTable(t *testing.T) {
	type file struct {
		Name    string  `yaml:"name" doc:"what it is\ncalled"`
		Rate    float64 `yaml:"rate" default:"0.1" above:"0" max:"1"`
		Section struct {
			Time  float64          `yaml:"time" unit:"ms" absent:"10"`
			Kind  string           `yaml:"kind" oneof:"a b"`
			Rules []rule           `yaml:"rules"`
			Keys  strict.Map[bool] `yaml:",rest" doc:"others"`
		} `yaml:"section"`
		More strict.Map[rule] `yaml:"more"`
	}
	want := `## At the top

| key | value | default | meaning |
| --- | --- | --- | --- |
| ` + "`name`" + ` | a text |  | what it is called |
| ` + "`rate`" + ` | a number, above 0, at most 1 | ` + "`0.1`" + ` |  |
| ` + "`section`" + ` | a map |  |  |
| ` + "`more`" + ` | a map of names to maps: [A rule](#a-rule) |  |  |

## section

| key | value | default | meaning |
| --- | --- | --- | --- |
| ` + "`section.time`" + ` | a number in ms | ` + "`10`" + ` |  |
| ` + "`section.kind`" + ` | a, b |  |  |
| ` + "`section.rules`" + ` | a list of maps: [A rule](#a-rule) |  |  |
| ` + "`section.*`" + ` | true or false |  | others |

## A rule

| key | value | default | meaning |
| --- | --- | --- | --- |
| ` + "`when`" + ` | a text | required | a condition (cond in the original) |

`
	if diff := cmp.Diff(want, Table(reflect.TypeFor[file]())); diff != "" {
		t.Error(diff)
	}
}
