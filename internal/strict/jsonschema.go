package strict

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// schema is a JSON Schema (draft 2020-12) of a value, with the keywords that
// editors of YAML know. An empty one takes anything.
type schema struct {
	Schema      string    `json:"$schema,omitempty"`
	Title       string    `json:"title,omitempty"`
	Description string    `json:"description,omitempty"`
	Default     any       `json:"default,omitempty"`
	Ref         string    `json:"$ref,omitempty"`
	Type        any       `json:"type,omitempty"` // a name or several
	Enum        []any     `json:"enum,omitempty"`
	Pattern     string    `json:"pattern,omitempty"`
	Min         *float64  `json:"minimum,omitempty"`
	Max         *float64  `json:"maximum,omitempty"`
	Above       *float64  `json:"exclusiveMinimum,omitempty"`
	Below       *float64  `json:"exclusiveMaximum,omitempty"`
	Items       *schema   `json:"items,omitempty"`
	Required    []string  `json:"required,omitempty"`
	Properties  members   `json:"properties,omitempty"`
	Patterns    members   `json:"patternProperties,omitempty"`
	Others      any       `json:"additionalProperties,omitempty"` // false, or a schema
	AnyOf       []*schema `json:"anyOf,omitempty"`
	AllOf       []*schema `json:"allOf,omitempty"`
	If          *schema   `json:"if,omitempty"`
	Then        *schema   `json:"then,omitempty"`
	Else        *schema   `json:"else,omitempty"`
	Defs        members   `json:"$defs,omitempty"`
}

// members are schemas by key, in the order of the file.
type members Map[*schema]

