package yaml

// What is said where the library gives up, and lines that begin with % before a document.

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The library names a line, often a neighbouring one, and never a column. So
// where it gives up, what it has read is looked through once more for the usual
// causes; only if none is found its own words are passed on.

var (
	// NoSpaceAfterColon matches key:value, which is a text to YAML.
	NoSpaceAfterColon = regexp.MustCompile(`^[\w.-]+:[^\s]`)
	// Assigned matches key = value, and finds both.
	Assigned = regexp.MustCompile(`^([\w.-]+)\s*=\s*(\S.*)$`)

	libraryLine   = regexp.MustCompile(`^(?:yaml: )?(?:line ([0-9]+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	keyed         = regexp.MustCompile(`^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'\[\]{},&*!|>%@#-](?:[^:#]|:[^\s]|[^\s]#)*?|-[^\s:]+) *:(\s+|$)`)
	blockHeader   = regexp.MustCompile(`^[>|][-+0-9]{0,2}\s*(#.*)?$`)
	aliased       = regexp.MustCompile(`^\*[^\s,\[\]{}]+\s+[^\s#]`)
	keyAnywhere   = regexp.MustCompile(`(?m)(?:^|[{,\[]|- )\s*("[^"\n]*"|'[^'\n]*'|[^\s:{}\[\],"'#]+)\s*:`)
	property      = regexp.MustCompile(`^[&!]\S*(\s+|$)`)
)

const (
	quoteIt  = "quote the text"
	brackety = "inside { } and [ ] brackets and commas end a value: quote it, or write one key to a line"
)

// translations of what the library says when no usual cause is found.
var translations = map[string][2]string{
	"could not find expected ':'":            {"a key without a colon", "write key: value"},
	"did not find expected key":              {"no key where one belongs", "a text with quotes, brackets or colons in it is quoted as a whole"},
	"did not find expected '-' indicator":    {"a key among the elements of a list", "start it in the column of its section"},
	"found unknown escape character":         {`a backslash that means nothing inside "..."`, `write \\, or use single quotes`},
	"found undefined tag handle":             {"tags (!) are not part of this format", "quote the text if the ! belongs to it, or write not"},
	"did not find expected <document start>": {"text after the end of the document", "remove it"},
}

// syntax reports an error of the library.
func (p *parser) syntax(err error) {
	m := libraryLine.FindStringSubmatch(err.Error())
	if a := unknownAnchor.FindStringSubmatch(m[2]); a != nil {
		p.fail(max(strings.Index(p.src.text, "*"+a[1]), 0), fmt.Sprintf("no anchor &%s stands before this alias", a[1]),
			"quote the text if the * belongs to it")
		return
	}
	read := p.read()
	if p.diagnose(read) {
		return
	}
	for _, key := range keyAnywhere.FindAllStringSubmatchIndex(p.src.text[:min(read, len(p.src.text))], -1) {
		if key[3]-key[2] > maxKey {
			p.fail(key[2], "the key is too long", "")
			return
		}
	}
	at := min(max(0, read-lookahead), max(0, len(p.src.text)-1))
	for at > 0 && spaceWidth(p.src.text[at:]) > 0 {
		at--
	}
	line := p.src.line(at)
	if m[2] == "could not find expected ':'" { // found out later, but the library's line is right
		line, _ = strconv.Atoi(m[1])
		line = min(max(line, 1), len(p.src.lines)) - 1
	}
	at = p.src.lines[line]
	for blankWidth(p.src.text[at:]) > 0 {
		at++
	}
	said, ok := translations[m[2]]
	if !ok {
		said = [2]string{"not YAML: " + m[2], ""}
	}
	p.fail(at, said[0], said[1])
}

// lookahead is how far the library reads beyond the character it judges.
const lookahead = 4

// byByte reads no further than it is asked to.
type byByte struct{ r *strings.Reader }

func (b byByte) Read(p []byte) (int, error) { return b.r.Read(p[:min(1, len(p))]) }

// read counts the bytes that the library reads until it gives up.
func (p *parser) read() int {
	r := strings.NewReader(p.src.text)
	decoder := yaml.NewDecoder(byByte{r})
	for n := new(yaml.Node); decoder.Decode(n) == nil; {
	}
	return len(p.src.text) - r.Len()
}

// diagnosis walks over the lines of a text that the library refused.
type diagnosis struct {
	*parser
	at      int   // where the walk is
	end     int   // of the line
	indents []int // of the open block collections
	opened  []int // brackets of the open flow collection
	deeper  bool  // the last line ended in a colon or dash: more indentation may follow
	literal int   // indentation of the key whose block of text goes on; -1
	found   bool
}

func (d *diagnosis) say(at int, text, hint string) {
	d.found = true
	d.fail(at, text, hint)
}

func (d *diagnosis) rest() string { return d.src.text[d.at:d.end] }

// diagnose looks for the cause in what the library has read.
func (p *parser) diagnose(read int) bool {
	d := &diagnosis{parser: p, indents: []int{0}, deeper: true, literal: -1}
	if i := strings.IndexFunc(p.src.text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f }); i >= 0 {
		d.say(i, "a control character", "remove it")
	}
	for i, start := range p.src.lines {
		d.end = len(p.src.text)
		if i+1 < len(p.src.lines) {
			d.end = p.src.lines[i+1]
		}
		if d.found || start > read {
			return d.found
		}
		if start < d.at { // a quoted text or property ran over this line
			continue
		}
		d.at = start
		d.line(start)
	}
	if len(d.opened) > 0 && !d.found {
		at := d.opened[len(d.opened)-1]
		d.say(at, fmt.Sprintf("the bracket %c is never closed", p.src.text[at]), "")
	}
	return d.found
}

