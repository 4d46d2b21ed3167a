package schema

import (
	"psychrnn/internal/strict"
	"reflect"
	"slices"
	"strings"
)

// What a file must have that extends no other one: the keys that are required, also
// within others and beside others. A file that extends another need not have them.

// complete says what a file must have that no other file lies under, beside
// what elements of lists must have.
func (d *describer) complete(t reflect.Type, path ...string) *schema {
	s := &schema{}
	for _, f := range strict.Fields(t) {
		switch {
		case f.Required && f.Unless != "":
			d.conditional = append(d.conditional, &schema{If: present(strings.Split(f.Unless, ".")), Else: present(append(slices.Clip(path), f.Key))})
		case f.Required:
			s.Required = append(s.Required, f.Key)
		}
		inner := f.FormType
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		var below *schema
		if _, forms, ok := strict.Accepts(inner); ok {
			below = d.completeForms(forms, append(slices.Clip(path), f.Key))
		} else if _, isMap := strict.MapElem(inner); !isMap && inner.Kind() == reflect.Struct {
			below = d.complete(inner, append(slices.Clip(path), f.Key)...)
		}
		if below != nil && !reflect.DeepEqual(below, &schema{}) {
			s.Properties = append(s.Properties, property{f.Key, below})
		}
	}
	return s
}

// completeForms is complete for the one form of a type that is a map.
func (d *describer) completeForms(forms []any, path []string) (s *schema) {
	for _, form := range forms {
		v, isVariants := form.(strict.Variants)
		if isVariants {
			form = v.Form
		}
		t := reflect.TypeOf(form)
		if elem, isMap := strict.MapElem(t); isMap && elem.Kind() == reflect.Struct && requires(elem, nil) {
			s = &schema{Others: d.complete(elem, append(slices.Clip(path), "*")...)}
		}
		if _, elsewhere := form.(strict.Elsewhere); elsewhere || t.Kind() != reflect.Struct {
			continue
		}
		s = d.complete(t, path...)
		if isVariants && !v.Open {
			if undecided := d.undecided(v, d.object(t, false)); undecided != nil {
				s.AllOf = append(s.AllOf, undecided)
			}
		}
		if isVariants && v.Open {
			keys := slices.DeleteFunc(slices.Clone(strict.Fields(t)), func(f strict.Field) bool { return f.Key == "" })
			alone := closed(keys, d.object(t, false))
			for _, key := range v.Else {
				alone.AllOf = append(alone.AllOf, present([]string{key}))
			}
			s.AllOf = append(s.AllOf, &schema{If: present([]string{v.Key}), Else: alone})
		}
	}
	return s
}

// present says that something stands under a path.
func present(path []string) *schema {
	below := &schema{Type: []string{"boolean", "number", "string", "array", "object"}}
	if len(path) > 1 {
		below = present(path[1:])
	}
	return &schema{Type: "object", Required: path[:1], Properties: members{{path[0], below}}} //nolint:gosec // G602: a path has a key
}
