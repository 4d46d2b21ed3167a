// Package hostile makes what nobody should have to read: weight files,
// experiments and definitions that are nearly right, or wrong in a way that
// somebody thought of. Tests and fuzzers read them; the program never imports
// this package, and it imports nothing of the program, so that every package
// can be tested with it.
package hostile

import (
	"encoding/binary"
	"math/rand/v2"
)

// Choices decide everything that is made. The same choices make the same.
type Choices struct {
	bytes  []byte     // what is left of a fuzzer's, if random is nil
	random *rand.Rand // else endless ones
}

// Numbered are the endless choices of that number.
func Numbered(n int) *Choices {
	return &Choices{random: rand.New(rand.NewPCG(0x70737963, uint64(n)))}
}

// Given are choices by the bytes of a fuzzer; once they are used up, the first
// of all possibilities is taken.
func Given(bytes []byte) *Choices { return &Choices{bytes: bytes} }

// Pick is a whole number from 0 to n-1.
func (c *Choices) Pick(n int) int {
	switch {
	case n <= 1:
		return 0
	case c.random != nil:
		return c.random.IntN(n)
	case len(c.bytes) == 0:
		return 0
	case n <= 1<<8:
		k := int(c.bytes[0]) % n
		c.bytes = c.bytes[1:]
		return k
	}
	var wide [8]byte
	taken := copy(wide[:4], c.bytes)
	c.bytes = c.bytes[taken:]
	return int(binary.LittleEndian.Uint64(wide[:]) % uint64(n))
}

// Chance is true once in n times.
func (c *Choices) Chance(n int) bool { return c.Pick(n) == n-1 }

// few is a small number from 1 on, mostly 1.
func (c *Choices) few() int {
	n := 1
	for n < 6 && c.Chance(3) {
		n++
	}
	return n
}

// One is one of the possibilities.
func One[T any](c *Choices, of ...T) T { return of[c.Pick(len(of))] }
