package network

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/model"
)

// The tags of the section name what the tables hold, and what the tables use are keys
// of the section.
func TestInitializersAreInTheTables(t *testing.T) {
	var starts, distributions, keys, used []string
	for _, s := range model.RecurrentStarts {
		starts, used = append(starts, s.Name), append(used, s.Uses...)
	}
	for _, d := range model.EntryDistributions {
		distributions, used = append(distributions, d.Name), append(used, d.Uses...)
	}
	tables := map[string][]string{"kind": starts, "which_rand_init": distributions, "which_rand_W_rec_init": distributions}
	section := reflect.TypeFor[InitializerConfig]()
	for k := range section.NumField() {
		tag := section.Field(k).Tag
		keys = append(keys, tag.Get("yaml"))
		if names := strings.Fields(tag.Get("oneof")); !slices.Equal(names, tables[tag.Get("yaml")]) {
			t.Errorf("%s may be %q, but the table has %q", tag.Get("yaml"), names, tables[tag.Get("yaml")])
		}
	}
	for _, key := range used {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is used, but no key of the section", key)
		}
	}
}
