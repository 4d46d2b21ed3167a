package npz

// The .npy format: header and data, read without trusting the header, written as NumPy
// does byte by byte.

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/fault"
)

const (
	npyMagic        = "\x93NUMPY"
	npyHeaderLimit  = 1 << 16 // what format 1.0 can hold
	dimensionsLimit = 64      // NumPy's own
	textLimit       = 1 << 24 // characters of one entry
)

// npyHeader is the dictionary at the start of an .npy file.
type npyHeader struct {
	descr   string // the type: without quotes if it is one word, else as it stands
	fortran bool
	shape   []int

	dtype      // of descr
	known bool // it is a type that an Array can have
	size  int  // bytes that must follow the header, if it is
}

// dtype is a type of entry that an Array can have.
type dtype struct {
	name  string // little-endian
	width int    // bytes of one entry
	unit  int    // bytes of what byte order applies to
	swap  bool   // stored big-endian
	long  bool   // stored as a longdouble, see doubles
	quad  bool   // of 16 bytes, which are known to be of the 128-bit form
}

// ReadNpy reads a lone .npy array: numbers, truth values or text of at most
// size bytes (0: as in [Limits]). Nothing may follow it.
func ReadNpy(r io.Reader, size int64) (Array, error) {
	_, h, err := readHeader(r)
	if err != nil {
		return Array{}, err
	}
	if !h.known {
		return Array{}, refuse("save it as an array of numbers", "entries of type %s are not understood", printable(h.descr))
	}
	if limit := (Limits{Size: cmp.Or(size, unaskedMost)}).orDefault(0).Size; int64(h.size) > limit {
		return Array{}, tooLarge(limit)
	}
	data, err := readBytes(r, h.size, 0)
	if err != nil {
		return Array{}, err
	}
	if n, _ := io.ReadFull(r, make([]byte, 1)); n > 0 {
		return Array{}, refuse("", "data goes on after the %d bytes of shape %s", h.size, ShapeText(h.shape))
	}
	return h.array(data), nil
}

// WriteNpy writes the array as an .npy file of format 1.0.
func (a Array) WriteNpy(w io.Writer) error {
	head, err := a.header()
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err = w.Write(a.Data)
	return err
}

// npyHeader is the start of the .npy file, byte by byte as NumPy writes it.
func (a Array) header() ([]byte, error) {
	t, ok := parseType(a.Type)
	if n, fits := product(a.Shape, t.width); !ok || t.name != a.Type || !fits || n != len(a.Data) || len(a.Shape) > dimensionsLimit {
		return nil, refuse("", "an array of type %s and shape %s cannot have %d bytes", printable(a.Type), ShapeText(a.Shape), len(a.Data))
	}
	return formatHeader(a.Type, a.Shape), nil
}

func formatHeader(descr string, shape []int) []byte {
	text := "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + ShapeText(shape) + ", }"
	if len(shape) > 0 {
		// NumPy leaves room for the first dimension to grow to 21 digits.
		text += strings.Repeat(" ", 21-len(strconv.Itoa(shape[0])))
	}
	const before = len(npyMagic) + 4
	text += strings.Repeat(" ", 64-(before+len(text)+1)%64) + "\n"
	head := append([]byte(npyMagic), 1, 0)
	return append(binary.LittleEndian.AppendUint16(head, uint16(len(text))), text...)
}

// readHeader reads the start of an .npy file. It returns its bytes too.
func readHeader(r io.Reader) ([]byte, npyHeader, error) {
	raw, err := readBytes(r, len(npyMagic)+4, 0)
	if err != nil {
		return nil, npyHeader{}, err
	}
	major, minor := raw[6], raw[7]
	length := uint32(binary.LittleEndian.Uint16(raw[8:]))
	switch {
	case string(raw[:6]) != npyMagic:
		return nil, npyHeader{}, refuse("", "not an .npy array: the magic bytes \\x93NUMPY are missing")
	case minor != 0 || major < 1 || major > 3:
		return nil, npyHeader{}, refuse("", ".npy format version %d.%d is unknown: 1.0, 2.0 and 3.0 are understood", major, minor)
	case major > 1:
		more, err := readBytes(r, 2, 0)
		if err != nil {
			return nil, npyHeader{}, err
		}
		raw = append(raw, more...)
		length = binary.LittleEndian.Uint32(raw[8:])
	}
	if length > npyHeaderLimit {
		return nil, npyHeader{}, refuse("", "header of %d bytes: at most %d are read", length, npyHeaderLimit)
	}
	text, err := readBytes(r, int(length), 0)
	if err != nil {
		return nil, npyHeader{}, &fault.Error{Status: fault.File, Text: "header: " + err.Error(), Hint: cutOff, Cause: err}
	}
	h, err := parseHeader(string(text))
	return append(raw, text...), h, err
}

