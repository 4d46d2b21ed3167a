package yaml

// The library's nodes become values, and the mistakes are found that need no
// knowledge of what belongs where: keys that stand twice, tags, merge keys,
// anchors that nothing uses, expressions that YAML has cut at a comma or at a # after a
// blank, and texts that are too large to be an experiment.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"psychrnn/internal/fault"
)

// Limits of a document, far above any experiment and low enough that a hostile
// one ends at once.
const (
	MaxSize  = 4 << 20 // bytes
	maxNodes = 1 << 20 // values, aliases written out
	maxDepth = 100
	maxKey   = 1000 // bytes of a key, quoted; YAML itself stops at 1024
)

// NoneOfPython is what someone writes who copies a dictionary. As a text it
// would become the name of a file, or of a variable.
const NoneOfPython = "None"

// Parse reads the one document of a file. There is a value if the mistakes leave
// one that can still be decoded, so that all mistakes can be told together.
func Parse(name string, text []byte) (*Written, fault.Errors) {
	return parse(newSource(name, string(bytes.TrimPrefix(text, []byte("\ufeff")))))
}

// ParseFlag reads the value of a flag, whose places are the name. Nothing is null.
func ParseFlag(name, text string) (*Written, fault.Errors) {
	if strings.TrimSpace(text) == "" {
		text = "null"
	}
	src := newSource(name, text)
	src.flag = true
	return parse(src)
}

func parse(src *sourceText) (*Written, fault.Errors) {
	p := &parser{src: src, anchors: map[anchored]*Written{}, used: map[*yaml.Node]bool{}}
	return p.document(), p.problems
}

// parser turns the library's nodes into trees and finds the mistakes that
// need no knowledge of what belongs where.
type parser struct {
	src      *sourceText
	problems fault.Errors
	root     *yaml.Node
	steps    []string              // the path
	own      bool                  // below a top-level key x-...: the user's own, not judged
	anchors  map[anchored]*Written // nil while the anchored value is being read
	used     map[*yaml.Node]bool
	named    []*yaml.Node // the values with an anchor that are judged
	kept     int          // anchored values around, whose nodes may be read again
}

// anchored is an anchor's value; below x-... it is read without being judged,
// and once more where something else uses it.
type anchored struct {
	node *yaml.Node
	own  bool
}

func (p *parser) fail(at int, text, hint string) {
	if !p.own {
		p.problems.Describe(func() fault.Error {
			return fault.Error{Place: p.src.pos(at), Path: JoinPath(p.steps...), Text: text, Hint: hint}
		})
	}
}

