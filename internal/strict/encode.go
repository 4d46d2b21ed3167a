package strict

// Go values become YAML in which every other reader takes numbers for numbers and
// texts for texts: what some reader could mistake is quoted. An overlay becomes what has
// to be written to come from one value to another by merging.

import (
	"iter"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"

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
	o := encode(reflect.ValueOf(v))
	if o == nil {
		o = &yaml.Output{Kind: Mapping}
	}
	return []byte(o.String())
}

// Scalars are the texts of the numbers, truth values and texts that Encode
// writes, by their paths.
func Scalars(v any) iter.Seq2[string, string] {
	return func(yield func(path, text string) bool) { encode(reflect.ValueOf(v)).Scalars("", yield) }
}

var encoderType = reflect.TypeFor[Encoder]()

// encode gives nil for what is absent.
func encode(v reflect.Value) *yaml.Output {
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
		o := &yaml.Output{Kind: Mapping}
		m.each(func(key string, value reflect.Value) { o.Set(key, encode(value)) })
		return o
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		return encode(v.Elem())
	case reflect.Struct:
		return encodeStruct(v)
	case reflect.Slice:
		o := &yaml.Output{Kind: List}
		for i := range v.Len() {
			item := encode(v.Index(i))
			if item == nil {
				panic("strict: an absent value in a list cannot be written")
			}
			o.Items = append(o.Items, item)
		}
		return o
	case reflect.String:
		return &yaml.Output{Kind: Scalar, Text: v.String()}
	case reflect.Bool:
		return &yaml.Output{Kind: Scalar, Raw: true, Text: strconv.FormatBool(v.Bool())}
	case reflect.Float32, reflect.Float64:
		return &yaml.Output{Kind: Scalar, Raw: true, Text: formatNumber(v.Float(), t.Bits())}
	}
	switch {
	case v.CanInt():
		return &yaml.Output{Kind: Scalar, Raw: true, Text: strconv.FormatInt(v.Int(), 10)}
	case v.CanUint():
		return &yaml.Output{Kind: Scalar, Raw: true, Text: strconv.FormatUint(v.Uint(), 10)}
	}
	panic("strict: a value of type " + t.String() + " cannot be written")
}

func encodeStruct(v reflect.Value) *yaml.Output {
	if short, ok := shortForm(v); ok {
		others := reflect.New(v.Type()).Elem()
		others.Set(v)
		into, _ := shortForm(others)
		if into.SetZero(); others.IsZero() {
			return encode(short)
		}
	}
	o := &yaml.Output{Kind: Mapping}
	for _, f := range Fields(v.Type()) {
		value := v.FieldByIndex(f.index)
		inner := encode(value)
		switch {
		case f.Key == "":
			if inner != nil {
				o.Keys = append(o.Keys, inner.Keys...)
				o.Items = append(o.Items, inner.Items...)
			}
		case f.HasDefault || f.Required, f.Type.Kind() == reflect.Pointer:
			o.Set(f.Key, inner)
		case value.IsZero(), inner != nil && inner.Kind != Scalar && len(inner.Items) == 0:
			// absent
		default:
			o.Set(f.Key, inner)
		}
	}
	return o
}

// outOf writes a value as it was read, its numbers in the form for all readers.
func outOf(t *yaml.Written) *yaml.Output {
	o := &yaml.Output{Kind: t.Kind, Text: t.Text}
	for _, e := range t.Entries() {
		if !e.Value.Null() {
			o.Set(e.Key.Text, outOf(e.Value))
		}
	}
	for _, item := range t.Items() {
		o.Items = append(o.Items, outOf(item))
	}
	if t.Kind != Scalar || !t.Plain() {
		return o
	}
	x, _, isNumber := parseNumber(t.Text)
	truth, isBool := parseBool(t.Text)
	switch {
	case isNumber:
		o.Raw = true
		whole, err := strconv.ParseInt(t.Text, 10, 64)
		if minusZero := whole == 0 && math.Signbit(x); err != nil || minusZero {
			o.Text = formatNumber(x, 64)
		}
	case isBool:
		o.Raw, o.Text = true, strconv.FormatBool(truth)
	case t.Null():
		o.Raw, o.Text = true, "null"
	}
	return o
}

// Overlay is written as what has to be laid over Base, see [Merge], to come to
// Whole: all that differs, and what Keep holds even where it does not.
type Overlay struct {
	Base, Whole any
	Keep        Kept
}

// Kept are the keys of a map that an [Overlay] writes in any case, each with
// those that are kept of its value; nil keeps all of it.
type Kept map[string]Kept

// Keep are the keys that a node writes, those that it takes away with null
// among them.
func (n *Node) Keep() Kept { return keep(n.tree) }

func keep(t *yaml.Written) Kept {
	if t.Kind != Mapping {
		return nil
	}
	k := Kept{}
	for _, e := range t.Entries() {
		k[e.Key.Text] = keep(e.Value)
	}
	return k
}

func (o Overlay) out() *yaml.Output {
	return over(encode(reflect.ValueOf(o.Base)), encode(reflect.ValueOf(o.Whole)), o.Keep)
}

// over gives nil where nothing has to be written.
func over(base, whole *yaml.Output, kept Kept) *yaml.Output {
	o := &yaml.Output{Kind: Mapping}
	add := func(key string) {
		below, above := base.Get(key), whole.Get(key)
		keep, isKept := kept[key]
		switch {
		case above == nil && (below != nil || isKept):
			above = &yaml.Output{Kind: Scalar, Raw: true, Text: "null"}
		case isKept && keep == nil:
		case below != nil && below.Kind == Mapping && above.Kind == Mapping:
			above = over(below, above, keep)
		case !isKept && below.Equal(above):
			return
		}
		o.Set(key, above)
	}
	for _, key := range whole.Keys {
		add(key)
	}
	for _, key := range base.Keys {
		if whole.Get(key) == nil {
			add(key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		if whole.Get(key) == nil && base.Get(key) == nil {
			add(key)
		}
	}
	if len(o.Keys) == 0 {
		return nil
	}
	return o
}
