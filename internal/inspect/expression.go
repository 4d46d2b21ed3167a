package inspect

// The language of references and edits: NAME[INDEX, ...] and = *= += as in Python. A mistake
// is told with its character.

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"psychrnn/internal/fault"
	"psychrnn/internal/network"
)

const example = "such as W_rec[:10,:10] = 0 or W_rec[excitatory, inhibitory] *= 0.5"

// fragment is a part of an expression and where it begins.
type fragment struct {
	text string
	at   int
}

// trimmed is the part of source between two bytes, without blanks around it.
func trimmed(source string, from, to int) fragment {
	text := source[from:to]
	left := strings.TrimLeft(text, " \t")
	return fragment{strings.TrimRight(left, " \t"), from + len(text) - len(left)}
}

// ArrayReference is an array or a part of it, as one would write it in Python:
// W_rec or W_rec[:10, :10]. A dimension that is not named is taken whole.
type ArrayReference struct {
	source string
	name   fragment
	index  []fragment
}

// ParseArrayReference reads NAME or NAME[INDEX, ...].
func ParseArrayReference(source string) (ArrayReference, error) {
	return parseReference(source, len(source))
}

// parseReference reads the reference that source holds up to a byte.
func parseReference(source string, end int) (ArrayReference, error) {
	r := ArrayReference{source: source}
	all := trimmed(source, 0, end)
	name, rest, indexed := strings.Cut(all.text, "[")
	r.name = trimmed(source, all.at, all.at+len(name))
	if r.name.text == "" {
		return r, r.wrong(all.at, example, "the name of an array is missing")
	}
	if !indexed {
		return r, nil
	}
	switch k := strings.IndexAny(rest, "[]"); {
	case k < 0:
		return r, r.wrong(all.at+len(all.text), "", "the bracket is not closed")
	case k != len(rest)-1 || rest[k] != ']':
		return r, r.wrong(all.at+len(name)+1+k, example, "one pair of brackets is enough")
	}
	at := all.at + len(name) + 1
	for _, text := range strings.Split(rest[:len(rest)-1], ",") {
		p := trimmed(source, at, at+len(text))
		if p.text == "" {
			return r, r.wrong(at, "write : for all", "an index is missing")
		}
		r.index = append(r.index, p)
		at += len(text) + 1
	}
	return r, nil
}

// wrong is a mistake at a byte of the source.
func (r ArrayReference) wrong(at int, hint, format string, args ...any) *fault.Error {
	e := fault.New(fault.Usage, hint, format, args...)
	e.Column = utf8.RuneCountInString(r.source[:at]) + 1
	e.File = fmt.Sprintf("%q, character %d", r.source, e.Column)
	return e
}

// Edit is a change of an array, as one would write it in Python:
//
//	W_rec[:10, :10] = 0     = *= +=     a number, a .npy file or, after =, mean
type Edit struct {
	ArrayReference
	change entryChange
	value  fragment
	number float64
	signs  network.PerUnit // what dale_signs is to be
	sets   bool            // by =
}

// entryChange is what becomes of an entry that holds old.
type entryChange func(old, value float64) float64

var operators = map[string]struct {
	change entryChange
	hint   string // for what is not done
}{
	"*=": {func(old, value float64) float64 { return old * value }, ""},
	"+=": {func(old, value float64) float64 { return old + value }, ""},
	"-=": {nil, "add the negative number: +="},
	"/=": {nil, "multiply by the inverse: *="},
	"==": {nil, "a single = changes the array"},
	"=":  {func(_, value float64) float64 { return value }, ""},
}

const mean = "mean"

// ParseEdit reads NAME[INDEX, ...] = VALUE.
func ParseEdit(source string) (Edit, error) {
	equals := strings.IndexByte(source, '=')
	if equals < 0 {
		return Edit{}, ArrayReference{source: source}.wrong(len(source), "an edit is written "+example, "what to change it to is missing")
	}
	left, right := equals, equals+1
	if left > 0 && strings.IndexByte("*+-/", source[left-1]) >= 0 {
		left--
	} else if strings.HasPrefix(source[right:], "=") {
		right++
	}
	o := operators[source[left:right]]
	if o.change == nil {
		return Edit{}, ArrayReference{source: source}.wrong(left, o.hint, "there is no %s here", source[left:right])
	}
	e := Edit{change: o.change, sets: source[left:right] == "="}
	var err error
	if e.ArrayReference, err = parseReference(source, left); err != nil {
		return Edit{}, err
	}
	e.value = trimmed(source, right, len(source))
	return e, e.readValue(source[left:right])
}

func (e *Edit) readValue(operator string) error {
	text := e.value.text
	number, err := strconv.ParseFloat(text, 64)
	switch {
	case text == mean && operator != "=":
		return e.wrong(e.value.at, "write = mean", "the mean can only be put in place of what is there")
	case text == mean:
		return nil
	case e.File() != "":
		return nil
	case e.name.text == daleSigns && text != "":
		return e.readSigns()
	case err == nil && !math.IsNaN(number) && !math.IsInf(number, 0):
		e.number = number
		return nil
	case text == "":
		return e.wrong(len(e.source), "an edit is written "+example, "what to change it to is missing")
	}
	hint := cmp.Or(fault.DidYouMean(text, []string{mean}, ""), "a number, mean, or a file.npy")
	return e.wrong(e.value.at, hint, "%q cannot be put there", text)
}

// File is the .npy file that the edit reads, "" if it reads none.
func (e Edit) File() string {
	if strings.HasSuffix(e.value.text, ".npy") {
		return e.value.text
	}
	return ""
}
