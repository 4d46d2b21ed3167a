package strict

// Flags of the command line are read like the keys of a file.

import (
	"reflect"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict/yaml"
)

// DecodeFlag reads the value of a flag into what v points to, as the value of a
// key whose field has these tags is read from a file. The error is of type
// [fault.Errors], whose place is the name.
func DecodeFlag(name, text string, tags reflect.StructTag, v any) error {
	n, err := rooted(yaml.ParseFlag(name, text))
	if n == nil {
		return err
	}
	t := reflect.TypeOf(v).Elem()
	field := newField(t, reflect.StructField{Name: name, Type: t, Tag: tags}, name)
	n.field = &field
	n.Decode(v)
	return append(fault.ErrorsIn(err), n.run.problems...).Err()
}