func (d *diagnosis) line(start int) {
	text := strings.TrimRight(d.rest(), " \t\r\n")
	d.end = start + len(text)
	body := strings.TrimLeft(text, " \t")
	if body == "" {
		return
	}
	white := text[:len(text)-len(body)]
	indent := len(white)
	if d.literal >= 0 && indent > d.literal {
		return
	}
	d.literal = -1
	if body[0] == '#' || body == "---" || body == "..." {
		return
	}
	if tab := strings.IndexByte(white, '\t'); tab >= 0 {
		d.say(start+tab, "a tab in the indentation", "indent with spaces")
		return
	}
	d.at = start + indent
	if len(d.opened) > 0 {
		if keyed.MatchString(body) && indent <= d.indents[len(d.indents)-1] {
			at := d.opened[len(d.opened)-1]
			d.say(at, fmt.Sprintf("the bracket %c is never closed", d.src.text[at]), "")
			return
		}
		d.flow()
		return
	}
	d.block(start, indent)
}

// block looks at a line outside of flow collections.
func (d *diagnosis) block(start, indent int) {
	deeper := d.deeper
	last := d.indents[len(d.indents)-1]
	d.deeper = false
	body := d.rest()
	switch {
	case keyed.MatchString(body) || strings.HasPrefix(body, "- "):
		if indent > last && !deeper {
			d.say(d.at, "indented deeper than the line above, which has a value already", "keys of one section start in one column")
			return
		}
		for len(d.indents) > 1 && indent < d.indents[len(d.indents)-1] {
			d.indents = d.indents[:len(d.indents)-1]
		}
		if last = d.indents[len(d.indents)-1]; indent != last {
			if indent < last || !deeper {
				d.say(d.at, "the indentation fits no line above", "keys of one section start in one column")
				return
			}
			d.indents = append(d.indents, indent)
		}
	case NoSpaceAfterColon.MatchString(body):
		d.say(d.at+strings.IndexByte(body, ':'), "no space after the colon", "write "+strings.Replace(body, ":", ": ", 1))
		return
	case Assigned.MatchString(body):
		m := Assigned.FindStringSubmatch(body)
		d.say(d.at, "a key without a colon", fmt.Sprintf("write %s: %s", m[1], m[2]))
		return
	}
	for strings.HasPrefix(d.rest(), "- ") || d.rest() == "-" {
		d.at++
		d.at += len(d.rest()) - len(strings.TrimLeft(d.rest(), " \t"))
		d.deeper = true
		if d.rest() != "" {
			d.indents = append(d.indents, d.at-start)
		}
	}
	if m := keyed.FindString(d.rest()); m != "" {
		d.at += len(m)
		d.deeper = d.rest() == "" || d.rest()[0] == '#'
	}
	d.value(indent)
}

// value looks at what stands after a key or dash.
func (d *diagnosis) value(indent int) {
	for property.MatchString(d.rest()) {
		d.at += len(property.FindString(d.rest()))
		d.deeper = d.rest() == ""
	}
	text := d.rest()
	switch {
	case text == "" || text[0] == '#':
	case text == ":" || strings.HasPrefix(text, ": "):
		d.say(d.at, "a colon without a key before it", "quote the text if the colon belongs to it")
	case strings.ContainsRune("%@`", rune(text[0])):
		d.say(d.at, fmt.Sprintf("a text can't start with %c", text[0]), quoteIt)
	case text[0] == '>' || text[0] == '|':
		d.literal = indent
		if !blockHeader.MatchString(text) {
			d.say(d.at, fmt.Sprintf("%c at the start of a value begins a block of text", text[0]), quoteIt)
		}
	case aliased.MatchString(text):
		d.say(d.at, "* at the start of a value is an alias, and nothing may follow it", quoteIt)
	case strings.HasPrefix(text, "- "), strings.HasPrefix(text, "? "):
		d.say(d.at, fmt.Sprintf("a text can't start with %c and a space", text[0]), quoteIt)
	case text[0] == '"' || text[0] == '\'':
		d.quoted()
	case text[0] == '[' || text[0] == '{':
		d.flow()
	default:
		text, _, _ = strings.Cut(text, " #")
		if i := strings.Index(text, ": "); i >= 0 {
			d.say(d.at+i, "a second colon in one line", "quote the text if the colon belongs to it; else a key goes on a line of its own")
		}
	}
}

