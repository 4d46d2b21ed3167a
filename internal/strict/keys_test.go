package strict

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree types stand within themselves.
type branch struct {
	Left  *branch     `yaml:"left"`
	Leafs Map[branch] `yaml:"leafs"`
}

func TestKeysOfTypeWithinItself(t *testing.T) {
	var got []string
	for _, k := range Keys(reflect.TypeFor[branch]()) {
		got = append(got, k.Path)
	}
	if diff := cmp.Diff([]string{"left", "leafs"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestContradictingTags(t *testing.T) {
	for want, v := range map[string]any{
		"needs a yaml tag": struct{ A int }{},
		"upper-case name": struct {
			a int `yaml:"a"`
		}{},
		"has the key \"a\" twice": struct {
			A int `yaml:"a"`
			B int `yaml:"a"`
		}{},
		"is a key or ,rest": struct {
			A int `yaml:"a,omitempty"`
		}{},
		",rest needs a Map": struct {
			A int `yaml:",rest"`
		}{},
		"is not a number": struct {
			A int `yaml:"a" min:"one"`
		}{},
		"has a default and can't be required": struct {
			A int `yaml:"a" default:"1" required:"true"`
		}{},
		"a pointer": struct {
			A *int `yaml:"a" default:"1"`
		}{},
		"nothing describes a int": struct {
			A int `yaml:"a" form:"strict/clock"`
		}{},
		"expected a whole number": struct {
			A int `yaml:"a" default:"x"`
		}{},
		"must be above 1": struct {
			A int `yaml:"a" default:"1" above:"1"`
		}{},
		"cannot be read": struct {
			A map[string]int `yaml:"a" default:"{}"`
		}{},
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, want) {
					t.Errorf("panic %q, want %q", said, want)
				}
			}()
			n, _ := Parse("f", []byte("{}"))
			t.Error(new(Loader).Decode(n, reflect.New(reflect.TypeOf(v)).Interface()))
		}()
	}
}
