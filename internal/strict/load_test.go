package strict

import (
	"reflect"

	"psychrnn/internal/fault"
)

// Load reads the file into what v points to, after the assignments of the command
// line. The error is of type [fault.Errors], except that of a file that could not be
// read at all.
func (l *Loader) Load(name string, assignments []string, v any) error {
	typed := *l
	typed.Type = reflect.TypeOf(v).Elem()
	n, err := typed.Tree(name, assignments)
	if n == nil {
		return err
	}
	return append(fault.ErrorsIn(err), fault.ErrorsIn(l.Decode(n, v))...).Err()
}
