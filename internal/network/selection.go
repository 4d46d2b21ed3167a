package network

// Selections of units or channels: indices, slices as in Python, names of populations.

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/model"
	"psychrnn/internal/strict"
)

// Selection names rows, columns or units: Python's slices of whole numbers,
// numbers, names of populations, or a list of these. The zero Selection is all.
type Selection struct {
	parts []selector
	node  *strict.Node
}

// selector is one element of a selection.
type selector struct {
	text  string
	value any // as it was written: an int, or the text
	node  *strict.Node
}

// DecodeStrict reads one element or a list of them.
func (s *Selection) DecodeStrict(n *strict.Node) {
	s.node = n
	switch n.Kind() {
	case strict.List:
		if !n.Few() {
			return
		}
		for _, item := range n.Items() {
			s.add(item)
		}
		if len(s.parts) == 0 {
			n.Fail("an empty list selects nothing", "leave the key out for all")
		}
	case strict.Scalar:
		s.add(n)
	default:
		n.Fail("expected a slice, a number, the name of a population or a list of these, found a map", "")
	}
}

func (s *Selection) add(n *strict.Node) {
	p := selector{node: n}
	if n.Numeric() {
		var index int
		if !n.Decode(&index) {
			return
		}
		p.text, p.value = strconv.Itoa(index), index
	} else if !n.Decode(&p.text) {
		return
	} else {
		p.value = p.text
	}
	s.parts = append(s.parts, p)
}

// EncodeStrict writes a list of one as its element.
func (s Selection) EncodeStrict() any {
	var list []any
	for _, p := range s.parts {
		list = append(list, p.value)
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

var _ = strict.Describe[Selection](`a slice such as "40:", a number, the name of a population, or a list of these`, "", 0, []selected{})

// selected is one of a list.
type selected struct{}

var _ = strict.Describe[selected]("a slice, a number or a name", "", 0)

// indices are what the selection means on an axis, in its order; what several
// parts select counts once, where the first of them has it. It reports whether
// that went well.
func (s Selection) indices(r *Resolver, a model.Axis) (list []int, ok bool) {
	if len(s.parts) == 0 {
		return a.All(), r.names(s.node, a.Size)
	}
	if !r.names(s.node, a.Size/64) { // a list of what was seen is short beside one of indices
		return nil, false
	}
	seen := make([]bool, a.Size)
	for _, p := range s.parts {
		found, good := p.indices(r, a)
		if !good || !r.names(p.node, len(found)) {
			return nil, false
		}
		for _, k := range found {
			if !seen[k] {
				list = append(list, k)
			}
			seen[k] = true
		}
	}
	return list, true
}

// mostNamed bounds the indices that all selections of an experiment come to: a
// few letters name a hundred thousand units, as often as they stand there.
const mostNamed = 10_000_000

// names counts indices, and says whether there may be so many.
func (r *Resolver) names(n *strict.Node, indices int) bool {
	before := r.named
	r.named += indices
	if before <= mostNamed && r.named > mostNamed {
		r.Fail(n, fmt.Sprintf("up to here selections name more than %d rows, columns or units", mostNamed), "take fewer or smaller ones")
	}
	return r.named <= mostNamed
}

var (
	slicePattern = regexp.MustCompile(`^(-?[0-9]*):(-?[0-9]*)(:(-?[0-9]*))?$`)
	namePattern  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

func (p selector) indices(r *Resolver, a model.Axis) ([]int, bool) {
	if k, err := strconv.Atoi(p.text); err == nil {
		if k < -a.Size || k >= a.Size {
			r.Fail(p.node, fmt.Sprintf("%d is beyond the end: there are %d, counted from 0", k, a.Size), "")
			return nil, false
		}
		return []int{(k + a.Size) % a.Size}, true
	}
	if namePattern.MatchString(p.text) {
		return p.population(r, a)
	}
	m := slicePattern.FindStringSubmatch(p.text)
	if m == nil {
		hint := `for example "20:40", "40:", "::2", or the name of a population`
		if strings.Contains(p.text, ":") {
			hint = "only whole numbers can be written into a slice, as in " + `"20:40"` + ": write the number that is meant"
		}
		r.Fail(p.node, fmt.Sprintf("%q is not a slice of whole numbers", p.text), hint)
		return nil, false
	}
	list, wrong := slice(m[1], m[2], m[4], a.Size)
	if wrong != "" {
		r.Fail(p.node, fmt.Sprintf("%q %s", p.text, wrong), "")
	}
	return list, wrong == ""
}

func (p selector) population(r *Resolver, a model.Axis) ([]int, bool) {
	switch units, ok := r.population(p.text); {
	case !ok && r.told(p.text):
	case !ok:
		r.unknownPopulation(p.node, p.text)
	case !a.Units:
		r.Fail(p.node, p.text+" names units, and these are not units", "write a number or a slice")
	case len(units) == 0:
		r.Fail(p.node, p.text+" has no units", "")
	default:
		return units, true
	}
	return nil, false
}

// slice is start:stop:step of n indices as in Python, but nothing may be empty
// or beyond the end.
func slice(start, stop, step string, n int) (list []int, wrong string) {
	by, first, last := 1, 0, n
	if step != "" {
		by = sliceNumber(step)
	}
	switch {
	case by == 0:
		return nil, "has a step of 0"
	case by < 0:
		first, last = n-1, -1
	}
	beyond := false
	bound := func(text string, otherwise int) int {
		if text == "" {
			return otherwise
		}
		k := sliceNumber(text)
		if beyond = beyond || k < -n || k > n; k < 0 {
			k += n
		}
		return k
	}
	from, to := bound(start, first), bound(stop, last)
	if beyond || by < 0 && from == n {
		return nil, fmt.Sprintf("reaches beyond the end: there are %d", n)
	}
	for k := from; by > 0 && k < to || by < 0 && k > to; k += by {
		list = append(list, k)
	}
	if len(list) == 0 {
		return nil, fmt.Sprintf("selects nothing of %d", n)
	}
	return list, ""
}

// sliceNumber reads what the pattern of slices lets through. What is too large for
// an int is beyond every end.
func sliceNumber(text string) int {
	k, err := strconv.Atoi(text)
	if err != nil {
		return 1 << 40
	}
	return k
}

// Indices are those that a slice, a number or the name of a population means
// on an axis, and what is wrong with it.
func Indices(text string, a model.Axis, populations map[string][]int) ([]int, fault.Errors) {
	r := Resolver{Populations: populations}
	list, _ := selector{text: text}.indices(&r, a)
	return list, r.Problems
}
