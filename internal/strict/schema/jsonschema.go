package schema

// The JSON Schema of a struct: what editors of YAML complete and check by. It is made
// of the fields and forms that reading goes by, and tests hold it to the program.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/strict"
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
type members []property

type property struct {
	key string
	*schema
}

func (p members) has(key string) bool {
	return slices.ContainsFunc(p, func(m property) bool { return m.key == key })
}

func (p members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, e := range p {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		key, err := json.Marshal(e.key)
		if err != nil {
			return nil, err
		}
		value, err := marshal(e.schema)
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
	slices.SortFunc(d.defs, func(a, b property) int { return strings.Compare(a.key, b.key) })
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
func (d *describer) value(t reflect.Type, f strict.Field, whole bool) *schema {
	if elem, ok := strict.MapElem(t); ok {
		each := nullable(d.value(elem, f, whole))
		named, ok := reflect.Zero(t).Interface().(interface{ Keys() []string })
		if !ok {
			return &schema{Type: "object", Others: each}
		}
		s := &schema{Type: "object", Others: false}
		for _, key := range named.Keys() {
			s.Properties = append(s.Properties, property{key, each})
		}
		return s
	}
	switch _, forms, ok := strict.Accepts(t); {
	case t == reflect.TypeFor[*strict.Node]():
		return &schema{}
	case t.Kind() == reflect.Pointer:
		return d.value(t.Elem(), f, whole)
	case ok && unbounded(f):
		return d.define(t, f.Key, whole, func() *schema { return d.forms(forms, f, whole) })
	case ok:
		return d.forms(forms, f, whole)
	case strict.Decodes(t):
		return &schema{}
	}
	switch t.Kind() {
	case reflect.Bool:
		return &schema{Type: "boolean"}
	case reflect.String:
		return enumSchema(f.OneOf)
	case reflect.Slice:
		return &schema{Type: "array", Items: d.value(t.Elem(), f, true)}
	case reflect.Struct:
		return d.define(t, f.Key, whole, func() *schema { return d.object(t, whole) })
	case reflect.Float32, reflect.Float64:
		return numberSchema("number", f)
	}
	if zero := 0.0; reflect.Zero(t).CanUint() && f.Min == nil {
		f.Min = &zero
	}
	return numberSchema("integer", f)
}

// unbounded says that the field has no bounds for what is in it.
func unbounded(f strict.Field) bool {
	return len(f.OneOf) == 0 && f.Unit == "" && f.Min == nil && f.Max == nil && f.Above == nil && f.Below == nil
}

// milliseconds match a number with its unit, see package strict.
const milliseconds = `^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)? ?(ms|s)$`

func numberSchema(kind string, f strict.Field) *schema {
	s := &schema{Type: kind, Min: f.Min, Max: f.Max, Above: f.Above, Below: f.Below}
	if f.Unit == "ms" {
		return &schema{AnyOf: []*schema{s, {Type: "string", Pattern: milliseconds}}}
	}
	return s
}

func enumSchema(allowed []string) *schema {
	s := &schema{Type: "string"}
	for _, name := range allowed {
		s.Enum = append(s.Enum, name)
	}
	return s
}

// define gives a type its place among the definitions, named after the key at
// which it is met first, and refers to it. Where nothing is required, what is whole
// is no other than a part.
func (d *describer) define(t reflect.Type, at string, whole bool, build func() *schema) *schema {
	key := defined{t, whole && requires(t, nil)}
	name, known := d.names[key]
	if !known {
		name = cmp.Or(at, "any")
		for number := 2; d.defs.has(name); number++ {
			name = cmp.Or(at, "any") + "_" + strconv.Itoa(number)
		}
		d.names[key] = name
		place := &schema{}
		d.defs = append(d.defs, property{name, place})
		*place = *build()
	}
	return &schema{Ref: "#/$defs/" + name}
}

// requires says that a value of the type must have some key, or have it beside
// others, elements of lists aside, which are whole wherever they stand.
func requires(t reflect.Type, above []reflect.Type) bool {
	if t == reflect.TypeFor[*strict.Node]() || slices.Contains(above, t) {
		return false
	}
	above = append(slices.Clip(above), t)
	if elem, ok := strict.MapElem(t); ok {
		return requires(elem, above)
	}
	if t.Kind() == reflect.Pointer {
		return requires(t.Elem(), above)
	}
	if _, forms, ok := strict.Accepts(t); ok {
		return slices.ContainsFunc(forms, func(form any) bool {
			v, isVariants := form.(strict.Variants)
			return isVariants && byDefault(v) != "" || requires(strict.FormOf(form), above)
		})
	}
	return t.Kind() == reflect.Struct && slices.ContainsFunc(strict.Fields(t), func(f strict.Field) bool {
		return f.Required || requires(f.FormType, above)
	})
}

// forms is whichever form stands there.
func (d *describer) forms(forms []any, f strict.Field, whole bool) *schema {
	any := &schema{}
	for _, form := range forms {
		any.AnyOf = append(any.AnyOf, d.form(form, f, whole))
	}
	if len(forms) == 1 {
		return any.AnyOf[0]
	}
	return any
}

func (d *describer) form(form any, f strict.Field, whole bool) *schema {
	switch form := form.(type) {
	case strict.Names:
		return enumSchema(form)
	case strict.Pattern:
		return &schema{Type: "string", Pattern: string(form)}
	case strict.Elsewhere:
		return d.value(reflect.TypeOf(form.Form), f, whole)
	case strict.Variants:
		return d.variants(form, whole)
	}
	return d.value(reflect.TypeOf(form), f, whole)
}

// object is a struct's map.
func (d *describer) object(t reflect.Type, whole bool) *schema {
	s := &schema{Type: "object", Others: false}
	for _, f := range strict.Fields(t) {
		v := d.value(f.FormType, f, false)
		if f.Key == "" {
			s.Others = v.Others
			for _, e := range v.Properties {
				named := *e.schema
				named.Description = sentence(f)
				s.Properties = append(s.Properties, property{e.key, &named})
			}
			continue
		}
		if !f.Required {
			v = nullable(v)
		} else if whole {
			s.Required = append(s.Required, f.Key)
		}
		v.Description, v.Default = sentence(f), absence(f)
		s.Properties = append(s.Properties, property{f.Key, v})
	}
	return s
}

// sentence is the description with what the original calls the key.
func sentence(f strict.Field) string {
	if len(f.Originals) == 0 {
		return f.Doc
	}
	return f.Doc + " (" + strings.Join(f.Originals, ", ") + " in the original)"
}

// absence is what it means that a key is not there, as JSON has it, nil for nothing.
func absence(f strict.Field) any {
	text := cmp.Or(f.Default, f.Absent)
	if text == "true" || text == "false" {
		return text == "true"
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
func (d *describer) variants(v strict.Variants, whole bool) *schema {
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
func byDefault(v strict.Variants) string {
	fields := strict.Fields(reflect.TypeOf(v.Form))
	return fields[slices.IndexFunc(fields, func(f strict.Field) bool { return f.Key == v.Key })].Default
}

// undecided allows the keys of the variant by default where no key decides; nil
// if there is no such variant. s is the struct's map.
func (d *describer) undecided(v strict.Variants, s *schema) *schema {
	if byDefault(v) == "" {
		return nil
	}
	return &schema{If: present([]string{v.Key}), Else: closed(v.Keys()[byDefault(v)], s)}
}

// closed allows these keys alone, those that are not the struct's own with the
// schema of its others.
func closed(fields []strict.Field, s *schema) *schema {
	c := &schema{Others: false}
	for _, f := range fields {
		p := &schema{}
		if !s.Properties.has(f.Key) {
			if other, ok := s.Others.(*schema); ok {
				*p = *other
			}
			p.Description = f.Doc
		}
		c.Properties = append(c.Properties, property{f.Key, p})
	}
	return c
}
