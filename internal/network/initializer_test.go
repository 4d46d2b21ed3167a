package network

import (
	"reflect"
	"slices"
	"testing"

	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// What the tables use are keys of the section.
func TestInitializersUseKeysOfTheSection(t *testing.T) {
	var keys, used []string
	for _, s := range model.RecurrentStarts {
		used = append(used, s.Uses...)
	}
	for _, d := range model.EntryDistributions {
		used = append(used, d.Uses...)
	}
	for _, f := range strict.Fields(reflect.TypeFor[model.StartSettings]()) {
		keys = append(keys, f.Key)
	}
	for _, key := range used {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is used, but no key of the section", key)
		}
	}
	for _, key := range keys[1:] {
		if number := key != "which_rand_init"; number && !slices.Contains(used, key) {
			t.Errorf("%s is a key of the section, but nothing uses it", key)
		}
	}
}
