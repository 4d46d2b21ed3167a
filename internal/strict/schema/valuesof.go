package schema

// The values that a key may have, where they can be listed.

import (
	"reflect"

	"psychrnn/internal/strict"
)

// ValuesOf are the scalars that may stand at a key, where they can be listed.
func ValuesOf(k strict.FileKey) []string {
	if len(k.OneOf) > 0 {
		return k.OneOf
	}
	t := k.FormType()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, forms, ok := strict.Accepts(t); ok {
		for _, form := range forms {
			switch names := form.(type) {
			case strict.Names:
				return names
			case bool:
				return truths
			}
		}
		return nil
	}
	if t.Kind() == reflect.Bool {
		return truths
	}
	return nil
}

var truths = []string{"true", "false"}
