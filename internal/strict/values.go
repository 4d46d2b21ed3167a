package strict

import "reflect"

// Values are the scalars that may stand at a key, where they can be listed.
func (k Key) Values() []string {
	if len(k.OneOf) > 0 {
		return k.OneOf
	}
	t := k.form()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if d, ok := reflect.New(t).Interface().(Describer); ok {
		_, forms := d.Describe()
		for _, form := range forms {
			switch names := form.(type) {
			case Names:
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
