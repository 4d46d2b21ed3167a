package hostile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// archive is a zip archive in parts, each of which may lie.
type archive struct {
	entries []*entry
	prefix  []byte // before the first entry
	comment []byte
	end     map[int]uint64 // lies of the record at the end, by the offset of the field
	zip64   bool           // with the records for large archives, which tell the same
}

// entry is a member: its content, and what is said of it.
type entry struct {
	name     string
	content  []byte
	deflated bool
	local    map[int]uint64 // lies of the header before the data, by the offset of the field
	central  map[int]uint64 // and of the directory
	extra    []byte
	at       *entry // whose place the directory gives in the place of its own
}

func (e *entry) clone() *entry {
	d := *e
	d.content, d.local, d.central = bytes.Clone(e.content), maps.Clone(e.local), maps.Clone(e.central)
	return &d
}

// openArchive takes a file apart; ok says that it could be.
func openArchive(data []byte) (a *archive, ok bool) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) == 0 {
		return nil, false
	}
	a = &archive{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil || f.UncompressedSize64 > most {
			return nil, false
		}
		content, err := io.ReadAll(io.LimitReader(r, most))
		if err != nil {
			return nil, false
		}
		a.entries = append(a.entries, &entry{name: f.Name, content: content, deflated: f.Method == zip.Deflate})
	}
	return a, true
}

func (a *archive) clone() *archive {
	b := &archive{}
	for _, e := range a.entries {
		b.entries = append(b.entries, e.clone())
	}
	return b
}

// entry is the entry of a member by its name without an ending, or nil.
func (a *archive) entry(name string) *entry {
	for _, e := range a.entries {
		if strings.TrimSuffix(e.name, ".npy") == name {
			return e
		}
	}
	return nil
}

// fields are those of a header: offset and width.
var (
	localFields   = map[int]int{4: 2, 6: 2, 8: 2, 10: 2, 12: 2, 14: 4, 18: 4, 22: 4, 26: 2, 28: 2}
	centralFields = map[int]int{4: 2, 6: 2, 8: 2, 10: 2, 12: 2, 14: 2, 16: 4, 20: 4, 24: 4, 28: 2, 30: 2, 32: 2, 34: 2, 36: 2, 38: 4, 42: 4}
	endFields     = map[int]int{4: 2, 6: 2, 8: 2, 10: 2, 12: 4, 16: 4, 20: 2}
)

// lie puts one of the edges, or a number near the true one, into a field.
func lie(c *Choices, lies *map[int]uint64, fields map[int]int) {
	if *lies == nil {
		*lies = map[int]uint64{}
	}
	(*lies)[One(c, slices.Sorted(maps.Keys(fields))...)] = One(c, edges...)
}

func told(header []byte, lies map[int]uint64, fields map[int]int) {
	for at, v := range lies {
		wide := binary.LittleEndian.AppendUint64(nil, v)
		copy(header[at:], wide[:fields[at]])
	}
}

// bytes writes the archive, with its lies.
func (a *archive) bytes() []byte {
	le := binary.LittleEndian
	out, directory, places := bytes.Clone(a.prefix), []byte(nil), map[*entry]int{}
	for _, e := range a.entries {
		data, method := e.content, uint16(0)
		if e.deflated {
			var packed bytes.Buffer
			w, _ := flate.NewWriter(&packed, flate.BestSpeed)
			_, _ = w.Write(data) // into memory
			_ = w.Close()
			data, method = packed.Bytes(), 8
		}
		name := e.name[:min(len(e.name), math.MaxUint16)]
		places[e] = len(out)
		both := le.AppendUint16(nil, 45)
		both = append(both, 0, 0)
		both = le.AppendUint16(both, method)
		both = append(both, 0, 0, 0x21, 0)
		both = le.AppendUint32(both, crc32.ChecksumIEEE(e.content))
		both = le.AppendUint32(both, uint32(len(data)))
		both = le.AppendUint32(both, uint32(len(e.content)))
		both = le.AppendUint16(both, uint16(len(name)))
		both = le.AppendUint16(both, uint16(len(e.extra)))

		local := append([]byte("PK\x03\x04"), both...)
		told(local, e.local, localFields)
		out = append(append(append(append(out, local...), name...), e.extra...), data...)

		at := e
		if e.at != nil {
			at = e.at
		}
		central := append([]byte("PK\x01\x02\x2d\x03"), both...)
		central = append(central, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 1)
		central = le.AppendUint32(central, uint32(places[at]))
		told(central, e.central, centralFields)
		directory = append(append(append(directory, central...), name...), e.extra...)
	}
	start := len(out)
	out = append(out, directory...)
	if a.zip64 {
		at := len(out)
		out = append(out, "PK\x06\x06"...)
		out = le.AppendUint64(out, 44)
		out = append(out, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		for _, v := range []int{len(a.entries), len(a.entries), len(directory), start} {
			out = le.AppendUint64(out, uint64(v))
		}
		out = le.AppendUint64(append(out, "PK\x06\x07\x00\x00\x00\x00"...), uint64(at))
		out = append(out, 1, 0, 0, 0)
	}
	count, size, place := uint16(len(a.entries)), uint32(len(directory)), uint32(start)
	if a.zip64 {
		count, size, place = math.MaxUint16, math.MaxUint32, math.MaxUint32
	}
	end := []byte("PK\x05\x06\x00\x00\x00\x00")
	end = le.AppendUint16(le.AppendUint16(end, count), count)
	end = le.AppendUint32(le.AppendUint32(end, size), place)
	end = le.AppendUint16(end, uint16(len(a.comment)))
	told(end, a.end, endFields)
	return append(append(out, end...), a.comment...)
}
