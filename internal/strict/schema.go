package strict

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// Describer is a type that reads itself and says what may stand there: in
// words, such as "a number or a list", and by a zero value of each Go type
// that it takes. Structs among them have their keys listed and suggested.
type Describer interface {
	Describe() (words string, forms []any)
}

// What a Describer may give as a form, beside a zero value.
type (
	// Names are the texts that are allowed.
	Names []string
	// Pattern is what a text must match.
	Pattern string
	// Elsewhere is a section that stands elsewhere as well, whose keys are
	// listed there.
	Elsewhere struct{ Form any }
	// Variants is a struct, in which the value of one key decides which others
	// may stand.
	Variants struct {
		Form any                       // a zero value of the struct
		Key  string                    // that decides
		Keys func() map[string][]Field // by its value, all keys that may stand; a field of the struct by its key alone
		Else []string                  // the keys that must stand without it
		Open bool                      // it may have other values, and then there may be any keys
	}
)

// Former is a struct with fields whose types don't say what may stand there,
// such as *Node. Forms gives, by key, a value of a type that does. A map type
// with a method Keys has no others.
type Former interface{ Forms() map[string]any }

// Key is a key of the file, wherever in it.
type Key struct {
	Field
	Path  string // a list's element is [], a map's free key is *
	Words string // what may stand there
	Part  string // the title of the innermost struct that has one
	In    string // where the part begins
}

var keysOf sync.Map // reflect.Type to []Key

// Keys lists all keys below a struct type, a section's before what is in it.
// The list is shared and not to be changed.
func Keys(t reflect.Type) []Key {
	if keys, ok := keysOf.Load(t); ok {
		return keys.([]Key)
	}
	var keys []Key
	walkKeys(t, "", nil, func(k Key) { keys = append(keys, k) })
	keysOf.Store(t, keys)
	return keys
}

// walkKeys stops where a type stands within itself.
func walkKeys(t reflect.Type, path string, above []reflect.Type, visit func(Key)) {
	for _, a := range above {
		if a == t {
			return
		}
	}
	above = append(above[:len(above):len(above)], t)
	if m, ok := reflect.Zero(t).Interface().(ordered); ok {
		walkKeys(m.elem(), joinPath(path, "*"), above, visit)
		return
	}
	if d, ok := reflect.New(t).Interface().(Describer); ok && t.Kind() != reflect.Pointer {
		_, forms := d.Describe()
		for _, form := range forms {
			if _, elsewhere := form.(Elsewhere); !elsewhere {
				walkKeys(plainForm(form), path, above, visit)
			}
		}
		return
	}
	switch {
	case t == nodeType:
	case t.Kind() == reflect.Pointer:
		walkKeys(t.Elem(), path, above, visit)
	case t.Kind() == reflect.Slice:
		walkKeys(t.Elem(), path+"[]", above, visit)
	case t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(decoderType):
		visit = part(t, path, visit)
		for _, f := range Fields(t) {
			inner := path
			if f.Key != "" {
				inner = joinPath(path, pathKey(f.Key))
				visit(Key{Field: f, Path: inner, Words: f.words()})
			} else {
				elem := reflect.Zero(f.form()).Interface().(ordered).elem()
				visit(Key{Field: f, Path: joinPath(path, "*"), Words: words(elem, false)})
			}
			walkKeys(f.form(), inner, above, visit)
		}
	}
}

// part tells the keys of a struct with a title that they are in it. The title
// is the doc of a field called _.
func part(t reflect.Type, path string, visit func(Key)) func(Key) {
	blank, _ := t.FieldByName("_")
	title := blank.Tag.Get("doc")
	return func(k Key) {
		if k.Part == "" && title != "" {
			k.Part, k.In = title, path
		}
		visit(k)
	}
}

func (f Field) words() string {
	w := words(f.form(), false)
	if len(f.OneOf) > 0 {
		w = strings.Join(f.OneOf, ", ")
	}
	if f.Unit != "" {
		w += " in " + f.Unit
	}
	for _, b := range []struct {
		bound *float64
		words string
	}{{f.Min, "at least"}, {f.Above, "above"}, {f.Max, "at most"}, {f.Below, "below"}} {
		if b.bound != nil {
			w += fmt.Sprintf(", %s %v", b.words, *b.bound)
		}
	}
	return w
}

// words says what may stand for a type, with an article, or as a plural.
func words(t reflect.Type, plural bool) string {
	if m, ok := reflect.Zero(t).Interface().(ordered); ok {
		return article("map", plural) + " of names to " + words(m.elem(), true)
	}
	if t == nodeType {
		return "anything"
	}
	if t.Kind() == reflect.Pointer {
		return words(t.Elem(), plural)
	}
	if d, ok := reflect.New(t).Interface().(Describer); ok {
		w, _ := d.Describe()
		if plural {
			w = "values, each " + w
		}
		return w
	}
	if reflect.PointerTo(t).Implements(decoderType) {
		return article("value", plural)
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return article("text", plural)
	case reflect.Float32, reflect.Float64:
		return article("number", plural)
	case reflect.Slice:
		return article("list", plural) + " of " + words(t.Elem(), true)
	case reflect.Struct:
		return article("map", plural)
	}
	return article("whole number", plural)
}

func article(noun string, plural bool) string {
	if plural {
		return noun + "s"
	}
	return "a " + noun
}

// below is the type of what stands under a key, or an index as "[0", of a value
// of the type; nil if it is not known.
func below(t reflect.Type, step string) reflect.Type {
	switch {
	case t == nil || t == nodeType:
		return nil
	case t.Kind() == reflect.Pointer:
		return below(t.Elem(), step)
	}
	if m, ok := reflect.Zero(t).Interface().(ordered); ok {
		return m.elem()
	}
	if d, ok := reflect.New(t).Interface().(Describer); ok {
		_, forms := d.Describe()
		for _, form := range forms {
			if found := below(plainForm(form), step); found != nil {
				return found
			}
		}
		return nil
	}
	switch t.Kind() {
	case reflect.Slice:
		if strings.HasPrefix(step, "[") {
			return t.Elem()
		}
	case reflect.Struct:
		var rest reflect.Type
		for _, f := range Fields(t) {
			if f.Key == step {
				return f.form()
			} else if f.Key == "" {
				rest = below(f.form(), step)
			}
		}
		return rest
	}
	return nil
}

// plainForm is the type of a form that a Describer gives.
func plainForm(form any) reflect.Type {
	switch f := form.(type) {
	case Elsewhere:
		return reflect.TypeOf(f.Form)
	case Variants:
		return reflect.TypeOf(f.Form)
	}
	return reflect.TypeOf(form)
}

// replaces says that a map laid over another of the type stands in its place:
// that something else than a map may stand there, too, and that the map says
// which variant it is where there are several.
func replaces(over *tree, t reflect.Type) bool {
	if t == nil || t == nodeType {
		return false
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	d, ok := reflect.New(t).Interface().(Describer)
	if _, isMap := reflect.Zero(t).Interface().(ordered); isMap || !ok {
		return false
	}
	_, forms := d.Describe()
	for _, form := range forms {
		if v, ok := form.(Variants); ok && over.get(v.Key) < 0 {
			return false
		}
	}
	return len(forms) > 1
}