// parseHeader reads the dictionary, a literal of Python with three known keys.
func parseHeader(text string) (npyHeader, error) {
	h, s, seen := npyHeader{}, scanner{text}, map[string]bool{}
	wrong := func(what string) (npyHeader, error) {
		return npyHeader{}, refuse("", "header: %s in %s", what, printable(text))
	}
	if _, ok := s.take(begins); !ok {
		return wrong("no dictionary")
	}
	for s.rest != "" && s.rest[0] != '}' {
		key, ok := s.take(quoted)
		if _, colon := s.take(colon); !ok || !colon || seen[key] {
			return wrong("no dictionary of descr, fortran_order and shape")
		}
		seen[key] = true
		switch key {
		case "descr":
			if h.descr, ok = s.take(quoted); !ok {
				h.descr, ok = s.bracketed()
			}
		case "fortran_order":
			var truth string
			truth, ok = s.take(truths)
			h.fortran = truth == "True"
		case "shape":
			h.shape, ok = s.tuple()
		default:
			ok = false
		}
		if !ok {
			return wrong("no valid " + printable(key))
		}
		if _, ok := s.take(comma); !ok && !strings.HasPrefix(s.rest, "}") {
			return wrong("a comma or brace is missing")
		}
	}
	if _, ok := s.take(ends); !ok || len(seen) != 3 {
		return wrong("no dictionary of descr, fortran_order and shape")
	}
	if h.dtype, h.known = parseType(h.descr); h.known {
		var fits bool
		if h.size, fits = product(h.shape, h.width); !fits {
			return npyHeader{}, refuse("", "shape %s is larger than any memory", ShapeText(h.shape))
		}
	}
	return h, nil
}

// scanner reads pieces of a literal.
type scanner struct{ rest string }

// The pieces, with the blanks behind them. Strings have no escapes. A tuple is of whole
// numbers; Python 2 wrote an L behind some.
var (
	begins   = regexp.MustCompile(`^[ \t\r\n]*{[ \t\r\n]*`)
	ends     = regexp.MustCompile(`^}[ \t\r\n]*$`)
	colon    = regexp.MustCompile(`^:[ \t\r\n]*`)
	comma    = regexp.MustCompile(`^,[ \t\r\n]*`)
	quoted   = regexp.MustCompile(`^(?:'([^'\\]*)'|"([^"\\]*)")[ \t\r\n]*`)
	truths   = regexp.MustCompile(`^(True|False)[ \t\r\n]*`)
	tuple    = regexp.MustCompile(`^\([ \t\r\n]*((?:\d+[ \t\r\n]*L?[ \t\r\n]*,[ \t\r\n]*)*(?:\d+[ \t\r\n]*L?[ \t\r\n]*)?)\)[ \t\r\n]*`)
	digits   = regexp.MustCompile(`\d+`)
	brackets = regexp.MustCompile(`'[^']*'|"[^"]*"|[][()]`)
)

// take takes a piece, of which it gives what is in parentheses.
func (s *scanner) take(piece *regexp.Regexp) (text string, ok bool) {
	found := piece.FindStringSubmatch(s.rest)
	if found == nil {
		return "", false
	}
	s.rest = s.rest[len(found[0]):]
	return strings.Join(found[1:], ""), true
}

// bracketed reads a list or tuple as it stands, with what is nested in it.
func (s *scanner) bracketed() (string, bool) {
	if !strings.HasPrefix(s.rest, "[") && !strings.HasPrefix(s.rest, "(") {
		return "", false
	}
	depth := 0
	for _, at := range brackets.FindAllStringIndex(s.rest, -1) {
		switch s.rest[at[0]] {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		}
		if depth == 0 {
			text := s.rest[:at[1]]
			s.rest = strings.TrimLeft(s.rest[at[1]:], " \t\r\n")
			return text, true
		}
	}
	return "", false
}

