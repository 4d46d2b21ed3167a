package npz

// A reader of pickles that carries out no call: it knows a few opcodes and gives up at the
// first other one.

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// unpickler reads the pickle of a NumPy array that holds one object. It knows
// the opcodes that such pickles are made of, protocols 0 to 4 ("Data stream
// format" in Python's pickletools), and five functions, whose calls it reads
// as data. Every opcode costs at least a byte and no value is ever walked
// down, so work and memory follow the length of the input.
type unpickler struct {
	in    []byte
	stack []any
	marks []int // heights of the stack
	memo  map[uint32]any
	fault string
	calls bool
}

// What stands on the stack beside bool, int64, float64, string (text or
// bytes) and Reference.
type (
	none     struct{}
	sequence struct{ items []any } // a tuple, a list, or a dictionary's keys and values in turn
	made     struct {              // the result of a call that is read as data
		by          Reference
		with, state any
	}
)

// The calls that are read as data, under their names in NumPy 1.
var (
	reconstruct = Reference{Module: "numpy.core.multiarray", Name: "_reconstruct"}
	scalar      = Reference{Module: "numpy.core.multiarray", Name: "scalar"}
	dataType    = Reference{Module: "numpy", Name: "dtype"}
	encode      = Reference{Module: "_codecs", Name: "encode"} // bytes, in protocols 0 to 2
	partial     = Reference{Module: "functools", Name: "partial"}
)

func (p *unpickler) fail(format string, args ...any) {
	if p.fault == "" {
		p.fault = fmt.Sprintf(format, args...)
	}
}

// run returns what the pickle is of.
func (p *unpickler) run() any {
	for p.fault == "" {
		op := p.byte()
		if op == '.' {
			return p.pop()
		}
		p.step(op)
	}
	return nil
}

// step carries out one opcode.
func (p *unpickler) step(op byte) {
	le := binary.LittleEndian
	switch op {
	case 0x80: // PROTO
		p.take(1)
	case 0x95: // FRAME
		p.take(8)

	case 'N':
		p.push(none{})
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		p.push(op == 0x88)
	case 'K':
		p.push(int64(p.byte()))
	case 'M':
		p.push(int64(le.Uint16(p.fixed(2))))
	case 'J':
		p.push(int64(int32(le.Uint32(p.fixed(4)))))
	case 0x8a: // LONG1
		n, ok := longInteger(p.take(uint64(p.byte())))
		if !ok {
			p.fail("an integer of more than 64 bits")
		}
		p.push(n)
	case 'G':
		p.push(math.Float64frombits(binary.BigEndian.Uint64(p.fixed(8))))
	case 'I', 'L', 'F', 'S', 'V':
		p.push(p.written(op, p.line()))
	case 'U', 'C', 0x8c: // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
		p.push(string(p.take(uint64(p.byte()))))
	case 'T', 'B', 'X': // BINSTRING, BINBYTES, BINUNICODE
		p.push(string(p.take(uint64(le.Uint32(p.fixed(4))))))
	case 0x8d, 0x8e: // BINUNICODE8, BINBYTES8
		p.push(string(p.take(le.Uint64(p.fixed(8)))))

	case '(':
		p.marks = append(p.marks, len(p.stack))
	case ')', ']', '}':
		p.push(&sequence{})
	case 't', 'l', 'd':
		p.push(&sequence{p.sinceMark()})
	case 0x85, 0x86, 0x87: // TUPLE1, TUPLE2, TUPLE3
		p.push(&sequence{p.last(int(op) - 0x84)})
	case 'a':
		p.extend(p.last(1))
	case 's':
		p.extend(p.last(2))
	case 'e', 'u':
		p.extend(p.sinceMark())

	case 'p':
		p.remember(p.number(p.line()))
	case 'q':
		p.remember(uint32(p.byte()))
	case 'r':
		p.remember(le.Uint32(p.fixed(4)))
	case 0x94: // MEMOIZE
		p.remember(uint32(len(p.memo))) //nolint:gosec // G115: no more than the bytes of the pickle
	case 'g':
		p.recall(p.number(p.line()))
	case 'h':
		p.recall(uint32(p.byte()))
	case 'j':
		p.recall(le.Uint32(p.fixed(4)))

	case 'c':
		module := p.line()
		p.refer(module, p.line())
	case 0x93: // STACK_GLOBAL
		names := &sequence{p.last(2)}
		p.refer(item[string](names, 0), item[string](names, 1))
	case 'R':
		p.reduce()
	case 'b':
		p.build()
	case 'i', 'o', 0x81, 0x92: // INST, OBJ, NEWOBJ, NEWOBJ_EX
		p.calls = true
		p.fail("unpickling it would make an object of a class")
	default:
		p.fail("opcode %#02x is not understood", op)
	}
}

