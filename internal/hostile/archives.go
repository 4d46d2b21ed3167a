package hostile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// names are those that an entry should not have.
var names = []string{
	"", ".npy", "/W_rec.npy", "../W_rec.npy", `..\W_rec.npy`, "C:/W_rec.npy", "W_rec", "w_rec.npy", "W_rec.npy.npy", "W_rec .npy",
	"W_rec\x00.npy", "\x1b[2J\x1b]0;x\x07.npy", "\xff\xfe.npy", "W\u202egpj.npy", "W_rec\n.npy", "__MACOSX/W_rec.npy", "._W_rec.npy",
	"W_rec/Adam.npy", "W_rec/Adam_1.npy", "W_rec/Adam_99999999999999999999.npy", "W_rec/Adam_-3.npy", "slots/m.npy", strings.Repeat("é", 30000) + ".npy",
	"transfer_function.npy", "dale_ratio.npy", "psychrnn_experiment.npy", "file0.npy",
}

// The ways in which an archive as such is spoiled.
var archiveWays = []func(*Choices, *archive, *entry){
	func(c *Choices, _ *archive, e *entry) { lie(c, &e.local, localFields) },
	func(c *Choices, _ *archive, e *entry) { lie(c, &e.central, centralFields) },
	func(c *Choices, _ *archive, e *entry) { // both say the same
		v := One(c, edges...)
		e.local, e.central = map[int]uint64{22: v, 18: v}, map[int]uint64{24: v, 20: v}
	},
	func(c *Choices, a *archive, _ *entry) { lie(c, &a.end, endFields) },
	func(c *Choices, a *archive, _ *entry) { a.zip64 = !a.zip64; a.comment = a.comment[:0] },
	func(c *Choices, _ *archive, e *entry) { // encrypted, or with a descriptor behind the data
		flags := One(c, uint64(1), 8, 9, 0x41, 0x800, 0x2000)
		e.local, e.central = map[int]uint64{6: flags}, map[int]uint64{8: flags}
	},
	func(_ *Choices, _ *archive, e *entry) { e.deflated = !e.deflated },
	func(c *Choices, _ *archive, e *entry) { e.name = One(c, names...) },
	func(c *Choices, a *archive, e *entry) { // there twice, or one in the place of the other
		twin := e.clone()
		if c.Chance(2) {
			twin.name = One(c, a.entries...).name
		}
		a.entries = append(a.entries, twin)
	},
	func(c *Choices, a *archive, e *entry) { e.at = a.entries[c.Pick(slices.Index(a.entries, e)+1)] },
	func(c *Choices, a *archive, e *entry) {
		a.entries = slices.DeleteFunc(a.entries, func(o *entry) bool { return o == e })
	},
	func(c *Choices, a *archive, _ *entry) { // in another order
		i, j := c.Pick(len(a.entries)), c.Pick(len(a.entries))
		a.entries[i], a.entries[j] = a.entries[j], a.entries[i]
	},
	func(c *Choices, a *archive, e *entry) {
		e.name, e.content = One(c, a.entries...).name, One(c, a.entries...).content
	},
	func(c *Choices, _ *archive, e *entry) { // zip64 sizes, which may be anything
		le := binary.LittleEndian
		e.extra = le.AppendUint16([]byte{1, 0}, One(c, uint16(24), 16, 8, 0, math.MaxUint16))
		for range 3 {
			e.extra = le.AppendUint64(e.extra, One(c, append([]uint64{uint64(len(e.content))}, edges...)...))
		}
		e.central = map[int]uint64{24: math.MaxUint32, 20: math.MaxUint32, 42: One(c, uint64(math.MaxUint32), 0)}
	},
	func(c *Choices, a *archive, e *entry) {
		a.prefix = bytes.Repeat([]byte{byte(c.Pick(256))}, 1<<c.Pick(12))
	},
	func(c *Choices, a *archive, e *entry) { // a comment that looks like another end
		a.comment = One(c, []byte("PK\x05\x06"), bytes.Repeat([]byte("PK\x05\x06\x00\x00"), 1000), make([]byte, math.MaxUint16), []byte("\x1b[31mhello"))
	},
	func(c *Choices, a *archive, e *entry) { // a bomb
		e.content, e.deflated = append(e.content, make([]byte, 1<<(10+c.Pick(12)))...), true
		if c.Chance(2) {
			lie(c, &e.central, map[int]int{24: 4, 20: 4})
		}
	},
	func(c *Choices, a *archive, e *entry) { // many of them
		for k := range 1 << c.Pick(13) {
			a.entries = append(a.entries, &entry{name: fmt.Sprint(k, ".npy"), content: e.content[:min(len(e.content), 128)]})
		}
	},
}
