package hostile

import (
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// array is an .npy file in parts.
type array struct {
	version        byte
	descr, fortran string
	shape          []int
	said           string // of the shape, if it is not that
	data           []byte
}

var headerPattern = regexp.MustCompile(`^\{'descr': (.*), 'fortran_order': (\w+), 'shape': \(([\d, ]*)\), \} *\n$`)

// parseArray takes an .npy file apart; ok says that it could be.
func parseArray(content []byte) (a array, ok bool) {
	if len(content) < 10 || content[6] != 1 {
		return a, false
	}
	end := 10 + int(binary.LittleEndian.Uint16(content[8:]))
	if end > len(content) {
		return a, false
	}
	parts := headerPattern.FindSubmatch(content[10:end])
	if parts == nil {
		return a, false
	}
	a = array{version: 1, descr: string(parts[1]), fortran: string(parts[2]), data: slices.Clone(content[end:])}
	for word := range strings.FieldsSeq(strings.ReplaceAll(string(parts[3]), ",", " ")) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return a, false
		}
		a.shape = append(a.shape, n)
	}
	return a, true
}

// bytes writes the file as NumPy does.
func (a array) bytes() []byte {
	shape := a.said
	if shape == "" {
		for _, n := range a.shape {
			shape += strconv.Itoa(n) + ", "
		}
		if shape = strings.TrimSuffix(shape, " "); len(a.shape) > 1 {
			shape = strings.TrimSuffix(shape, ",")
		}
		shape = "(" + shape + ")"
	}
	text := fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", a.descr, a.fortran, shape)
	text += strings.Repeat(" ", 63-(10+len(text))%64) + "\n"
	out := append([]byte("\x93NUMPY"), a.version, 0)
	if a.version == 1 {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(text)))
	} else {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
	}
	return append(append(out, text...), a.data...)
}

var widthPattern = regexp.MustCompile(`^'[<>|=]([biufcSVU])(\d{1,6})'$`)

// width is the bytes of an entry of a plain type, 0 of others, also of those
// whose entries would be larger than any file here.
func (a array) width() int {
	parts := widthPattern.FindStringSubmatch(a.descr)
	if parts == nil {
		return 0
	}
	n, err := strconv.Atoi(parts[2])
	if err != nil {
		return 0
	}
	if parts[1] == "U" {
		n *= 4
	}
	return n
}

// most is what an array may grow to.
const most = 1 << 20

// size is the bytes of entries of such a shape; ok says that they are no more than most.
func size(width int, shape []int) (bytes int, ok bool) {
	if width <= 0 || width > most || slices.ContainsFunc(shape, func(n int) bool { return n < 0 }) {
		return 0, false
	}
	if slices.Contains(shape, 0) {
		return 0, true
	}
	bytes = width
	for _, n := range shape {
		if n > most/bytes {
			return 0, false
		}
		bytes *= n
	}
	return bytes, true
}

// descrs are types of entries, as NumPy writes them and as it never would.
var descrs = []string{
	"'<f4'", "'<f8'", "'>f8'", "'<f2'", "'<f16'", "'>f12'", "'|b1'", "'|i1'", "'<i8'", "'>u8'", "'<u2'", "'<c8'", "'<c16'", "'|O'", "'|S8'", "'<U2'", "'<U0'", "'|S0'", "'|V0'", "'|V8'",
	"'<M8[s]'", "'<m8[25ns]'", "[('a', '<f4'), ('b', '<f4')]", "[('a', '|O')]", "[('a', '<f8', (2, 2))]", "''", "'f'", "'<f'", "'<f-8'", "'<f99999999999999999999'",
	"'<U4294967295'", "'<U1073741824'", "'|S9223372036854775807'", "'<f8'*2", "None", "'<f4\\x00'", "'\x1b[31m'", "[" + strings.Repeat("[", 5000), "'" + strings.Repeat("O", 60000) + "'",
}

// shapes are such as no array has.
var shapes = []string{
	"()", "(0,)", "(-1,)", "(1,)", "(2L, 3L)", "(9223372036854775807,)", "(4294967296, 4294967296)", "(18446744073709551616,)", "(1e9,)", "(0, 9223372036854775807)",
	"(3037000500, 3037000500)", "(" + strings.Repeat("1, ", 65) + ")", "(" + strings.Repeat("2, ", 64) + ")", "(" + strings.Repeat("(", 3000), "(1,,)", "(5", "[5]", "None", "(٥,)", "(0x10,)", "(+5,)",
	"(" + strings.Repeat("9", 30000) + ",)", "(1000000000, 0)", "(0, 0, 0)",
}

