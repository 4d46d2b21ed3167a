package hostile

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// Files are weight files, checkpoints and other archives of arrays, from which
// spoiled ones are made.
type Files struct {
	archives []*archive
	raw      [][]byte
	texts    []string // experiments, in the place of those in a file
}

// NewFiles takes the files apart, as far as they can be.
func NewFiles(files [][]byte, texts []string) *Files {
	f := &Files{raw: files, texts: texts}
	for _, data := range files {
		if a, ok := openArchive(data); ok {
			f.archives = append(f.archives, a)
		}
	}
	return f
}

// Spoiled is one of the files in which something is wrong, or nothing.
func (f *Files) Spoiled(c *Choices) []byte {
	if c.Chance(6) {
		return Scramble(c, One(c, f.raw...), f.raw...)
	}
	a := One(c, f.archives...).clone()
	for range c.few() {
		if len(a.entries) == 0 {
			break
		}
		f.spoil(c, a, One(c, a.entries...))
	}
	data := a.bytes()
	if c.Chance(20) {
		data = Scramble(c, data, f.raw...)
	}
	return data
}

// Array is an .npy file in which something is wrong, or nothing.
func (f *Files) Array(c *Choices) []byte {
	a := One(c, f.archives...)
	e := One(c, a.entries...).clone()
	spoilArray(c, e)
	return e.content
}

// spoil changes a file in one way.
func (f *Files) spoil(c *Choices, a *archive, e *entry) {
	switch c.Pick(8) {
	case 0, 1:
		One(c, archiveWays...)(c, a, e)
	case 2: // a member of another file
		other := One(c, One(c, f.archives...).entries...).clone()
		if c.Chance(2) {
			other.name = e.name
		}
		a.entries = append(slices.DeleteFunc(a.entries, func(e *entry) bool { return e.name == other.name }), other)
	case 3:
		a.resize(c)
	case 4:
		f.spoilText(c, a)
	default:
		spoilArray(c, e)
	}
}

// spoilArray changes the content of a member.
func spoilArray(c *Choices, e *entry) {
	a, ok := parseArray(e.content)
	switch {
	case !ok || c.Chance(12):
		e.content = Scramble(c, e.content)
		return
	case strings.Contains(a.descr, "O") && !c.Chance(4):
		a.data = spoilPickle(c, a.data)
	case c.Chance(3):
		One(c, headerWays...)(c, &a)
	case c.Chance(4):
		retype(c, &a)
	default:
		respell(c, &a)
	}
	e.content = a.bytes()
}

// resize gives units, inputs or outputs another number in all members.
func (a *archive) resize(c *Choices) {
	e := a.entry(One(c, "W_rec", "W_in", "W_out", "b_out", "theta"))
	if e == nil {
		return
	}
	size, ok := parseArray(e.content)
	if !ok || len(size.shape) == 0 {
		return
	}
	from, to := size.shape[c.Pick(len(size.shape))], One(c, 0, 1, 2, 3, 7, 40, 1<<31-1)
	for _, e := range a.entries {
		if m, ok := parseArray(e.content); ok {
			m.resize(from, to)
			e.content = m.bytes()
		}
	}
}

// words are texts that a member may hold in the place of its own.
var words = []string{"", "relu", "\x1b[2J\x1b]0;gone\x07", "\u202e\u2066evil", "\ufffd", "0", "-1", "18446744073709551615", "1e400", "nan", "../../etc/passwd", strings.Repeat("a", 100000), "trials", "a\nb\r\nc", "\x00", "float64"}

// spoilText changes a member that holds text: where the file comes from, and
// the experiment inside; or a whole number.
func (f *Files) spoilText(c *Choices, a *archive) {
	var texts []*entry
	for _, e := range a.entries {
		if m, ok := parseArray(e.content); ok && (strings.Contains(m.descr, "U") || strings.Contains(m.descr, "u8") || strings.Contains(m.descr, "i8")) {
			texts = append(texts, e)
		}
	}
	if len(texts) == 0 {
		e := One(c, a.entries...)
		e.content = textArray(One(c, words...))
		return
	}
	e := One(c, texts...)
	m, _ := parseArray(e.content)
	if !strings.Contains(m.descr, "U") {
		for k := 0; k+8 <= len(m.data); k += 8 {
			binary.LittleEndian.PutUint64(m.data[k:], One(c, edges...))
		}
		e.content = m.bytes()
		return
	}
	text := textOf(m.data)
	switch {
	case c.Chance(4):
		text = One(c, words...)
	case strings.Contains(text, "\n"):
		text = Experiment(c, append([]string{text}, f.texts...))
	case c.Chance(3): // code points that are none
		m.data = binary.LittleEndian.AppendUint32(nil, One(c, uint32(0xd800), 0x110000, 0xffffffff, 0x1b))
		m.descr, m.shape = "'<U1'", nil
		e.content = m.bytes()
		return
	default:
		text = Text(c, text)
	}
	e.content = textArray(text)
}

// textOf is the text of an array's entries.
func textOf(data []byte) string {
	var b strings.Builder
	for k := 0; k+4 <= len(data); k += 4 {
		b.WriteString(string(rune(binary.LittleEndian.Uint32(data[k:]))))
	}
	return b.String()
}

// textArray is an array of one text.
func textArray(text string) []byte {
	a := array{version: 1, fortran: "False"}
	for _, r := range text {
		a.data = binary.LittleEndian.AppendUint32(a.data, uint32(r))
	}
	a.descr = "'<U" + strconv.Itoa(max(1, len(a.data)/4)) + "'"
	if len(a.data) == 0 {
		a.data = make([]byte, 4)
	}
	return a.bytes()
}
