// Package flags reads the values of flags: numbers as an experiment file writes
// them, one of some words, sizes in bytes. Nothing else in the program reads
// numbers of the command line.
package flags

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// Kinds of value, as messages name them.
const (
	NumberKind = "number"
	WordKind   = "string"
	SizeKind   = "size such as 4GiB"
)

// A FlagValue is that of a flag; it has the methods that the library of flags asks for.
type FlagValue struct {
	Words []string // that it may be; nil: it is no word
	kind  string
	text  func() string
	set   func(text string) error
}

// Type names the kind of value.
func (v *FlagValue) Type() string { return v.kind }

// String is the value.
func (v *FlagValue) String() string { return v.text() }

// Set reads the value.
func (v *FlagValue) Set(text string) error { return v.set(text) }

// NumberValue reads a number, written on the command line as in an experiment file,
// and refused as there. The tags are bounds and unit, as a field has them.
func NumberValue[T int | uint64 | float64](value *T, flag string, tags reflect.StructTag) *FlagValue {
	return &FlagValue{kind: NumberKind, text: func() string { return fmt.Sprint(*value) }, set: func(text string) error {
		var read T
		if err := strict.DecodeFlag("--"+flag, text, tags, &read); err != nil {
			return err
		}
		*value = read
		return nil
	}}
}

// WordValue takes one of some words.
func WordValue(value *string, words ...string) *FlagValue {
	return &FlagValue{Words: words, kind: WordKind, text: func() string { return *value }, set: func(text string) error {
		if !slices.Contains(words, text) {
			return fault.Errors{{Text: fmt.Sprintf("unknown value %q", text), Hint: fault.Known(text, words, "")}}
		}
		*value = text
		return nil
	}}
}

var byteUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// SizeValue reads a number of bytes, written as any other number, and a unit, as
// 4GiB.
func SizeValue(bytes *int64, flag string) *FlagValue {
	return &FlagValue{kind: SizeKind, text: func() string { return sizeText(*bytes) }, set: func(text string) error {
		digits := strings.TrimRight(text, "kKmMgGtTiIbB ")
		var number float64
		if err := strict.DecodeFlag(flag, digits, "", &number); err != nil {
			if mistakes := fault.ErrorsIn(err); mistakes != nil && mistakes[0].Hint == "" {
				return strconv.ErrSyntax // no number at all: the kind of flag says more
			}
			return err
		}
		unit := strings.TrimSpace(text[len(digits):])
		for _, u := range byteUnits {
			if strings.EqualFold(u.name, unit) && number*u.bytes >= 1 && number*u.bytes < math.MaxInt64 {
				*bytes = int64(number * u.bytes)
				return nil
			}
		}
		return strconv.ErrSyntax
	}}
}

// sizeText writes a number of bytes in the largest unit that leaves no fraction.
func sizeText(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	for k := 3; k >= 0; k-- {
		if unit := int64(byteUnits[k].bytes); bytes%unit == 0 {
			return strconv.FormatInt(bytes/unit, 10) + byteUnits[k].name
		}
	}
	return strconv.FormatInt(bytes, 10)
}
