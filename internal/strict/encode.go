package strict

// Go values become YAML in which every other reader takes numbers for numbers and
// texts for texts: what some reader could mistake is quoted.

import (
	"fmt"
	"iter"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"psychrnn/internal/strict/yaml"
)

// Encoder is a type, not a pointer to one, that is written as another value:
// a scalar, list, struct or [Map]. Nil is left out.
type Encoder interface{ EncodeStrict() any }

// Encode writes the struct, or what v points to, as YAML with every value in
// the order of the fields. What is absent is left out. Reading it again gives
// the same struct, and other readers take numbers for numbers and texts for
// texts.
func Encode(v any) []byte {
	var b strings.Builder
	t := encode(reflect.ValueOf(v))
	if t == nil {
		t = &out{kind: Mapping}
	}
	t.write(&b, 0, false)
	return []byte(b.String())
}

// Scalars are the texts of the numbers, truth values and texts that Encode
// writes, by their paths.
func Scalars(v any) iter.Seq2[string, string] {
	return func(yield func(path, text string) bool) { encode(reflect.ValueOf(v)).scalars("", yield) }
}

// scalars gives those of a value that stands under a path, until yield wants no
// more.
func (o *out) scalars(path string, yield func(path, text string) bool) (more bool) {
	if o == nil {
		return true
	}
	if o.kind == Scalar {
		return yield(path, o.text)
	}
	for i, item := range o.items {
		step := fmt.Sprintf("[%d]", i)
		if o.kind == Mapping {
			step = yaml.Step(o.keys[i])
		}
		if !item.scalars(yaml.Join(path, step), yield) {
			return false
		}
	}
	return true
}

// out is a value to write.
type out struct {
	kind  Kind
	text  string // of a scalar
	isRaw bool   // a number or truth value: never quoted
	keys  []string
	items []*out
}

var encoderType = reflect.TypeFor[Encoder]()

// encode gives nil for what is absent.
func encode(v reflect.Value) *out {
	if !v.IsValid() {
		return nil
	}
	t := v.Type()
	if t == nodeType {
		if v.IsNil() {
			return nil
		}
		return outOf(v.Interface().(*Node).tree)
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
	}
	if o, ok := v.Interface().(Overlay); ok {
		return o.out()
	}
	if t.Implements(encoderType) {
		return encode(reflect.ValueOf(v.Interface().(Encoder).EncodeStrict()))
	}
	if m, ok := v.Interface().(ordered); ok {
		o := &out{kind: Mapping}
		m.each(func(key string, value reflect.Value) { o.set(key, encode(value)) })
		return o
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		return encode(v.Elem())
	case reflect.Struct:
		return encodeStruct(v)
	case reflect.Slice:
		o := &out{kind: List}
		for i := range v.Len() {
			item := encode(v.Index(i))
			if item == nil {
				panic("strict: an absent value in a list cannot be written")
			}
			o.items = append(o.items, item)
		}
		return o
	case reflect.String:
		return &out{kind: Scalar, text: v.String()}
	case reflect.Bool:
		return &out{kind: Scalar, isRaw: true, text: strconv.FormatBool(v.Bool())}
	case reflect.Float32, reflect.Float64:
		return &out{kind: Scalar, isRaw: true, text: formatNumber(v.Float(), t.Bits())}
	}
	switch {
	case v.CanInt():
		return &out{kind: Scalar, isRaw: true, text: strconv.FormatInt(v.Int(), 10)}
	case v.CanUint():
		return &out{kind: Scalar, isRaw: true, text: strconv.FormatUint(v.Uint(), 10)}
	}
	panic("strict: a value of type " + t.String() + " cannot be written")
}

func (o *out) set(key string, value *out) {
	if value != nil {
		o.keys = append(o.keys, key)
		o.items = append(o.items, value)
	}
}

func encodeStruct(v reflect.Value) *out {
	o := &out{kind: Mapping}
	for _, f := range Fields(v.Type()) {
		value := v.FieldByIndex(f.index)
		inner := encode(value)
		switch {
		case f.Key == "":
			if inner != nil {
				o.keys = append(o.keys, inner.keys...)
				o.items = append(o.items, inner.items...)
			}
		case f.HasDefault || f.Required, f.Type.Kind() == reflect.Pointer:
			o.set(f.Key, inner)
		case value.IsZero(), inner != nil && inner.kind != Scalar && len(inner.items) == 0:
			// absent
		default:
			o.set(f.Key, inner)
		}
	}
	return o
}

