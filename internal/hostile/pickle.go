package hostile

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// opcodes are all those of Python's pickles, and some that are none.
const opcodes = "().012FIJKLMNPQRSTUVXabcdeghijlopqrst}]u\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\xff\x00"

// pickles are pieces that do harm to who believes them, or that cost much.
var pickles = []string{
	"cos\nsystem\nX\x0b\x00\x00\x00echo harm>xx\x85R.", "c__builtin__\neval\n(S'1'\ntR.", "\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x01x\x85R.",
	"(lp0\ng0\na.", "]\x94h\x00a.", "}\x94h\x00h\x00s.", "X\xff\xff\xff\xff", "\x8d\xff\xff\xff\xff\xff\xff\xff\x7f", "\x8e\x00\x00\x00\x00\x00\x00\x00\x80", "T\xff\xff\xff\xff", "r\xff\xff\xff\xff", "j\xff\xff\xff\x7f",
	"\x8a\xff", "\x8b\xff\xff\xff\x7f", "I99999999999999999999999\n", "L" + strings.Repeat("9", 5000) + "L\n", "F1e99999\n", "Fnan\n", "S'\\x1b[2J'\n", "Vü\n", "\x95\xff\xff\xff\xff\xff\xff\xff\xff", "N0N0", "0000", "R", "b",
	strings.Repeat("(", 20000), strings.Repeat("]", 20000), strings.Repeat("]\x94", 9000), "]" + strings.Repeat("Na", 15000), "(" + strings.Repeat("N", 30000) + "t", strings.Repeat("\x85", 20000), "Kq" + strings.Repeat("q\x00h\x00", 7000),
	strings.Repeat("cnumpy\ndtype\n", 2000), "c" + strings.Repeat("a", 30000) + "\nb\n", "c\x1b[31m\nb\n", "cfunctools\npartial\n)R(cmodule\nname\n(tNNtb.",
}

// doubling refers to a tuple of the one before, many times over.
func doubling() string {
	return "]q\x00" + strings.Repeat("h\x00h\x00\x86q\x00", 60)
}

// spoilPickle changes what follows the header of a pickled array.
func spoilPickle(c *Choices, data []byte) []byte {
	for range c.few() {
		at := c.Pick(len(data) + 1)
		switch c.Pick(6) {
		case 0:
			data = Scramble(c, data)
		case 1: // an opcode, with some of its argument
			part := []byte{opcodes[c.Pick(len(opcodes))]}
			part = append(part, binary.LittleEndian.AppendUint64(nil, One(c, edges...))[:c.Pick(9)]...)
			data = append(data[:at:at], append(part, data[at:]...)...)
		case 2:
			part := []byte(One(c, append(pickles, doubling())...))
			data = append(data[:at:at], append(part, data[at:]...)...)
		case 3:
			data = []byte(One(c, append(pickles, doubling())...))
		case 4: // a length
			for k, op := range data {
				if bytes.IndexByte([]byte("XUTCB\x8c\x8d\x8e\x8a"), op) >= 0 && c.Chance(3) {
					copy(data[k+1:], binary.LittleEndian.AppendUint64(nil, One(c, edges...)))
					break
				}
			}
		case 5: // names
			for _, name := range [][]byte{[]byte("tensorflow"), []byte("numpy.core.multiarray"), []byte("relu"), []byte("O8")} {
				data = bytes.ReplaceAll(data, name, []byte(One(c, "os", "", "\x1b[2J", "a.b.c", "numpy._core.multiarray", strings.Repeat("x", 300), "tanh", "partial", "f8")))
			}
		}
	}
	return data
}