// quoted passes a quoted text and looks at what follows it in its line.
func (d *diagnosis) quoted() {
	open := d.at
	text := d.src.text
	quote := text[open]
	for d.at++; d.at < len(text); d.at++ {
		if quote == '"' && text[d.at] == '\\' || quote == '\'' && strings.HasPrefix(text[d.at:], "''") {
			d.at++
		} else if text[d.at] == quote {
			break
		}
	}
	if d.at >= len(text) {
		d.at = len(text)
		d.say(open, "the quote is never closed", "")
		return
	}
	d.at++
	d.end = max(d.end, d.at)
	for d.end < len(text) && breakWidth(text[d.end:]) == 0 {
		d.end++
	}
	if len(d.opened) > 0 {
		return
	}
	if tail := strings.TrimLeft(d.rest(), " \t\r\n"); tail != "" && tail[0] != '#' {
		d.say(d.at, "text after the closing quote", `put the whole text in quotes; inside "..." a quote is written \", inside '...' twice`)
	}
}

// flow passes the rest of a line inside brackets.
func (d *diagnosis) flow() {
	before := byte(' ') // the last character that is not white
	for d.at < d.end && !d.found {
		switch c := d.src.text[d.at]; {
		case c == '#' && d.at > 0 && blankWidth(d.src.text[d.at-1:]) > 0:
			return
		case (c == '"' || c == '\'') && strings.IndexByte(" ,:[{", before) >= 0:
			d.quoted()
			before = c
			continue
		case c == '[' || c == '{':
			if strings.IndexByte(" ,:[{", before) < 0 {
				d.say(d.at, fmt.Sprintf("the bracket %c stands inside a text", c), brackety)
				return
			}
			d.opened = append(d.opened, d.at)
			before = c
		case c == ']' || c == '}':
			open := len(d.opened) - 1
			if open < 0 || d.src.text[d.opened[open]] != c-2 {
				d.say(d.at, fmt.Sprintf("the bracket %c closes nothing", c), brackety)
				return
			}
			d.opened = d.opened[:open]
			before = c
		case c == ',' && (before == ',' || before == '[' || before == '{'):
			d.say(d.at, "a comma with nothing before it", "")
		case c == ':' && strings.IndexByte(",[{", before) >= 0:
			d.say(d.at, "a text inside brackets can't start with a colon", "quote it")
		case spaceWidth(d.src.text[d.at:]) > 0:
		case len(d.opened) == 0:
			d.say(d.at, "text after the closing bracket", quoteIt)
		case (before == ']' || before == '}') && c != ',' && c != ':':
			d.say(d.at, "text after a closing bracket", brackety)
		default:
			before = c
		}
		d.at++
	}
}

var (
	directive   = regexp.MustCompile(`^%(\S+)[ \t]*(.*?)[ \t]*(?:#.*)?$`)
	yamlVersion = regexp.MustCompile(`^1\.[0-9]+$`)
)

// directives makes comments of the lines that begin with % before ---: they say
// nothing that matters here, since no text is read otherwise in YAML 1.2 than in
// 1.1 and tags are refused, and the library gives up at %YAML 1.2. It says
// whether they may be passed over.
func (p *parser) directives() bool {
	text := []byte(p.src.text)
	before, last := true, -1 // whether a document may begin here; the last directive of it
	for i, start := range p.src.lines {
		end := len(text)
		if i+1 < len(p.src.lines) {
			end = p.src.lines[i+1]
		}
		line := strings.TrimRight(string(text[start:end]), " \t\r\n\u0085\u2028\u2029")
		switch {
		case line == "..." || strings.HasPrefix(line, "... "):
			before = true
		case !before || line == "" || strings.TrimLeft(line, " \t")[0] == '#':
		case line[0] == '%':
			m := directive.FindStringSubmatch(line)
			if m != nil && m[1] == "YAML" && !yamlVersion.MatchString(m[2]) {
				p.fail(start, fmt.Sprintf("%q is no version of YAML that is known here", m[2]), "write %YAML 1.2, or leave the line out")
				return false
			}
			last, text[start] = start, '#'
		case last >= 0 && line != "---" && !strings.HasPrefix(line, "--- "):
			p.fail(last, "a line that begins with % is a directive, and --- must follow it", quoteIt+", or write a line --- after it")
			return false
		default:
			before, last = false, -1
		}
	}
	if last >= 0 {
		p.fail(last, "a line that begins with % is a directive, and --- must follow it", "write a line --- after it, and then the experiment")
		return false
	}
	p.src.text = string(text)
	return true
}
