package npz

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A store gives, byte by byte, the file that holds the same arrays, whatever
// the order in which entries were written.
func TestStore(t *testing.T) {
	outputs, states := make([]float32, 2*3*2), make([]float64, 2*3*5)
	for k := range outputs {
		outputs[k] = float32(k) + 0.5
	}
	for k := range states {
		states[k] = -float64(k)
	}
	f := &File{}
	f.Set(Member{Name: "outputs", Array: ArrayOf([]int{2, 3, 2}, outputs)})
	f.Set(Member{Name: "late/states", Array: ArrayOf([]int{2, 3, 5}, states)})
	f.Set(Member{Name: "zeros", Array: ArrayOf([]int{4}, make([]float64, 4))})
	var want bytes.Buffer
	if err := f.Write(&want); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "store.npz")
	to, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	s, err := NewStore(to, []StoredArray{{"outputs", "<f4", []int{2, 3, 2}}, {"late/states", "<f8", []int{2, 3, 5}}, {"zeros", "<f8", []int{4}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{20, 0, 10} {
		Write(s, 1, at, states[at:at+10])
	}
	Write(s, 0, 0, outputs)
	if err := s.Failed(); err != nil {
		t.Fatal(err)
	}
	part, err := s.Read(1, 7, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := part.Float64s(); err != nil || !cmp.Equal(got, states[7:10]) {
		t.Errorf("read back %v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%d bytes, %v; want %d", len(got), err, want.Len())
	}
}

// An array is gone through slab by slab; what cannot be is refused.
func TestSlabs(t *testing.T) {
	values := make([]float32, 4*2*3)
	for k := range values {
		values[k] = float32(k)
	}
	var b bytes.Buffer
	if err := ArrayOf([]int{4, 2, 3}, values).WriteNpy(&b); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	s, err := ReadSlabs(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	var got []float32
	for range 4 {
		a, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		part, err := Floats[float32](a)
		if err != nil || !cmp.Equal(a.Shape, []int{2, 3}) {
			t.Fatal(a.Shape, err)
		}
		got = append(got, part...)
	}
	if !cmp.Equal(got, values) {
		t.Errorf("got %v", got)
	}
	if _, err := s.Next(); err == nil {
		t.Error("there is nothing behind the last")
	}
	s, err = ReadSlabs(bytes.NewReader(whole[:len(whole)-1]))
	for err == nil {
		_, err = s.Next()
	}
	if want := "24 bytes are needed, but only 23 are there"; err.Error() != want {
		t.Errorf("cut off: %v", err)
	}
	fortran := bytes.Replace(whole, []byte("'fortran_order': False"), []byte("'fortran_order': True "), 1)
	if _, err := ReadSlabs(bytes.NewReader(fortran)); err == nil {
		t.Error("Fortran order was taken")
	}
	b.Reset()
	if err := ArrayOf([]int{4, 6}, values).WriteNpy(&b); err != nil {
		t.Fatal(err)
	}
	for _, order := range []string{"'<f4'", "'>f4'"} { // a matrix is read whole
		matrix := bytes.Replace(bytes.Replace(b.Bytes(), []byte("'fortran_order': False"), []byte("'fortran_order': True "), 1), []byte("'<f4'"), []byte(order), 1)
		want, err := ReadNpy(bytes.NewReader(matrix), 0)
		if err != nil {
			t.Fatal(err)
		}
		if s, err = ReadSlabs(bytes.NewReader(matrix)); err != nil {
			t.Fatal(err)
		}
		var rows []byte
		for range 4 {
			a, err := s.Next()
			if err != nil || !cmp.Equal(a.Shape, []int{6}) {
				t.Fatal(a.Shape, err)
			}
			rows = append(rows, a.Data...)
		}
		if !bytes.Equal(rows, want.Data) {
			t.Errorf("%s: a matrix in Fortran order has other rows", order)
		}
	}
}

// A name that no entry can have is refused before anything is written.
func TestStoreNames(t *testing.T) {
	for _, name := range []string{strings.Repeat("a", 1<<16), "/a", "../a", "a\x00", ""} {
		if _, err := NewStore(nil, []StoredArray{{name, "<f4", []int{1}}}); err == nil {
			t.Errorf("%.20q was taken", name)
		}
	}
}