func (p *parser) document() *Written {
	text := p.src.text
	switch {
	case len(text) > MaxSize:
		p.fail(0, fmt.Sprintf("the file is larger than %d MiB", MaxSize>>20), "keep matrices in .npy or .npz files")
		return nil
	case !utf8.ValidString(text):
		valid := 0
		for r, w := utf8.DecodeRuneInString(text); r != utf8.RuneError || w > 1; r, w = utf8.DecodeRuneInString(text[valid:]) {
			valid += w
		}
		p.fail(valid, "not UTF-8 text", "save the file as UTF-8")
		return nil
	}
	if !p.src.flag && !p.directives() {
		return nil
	}
	if pieces(p.src.text) > maxNodes { // the library takes some 200 bytes for each
		p.fail(0, fmt.Sprintf("more than %d values and comments", maxNodes), "keep matrices in .npy or .npz files")
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(p.src.text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		p.fail(0, "the file is empty", "")
		return nil
	} else if err != nil {
		p.syntax(err)
		return nil
	}
	p.root = first.Content[0]
	root := p.value(p.root)
	switch {
	case root == nil:
		return nil
	case root.depth() > maxDepth:
		p.fail(int(root.at), fmt.Sprintf("nested deeper than %d levels", maxDepth), "")
		return nil
	case root.Size() > maxNodes:
		p.fail(int(root.at), fmt.Sprintf("more than %d values, aliases written out", maxNodes), "")
		return nil
	}
	p.unused()
	if err := decoder.Decode(&second); err == nil {
		p.fail(p.src.offset(&second), "a second document", "one file holds one document: remove the line --- and what follows")
	} else if !errors.Is(err, io.EOF) {
		p.syntax(err)
	}
	return root
}

// pieces is the most values and comments that a text can have, since something
// must stand between any two of them, if it is only the end of a line. A list, a
// map and a comment, all lines of which are one, take the memory of two.
func pieces(text string) (n int) {
	comments := false // in the line before
	for line := range strings.Lines(text) {
		if line = strings.TrimLeft(line, " "); line == "" || line[0] == '\n' {
			continue
		}
		before := comments
		comments = line[0] == '#'
		if comments {
			if !before {
				n += 2
			}
			continue
		}
		n++
		if strings.Contains(line, " #") || strings.Contains(line, "\t#") {
			n += 2
		}
		for i := range len(line) {
			switch line[i] {
			case ',', ':', '[', ']', '{', '}', '\r', 0x85, 0xa8, 0xa9: // or a part of another letter
				n++
			case '-', '?':
				if i+1 < len(line) && spaceWidth(line[i+1:]) > 0 {
					n++
				}
			}
		}
	}
	return n
}

// value converts a node. It gives nil, and has said why, for a value that
// can't be used.
func (p *parser) value(n *yaml.Node) *Written {
	if n.Kind == yaml.AliasNode {
		return p.follow(n)
	}
	t := p.src.tree(n)
	start, tagged := p.src.value(int(t.at))
	if n.Anchor != "" {
		p.anchors[anchored{n, p.own}] = nil
		if !p.own {
			p.named = append(p.named, n)
		}
		p.kept++
		defer func() { p.kept-- }()
	}
	switch {
	case tagged || n.Style&yaml.TaggedStyle != 0:
		p.fail(int(t.at), "tags (!) are not part of this format", "quote the text if the ! belongs to it, or write not")
		return nil
	case n.Kind == yaml.MappingNode:
		t.Kind = Mapping
		t = t.Holding(p.mapping(n), nil)
	case n.Kind == yaml.SequenceNode:
		t.Kind = List
		t = t.Holding(nil, p.sequence(n))
	case n.Kind == yaml.ScalarNode && t.Plain() && n.Value == NoneOfPython:
		p.fail(int(t.at), "None is the word of Python, not of YAML", "write null, or leave the key out; quote it if it is a text")
		return nil
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && n.Value == "":
		p.fail(start, fmt.Sprintf("%c begins a block of text, and none follows", p.src.text[start]),
			"quote the text if the "+p.src.text[start:start+1]+" belongs to it")
		return nil
	}
	if n.Anchor != "" {
		p.anchors[anchored{n, p.own}] = t
	}
	return t
}

// done lets go of what was read of a collection, unless an alias may lead there:
// the library's nodes take more memory than anything that is made of them.
func (p *parser) done(read []*yaml.Node) {
	if p.kept == 0 {
		clear(read)
	}
}

// follow gives the value that an alias stands for.
func (p *parser) follow(n *yaml.Node) *Written {
	at := p.src.offset(n)
	p.used[n.Alias] = true
	t, known := p.anchors[anchored{n.Alias, p.own}]
	switch {
	case known && t == nil:
		p.fail(at, fmt.Sprintf("the alias *%s stands inside the value it names", n.Value), "")
		return nil
	case !known:
		named := p.named // where the value itself stands
		t = p.value(n.Alias)
		if p.named = named; t == nil {
			return nil
		}
	}
	copied := *t
	copied.alias = &alias{n.Value, at}
	return &copied
}

func (p *parser) mapping(n *yaml.Node) (entries []Pair) {
	depth := len(p.steps)
	defer func() { p.steps = p.steps[:depth] }()
	seen := map[string]*Written{}
	entries = make([]Pair, 0, len(n.Content)/2)
	for i, from := 0, 0; i+1 < len(n.Content); i += 2 {
		p.done(n.Content[from:i])
		from = i
		p.steps = p.steps[:depth]
		key := p.key(n.Content[i])
		if key == nil {
			continue
		}
		p.steps = append(p.steps, Step(key.Text))
		if n == p.root && strings.HasPrefix(key.Text, "x-") {
			p.own = true
			p.value(n.Content[i+1])
			p.own = false
			continue
		}
		v := p.element(n, i+1, 2, &i)
		if first := seen[key.Text]; first != nil {
			p.fail(int(key.at), "the key stands twice", fmt.Sprintf("it stands in line %d already; keep one", first.Place().Line))
			continue
		}
		seen[key.Text] = key
		entries = append(entries, Pair{key, v})
	}
	return entries
}

func (p *parser) sequence(n *yaml.Node) (items []*Written) {
	depth := len(p.steps)
	defer func() { p.steps = p.steps[:depth] }()
	items = make([]*Written, 0, len(n.Content))
	for i, from := 0, 0; i < len(n.Content); i++ {
		p.done(n.Content[from:i])
		from = i
		p.steps = append(p.steps[:depth], "["+strconv.Itoa(len(items))+"]")
		items = append(items, p.element(n, i, 1, &i))
	}
	return items
}

// element converts the value at index at of a collection. A value that commas
// have cut swallows its pieces, and the caller's index moves past them.
func (p *parser) element(n *yaml.Node, at, step int, index *int) *Written {
	more, cut := p.cutByComma(n, at, step)
	*index += more * step
	if !cut {
		if v := p.value(n.Content[at]); v != nil {
			return v
		}
	}
	t := p.src.tree(n.Content[at])
	t.Kind, t.Text = Broken, ""
	return t
}

// key converts a key, or gives nil when it can't be one.
func (p *parser) key(n *yaml.Node) *Written {
	k := p.value(n)
	switch {
	case k == nil:
	case k.Kind != Scalar:
		p.fail(int(k.at), "a key must be a text", "quote it if the bracket belongs to it")
	case k.Text == "" && k.Plain():
		p.fail(int(k.at), "a colon without a key before it", "quote the text if the colon belongs to it")
	case k.Text == "<<" && k.Plain():
		p.fail(int(k.at), "merge keys (<<) are not part of this format", "use extends: FILE, or an alias for a whole value")
	case len(strconv.Quote(k.Text)) > maxKey:
		p.fail(int(k.at), "the key is too long", "")
	default:
		return k
	}
	return nil
}

// unused reports anchors that no alias names: most were meant as text.
func (p *parser) unused() {
	for _, n := range p.named {
		if !p.used[n] {
			p.fail(p.src.offset(n), fmt.Sprintf("the anchor &%s is never used", n.Anchor),
				"quote the text if the & belongs to it; conditions are joined by and")
		}
	}
}

// mostPieces of an expression are put together: it has no more parts itself.
const mostPieces = 1000

// cutByComma recognizes an expression that YAML has cut: at a comma inside { } or
// [ ], where the rest becomes further elements (keys without value in a map),
// or at a " #". It reports it, and says how many further elements belong to the
// value at index i.
func (p *parser) cutByComma(n *yaml.Node, i, step int) (more int, cut bool) {
	v := n.Content[i]
	if v.Kind != yaml.ScalarNode || !plainNode(v) || Unclosed(v.Value) <= 0 {
		return 0, false
	}
	open, pieces := Unclosed(v.Value), []string{v.Value}
	for j := i + step; n.Style&yaml.FlowStyle != 0 && j < len(n.Content) && open > 0 && more < mostPieces; j += step {
		piece := n.Content[j-step+1] // a map's key, a list's element
		if piece.Kind != yaml.ScalarNode || !plainNode(piece) || step == 2 && n.Content[j].Value != "" {
			break
		}
		pieces = append(pieces, piece.Value)
		open += Unclosed(piece.Value)
		more++
	}
	at := p.src.offset(v)
	switch {
	case more > 0 && open == 0:
		p.fail(at, fmt.Sprintf("the comma ends the value here: %s", v.Value),
			fmt.Sprintf("quote it: %q, or write one key to a line, without braces", strings.Join(pieces, ", ")))
	case n.Style&yaml.FlowStyle != 0 && i+step < len(n.Content):
		p.fail(at, fmt.Sprintf("the comma ends the value here: %s", v.Value),
			"quote a text that has commas or brackets in it")
	case strings.HasPrefix(v.LineComment, "#"):
		p.fail(at, fmt.Sprintf("the comment ends the value here: %s", v.Value),
			"quote a text that has # in it, or close the bracket")
	default:
		return 0, false
	}
	return more, true
}

func plainNode(n *yaml.Node) bool {
	return n.Anchor == "" && (n.Style == 0 || n.Style == yaml.FlowStyle)
}

// Unclosed counts the brackets that a text opens and does not close.
func Unclosed(text string) int {
	depth := 0
	for _, r := range text {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
	}
	return depth
}
