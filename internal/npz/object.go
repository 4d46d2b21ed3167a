package npz

// What a pickled member says, as far as weight files need it, and the pickles that are
// written. Nothing that a pickle names is looked up.

import (
	"fmt"
	"strings"
	"unicode"

	"psychrnn/internal/fault"
)

// Object is what a pickled member says. Nothing it names was looked up.
type Object struct {
	Value any    // nil for None, bool, int64, float64, string or Reference
	Fault string // why it was not understood; Value means nothing then
	Calls bool   // Fault is that unpickling it elsewhere would call a function
}

// Reference names a function of Python.
type Reference struct {
	Module, Name string
	Text         string // of a functools.partial: the call as one would write it
}

// String is module.name, or the text of a partial.
func (r Reference) String() string {
	switch {
	case r.Text != "":
		return r.Text
	case r.Module == "":
		return r.Name
	}
	return r.Module + "." + r.Name
}

// ParseFunction is the inverse of String.
func ParseFunction(s string) Reference {
	if strings.Contains(s, "(") {
		return Reference{Module: partial.Module, Name: partial.Name, Text: s}
	}
	dot := strings.LastIndexByte(s, '.')
	return Reference{Module: s[:max(dot, 0)], Name: s[dot+1:]}
}

// readObject reads a pickled array. Only a single object is of interest.
func readObject(h npyHeader, in []byte) *Object {
	const longest = 1 << 16
	switch {
	case len(h.shape) != 0:
		return &Object{Fault: fmt.Sprintf("an array of shape %s of type %s", ShapeText(h.shape), printable(h.descr))}
	case len(in) > longest:
		return &Object{Fault: fmt.Sprintf("a pickle of %d bytes: at most %d are looked at", len(in), longest)}
	}
	value, wrong := unpickle(in)
	if wrong != nil {
		return wrong
	}
	// An array's state: version, shape, type, whether in Fortran order, entries.
	array, _ := value.(*made)
	if array == nil || array.by != reconstruct {
		return &Object{Fault: "the pickle is not that of a NumPy array"}
	}
	entries := item[*sequence](array.state, 4)
	if entries == nil || len(entries.items) != 1 {
		return &Object{Fault: "the pickled array does not hold one object"}
	}
	switch v := entries.items[0].(type) {
	case none:
		return &Object{}
	case bool, int64, float64, string, Reference:
		return &Object{Value: v}
	case *made:
		if number, ok := scalarValue(v); ok {
			return &Object{Value: number}
		}
		if v.by == partial && v.state != nil {
			return &Object{Value: Reference{Module: partial.Module, Name: partial.Name, Text: partialText(v.state)}}
		}
	}
	return &Object{Fault: "neither None, a number, a text nor a function"}
}

// scalarValue reads a number of NumPy: scalar(dtype, bytes).
func scalarValue(m *made) (any, bool) {
	d := item[*made](m.with, 0)
	if m.by != scalar || d == nil || d.by != dataType {
		return nil, false
	}
	data := item[string](m.with, 1)
	if e := item[*made](m.with, 1); e != nil && e.by == encode && item[string](e.with, 1) == "latin1" {
		var latin1 []byte // its characters are the bytes
		for _, r := range item[string](e.with, 0) {
			if r > 0xff {
				return nil, false
			}
			latin1 = append(latin1, byte(r)) //nolint:gosec // G115: at most 0xff, see above
		}
		data = string(latin1)
	}
	// A dtype's state: version, byte order ...
	t, ok := parseType(item[string](d.state, 1) + item[string](d.with, 0))
	if !ok || t.width != len(data) {
		return nil, false
	}
	a := npyHeader{dtype: t}.array([]byte(data))
	if whole, err := a.Int64s(); err == nil {
		return whole[0], true
	}
	number, err := a.Float64s()
	if err != nil {
		return nil, false
	}
	return number[0], true
}

// partialText writes a partial as functools.partial(leaky_relu, alpha=0.1).
// Its state: function, arguments, keywords, attributes.
func partialText(state any) string {
	parts := []string{atom(item[any](state, 0))}
	if arguments := item[*sequence](state, 1); arguments != nil {
		for _, v := range arguments.items {
			parts = append(parts, atom(v))
		}
	}
	if keywords := item[*sequence](state, 2); keywords != nil {
		for i := 0; i < len(keywords.items); i += 2 {
			parts = append(parts, printable(item[string](keywords, i))+"="+atom(item[any](keywords, i+1)))
		}
	}
	const most = 16
	if len(parts) > most {
		parts = append(parts[:most], "...")
	}
	return partial.String() + "(" + strings.Join(parts, ", ") + ")"
}

// atom writes a value that has no parts.
func atom(v any) string {
	switch v := v.(type) {
	case none:
		return "None"
	case bool:
		return map[bool]string{false: "False", true: "True"}[v]
	case int64, float64:
		return fmt.Sprint(v)
	case string:
		return "'" + printable(v) + "'"
	case Reference:
		return v.Name
	}
	return "..."
}

// Pickled returns a member that holds None (nil) or a Reference to a plain
// function, in the form that every Python and NumPy reads: protocol 2, with
// the names of NumPy 1. It is written byte by byte as Python does.
func Pickled(name string, value any) (Member, error) {
	const (
		array = "\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85q\x02" +
			"c_codecs\nencode\nq\x03X\x01\x00\x00\x00bq\x04X\x06\x00\x00\x00latin1q\x05\x86q\x06Rq\x07\x87q\x08Rq\x09"
		dtype = "(K\x01)cnumpy\ndtype\nq\x0aX\x02\x00\x00\x00O8q\x0b\x89\x88\x87q\x0cRq\x0d" +
			"(K\x03X\x01\x00\x00\x00|q\x0eNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tq\x0fb\x89]q\x10"
		none = "Natq\x11b."
	)
	end := none
	if value != nil {
		r, ok := value.(Reference)
		if !ok || r.Text != "" || !isASCII(r.Module+r.Name) || !isName(r.Module) || !isName(r.Name) {
			return Member{}, fault.In(name, refuse("name a function of a module", "cannot be pickled here"))
		}
		end = "c" + r.Module + "\n" + r.Name + "\nq\x11atq\x12b."
	}
	raw := append(formatHeader("|O", nil), array+dtype+end...)
	return Member{Name: name, Object: &Object{Value: value}, raw: raw}, nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// isName reports whether s can be a module or a function, and can stand in a message.
func isName(s string) bool {
	const longest = 256
	return s != "" && len(s) <= longest && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_.<>", r)
	})
}
