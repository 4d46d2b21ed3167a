package npz

// An array in memory, whatever type its file has: entries in C order and little-endian,
// converted where they are asked for.

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"psychrnn/internal/kernel"
)

// Array is an array of numbers, truth values or text.
type Array struct {
	Type  string // as NumPy writes it: "<f4", "<i8", "|b1", "<U12" ...
	Shape []int  // empty for a single value
	Data  []byte // the entries in C order, little-endian
}

// FloatType is "<f4" or "<f8".
func FloatType[F kernel.Float]() string { return ArrayOf([]int{0}, []F{}).Type }

// ArrayOf returns values as an array of "<f4" or "<f8". The values, row by row,
// one for each entry of the shape, are copied.
func ArrayOf[F kernel.Float](shape []int, values []F) Array {
	a := Array{Type: "<f8", Shape: append([]int{}, shape...)}
	if n, ok := product(shape, 1); !ok || n != len(values) {
		panic("npz: number of values does not fit the shape")
	}
	// 2^24 + 1 is the first whole number that float32 has not.
	if F(1<<24+1) == F(1<<24) {
		a.Type = "<f4"
	}
	a.Data, _ = binary.Append([]byte{}, binary.LittleEndian, values) // numbers can be written
	return a
}

// TextOf returns s as a single value of text. NumPy drops zeros at the end of a text.
func TextOf(s string) Array {
	a := TextsOf([]string{s})
	a.Shape = nil
	return a
}

// TextsOf returns list as a vector of texts.
func TextsOf(list []string) Array {
	width := 1
	for _, s := range list {
		width = max(width, utf8.RuneCountInString(s))
	}
	a := Array{Type: "<U" + strconv.Itoa(width), Shape: []int{len(list)}, Data: make([]byte, 0, 4*width*len(list))}
	for k, s := range list {
		for _, r := range s {
			a.Data = binary.LittleEndian.AppendUint32(a.Data, uint32(r)) //nolint:gosec // G115: a code point is never negative
		}
		a.Data = append(a.Data, make([]byte, 4*width*(k+1)-len(a.Data))...)
	}
	return a
}

// Whole returns n as a single value of "<u8".
func Whole(n uint64) Array {
	return Array{Type: "<u8", Data: binary.LittleEndian.AppendUint64(nil, n)}
}

// Len is the number of entries.
func (a Array) Len() int {
	n, _ := product(a.Shape, 1)
	return n
}

// Numeric reports whether the entries are numbers or truth values.
func (a Array) Numeric() bool { return a.number() != nil }

// number returns how the bytes of one entry become a float64, nil if they are no number.
func (a Array) number() func([]byte) float64 {
	if integer := integers[a.kind()]; integer != nil {
		return func(b []byte) float64 { return float64(integer(b)) }
	}
	return floats[a.kind()]
}

// kind is the type without its byte order; empty if the array has none.
func (a Array) kind() string { return a.Type[min(1, len(a.Type)):] }

// floats are the other kinds of numbers, and how their bytes become a float64.
var floats = map[string]func([]byte) float64{
	"f2": func(b []byte) float64 { return half(binary.LittleEndian.Uint16(b)) },
	"f4": func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) },
	"f8": func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) },
	"u8": func(b []byte) float64 { return float64(binary.LittleEndian.Uint64(b)) },
}

// integers are the kinds whose entries always fit an int64, and how their bytes become one.
var integers = map[string]func([]byte) int64{
	"b1": func(b []byte) int64 { return int64(min(b[0], 1)) },
	"i1": func(b []byte) int64 { return int64(int8(b[0])) },
	"i2": func(b []byte) int64 { return int64(int16(binary.LittleEndian.Uint16(b))) },
	"i4": func(b []byte) int64 { return int64(int32(binary.LittleEndian.Uint32(b))) },
	"i8": func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) },
	"u1": func(b []byte) int64 { return int64(b[0]) },
	"u2": func(b []byte) int64 { return int64(binary.LittleEndian.Uint16(b)) },
	"u4": func(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) },
}

// half widens an IEEE 754 half-precision number: its 5 bits of exponent and 10 of
// fraction are put where float64 has its own, and the biases (15, 1023) made up for.
// The highest exponent, of infinity and NaN, is so in both.
func half(bits uint16) float64 {
	wide, unbias := uint64(bits&0x7fff)<<42, 0x1p1008
	if bits&0x7c00 == 0x7c00 {
		wide, unbias = wide|0x7ff<<52, 1
	}
	return math.Copysign(math.Float64frombits(wide)*unbias, float64(int16(bits))) //nolint:gosec // G115: its first bit is the sign
}

