package inspect

// Two weight files side by side, member by member. Types of numbers do not count, values do.

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"psychrnn/internal/npz"
)

// Comparison is what two files have in common and what they do not.
type Comparison struct {
	Equal       []string     `json:"equal"` // names of the members that hold the same
	Differences []Difference `json:"differences"`
}

// Difference is how a member of one file differs from that of another.
type Difference struct {
	Name string `json:"name"`
	// First and Second say what is there; empty where the member is missing.
	First  string `json:"first"`
	Second string `json:"second"`
	// Entries compares arrays of numbers of one shape.
	Entries *Entries `json:"entries,omitempty"`
}

// Entries says how the entries of two arrays differ.
type Entries struct {
	Different int `json:"different"` // nineDigits of entries
	Of        int `json:"of"`
	// Largest absolute difference and its ratio to the largest absolute value
	// in the first file. Nil where it is not finite.
	Largest  *float64 `json:"largest"`
	Relative *float64 `json:"relative"`
	// At are the indices of the largest difference.
	At []int `json:"at"`
}

// Compare compares two files member by member. What type of number an array
// has does not count if the values are the same.
func Compare(first, second *npz.File) Comparison {
	c := Comparison{Equal: []string{}, Differences: []Difference{}}
	for _, a := range first.Members {
		b, ok := second.Get(a.Name)
		if !ok {
			c.Differences = append(c.Differences, Difference{Name: a.Name, First: brief(a)})
			continue
		}
		if d, differ := compareMembers(a, b); differ {
			c.Differences = append(c.Differences, d)
		} else {
			c.Equal = append(c.Equal, a.Name)
		}
	}
	for _, b := range second.Members {
		if _, ok := first.Get(b.Name); !ok {
			c.Differences = append(c.Differences, Difference{Name: b.Name, Second: brief(b)})
		}
	}
	return c
}

func compareMembers(a, b npz.Member) (d Difference, differ bool) {
	d = Difference{Name: a.Name, First: brief(a), Second: brief(b)}
	if !slices.Equal(a.Array.Shape, b.Array.Shape) {
		return d, true
	}
	if a.Array.Numeric() && b.Array.Numeric() {
		var at int
		d.Entries, at = compareEntries(a.Array, b.Array)
		if differ = d.Entries.Different > 0; differ {
			d.First, d.Second = nineDigits(a.Array.Reader()(at)), nineDigits(b.Array.Reader()(at))
		}
		return d, differ
	}
	if a.Array.Textual() && b.Array.Textual() {
		if a.Array.Len() == 1 {
			d.First, d.Second = firstLine(a.Array.Text(0), b.Array.Text(0))
		}
		for k := range a.Array.Len() {
			if a.Array.Text(k) != b.Array.Text(k) {
				return d, true
			}
		}
		return d, false
	}
	return d, !a.Same(b)
}

// compareEntries compares arrays of one shape; at is the entry that differs
// most. NaN equals NaN here.
func compareEntries(a, b npz.Array) (e *Entries, at int) {
	e = &Entries{Of: a.Len()}
	first, second := a.Reader(), b.Reader()
	largest, scale := 0.0, 0.0
	for k := range a.Len() {
		v, w := first(k), second(k)
		if !math.IsNaN(v) {
			scale = max(scale, math.Abs(v))
		}
		if v == w || math.IsNaN(v) && math.IsNaN(w) {
			continue
		}
		e.Different++
		distance := math.Abs(v - w)
		if math.IsNaN(distance) {
			distance = math.Inf(1) // more than any number
		}
		if distance > largest {
			largest, at = distance, k
		}
	}
	if e.Different > 0 {
		e.Largest, e.Relative, e.At = finiteOrNil(largest), finiteOrNil(largest/scale), a.Index(at)
	}
	return e, at
}

func finiteOrNil(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// nineDigits writes a value with all digits that count.
func nineDigits(v float64) string { return fmt.Sprintf("%.9g", v) }

// brief says in a few words what a member holds.
func brief(m npz.Member) string {
	d := describe(m)
	switch {
	case d.Text != "":
		return d.Text
	case d.Shape == nil:
		return d.Type
	case m.Array.Len() == 1:
		return nineDigits(m.Array.Reader()(0))
	}
	return "shape " + npz.ShapeText(d.Shape)
}

// firstLine shows the first lines in which two texts differ.
func firstLine(a, b string) (first, second string) {
	a, b = a+"\n", b+"\n"
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	start, before := strings.LastIndexByte(a[:at], '\n')+1, strings.Count(a[:at], "\n")
	show := func(text string) string {
		line, _, is := strings.Cut(text[start:], "\n")
		if !is {
			return fmt.Sprintf("%d lines", before)
		}
		return fmt.Sprintf("line %d: %s", before+1, quoted(line))
	}
	return show(a), show(b)
}
