package npz

// An archive in memory: its members in their order. Limits are known before memory is taken.

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// File is a weight file: its members in the order in which they stand there.
type File struct {
	Members  []Member
	Warnings []string // what reading met and went past
	Size     int64    // bytes of the archive that it was read from; 0 if it was not
}

// Member is a named array of numbers or text, or an object, or something else
// that is kept for writing it back.
type Member struct {
	Name   string
	Array  Array   // Type is empty if the member is none
	Object *Object // what a pickled member says, nil if it is none
	Other  string  // what it is instead: a type that Array cannot have, or "not an array"

	raw  []byte // of what is not an Array: the entry as it is in the file
	bare bool   // the entry's name does not end in .npy
}

// Limits bound what a file may ask for.
type Limits struct {
	// Size is the bytes of all arrays together, where an entry counts as 4 bytes
	// at least; 0: see [Unasked].
	Size    int64
	Members int // 0: 4096
	// Afford, unless it is nil, is asked about the bytes that the members have
	// together before memory is taken for any; its error ends reading.
	Afford func(bytes int64) error
}

const (
	unaskedBase = 32 << 20
	unaskedMost = 4 << 30
	leastEntry  = 4 // bytes, as which an entry counts: it will become a number of some precision
)

// Unasked is the bytes of arrays that an archive of so many bytes may hold
// where nobody said otherwise: 32 MiB, and 5 bytes for each that is really there
// (2 of what is beyond 2 GiB). What is stored as it is, or compressed as far as
// weights can be, is within it. Zeros are compressed to a thousandth, so that
// without such a bound a small file could take all memory; so a large matrix of
// few connections needs somebody to say that it is meant.
func Unasked(archive int64) int64 {
	archive = min(archive, math.MaxInt64/8)
	return min(unaskedBase+5*archive, max(unaskedMost, 2*archive))
}

func (l Limits) orDefault(archive int64) Limits {
	l.Size = min(cmp.Or(l.Size, Unasked(archive)), math.MaxInt)
	l.Members = cmp.Or(l.Members, 4096)
	return l
}

func tooLarge(limit int64) error {
	return refuse("if the file is what it should be, allow more with --max-size, such as --max-size 4GiB", "more than the %d bytes allowed for all arrays together", limit)
}

// Get returns the member of that name.
func (f *File) Get(name string) (Member, bool) {
	for _, m := range f.Members {
		if m.Name == name {
			return m, true
		}
	}
	return Member{}, false
}

// Set puts m in the place of the member of its name, or at the end.
func (f *File) Set(m Member) {
	for i := range f.Members {
		if f.Members[i].Name == m.Name {
			f.Members[i] = m
			return
		}
	}
	f.Members = append(f.Members, m)
}

// Remove takes the member of that name out, if there is one.
func (f *File) Remove(name string) {
	f.Members = slices.DeleteFunc(f.Members, func(m Member) bool { return m.Name == name })
}

// Same reports whether both members hold the same, whatever they are called.
// ArrayOf objects that were understood it is the value that counts.
func (m Member) Same(o Member) bool {
	if m.Object != nil && o.Object != nil && m.Object.Fault == "" && o.Object.Fault == "" {
		return m.Object.Value == o.Object.Value
	}
	return m.Array.Type == o.Array.Type && slices.Equal(m.Array.Shape, o.Array.Shape) &&
		bytes.Equal(m.Array.Data, o.Array.Data) && bytes.Equal(m.raw, o.raw)
}

// encode returns the name and the two halves of the member's entry.
func (m Member) encode() (name string, head, body []byte, err error) {
	switch {
	case m.bare:
		return m.Name, nil, m.raw, nil
	case m.raw != nil:
		return m.Name + ".npy", nil, m.raw, nil
	}
	head, err = m.Array.header()
	return m.Name + ".npy", head, m.Array.Data, err
}