func (p members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, e := range p {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		key, err := json.Marshal(e.Key)
		if err != nil {
			return nil, err
		}
		value, err := marshal(e.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal writes < and > as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// JSONSchema describes a file that is read into a struct type, by the fields
// and forms that reading it goes by. What a null takes away may be null, and a
// file that extends another need not be complete.
func JSONSchema(t reflect.Type, title string) ([]byte, error) {
	d := &describer{names: map[defined]string{}}
	root := d.object(t, false)
	root.Schema, root.Title = "https://json-schema.org/draft/2020-12/schema", title
	root.Properties = append(members{{"extends", &schema{Description: "a file that this one is laid over: maps merge, anything else replaces, null removes", Type: []string{"string", "null"}}}}, root.Properties...)
	root.Patterns = members{{"^x-", &schema{Description: "the user's own"}}}
	root.If = present([]string{"extends"})
	root.Else = d.complete(t)
	root.Else.AllOf = append(root.Else.AllOf, d.conditional...)
	slices.SortFunc(d.defs, func(a, b Entry[*schema]) int { return strings.Compare(a.Key, b.Key) })
	root.Defs = d.defs
	compact, err := marshal(root)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, compact, "", "  ")
	return b.Bytes(), err
}

// describer makes the schemas of types.
type describer struct {
	defs        members
	names       map[defined]string
	conditional []*schema // keys that are required unless another stands
}

// defined is a type with a place among the definitions, in parts or whole.
type defined struct {
	t     reflect.Type
	whole bool
}

// value is the schema of a type within the bounds of a field. Elements of lists
// are whole: no other file and no kind can add what they lack.
func (d *describer) value(t reflect.Type, f Field, whole bool) *schema {
	if m, ok := reflect.Zero(t).Interface().(ordered); ok {
		each := nullable(d.value(m.elem(), f, whole))
		named, ok := m.(interface{ Keys() []string })
		if !ok {
			return &schema{Type: "object", Others: each}
		}
		s := &schema{Type: "object", Others: false}
		for _, key := range named.Keys() {
			s.Properties = append(s.Properties, Entry[*schema]{key, each})
		}
		return s
	}
	switch described, ok := reflect.New(t).Interface().(Describer); {
	case t == nodeType:
		return &schema{}
	case t.Kind() == reflect.Pointer:
		return d.value(t.Elem(), f, whole)
	case ok && f.bare():
		return d.define(t, whole, func() *schema { return d.forms(described, f, whole) })
	case ok:
		return d.forms(described, f, whole)
	case reflect.PointerTo(t).Implements(decoderType):
		return &schema{}
	}
	switch t.Kind() {
	case reflect.Bool:
		return &schema{Type: "boolean"}
	case reflect.String:
		return names(f.OneOf)
	case reflect.Slice:
		return &schema{Type: "array", Items: d.value(t.Elem(), f, true)}
	case reflect.Struct:
		return d.define(t, whole, func() *schema { return d.object(t, whole) })
	case reflect.Float32, reflect.Float64:
		return number("number", f)
	}
	if zero := 0.0; reflect.Zero(t).CanUint() && f.Min == nil {
		f.Min = &zero
	}
	return number("integer", f)
}

// bare says that the field has no bounds for what is in it.
func (f Field) bare() bool {
	return len(f.OneOf) == 0 && f.Unit == "" && f.Min == nil && f.Max == nil && f.Above == nil && f.Below == nil
}

func number(kind string, f Field) *schema {
	s := &schema{Type: kind, Min: f.Min, Max: f.Max, Above: f.Above, Below: f.Below}
	if f.Unit == "ms" {
		return &schema{AnyOf: []*schema{s, {Type: "string", Pattern: strings.TrimSuffix(decimal.String(), "$") + " ?(ms|s)$"}}}
	}
	return s
}

func names(allowed []string) *schema {
	s := &schema{Type: "string"}
	for _, name := range allowed {
		s.Enum = append(s.Enum, name)
	}
	return s
}

// define gives a type its place among the definitions and refers to it. Where
// nothing is required, what is whole is no other than a part.
func (d *describer) define(t reflect.Type, whole bool, build func() *schema) *schema {
	key := defined{t, whole && requires(t, nil)}
	name, known := d.names[key]
	if !known {
		name = t.String()
		for taken := true; taken; {
			if _, taken = Map[*schema](d.defs).Get(name); taken {
				name += "'"
			}
		}
		d.names[key] = name
		place := &schema{}
		d.defs = append(d.defs, Entry[*schema]{name, place})
		*place = *build()
	}
	return &schema{Ref: "#/$defs/" + name}
}

// requires says that a value of the type must have some key, or have it beside
// others, elements of lists aside, which are whole wherever they stand.
func requires(t reflect.Type, above []reflect.Type) bool {
	if t == nodeType || slices.Contains(above, t) {
		return false
	}
	above = append(slices.Clip(above), t)
	if m, ok := reflect.Zero(t).Interface().(ordered); ok {
		return requires(m.elem(), above)
	}
	if t.Kind() == reflect.Pointer {
		return requires(t.Elem(), above)
	}
	if described, ok := reflect.New(t).Interface().(Describer); ok {
		_, forms := described.Describe()
		return slices.ContainsFunc(forms, func(form any) bool {
			v, isVariants := form.(Variants)
			return isVariants && v.byDefault() != "" || requires(plainForm(form), above)
		})
	}
	return t.Kind() == reflect.Struct && slices.ContainsFunc(Fields(t), func(f Field) bool {
		return f.Required || requires(f.form(), above)
	})
}

// forms is whichever form stands there.
func (d *describer) forms(described Describer, f Field, whole bool) *schema {
	_, forms := described.Describe()
	any := &schema{}
	for _, form := range forms {
		any.AnyOf = append(any.AnyOf, d.form(form, f, whole))
	}
	if len(forms) == 1 {
		return any.AnyOf[0]
	}
	return any
}

func (d *describer) form(form any, f Field, whole bool) *schema {
	switch form := form.(type) {
	case Names:
		return names(form)
	case Pattern:
		return &schema{Type: "string", Pattern: string(form)}
	case Elsewhere:
		return d.value(reflect.TypeOf(form.Form), f, whole)
	case Variants:
		return d.variants(form, whole)
	}
	return d.value(reflect.TypeOf(form), f, whole)
}

// object is a struct's map.
func (d *describer) object(t reflect.Type, whole bool) *schema {
	s := &schema{Type: "object", Others: false}
	for _, f := range Fields(t) {
		v := d.value(f.form(), f, false)
		if f.Key == "" {
			s.Others = v.Others
			for _, e := range v.Properties {
				named := *e.Value
				named.Description = f.sentence()
				s.Properties = append(s.Properties, Entry[*schema]{e.Key, &named})
			}
			continue
		}
		if !f.Required {
			v = nullable(v)
		} else if whole {
			s.Required = append(s.Required, f.Key)
		}
		v.Description, v.Default = f.sentence(), f.value()
		s.Properties = append(s.Properties, Entry[*schema]{f.Key, v})
	}
	return s
}

// sentence is the description with what the original calls the key.
func (f Field) sentence() string {
	if len(f.Originals) == 0 {
		return f.Doc
	}
	return f.Doc + " (" + strings.Join(f.Originals, ", ") + " in the original)"
}

// value is what absence means, as JSON has it, nil for nothing.
func (f Field) value() any {
	text := cmp.Or(f.Default, f.Absent)
	if b, ok := parseBool(text); ok {
		return b
	} else if x, err := strconv.ParseFloat(text, 64); err == nil {
		return x
	} else if text != "" {
		return text
	}
	return nil
}

// nullable is a schema that null passes, too: it means absence.
func nullable(s *schema) *schema {
	null := &schema{Type: "null"}
	switch kind, simple := s.Type.(string); {
	case s.AnyOf != nil:
		return &schema{AnyOf: append(slices.Clip(s.AnyOf), null)}
	case !simple && s.Ref == "": // anything
		return s
	case simple && s.AllOf == nil:
		s.Type = []string{kind, "null"}
		if s.Enum != nil {
			s.Enum = append(s.Enum, nil)
		}
		return s
	}
	return &schema{AnyOf: []*schema{s, null}}
}

// variants is a struct's map in which one key decides about others. A part may
// leave it to another file.
func (d *describer) variants(v Variants, whole bool) *schema {
	s := d.object(reflect.TypeOf(v.Form), whole)
	keys := v.Keys()
	for _, value := range slices.Sorted(maps.Keys(keys)) {
		is := &schema{Properties: members{{v.Key, &schema{Enum: []any{value}}}}, Required: []string{v.Key}}
		s.AllOf = append(s.AllOf, &schema{If: is, Then: closed(keys[value], s)})
	}
	if undecided := d.undecided(v, s); whole && undecided != nil {
		s.AllOf = append(s.AllOf, undecided)
	}
	return s
}

// byDefault is the variant that there is without the key that decides; "" if
// there is none.
func (v Variants) byDefault() string {
	fields := Fields(reflect.TypeOf(v.Form))
	return fields[slices.IndexFunc(fields, func(f Field) bool { return f.Key == v.Key })].Default
}

// undecided allows the keys of the variant by default where no key decides; nil
// if there is no such variant. s is the struct's map.
func (d *describer) undecided(v Variants, s *schema) *schema {
	if v.byDefault() == "" {
		return nil
	}
	return &schema{If: present([]string{v.Key}), Else: closed(v.Keys()[v.byDefault()], s)}
}

// closed allows these keys alone, those that are not the struct's own with the
// schema of its others.
func closed(fields []Field, s *schema) *schema {
	c := &schema{Others: false}
	for _, f := range fields {
		p := &schema{}
		if _, own := Map[*schema](s.Properties).Get(f.Key); !own {
			if other, ok := s.Others.(*schema); ok {
				*p = *other
			}
			p.Description = f.Doc
		}
		c.Properties = append(c.Properties, Entry[*schema]{f.Key, p})
	}
	return c
}

// complete says what a file must have that no other file lies under, beside
// what elements of lists must have.
func (d *describer) complete(t reflect.Type, path ...string) *schema {
	s := &schema{}
	for _, f := range Fields(t) {
		switch {
		case f.Required && f.Unless != "":
			d.conditional = append(d.conditional, &schema{If: present(strings.Split(f.Unless, ".")), Else: present(append(slices.Clip(path), f.Key))})
		case f.Required:
			s.Required = append(s.Required, f.Key)
		}
		inner := f.form()
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		var below *schema
		if described, ok := reflect.New(inner).Interface().(Describer); ok {
			below = d.completeForms(described, append(slices.Clip(path), f.Key))
		} else if _, isMap := reflect.Zero(inner).Interface().(ordered); !isMap && inner.Kind() == reflect.Struct {
			below = d.complete(inner, append(slices.Clip(path), f.Key)...)
		}
		if below != nil && !reflect.DeepEqual(below, &schema{}) {
			s.Properties = append(s.Properties, Entry[*schema]{f.Key, below})
		}
	}
	return s
}

// completeForms is complete for the one form of a type that is a map.
func (d *describer) completeForms(described Describer, path []string) (s *schema) {
	_, forms := described.Describe()
	for _, form := range forms {
		v, isVariants := form.(Variants)
		if isVariants {
			form = v.Form
		}
		t := reflect.TypeOf(form)
		if m, isMap := reflect.Zero(t).Interface().(ordered); isMap && m.elem().Kind() == reflect.Struct && requires(m.elem(), nil) {
			s = &schema{Others: d.complete(m.elem(), append(slices.Clip(path), "*")...)}
		}
		if _, elsewhere := form.(Elsewhere); elsewhere || t.Kind() != reflect.Struct {
			continue
		}
		s = d.complete(t, path...)
		if isVariants && !v.Open {
			if undecided := d.undecided(v, d.object(t, false)); undecided != nil {
				s.AllOf = append(s.AllOf, undecided)
			}
		}
		if isVariants && v.Open {
			keys := slices.DeleteFunc(slices.Clone(Fields(t)), func(f Field) bool { return f.Key == "" })
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
