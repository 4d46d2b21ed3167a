package task

import (
	"regexp"
	"strconv"

	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// most bounds what a definition may ask for.
const (
	mostChannels = 10_000
	mostNames    = 1_000   // variables, periods, signals or rules
	mostValues   = 1 << 26 // of a trial
	mostRecorded = 100_000 // variables of a trial, each component of a vector one
	mostComputed = 1 << 25 // operations for all parameters
	mostWork     = 1 << 28 // of all expressions, in one worker
)

// group is a stretch of channels with a name.
type group struct {
	name        string
	first, size int
}

// side is the inputs or the outputs.
type side struct {
	what   string // inputs or outputs
	node   *strict.Node
	n      int
	groups []group
	index  map[string]int // of the groups by their names
	named  bool
}

// newSide reads inputs or outputs; count, if not 0, is N_in or N_out.
func newSide(what, key string, n *strict.Node, count int, section *strict.Node) side {
	s := side{what: what, node: n, index: map[string]int{}}
	if n == nil {
		section.Missing(what, "a number, a list of names, or groups with their sizes")
		return s
	}
	switch n.Kind() {
	case strict.Scalar:
		n.Decode(&s.n)
		if count > 0 {
			s.n = count
		}
	case strict.List:
		s.named = true
		var names []string
		n.Decode(&names)
		items := n.Items()
		for i, name := range names {
			s.add(items[i], name, 1)
		}
	case strict.Mapping:
		s.named = true
		if n.Few() {
			for _, e := range n.Entries() {
				size := 0
				e.Decode(&size)
				s.add(e, e.Key(), size)
			}
		}
	}
	if s.named && count > 0 {
		if at := section.Get(key); at != nil {
			at.Fail("the task names its "+what+", so their number is given", "leave it out, or change "+what)
		}
	}
	if s.n > mostChannels {
		n.Fail("more than "+strconv.Itoa(mostChannels)+" channels", "")
		s.n = mostChannels
	}
	return s
}

func (s *side) add(n *strict.Node, name string, size int) {
	switch {
	case len(name) > expr.LongestName:
		n.Fail("a name has at most "+strconv.Itoa(expr.LongestName)+" letters", "")
	case !expr.ValidName(name):
		n.Fail(strconv.Quote(name)+" cannot be a name", "a name has letters, digits and _, no digit first")
	case s.group(name) != nil:
		n.Fail("the name "+name+" stands here twice", "")
	}
	size = min(max(size, 0), mostChannels+1-s.n) // what is more is refused
	s.index[name] = len(s.groups)
	s.groups = append(s.groups, group{name, s.n, size})
	s.n += size
}

func (s *side) group(name string) *group {
	if i, ok := s.index[name]; ok {
		return &s.groups[i]
	}
	return nil
}

func (s *side) names() []string {
	var names []string
	for _, g := range s.groups {
		names = append(names, g.name)
	}
	return names
}

// spans are the names as an expression's brackets take them.
func (s *side) spans() map[string]expr.Span {
	spans := map[string]expr.Span{}
	for _, g := range s.groups {
		spans[g.name] = expr.Span{First: g.first, Count: g.size}
	}
	return spans
}

// place is the group that a channel is in, all channels if there are none.
func (s *side) place(channel int) group {
	for _, g := range s.groups {
		if channel < g.first+g.size {
			return g
		}
	}
	return group{size: s.n}
}

// label names a channel for tables.
func (s *side) label(channel int) string {
	switch g := s.place(channel); {
	case g.name == "":
		return strconv.Itoa(channel)
	case g.size == 1:
		return g.name
	default:
		return g.name + "[" + strconv.Itoa(channel-g.first) + "]"
	}
}

// within matches a channel of a group, ring[k].
var within = regexp.MustCompile(`^(\s*([\pL_][\pL_\d]*)\s*\[)(.*)\]\s*$`)

// A part of a selection is a stretch of channels, or one that each trial chooses.
type part struct {
	first, size int
	index       *compiled // within the stretch; nil: all of it
}

// width is the number of channels in the parts.
func width(parts []part) (n int) {
	for _, p := range parts {
		if p.index != nil {
			n++
		} else {
			n += p.size
		}
	}
	return n
}

// selection reads what stands for channels in a rule or an accuracy.
func (p *plan) selection(s *side, n *strict.Node) (parts []part) {
	if n == nil {
		return []part{{0, s.n, nil}}
	}
	if n.Kind() == strict.List {
		if len(n.Items()) == 0 {
			n.Fail("there is no channel in the list", "name one")
		}
		named := 0
		for _, item := range n.Items() {
			if item.Kind() != strict.Scalar {
				item.Fail("expected a channel, found more", "")
				continue
			}
			more := p.selection(s, item)
			parts, named = append(parts, more...), named+width(more)
			if named > mostChannels {
				n.Fail("this list names more than "+strconv.Itoa(mostChannels)+" channels", "name a channel or a group once")
				return nil
			}
		}
		return parts
	}
	if n.Kind() == strict.Mapping {
		n.Fail("expected a channel or a list, found a map", "")
		return nil
	}
	text := n.Text()
	if g := s.group(text); g != nil {
		return []part{{g.first, g.size, nil}}
	}
	if k, err := strconv.Atoi(text); err == nil && !n.Quoted() && 0 <= k && k < s.n && strconv.Itoa(k) == text {
		return []part{{k, 1, nil}}
	}
	first, size := 0, s.n
	inner, ok := scalar(n, "a channel")
	if !ok {
		return nil
	}
	name := text
	if m := within.FindStringSubmatch(text); m != nil {
		if g := s.group(m[2]); g != nil {
			first, size = g.first, g.size
			inner = source{n: n, text: m[3], start: len([]rune(m[1]))}
		} else {
			name = m[2]
		}
	}
	if _, known := p.slots[name]; expr.ValidName(name) && !known && !p.constant(name) {
		n.Fail("there is no channel, group or variable "+name, n.Hint(func() string {
			return fault.DidYouMean(name, append(s.names(), p.variableNames()...), "")
		}))
		return nil
	}
	index := p.perTrial(inner, context{what: "a channel"})
	if index == nil {
		return nil
	}
	if index.shape != expr.Scalar {
		n.Fail("one channel is wanted, this has several values", "an index in brackets picks one of them")
		return nil
	}
	if b := p.bounds(index); b.Low == b.High {
		if k := int(b.Low); float64(k) != b.Low || k < 0 || k >= size {
			p.reportValue(inner, "the channel is "+number(b.Low)+", but must be a whole number from 0 to "+strconv.Itoa(size-1), "counting starts at 0")
			return nil
		}
		return []part{{first + int(b.Low), 1, nil}}
	}
	return []part{{first, size, index}}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