// The ways in which the header of an array is spoiled.
var headerWays = []func(*Choices, *array){
	func(c *Choices, a *array) { a.descr = One(c, descrs...) },
	func(c *Choices, a *array) { a.said = One(c, shapes...) },
	func(c *Choices, a *array) { a.fortran = One(c, "True", "False", "None", "1", "true", "") },
	func(c *Choices, a *array) { a.version = One(c, 2, 3, 0, 9, byte(c.Pick(256))) },
	func(c *Choices, a *array) { a.data = a.data[:c.Pick(len(a.data)+1)] },
	func(c *Choices, a *array) { a.data = append(a.data, make([]byte, 1+c.Pick(100))...) },
	func(c *Choices, a *array) { slices.Reverse(a.shape) },
	func(c *Choices, a *array) { a.shape = append([]int{1}, a.shape...) },
	func(c *Choices, a *array) { // the same numbers in another shape
		n, ok := size(1, a.shape)
		if !ok {
			n = math.MaxInt
		}
		a.shape = One(c, []int{n}, []int{1, n}, []int{n, 1}, []int{0, n}, []int{n, 1, 1})
	},
	func(c *Choices, a *array) {
		a.fortran, a.shape = "True", slices.Clone(a.shape)
		slices.Reverse(a.shape)
	},
}

// values are such as spoil a computation.
var values = []float64{
	math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0, 1, -1, 5e-324, 1e-310, 1e-45, 1e308, -math.MaxFloat64, 3.4e38, -3.5e38, 1e38, 1e19, 1e-38, 65504, 1 << 53, 0.8, 1.0000001,
}

// respell writes one or all entries of a real array.
func respell(c *Choices, a *array) {
	width := a.width()
	if !strings.Contains(a.descr, "f") || width != 4 && width != 8 || len(a.data) < width {
		return
	}
	put := func(at int, v float64) {
		if width == 4 {
			binary.LittleEndian.PutUint32(a.data[at:], math.Float32bits(float32(v)))
		} else {
			binary.LittleEndian.PutUint64(a.data[at:], math.Float64bits(v))
		}
	}
	n := len(a.data) / width
	switch c.Pick(5) {
	case 0, 1:
		put(width*c.Pick(n), One(c, values...))
	case 2: // all the same
		v := One(c, values...)
		for k := range n {
			put(width*k, v)
		}
	case 3: // each another
		for k := range n {
			put(width*k, One(c, values...))
		}
	case 4: // large, but finite
		scale := math.Pow(10, float64(c.Pick(38)))
		for k := range n {
			put(width*k, scale*float64(c.Pick(3)-1))
		}
	}
}

// retype writes the same numbers as another type.
func retype(c *Choices, a *array) {
	if a.descr != "'<f4'" && a.descr != "'<f8'" {
		return
	}
	var numbers []float64
	for k := 0; k+a.width() <= len(a.data); k += a.width() {
		if a.width() == 4 {
			numbers = append(numbers, float64(math.Float32frombits(binary.LittleEndian.Uint32(a.data[k:]))))
		} else {
			numbers = append(numbers, math.Float64frombits(binary.LittleEndian.Uint64(a.data[k:])))
		}
	}
	a.data, a.descr = nil, One(c, "'>f4'", "'<f8'", "'>f8'", "'|i1'", "'<i8'", "'>u2'")
	for _, v := range numbers {
		switch a.descr {
		case "'>f4'":
			a.data = binary.BigEndian.AppendUint32(a.data, math.Float32bits(float32(v)))
		case "'<f8'":
			a.data = binary.LittleEndian.AppendUint64(a.data, math.Float64bits(v))
		case "'>f8'":
			a.data = binary.BigEndian.AppendUint64(a.data, math.Float64bits(v))
		case "'|i1'":
			a.data = append(a.data, byte(int8(max(-128, min(127, v)))))
		case "'<i8'":
			a.data = binary.LittleEndian.AppendUint64(a.data, uint64(int64(max(-1e18, min(1e18, v)))))
		case "'>u2'":
			a.data = binary.BigEndian.AppendUint16(a.data, uint16(max(0, min(math.MaxUint16, v))))
		}
	}
}

// resize gives every dimension of one size another, with entries repeated where
// the array is not too large for that.
func (a *array) resize(from, to int) {
	width := a.width()
	if width == 0 || from == 0 || !slices.Contains(a.shape, from) {
		return
	}
	for k, n := range a.shape {
		if n == from {
			a.shape[k] = to
		}
	}
	bytes, ok := size(width, a.shape)
	if !ok || len(a.data) == 0 {
		return
	}
	for len(a.data) < bytes {
		a.data = append(a.data, a.data...)
	}
	a.data = a.data[:bytes]
}
