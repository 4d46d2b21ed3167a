package main

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/experiment"
	"psychrnn/internal/strict/schema"
)

// The document of all keys is written by this test, with -update, below what a
// person wrote.
func TestKeysDocument(t *testing.T) {
	const (
		name = "../../docs/keys.md"
		mark = "<!-- What follows is written by go test ./cmd/psychrnn -run TestKeysDocument -update -->\n"
	)
	text := read(t, name)
	written, _, marked := strings.Cut(text, mark)
	if !marked {
		t.Fatalf("%s has lost the line %s", name, mark)
	}
	want := written + mark + "\n" + strings.TrimSpace(schema.Table(reflect.TypeFor[experiment.Config]())) + "\n"
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("%s is behind the program; go test ./cmd/psychrnn -run TestKeysDocument -update (- wanted, + found):\n%s", name, diff)
	}
}