// Floats returns the entries as F. It refuses text and finite numbers that F cannot hold.
func Floats[F kernel.Float](a Array) ([]F, error) {
	number := a.number()
	if number == nil {
		return nil, a.notNumbers()
	}
	out := make([]F, a.Len())
	width := a.width()
	for i := range out {
		v := number(a.Data[i*width:])
		out[i] = F(v)
		if math.IsInf(float64(out[i]), 0) && !math.IsInf(v, 0) {
			return nil, refuse("compute in float64", "value %g at %s is out of the range of float32", v, a.Place(i))
		}
	}
	return out, nil
}

// Float64s returns the entries as float64, row by row: (Len).
func (a Array) Float64s() ([]float64, error) { return Floats[float64](a) }

// Int64s returns the entries of an array of whole numbers or truth values.
func (a Array) Int64s() ([]int64, error) {
	integer := integers[a.kind()]
	if integer == nil && a.Type != "<u8" {
		return nil, refuse("", "entries of type %s, but whole numbers are needed", a.Type)
	}
	out := make([]int64, a.Len())
	width := a.width()
	for i := range out {
		if integer != nil {
			out[i] = integer(a.Data[i*width:])
		} else if out[i] = int64(binary.LittleEndian.Uint64(a.Data[i*width:])); out[i] < 0 {
			return nil, refuse("", "value %d at %s is out of the range of int64", uint64(out[i]), a.Place(i)) //nolint:gosec // G115: as it was before it was read as int64
		}
	}
	return out, nil
}

// Strings returns the entries of an array of text. Bytes are taken as Latin-1.
func (a Array) Strings() ([]string, error) {
	if !a.Textual() {
		return nil, refuse("", "entries of type %s, but text is needed", a.Type)
	}
	out := make([]string, a.Len())
	for i := range out {
		out[i] = a.Text(i)
	}
	return out, nil
}

// Textual reports whether the entries are text.
func (a Array) Textual() bool { return len(a.Type) > 1 && (a.Type[1] == 'U' || a.Type[1] == 'S') }

// Text is entry i of an array of text.
func (a Array) Text(i int) string {
	width := a.width()
	entry, text := a.Data[i*width:][:width], strings.Builder{}
	if a.Type[1] == 'S' {
		for _, b := range entry {
			text.WriteRune(rune(b))
		}
	} else {
		for ; len(entry) > 0; entry = entry[4:] {
			text.WriteRune(rune(binary.LittleEndian.Uint32(entry))) //nolint:gosec // G115: what is no code point becomes U+FFFD
		}
	}
	return strings.TrimRight(text.String(), "\x00")
}

// Single returns a single text, "" if the array is none.
func (a Array) Single() string {
	if a.Len() != 1 || !a.Textual() {
		return ""
	}
	return a.Text(0)
}

func (a Array) notNumbers() error {
	return refuse("", "entries of type %s, but numbers are needed", a.Type)
}

// width is the number of bytes of one entry.
func (a Array) width() int {
	t, _ := parseType(a.Type)
	return t.width
}

// Reader returns what reads entry i of an array of numbers.
func (a Array) Reader() func(i int) float64 {
	number, width := a.number(), a.width()
	return func(i int) float64 { return number(a.Data[i*width:]) }
}

// Index returns the indices of entry i.
func (a Array) Index(i int) []int {
	index := make([]int, len(a.Shape))
	for d := len(a.Shape) - 1; d >= 0; d-- {
		index[d] = i % a.Shape[d]
		i /= a.Shape[d]
	}
	return index
}

// Place writes the indices of entry i as NumPy would: [1, 2].
func (a Array) Place(i int) string { return IndexText(a.Index(i)) }

// IndexText writes indices as NumPy would: [1, 2].
func IndexText(index []int) string { return strings.Join(strings.Fields(fmt.Sprint(index)), ", ") }

// ShapeText writes a shape as Python does: (), (6,), (6, 2).
func ShapeText(shape []int) string {
	text := strings.Trim(IndexText(shape), "[]")
	if len(shape) == 1 {
		text += ","
	}
	return "(" + text + ")"
}

// product is width times all of shape, if an int can hold it.
func product(shape []int, width int) (int, bool) {
	if slices.Contains(shape, 0) {
		return 0, slices.Min(shape) == 0
	}
	n := width
	for _, d := range shape {
		if d < 0 || n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}
