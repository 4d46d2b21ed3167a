package npz

// An archive written in any order, larger than memory.

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"sync/atomic"

	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
)

// Store is an .npz file of arrays of known shapes whose entries are written in
// any order, so that more fits into it than into memory. Workers may write side
// by side.
type Store struct {
	to     ReadWriterAt
	arrays []stored
	end    int64
	failed atomic.Pointer[error] // the first error of writing
}

// ReadWriterAt is what a Store lies in, such as a file.
type ReadWriterAt interface {
	io.ReaderAt
	io.WriterAt
}

// stored is one array and its place.
type stored struct {
	StoredArray
	head  []byte
	local int64 // where its header in the archive begins
	at    int64 // where its .npy file begins
	size  int64 // of the .npy file
	width int
}

// StoredArray is an array of a Store: "<f4" or "<f8".
type StoredArray struct {
	Name  string
	Type  string
	Shape []int
}

// NewStore lays out the arrays. Entries that are never written are 0.
func NewStore(to ReadWriterAt, arrays []StoredArray) (*Store, error) {
	s := &Store{to: to}
	for _, a := range arrays {
		if err := entryName(a.Name + ".npy"); err != nil {
			return nil, fault.In(printable(a.Name), err)
		}
		t, ok := parseType(a.Type)
		n, fits := product(a.Shape, t.width)
		one := stored{StoredArray: a, head: formatHeader(a.Type, a.Shape), local: s.end, width: t.width}
		one.size = int64(len(one.head) + n)
		one.at = one.local + localHeader + int64(len(a.Name+".npy"))
		if !ok || !fits || one.size < 0 || one.at > math.MaxInt64-one.size {
			return nil, fault.In(a.Name, refuse("", "shape %s is larger than any file", ShapeText(a.Shape)))
		}
		s.end = one.at + one.size
		s.arrays = append(s.arrays, one)
		if _, err := to.WriteAt(one.head, one.at); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Write puts values, any number of them in the order of rows, into array k from an
// entry on (numbers of entries, not bytes), unless writing has failed before: see
// [Store.Failed].
func Write[F kernel.Float](s *Store, k, entry int, values []F) {
	a := &s.arrays[k]
	data := ArrayOf([]int{len(values)}, values)
	if data.Type != a.Type {
		panic("npz: the store's array is of another type")
	}
	if s.Failed() != nil {
		return
	}
	if _, err := s.to.WriteAt(data.Data, a.at+int64(len(a.head))+int64(entry)*int64(a.width)); err != nil {
		s.failed.CompareAndSwap(nil, &err)
	}
}

// Failed is the first error of writing, whoever wrote.
func (s *Store) Failed() error {
	if err := s.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// Read takes n values of array k from an entry on.
func (s *Store) Read(k, entry, n int) (Array, error) {
	a := &s.arrays[k]
	out := Array{Type: a.Type, Shape: []int{n}, Data: make([]byte, n*a.width)}
	_, err := s.to.ReadAt(out.Data, a.at+int64(len(a.head))+int64(entry)*int64(a.width))
	if errors.Is(err, io.EOF) {
		err = nil // what was not written is 0
	}
	return out, err
}

// Close sums up what was written and makes an archive of it.
func (s *Store) Close() error {
	if err := s.reach(); err != nil {
		return err
	}
	var directory bytes.Buffer
	z := zipWriter{out: &directory}
	for _, a := range s.arrays {
		sum := crc32.NewIEEE()
		if _, err := io.Copy(sum, io.NewSectionReader(s.to, a.at, a.size)); err != nil {
			return err
		}
		z.offset = uint64(a.local)
		if _, err := s.to.WriteAt(z.entry(a.Name+".npy", uint64(a.size), sum.Sum32()), a.local); err != nil {
			return err
		}
	}
	z.offset = uint64(s.end)
	if err := z.close(); err != nil {
		return err
	}
	_, err := s.to.WriteAt(directory.Bytes(), s.end)
	return err
}

// reach makes the file as long as its arrays, if the last entries are missing.
func (s *Store) reach() error {
	one := make([]byte, 1)
	n, err := s.to.ReadAt(one, s.end-1)
	if n == 1 {
		return nil
	}
	if !errors.Is(err, io.EOF) { // it may be there, and only not be read
		return err
	}
	_, err = s.to.WriteAt(one, s.end-1)
	return err
}