// tuple reads a tuple of whole numbers.
func (s *scanner) tuple() (shape []int, ok bool) {
	text, ok := s.take(tuple)
	shape = []int{}
	for _, number := range digits.FindAllString(text, -1) {
		n, err := strconv.Atoi(number)
		ok = ok && err == nil && len(shape) < dimensionsLimit
		shape = append(shape, n)
	}
	return shape, ok
}

// parseType reads a type such as <f4 or |b1. Those of an Array are ok, and
// longdouble, which becomes <f8 as it is read.
func parseType(descr string) (t dtype, ok bool) {
	rest := strings.TrimLeft(descr[:min(1, len(descr))], "<>|=") + descr[min(1, len(descr)):]
	if rest == "" {
		return t, false
	}
	n, err := strconv.Atoi(rest[1:])
	if err != nil || n <= 0 || n > textLimit || rest[1:] != strconv.Itoa(n) {
		return t, false
	}
	t = dtype{name: "<" + rest, width: n, unit: n, swap: descr[0] == '>'}
	kind := rest[0]
	if kind == 'S' || kind != 'U' && n == 1 {
		t.name, t.unit = "|"+rest, 1
	}
	switch {
	case kind == 'U':
		t.width, t.unit = 4*n, 4
	case rest == "f12" || rest == "f16":
		t.name, t.long = "<f8", true
	case kind != 'S':
		return t, floats[rest] != nil || integers[rest] != nil
	}
	return t, true
}

// ordered makes data little-endian, and returns the type that it then has.
func (t dtype) ordered(data []byte) dtype {
	if t.swap && t.unit > 1 {
		for unit := range slices.Chunk(data, t.unit) {
			slices.Reverse(unit)
		}
	}
	t.swap = false
	return t
}

// array brings data as it was stored into C order and little-endian. It keeps or overwrites data.
func (h npyHeader) array(data []byte) Array {
	t := h.ordered(data)
	if t.long {
		value := extended
		if t.quad || t.width == 16 && !mayBeExtended(data) {
			value = quad
		}
		data, t.width = doubles(data, t.width, value), 8
	}
	if h.fortran && len(h.shape) > 1 {
		data = transposed(data, h.shape, t.width)
	}
	return Array{Type: t.name, Shape: h.shape, Data: data}
}

// transposed returns entries stored with the first index fastest in C order.
func transposed(data []byte, shape []int, width int) []byte {
	stride, index := make([]int, len(shape)), make([]int, len(shape))
	step := width
	for d, n := range shape {
		stride[d] = step
		step *= n
	}
	out, from := make([]byte, len(data)), 0
	for to := 0; to < len(out); to += width {
		copy(out[to:to+width], data[from:])
		for d := len(shape) - 1; d >= 0; d-- {
			index[d]++
			from += stride[d]
			if index[d] < shape[d] {
				break
			}
			from -= stride[d] * shape[d]
			index[d] = 0
		}
	}
	return out
}

// readBytes reads exactly n bytes. n and there may be lies of a file, n a
// large one: memory follows what was really read, but for the first there bytes.
func readBytes(r io.Reader, n, there int) ([]byte, error) {
	const first = 4096
	buffer := make([]byte, 0, min(n, max(first, there)))
	for len(buffer) < n {
		part := buffer[len(buffer):cap(buffer)]
		got, err := io.ReadFull(r, part)
		buffer = buffer[:len(buffer)+got]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, refuse(cutOff, "%d bytes are needed, but only %d are there", n, len(buffer))
		}
		if err != nil {
			return nil, &fault.Error{Status: fault.File, Text: "cannot be read: " + err.Error(), Hint: damaged, Cause: err}
		}
		buffer = slices.Grow(buffer, min(n-len(buffer), len(buffer)))
		buffer = buffer[:len(buffer):min(cap(buffer), n)]
	}
	return slices.Clip(buffer), nil
}

// printable shortens and quotes what a file says, so that it can stand in a message.
func printable(s string) string {
	const longest = 80
	if len(s) > longest {
		s = s[:longest] + "..."
	}
	quoted := strconv.Quote(strings.TrimSpace(s))
	return quoted[1 : len(quoted)-1]
}
