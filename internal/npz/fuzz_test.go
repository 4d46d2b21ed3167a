// Fuzzing goes on quickly with -fuzzminimizetime 10x: making an archive smaller
// byte by byte takes Go a minute each time otherwise.

package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"psychrnn/internal/npz/npztest"
)

// entries calls add with every .npy file in the golden files.
func entries(f *testing.F, add func(npy []byte)) {
	f.Helper()
	npztest.Seeds(f, func(_ string, data []byte) {
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, entry := range archive.File {
			r, err := entry.Open()
			if err != nil {
				f.Fatal(err)
			}
			if npy, err := io.ReadAll(r); err == nil {
				add(npy)
			}
		}
	})
}

// What a pickle says fits into a message, and what is no fault is a known kind of value.
func FuzzPickle(f *testing.F) {
	entries(f, func(npy []byte) {
		if at := bytes.IndexByte(npy, '\n'); bytes.Contains(npy[:at+1], []byte("'|O'")) {
			f.Add(npy[at+1:])
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		npztest.Frugal(t, 64<<20, func() {
			o := readObject(npyHeader{}, data)
			if strings.ContainsFunc(o.Fault, func(r rune) bool { return r < ' ' }) || len(o.Fault) > 1000 {
				t.Errorf("fault %q", o.Fault)
			}
			switch v := o.Value.(type) {
			case nil, bool, int64, float64, string:
			case Reference:
				if v.Text == "" && !(isName(v.Module) && isName(v.Name)) || len(v.Text) > 10000 {
					t.Errorf("reference %q", v)
				}
				if member, err := Pickled("x", v); err == nil {
					again := readObject(npyHeader{}, member.raw[128:])
					if again.Value != any(v) {
						t.Errorf("%v became %v", v, again.Value)
					}
				}
			default:
				t.Errorf("value %#v", v)
			}
		})
	})
}

// An .npy file that can be read is the same after writing.
func FuzzHeader(f *testing.F) {
	entries(f, func(npy []byte) { f.Add(npy[:min(len(npy), 300)]) })
	f.Add(npy(3, "{'descr': '>f8', 'fortran_order': True, 'shape': (1, 2)}", make([]byte, 16)))
	f.Fuzz(func(t *testing.T, data []byte) {
		npztest.Frugal(t, 16<<20, func() {
			a, err := ReadNpy(bytes.NewReader(data), 1<<20)
			if err != nil {
				return
			}
			var out bytes.Buffer
			if err := a.WriteNpy(&out); err != nil {
				t.Fatal(err)
			}
			if a.Numeric() {
				if _, err := a.Float64s(); err != nil {
					t.Error(err)
				}
			} else if _, err := a.Strings(); err != nil {
				t.Error(err)
			}
			b, err := ReadNpy(&out, 1<<20)
			if err != nil || a.Type != b.Type || !bytes.Equal(a.Data, b.Data) || ShapeText(a.Shape) != ShapeText(b.Shape) {
				t.Errorf("%+v became %+v, %v", a, b, err)
			}
		})
	})
}

// An array read slab by slab is the array read at once, or it is refused by
// both; only Fortran order and single values are not gone through.
func FuzzSlabs(f *testing.F) {
	for _, a := range []Array{ArrayOf([]int{3, 2, 2}, make([]float32, 12)), ArrayOf([]int{0, 2}, []float64{}), ArrayOf([]int{4}, []float64{1, 2, 3, 4}), TextOf("x"), Whole(3)} {
		var b bytes.Buffer
		if err := a.WriteNpy(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(bytes.Replace(b.Bytes(), []byte("<f"), []byte(">f"), 1))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 16
		whole, wrong := ReadNpy(bytes.NewReader(data), most)
		s, err := ReadSlabs(bytes.NewReader(data))
		if err != nil {
			return
		}
		var joined []byte
		for err == nil && len(joined) <= most {
			var a Array
			a, err = s.Next()
			joined = append(joined, a.Data...)
			if a.Len() == 0 && err == nil {
				return // endless slabs of nothing
			}
		}
		if wrong == nil && (!errors.Is(err, io.EOF) || !bytes.Equal(joined, whole.Data)) {
			t.Fatalf("slabs end with %v after %d bytes of %d", err, len(joined), len(whole.Data))
		}
	})
}
