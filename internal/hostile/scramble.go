package hostile

import (
	"bytes"
	"encoding/binary"
	"math"
)

// edges are the numbers at which sizes and offsets go wrong.
var edges = []uint64{
	0, 1, 2, 3, 7, 8, 255, 256, math.MaxInt16, math.MaxUint16, math.MaxUint16 + 1, math.MaxInt32, math.MaxInt32 + 1,
	math.MaxUint32 - 1, math.MaxUint32, 1 << 53, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64 - 7, math.MaxUint64,
}

// Scramble changes bytes wherever they stand; others are what parts of other
// files come from.
func Scramble(c *Choices, data []byte, others ...[]byte) []byte {
	data = bytes.Clone(data)
	for range c.few() {
		if len(data) == 0 {
			return []byte{byte(c.Pick(256))}
		}
		at := c.Pick(len(data))
		length := 1 + c.Pick(min(len(data)-at, 1<<c.Pick(12)))
		switch c.Pick(10) {
		case 0:
			data[at] ^= 1 << c.Pick(8)
		case 1:
			data[at] = byte(c.Pick(256))
		case 2: // cut off, or from the middle
			data = append(data[:at:at], data[at+length:]...)
		case 3:
			data = data[:at]
		case 4: // repeated
			data = append(data[:at+length:at+length], data[at:]...)
		case 5:
			clear(data[at : at+length])
		case 6: // a number of any width
			wide := binary.LittleEndian.AppendUint64(nil, One(c, edges...))
			copy(data[at:], wide[:1<<c.Pick(4)])
		case 7: // moved
			part := bytes.Clone(data[at : at+length])
			data = append(data[:at:at], data[at+length:]...)
			to := c.Pick(len(data) + 1)
			data = append(data[:to:to], append(part, data[to:]...)...)
		case 8: // random ones put in
			part := make([]byte, length)
			for k := range part {
				part[k] = byte(c.Pick(256))
			}
			data = append(data[:at:at], append(part, data[at:]...)...)
		case 9:
			if len(others) == 0 {
				continue
			}
			other := One(c, others...)
			if from := c.Pick(len(other) + 1); c.Chance(2) {
				data = append(data[:at:at], other[from:]...)
			} else {
				copy(data[at:at+length], other[from:])
			}
		}
	}
	return data
}
