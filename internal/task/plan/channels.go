package plan

// Inputs and outputs with their names, and what stands for some of them.

import (
	"regexp"
	"slices"
	"strconv"

	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
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

// A ChannelGroup is a stretch of channels with a name.
type ChannelGroup struct {
	Name        string
	First, Size int
}

// A Side is the inputs or the outputs.
type Side struct {
	N      int
	Groups []ChannelGroup
	Named  bool // the definition names them

	node  *strict.Node
	spans map[string]expr.ChannelSpan // of the groups by their names, as an expression's brackets take them
}

// newSide reads inputs or outputs. count, if not 0, is N_in or N_out, and inFile is
// how many a file of trials has.
func (b *builder) newSide(what, key string, n *strict.Node, count, inFile int) Side {
	s := Side{node: n, spans: map[string]expr.ChannelSpan{}}
	switch {
	case n == nil && b.config.Kind == "":
		b.section.Missing(what, "a number, a list of names, or groups with their sizes")
		return s
	case b.config.Kind == task.FromProgram && n == nil && count == 0: // which is not asked at this time
		b.section.Missing(key, "the number of "+what+" of the program's trials")
		count = 1
	}
	switch {
	case n == nil:
		s.N = max(count, inFile)
		n = b.trialsFrom()
	case n.Kind() == strict.Scalar:
		n.Decode(&s.N)
		if count > 0 {
			s.N = count
		}
	case n.Kind() == strict.List:
		s.Named = true
		var names []string
		n.Decode(&names)
		items := n.Items()
		for i, name := range names {
			s.add(items[i], name, 1)
		}
	case n.Kind() == strict.Mapping:
		s.Named = true
		if n.Few() {
			for _, e := range n.Entries() {
				size := 0
				e.Decode(&size)
				s.add(e, e.Key(), size)
			}
		}
	}
	if s.Named && count > 0 {
		if at := b.section.Get(key); at != nil {
			at.Fail("the task names its "+what+", so their number is given", "leave it out, or change "+what)
		}
	}
	if s.N > mostChannels {
		n.Fail("more than "+strconv.Itoa(mostChannels)+" channels", "")
		s.N = mostChannels
	}
	return s
}

func (s *Side) add(n *strict.Node, name string, size int) {
	switch {
	case len(name) > expr.LongestName:
		n.Fail("a name has at most "+strconv.Itoa(expr.LongestName)+" letters", "")
	case !expr.ValidName(name):
		n.Fail(strconv.Quote(name)+" cannot be a name", "a name has letters, digits and _, no digit first")
	case s.has(name):
		n.Fail("the name "+name+" stands here twice", "")
	}
	size = min(max(size, 0), mostChannels+1-s.N) // what is more is refused
	s.spans[name] = expr.ChannelSpan{First: s.N, Count: size}
	s.Groups = append(s.Groups, ChannelGroup{name, s.N, size})
	s.N += size
}

func (s *Side) has(name string) bool {
	_, ok := s.spans[name]
	return ok
}

func (s *Side) names() []string {
	var names []string
	for _, g := range s.Groups {
		names = append(names, g.Name)
	}
	return names
}

// Place is the group that a channel is in, all channels if there are none.
func (s *Side) Place(channel int) ChannelGroup {
	for _, g := range s.Groups {
		if channel < g.First+g.Size {
			return g
		}
	}
	return ChannelGroup{Size: s.N}
}

// label names a channel for tables.
func (s *Side) label(channel int) string {
	switch g := s.Place(channel); {
	case g.Name == "":
		return strconv.Itoa(channel)
	case g.Size == 1:
		return g.Name
	default:
		return g.Name + "[" + strconv.Itoa(channel-g.First) + "]"
	}
}

// within matches a channel of a group, ring[k].
var within = regexp.MustCompile(`^(\s*([\pL_][\pL_\d]*)\s*\[)(.*)\]\s*$`)

// A ChannelRange is a stretch of channels, or one of them that each trial chooses.
type ChannelRange struct {
	First, Size int
	Index       *CompiledExpr // of the one within the stretch; nil: all of it
}

// selection reads what stands for channels in a rule or an accuracy.
func (b *builder) selection(s *Side, n *strict.Node) (parts []ChannelRange) {
	if n == nil {
		return []ChannelRange{{0, s.N, nil}}
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
			for _, p := range b.selection(s, item) {
				if parts = append(parts, p); p.Index != nil {
					p.Size = 1
				}
				named += p.Size
			}
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
	if g, ok := s.spans[text]; ok {
		return []ChannelRange{{g.First, g.Count, nil}}
	}
	if k, err := strconv.Atoi(text); err == nil && !n.Quoted() && 0 <= k && k < s.N && strconv.Itoa(k) == text {
		return []ChannelRange{{k, 1, nil}}
	}
	first, size, name := 0, s.N, text
	inner := scalar(n, "a channel")
	if m := within.FindStringSubmatch(text); m != nil {
		if g, ok := s.spans[m[2]]; ok {
			first, size = g.First, g.Count
			inner = &exprSource{n, m[3], []sourcePiece{{-len([]rune(m[1])), n}}}
		} else {
			name = m[2]
		}
	}
	if _, known := b.slots[name]; expr.ValidName(name) && !known && !b.constant(name) {
		n.Fail("there is no channel, group or variable "+name, n.Hint(func() string {
			return fault.DidYouMean(name, append(s.names(), b.variableNames()...), "")
		}))
		return nil
	}
	index := b.perTrial(inner, context{what: "a channel"})
	if index == nil {
		return nil
	}
	if index.Shape != expr.Scalar {
		n.Fail("one channel is wanted, this has several values", "an index in brackets picks one of them")
		return nil
	}
	if within := b.bounds(index); within.Low == within.High {
		if k := int(within.Low); float64(k) != within.Low || k < 0 || k >= size {
			b.reportValue(inner, "the channel is "+task.FormatNumber(within.Low)+", but must be a whole number from 0 to "+strconv.Itoa(size-1), "counting starts at 0")
			return nil
		}
		return []ChannelRange{{first + int(within.Low), 1, nil}}
	}
	return []ChannelRange{{first, size, index}}
}

// Labels name all channels.
func (s *Side) Labels() (all []string) {
	for k := range s.N {
		all = append(all, s.label(k))
	}
	return all
}

// known are the names of groups and of channels.
func (s *Side) known() []string {
	all := s.names()
	for _, label := range s.Labels() {
		if !slices.Contains(all, label) {
			all = append(all, label)
		}
	}
	return all
}

// find lists the channels of a Name: a group, or a channel's label or number.
func (s *Side) find(name string) (channels []int) {
	group := s.spans[name]
	for k := range s.N {
		if group.First <= k && k < group.First+group.Count || name == s.label(k) || name == strconv.Itoa(k) {
			channels = append(channels, k)
		}
	}
	return channels
}
