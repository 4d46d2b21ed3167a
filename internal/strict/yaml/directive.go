package yaml

// Lines that begin with % before a document.

import (
	"fmt"
	"regexp"
	"strings"
)

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
