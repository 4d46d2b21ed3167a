package inspect

// What every member of a weight file holds, whether or not it makes a network.

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"psychrnn/internal/npz"
)

// MemberReport is what one member of a file holds.
type MemberReport struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"` // nil if the member is no array of numbers or text
	Type  string `json:"type"`  // as NumPy writes it, or "object", or what it is instead
	// Of the finite entries; nil if there are none.
	Min  *float64 `json:"min,omitempty"`
	Max  *float64 `json:"max,omitempty"`
	Mean *float64 `json:"mean,omitempty"`
	// Entries that are 0, and those that are NaN or infinite; nil for what is no array of numbers.
	Zeros     *int `json:"zeros,omitempty"`
	NotFinite *int `json:"not_finite,omitempty"`
	// Text is what an object or a text says, quoted and cut short.
	Text string `json:"text,omitempty"`
}

// Members describes every member of the file, in its order.
func Members(f *npz.File) []MemberReport {
	all := []MemberReport{}
	for _, m := range f.Members {
		all = append(all, describe(m))
	}
	return all
}

func describe(m npz.Member) MemberReport {
	switch {
	case m.Object != nil:
		return MemberReport{Name: m.Name, Type: "object", Text: objectText(m.Object)}
	case m.Other != "":
		return MemberReport{Name: m.Name, Type: m.Other}
	}
	d := MemberReport{Name: m.Name, Shape: append([]int{}, m.Array.Shape...), Type: m.Array.Type}
	if !m.Array.Numeric() {
		d.Text = textOf(m.Array)
		return d
	}
	d.summarize(m.Array)
	return d
}

// summarize finds the extremes and the mean in one pass. The mean is updated
// entry by entry, so that no sum can overflow.
func (d *MemberReport) summarize(a npz.Array) {
	low, high, mean := math.Inf(1), math.Inf(-1), 0.0
	zeros, notFinite, finite := 0, 0, 0
	read := a.Reader()
	for k := range a.Len() {
		v := read(k)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			notFinite++
			continue
		}
		if v == 0 {
			zeros++
		}
		finite++
		low, high = min(low, v), max(high, v)
		mean += v/float64(finite) - mean/float64(finite)
	}
	d.Zeros, d.NotFinite = &zeros, &notFinite
	if finite > 0 {
		d.Min, d.Max, d.Mean = &low, &high, &mean
	}
}

// objectText says in Python's words what a pickled member holds.
func objectText(o *npz.Object) string {
	if o.Fault != "" {
		return "not understood: " + o.Fault
	}
	switch v := o.Value.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{false: "False", true: "True"}[v]
	case string:
		return quoted(v)
	}
	return fmt.Sprint(o.Value)
}

// textOf shows a single text, and how many there are of several.
func textOf(a npz.Array) string {
	switch {
	case !a.Textual():
		return "entries of type " + a.Type
	case a.Len() == 1:
		return quoted(a.Text(0))
	}
	return fmt.Sprintf("%d texts", a.Len())
}

// quoted makes a text of a file fit to be shown on a line.
func quoted(s string) string {
	const longest = 40
	runes := 0
	for at := range s {
		if runes == longest {
			return fmt.Sprintf("%s... (%d characters)", strconv.Quote(s[:at]), utf8.RuneCountInString(s))
		}
		runes++
	}
	return strconv.Quote(s)
}