func (p *unpickler) byte() byte { return p.fixed(1)[0] }

// fixed takes n bytes, at most 8; zeros if they are not there.
func (p *unpickler) fixed(n uint64) []byte {
	if b := p.take(n); b != nil {
		return b
	}
	return make([]byte, 8)
}

func (p *unpickler) take(n uint64) []byte {
	if n > uint64(len(p.in)) {
		p.fail("the pickle breaks off")
		return nil
	}
	b := p.in[:n]
	p.in = p.in[n:]
	return b
}

func (p *unpickler) line() string {
	end := bytes.IndexByte(p.in, '\n')
	if end < 0 {
		p.fail("the pickle breaks off")
		return ""
	}
	return string(p.take(uint64(end + 1))[:end])
}

// written reads a value of protocol 0.
func (p *unpickler) written(op byte, text string) any {
	var v any
	var err error
	switch {
	case op == 'I' && (text == "00" || text == "01"):
		return text == "01"
	case op == 'I' || op == 'L':
		v, err = strconv.ParseInt(strings.TrimSuffix(text, "L"), 10, 64)
	case op == 'F':
		v, err = strconv.ParseFloat(text, 64)
	case strings.Contains(text, `\`) || !isASCII(text): // escapes, which no name or type needs
		err = strconv.ErrSyntax
	case op == 'S':
		v = strings.Trim(text, `'"`)
	default:
		v = text
	}
	if err != nil {
		p.fail("%s is not understood", printable(text))
	}
	return v
}

// longInteger reads the two's complement, little-endian integer of opcode LONG1.
func longInteger(data []byte) (int64, bool) {
	n := int64(0)
	if len(data) > 0 && data[len(data)-1] >= 0x80 {
		n = -1
	}
	for _, b := range slices.Backward(data) {
		n = n<<8 | int64(b)
	}
	return n, len(data) <= 8
}

func (p *unpickler) number(text string) uint32 {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		p.fail("%s is not understood", printable(text))
	}
	return uint32(n)
}

func (p *unpickler) push(v any) { p.stack = append(p.stack, v) }

// floor is the height below which the stack may not be taken.
func (p *unpickler) floor() int {
	if len(p.marks) == 0 {
		return 0
	}
	return p.marks[len(p.marks)-1]
}

// last takes the uppermost n values, lowest first; nil if they are not there.
func (p *unpickler) last(n int) []any {
	at := len(p.stack) - n
	if at < p.floor() {
		p.fail("the pickle is malformed")
		return nil
	}
	values := slices.Clone(p.stack[at:])
	p.stack = p.stack[:at]
	return values
}

func (p *unpickler) pop() any {
	if v := p.last(1); v != nil {
		return v[0]
	}
	return nil
}

func (p *unpickler) top() any {
	v := p.pop()
	p.push(v)
	return v
}

// sinceMark takes all values above the last mark, and the mark.
func (p *unpickler) sinceMark() []any {
	if len(p.marks) == 0 {
		p.fail("the pickle is malformed")
		return nil
	}
	values := p.last(len(p.stack) - p.floor())
	p.marks = p.marks[:len(p.marks)-1]
	return values
}

func (p *unpickler) extend(items []any) {
	if s, ok := p.top().(*sequence); ok {
		s.items = append(s.items, items...)
	} else {
		p.fail("the pickle is malformed")
	}
}

func (p *unpickler) remember(key uint32) { p.memo[key] = p.top() }

func (p *unpickler) recall(key uint32) {
	v, ok := p.memo[key]
	if !ok {
		p.fail("the pickle is malformed")
	}
	p.push(v)
}

func (p *unpickler) refer(module, name string) {
	if p.fault == "" && (!isName(module) || !isName(name)) {
		p.fail("%s is no function's name", printable(module+"."+name))
	}
	p.push(Reference{Module: module, Name: name})
}

// reduce makes of a function and its arguments what stands for the result.
func (p *unpickler) reduce() {
	arguments := p.pop()
	function, ok := p.pop().(Reference)
	if !ok {
		p.fail("the pickle is malformed")
		return
	}
	function.Module = strings.Replace(function.Module, "numpy._core.", "numpy.core.", 1)
	switch function {
	case reconstruct, scalar, dataType, encode, partial:
		p.push(&made{by: function, with: arguments})
	default:
		p.calls = true
		p.fail("unpickling it would call %s", function)
	}
}

// build gives a state to what reduce has made.
func (p *unpickler) build() {
	state := p.pop()
	if m, ok := p.top().(*made); ok {
		m.state = state
	} else {
		p.fail("the pickle is malformed")
	}
}

// item returns item i of a sequence, the zero value if it is not there or another type.
func item[T any](v any, i int) (t T) {
	if s, ok := v.(*sequence); ok && i < len(s.items) {
		t, _ = s.items[i].(T)
	}
	return t
}
