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
	memo  map[uint64]any
}

// notUnderstood is what the unpickler panics with, and unpickle recovers from.
type notUnderstood Object

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
	panic(notUnderstood{Fault: fmt.Sprintf(format, args...)})
}

func (p *unpickler) malformed() { p.fail("the pickle is malformed") }

// unpickle returns what the pickle is of, or why that is not understood.
func unpickle(in []byte) (value any, wrong *Object) {
	defer func() {
		if met := recover(); met != nil {
			fault := Object(met.(notUnderstood))
			wrong = &fault
		}
	}()
	p := unpickler{in: in, memo: map[uint64]any{}}
	for {
		op := p.take(1)[0]
		if op == '.' {
			return p.pop(), nil
		}
		p.step(op)
	}
}

// step carries out one opcode.
func (p *unpickler) step(op byte) {
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
		p.push(int64(p.take(1)[0]))
	case 'M':
		p.push(int64(binary.LittleEndian.Uint16(p.take(2))))
	case 'J':
		p.push(int64(int32(binary.LittleEndian.Uint32(p.take(4)))))
	case 0x8a: // LONG1
		p.push(p.longInteger(p.counted(1)))
	case 'G':
		p.push(math.Float64frombits(binary.BigEndian.Uint64(p.take(8))))
	case 'I', 'L', 'F', 'S', 'V':
		p.push(p.written(op, p.line()))
	case 'U', 'C', 0x8c: // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
		p.push(string(p.counted(1)))
	case 'T', 'B', 'X': // BINSTRING, BINBYTES, BINUNICODE
		p.push(string(p.counted(4)))
	case 0x8d, 0x8e: // BINUNICODE8, BINBYTES8
		p.push(string(p.counted(8)))

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
		p.memo[p.number(p.line())] = p.top()
	case 'q':
		p.memo[p.count(1)] = p.top()
	case 'r':
		p.memo[p.count(4)] = p.top()
	case 0x94: // MEMOIZE
		p.memo[uint64(len(p.memo))] = p.top()
	case 'g':
		p.recall(p.number(p.line()))
	case 'h':
		p.recall(p.count(1))
	case 'j':
		p.recall(p.count(4))

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
		panic(notUnderstood{Fault: "unpickling it would make an object of a class", Calls: true})
	default:
		p.fail("opcode %#02x is not understood", op)
	}
}

func (p *unpickler) take(n uint64) []byte {
	if n > uint64(len(p.in)) {
		p.fail("the pickle breaks off")
	}
	b := p.in[:n]
	p.in = p.in[n:]
	return b
}

// count takes a number of so many bytes.
func (p *unpickler) count(bytes uint64) uint64 {
	return binary.LittleEndian.Uint64(append(slices.Clone(p.take(bytes)), make([]byte, 8)...))
}

// counted takes bytes whose number stands before them, in so many bytes.
func (p *unpickler) counted(bytes uint64) []byte { return p.take(p.count(bytes)) }

func (p *unpickler) line() string {
	end := bytes.IndexByte(p.in, '\n')
	if end < 0 {
		p.fail("the pickle breaks off")
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

// longInteger is the two's complement, little-endian integer of opcode LONG1.
func (p *unpickler) longInteger(data []byte) (n int64) {
	if len(data) > 8 {
		p.fail("an integer of more than 64 bits")
	}
	if len(data) > 0 && data[len(data)-1] >= 0x80 {
		n = -1
	}
	for _, b := range slices.Backward(data) {
		n = n<<8 | int64(b)
	}
	return n
}

func (p *unpickler) number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		p.fail("%s is not understood", printable(text))
	}
	return n
}

func (p *unpickler) push(v any) { p.stack = append(p.stack, v) }

// last takes the uppermost n values above the last mark, lowest first.
func (p *unpickler) last(n int) []any {
	at, floor := len(p.stack)-n, 0
	if len(p.marks) > 0 {
		floor = p.marks[len(p.marks)-1]
	}
	if at < floor {
		p.malformed()
	}
	values := slices.Clone(p.stack[at:])
	p.stack = p.stack[:at]
	return values
}

func (p *unpickler) pop() any { return p.last(1)[0] }

func (p *unpickler) top() any {
	v := p.pop()
	p.push(v)
	return v
}

// sinceMark takes all values above the last mark, and the mark.
func (p *unpickler) sinceMark() []any {
	if len(p.marks) == 0 {
		p.malformed()
	}
	values := p.last(len(p.stack) - p.marks[len(p.marks)-1])
	p.marks = p.marks[:len(p.marks)-1]
	return values
}

func (p *unpickler) extend(items []any) {
	s, ok := p.top().(*sequence)
	if !ok {
		p.malformed()
	}
	s.items = append(s.items, items...)
}

func (p *unpickler) recall(key uint64) {
	v, ok := p.memo[key]
	if !ok {
		p.malformed()
	}
	p.push(v)
}

func (p *unpickler) refer(module, name string) {
	if !isName(module) || !isName(name) {
		p.fail("%s is no function's name", printable(module+"."+name))
	}
	p.push(Reference{Module: module, Name: name})
}

// reduce makes of a function and its arguments what stands for the result.
func (p *unpickler) reduce() {
	arguments := p.pop()
	function, ok := p.pop().(Reference)
	if !ok {
		p.malformed()
	}
	function.Module = strings.Replace(function.Module, "numpy._core.", "numpy.core.", 1)
	switch function {
	case reconstruct, scalar, dataType, encode, partial:
		p.push(&made{by: function, with: arguments})
	default:
		panic(notUnderstood{Fault: fmt.Sprintf("unpickling it would call %s", function), Calls: true})
	}
}

// build gives a state to what reduce has made.
func (p *unpickler) build() {
	state := p.pop()
	m, ok := p.top().(*made)
	if !ok {
		p.malformed()
	}
	m.state = state
}

// item returns item i of a sequence, the zero value if it is not there or another type.
func item[T any](v any, i int) (t T) {
	if s, ok := v.(*sequence); ok && i < len(s.items) {
		t, _ = s.items[i].(T)
	}
	return t
}
