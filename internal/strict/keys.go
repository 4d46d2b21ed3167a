package strict

// What may stand at which key, in words and as a list of all keys. Messages, the
// table of keys, the JSON Schema and completion are made of it.

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"psychrnn/internal/strict/yaml"
)

// description is what may stand where a type reads itself.
type description struct {
	words string
	forms []any
}

var described = map[reflect.Type]description{}

// standIns are, by the name of a described type, such as task/rule, the types of it that
// say what may stand in a field of a type that doesn't, such as *Node. The tag form has
// the name.
var standIns = map[string]map[reflect.Type]reflect.Type{}

// Describe says what may stand where a type reads itself: in words, such as "a number
// or a list", and by a zero value of each Go type that it takes. Structs among them
// have their keys listed and suggested. It is called as variables are initialized.
func Describe[T any](words string, forms ...any) (none struct{}) {
	t := reflect.TypeFor[T]()
	described[t] = description{words, forms}
	standIns[strings.Replace(t.String(), ".", "/", 1)] = map[reflect.Type]reflect.Type{
		nodeType:                      t,
		reflect.TypeFor[string]():     t,
		reflect.TypeFor[[]*Node]():    reflect.TypeFor[[]T](),
		reflect.TypeFor[Map[*Node]](): reflect.TypeFor[Map[T]](),
	}
	return none
}

// Choice is a type of texts that says which of them are allowed.
type Choice interface{ Choices() []string }

// What [Describe] takes as a form, beside a zero value.
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

// Accepts gives what is said of a type that reads itself, or is one of texts, if
// something is.
func Accepts(t reflect.Type) (words string, forms []any, ok bool) {
	if choice, isChoice := reflect.Zero(t).Interface().(Choice); isChoice && t.Kind() != reflect.Pointer {
		return strings.Join(choice.Choices(), ", "), []any{Names(choice.Choices())}, true
	}
	d, ok := described[t]
	return d.words, d.forms, ok
}

// MapElem is the type of the values of a [Map].
func MapElem(t reflect.Type) (elem reflect.Type, ok bool) {
	m, ok := reflect.Zero(t).Interface().(ordered)
	if ok {
		elem = m.elem()
	}
	return elem, ok
}

// Decodes says that a type reads itself.
func Decodes(t reflect.Type) bool { return reflect.PointerTo(t).Implements(decoderType) }

// FileKey is a key of the file, wherever in it.
type FileKey struct {
	Field
	Path  string // a list's element is [], a map's free key is *
	Words string // what may stand there
	Part  string // the title of the innermost struct that has one
	In    string // where the part begins
}

var keysOf sync.Map // reflect.Type to []FileKey

// Keys lists all keys below a struct type, a section's before what is in it.
// The list is shared and not to be changed.
func Keys(t reflect.Type) []FileKey {
	if keys, ok := keysOf.Load(t); ok {
		return keys.([]FileKey)
	}
	var keys []FileKey
	walkKeys(t, FileKey{}, nil, func(k FileKey) { keys = append(keys, k) })
	keysOf.Store(t, keys)
	return keys
}

// walkKeys visits the keys below a type that stands at a path in a part of the file.
// It stops where a type stands within itself.
func walkKeys(t reflect.Type, at FileKey, above []reflect.Type, visit func(FileKey)) {
	if slices.Contains(above, t) {
		return
	}
	above = append(slices.Clip(above), t)
	if elem, ok := MapElem(t); ok {
		walkKeys(elem, at.below("*"), above, visit)
		return
	}
	if _, forms, ok := Accepts(t); ok {
		for _, form := range forms {
			if _, elsewhere := form.(Elsewhere); !elsewhere {
				walkKeys(FormOf(form), at, above, visit)
			}
		}
		return
	}
	switch {
	case t == nodeType:
	case t.Kind() == reflect.Pointer:
		walkKeys(t.Elem(), at, above, visit)
	case t.Kind() == reflect.Slice:
		at.Path += "[]"
		walkKeys(t.Elem(), at, above, visit)
	case t.Kind() == reflect.Struct && !Decodes(t):
		if title, _ := t.FieldByName("_"); title.Tag.Get("doc") != "" {
			at.Part, at.In = title.Tag.Get("doc"), at.Path
		}
		for _, f := range Fields(t) {
			k, inner := at.below("*"), at
			if f.Key != "" {
				k = at.below(yaml.Step(f.Key))
				inner, k.Words = k, f.words()
			} else {
				elem, _ := MapElem(f.FormType)
				k.Words = words(elem, false)
			}
			k.Field = f
			visit(k)
			walkKeys(f.FormType, inner, above, visit)
		}
	}
}

// Values are the scalars that may stand at the key, where they can be listed.
func (k FileKey) Values() []string {
	t := k.FormType
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, forms, ok := Accepts(t)
	if !ok {
		forms = []any{reflect.Zero(t).Interface()}
	}
	for _, form := range forms {
		switch names := form.(type) {
		case Names:
			return names
		case bool:
			return []string{"true", "false"}
		}
	}
	return k.OneOf
}

// below is where a step leads.
func (k FileKey) below(step string) FileKey {
	return FileKey{Path: yaml.JoinPath(k.Path, step), Part: k.Part, In: k.In}
}

func (f Field) words() string {
	w := words(f.FormType, false)
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
	if elem, ok := MapElem(t); ok {
		return article("map", plural) + " of names to " + words(elem, true)
	}
	if t == nodeType {
		return "anything"
	}
	if t.Kind() == reflect.Pointer {
		return words(t.Elem(), plural)
	}
	if w, _, ok := Accepts(t); ok {
		if plural {
			w = "values, each " + w
		}
		return w
	}
	if Decodes(t) {
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

// FormOf is the type of a form that [Describe] takes.
func FormOf(form any) reflect.Type {
	switch f := form.(type) {
	case Elsewhere:
		return reflect.TypeOf(f.Form)
	case Variants:
		return reflect.TypeOf(f.Form)
	}
	return reflect.TypeOf(form)
}
