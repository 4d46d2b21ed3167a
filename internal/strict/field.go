package strict

// What the tags of a struct say of its fields. Contradicting tags are mistakes of the
// program, and panic.

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"psychrnn/internal/strict/yaml"
)

// Field is what a struct's tags say about one of its fields.
type Field struct {
	Key        string // "" takes every other key
	Type       reflect.Type
	Doc        string
	Default    string // YAML
	HasDefault bool
	Absent     string // YAML: what its absence comes to where it has no default
	Required   bool
	Unless     string   // a path: where something stands there, the field is not required
	Originals  []string // what the original calls it
	OneOf      []string
	Unit       string
	Min, Max   *float64
	Above      *float64
	Below      *float64
	Most       int          // elements of a list or map, 0: as many as of any
	elements   string       // what they are called
	Resume     string       // the tag resume, for whoever goes on with what was begun
	FormType   reflect.Type // takes what may stand there: Type, or what the tag form names
	index      []int
	byDefault  *yaml.Written // what Default says
}

var fieldsOf sync.Map // reflect.Type to []Field

// Fields gives the fields of a struct type in their order, those of embedded
// structs in their place. It panics where tags contradict themselves.
func Fields(t reflect.Type) []Field {
	if f, ok := fieldsOf.Load(t); ok {
		return f.([]Field)
	}
	var fields []Field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("yaml")
		switch {
		case tag == "-", !f.IsExported() && !tagged && !f.Anonymous:
		case f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct:
			for _, inner := range Fields(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
		case !tagged || !f.IsExported():
			panic(fmt.Sprintf("strict: %s.%s needs a yaml tag and an upper-case name", t, f.Name))
		default:
			fields = append(fields, newField(t, f, tag))
		}
	}
	for i, f := range fields {
		if slices.ContainsFunc(fields[:i], func(g Field) bool { return g.Key == f.Key }) {
			panic(fmt.Sprintf("strict: %s has the key %q twice", t, f.Key))
		}
	}
	fieldsOf.Store(t, fields)
	return fields
}

func newField(t reflect.Type, f reflect.StructField, tag string) Field {
	field := Field{
		Key:       tag,
		Type:      f.Type,
		FormType:  f.Type,
		Doc:       f.Tag.Get("doc"),
		Required:  f.Tag.Get("required") == "true",
		Unless:    f.Tag.Get("unless"),
		Absent:    f.Tag.Get("absent"),
		Originals: strings.Fields(f.Tag.Get("original")),
		OneOf:     strings.Fields(f.Tag.Get("oneof")),
		Unit:      f.Tag.Get("unit"),
		Resume:    f.Tag.Get("resume"),
		index:     f.Index,
	}
	if tag == ",rest" {
		field.Key = ""
	}
	if form, ok := f.Tag.Lookup("form"); ok {
		if field.FormType = standIns[form][f.Type]; field.FormType == nil {
			panic(fmt.Sprintf("strict: %s.%s: nothing describes a %s of %s", t, f.Name, f.Type, form))
		}
	}
	if field.Default, field.HasDefault = f.Tag.Lookup("default"); field.HasDefault {
		n, err := Parse("default of "+field.Key, []byte(field.Default))
		if err != nil {
			panic("strict: " + err.Error())
		}
		field.byDefault = n.tree
	}
	for name, bound := range map[string]**float64{"min": &field.Min, "max": &field.Max, "above": &field.Above, "below": &field.Below} {
		if text, ok := f.Tag.Lookup(name); ok {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				panic(fmt.Sprintf("strict: %s.%s: the bound %s is not a number", t, f.Name, text))
			}
			*bound = &x
		}
	}
	if text, ok := f.Tag.Lookup("most"); ok {
		number, elements, named := strings.Cut(text, " ")
		most, err := strconv.Atoi(number)
		if err != nil || !named {
			panic(fmt.Sprintf("strict: %s.%s: the tag most is a number of elements and what they are called", t, f.Name))
		}
		field.Most, field.elements = most, elements
	}
	_, isMap := MapElem(f.Type)
	switch {
	case tag == "" || strings.Contains(tag, ",") && tag != ",rest":
		panic(fmt.Sprintf("strict: %s.%s: the yaml tag is a key or ,rest", t, f.Name))
	case tag == ",rest" && !isMap:
		panic(fmt.Sprintf("strict: %s.%s: ,rest needs a Map", t, f.Name))
	case field.HasDefault && (field.Required || f.Type.Kind() == reflect.Pointer):
		panic(fmt.Sprintf("strict: %s.%s has a default and can't be required or a pointer", t, f.Name))
	}
	return field
}

// shortForm is the field of a struct that takes what stands in the place of the map,
// if it may: with all others absent, the struct is read from it and written as it.
func shortForm(v reflect.Value) (field reflect.Value, ok bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("short") == "true" {
			return v.Field(i), true
		}
	}
	return field, false
}

// check reports a number out of the field's bounds.
func (f *Field) check(n *Node, x float64) bool {
	if f == nil {
		return true
	}
	switch {
	case f.Min != nil && x < *f.Min:
		n.Fail(fmt.Sprintf("must be at least %v, is %v", *f.Min, n.tree.Text), "")
	case f.Max != nil && x > *f.Max:
		n.Fail(fmt.Sprintf("must be at most %v, is %v", *f.Max, n.tree.Text), "")
	case f.Above != nil && x <= *f.Above:
		n.Fail(fmt.Sprintf("must be above %v, is %v", *f.Above, n.tree.Text), "")
	case f.Below != nil && x >= *f.Below:
		n.Fail(fmt.Sprintf("must be below %v, is %v", *f.Below, n.tree.Text), "")
	default:
		return true
	}
	return false
}