// outOf writes a value as it was read, its numbers in the form for all readers.
func outOf(t *yaml.Written) *out {
	o := &out{kind: t.Kind, text: t.Text}
	for _, e := range t.Entries() {
		if !e.Value.Null() {
			o.set(e.Key.Text, outOf(e.Value))
		}
	}
	for _, item := range t.Items() {
		o.items = append(o.items, outOf(item))
	}
	if t.Kind != Scalar || !t.Plain() {
		return o
	}
	x, _, isNumber := parseNumber(t.Text)
	truth, isBool := parseBool(t.Text)
	switch {
	case isNumber:
		o.isRaw = true
		whole, err := strconv.ParseInt(t.Text, 10, 64)
		if minusZero := whole == 0 && math.Signbit(x); err != nil || minusZero {
			o.text = formatNumber(x, 64)
		}
	case isBool:
		o.isRaw, o.text = true, strconv.FormatBool(truth)
	case t.Null():
		o.isRaw, o.text = true, "null"
	}
	return o
}

const lineWidth = 80

// write gives the value after its key or dash, with the end of its line.
// Inline says that the first line is begun already.
func (o *out) write(b *strings.Builder, indent int, inline bool) {
	if line, ok := o.flow(lineWidth - indent); ok {
		if inline {
			b.WriteByte(' ')
		}
		b.WriteString(line + "\n")
		return
	}
	if inline {
		b.WriteByte('\n')
	}
	o.block(b, indent)
}

// block writes a list or map one element to a line.
func (o *out) block(b *strings.Builder, indent int) {
	pad := strings.Repeat(" ", indent)
	for i, item := range o.items {
		b.WriteString(pad)
		if o.kind == Mapping {
			b.WriteString(scalarText(o.keys[i], false) + ":")
			item.write(b, indent+2, true)
			continue
		}
		b.WriteByte('-')
		if _, short := item.flow(lineWidth - indent - 2); short {
			item.write(b, indent+2, true)
			continue
		}
		var inner strings.Builder
		item.block(&inner, indent+2)
		b.WriteString(" " + strings.TrimLeft(inner.String(), " "))
	}
}

// flow gives scalars, empty collections and short lists of scalars in one line.
func (o *out) flow(width int) (string, bool) {
	switch {
	case o.kind == Scalar && o.isRaw:
		return o.text, true
	case o.kind == Scalar:
		return scalarText(o.text, false), true
	case len(o.items) == 0 && o.kind == Mapping:
		return "{}", true
	case len(o.items) == 0:
		return "[]", true
	case o.kind == Mapping:
		return "", false
	}
	var parts []string
	for _, item := range o.items {
		switch {
		case item.kind != Scalar:
			return "", false
		case item.isRaw:
			parts = append(parts, item.text)
		default:
			parts = append(parts, scalarText(item.text, true))
		}
	}
	line := "[" + strings.Join(parts, ", ") + "]"
	return line, utf8.RuneCountInString(line) <= width
}

var (
	flowSafe = regexp.MustCompile(`^[\w .+*/()<>=^%-]*$`)
	timed    = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(h|m|s|ms| [a-z]+)([0-9]+(m|s|ms))*$`)
)

// scalarText writes a text, in quotes if some reader could take it for
// something else.
func scalarText(text string, flow bool) string {
	quoted := strconv.Quote(text)
	switch {
	case len(quoted) != len(text)+2, // something had to be escaped
		yaml.IsNull(text), text == yaml.NoneOfPython, boolean(text), special.MatchString(text),
		strings.TrimSpace(text) != text,
		strings.ContainsAny(text, ":#"),
		yaml.Unclosed(text) != 0,
		flow && !flowSafe.MatchString(text):
		return quoted
	}
	if c := text[0]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '(' || c == '/' || c >= utf8.RuneSelf || timed.MatchString(text) {
		return text
	}
	return quoted
}
