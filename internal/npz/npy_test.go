package npz

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// npy builds an .npy file around a header, well formed or not.
func npy(major byte, dictionary string, data []byte) []byte {
	out := append([]byte(npyMagic), major, 0)
	if major == 1 {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(dictionary)))
	} else {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(dictionary)))
	}
	return append(append(out, dictionary...), data...)
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		text, want string // "" where it is to be refused
	}{
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  \n", "<f4 false [2 3]"},
		{`{"shape":(2L,),"descr":"|b1","fortran_order":True}`, "|b1 true [2]"},
		{"{'descr':[('a','<f4'),('b]','O',(2,))],'fortran_order':False,'shape':()}", "[('a','<f4'),('b]','O',(2,))] false []"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } x", ""},
		{"{'descr': '<f4', 'fortran_order': False, }", ""},
		{"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", ""},
		{"{'descr': '<f4' 'fortran_order': False, 'shape': ()}", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (), 'more': 1}", ""},
		{"{'descr': '<f4', 'fortran_order': 0, 'shape': ()}", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 65) + ")}", ""},
		{"{'descr': [('a', '<f4'], 'fortran_order': False, 'shape': ()", ""},
		{"{'descr': '<f\\x34', 'fortran_order': False, 'shape': ()}", ""},
		{"{'descr': exec('1'), 'fortran_order': False, 'shape': ()}", ""},
		{"{'descr': '<f4", ""},
		{"", ""},
	} {
		h, err := parseHeader(c.text)
		got := fmt.Sprintf("%s %v %v", h.descr, h.fortran, h.shape)
		if err != nil {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s: got %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func TestTypes(t *testing.T) {
	for descr, want := range map[string]string{
		"<f4": "<f4", ">f8": "<f8", "=i8": "<i8", "f2": "<f2", "|i1": "|i1", "<u1": "|u1", "|b1": "|b1", ">U7": "<U7", "|S3": "|S3",
		"<f16": "<f8", "<f12": "<f8", ">f16": "<f8", "<f10": "", "<c32": "", "<c8": "", "|O": "", "<M8[us]": "", "<f": "", "": "", "<": "", "f-4": "", "<f04": "", "U0": "", "<U99999999999": "", "b2": "",
	} {
		typ, ok := parseType(descr)
		if !ok {
			typ.name = ""
		}
		if typ.name != want {
			t.Errorf("%s is taken for %q, want %q", descr, typ.name, want)
		}
	}
}

// A lie in a header must not cost memory.
func TestHostileSizes(t *testing.T) {
	for name, file := range map[string][]byte{
		"terabyte":     npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,)}", make([]byte, 16)),
		"gigabyte":     npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (268435456,)}", make([]byte, 16)),
		"long text":    npy(1, "{'descr': '<U16777216', 'fortran_order': False, 'shape': (8,)}", make([]byte, 16)),
		"overflow":     npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", nil),
		"no entries":   npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (4294967296, 4294967296, 0)}", []byte{1}),
		"header":       append([]byte(npyMagic), 2, 0, 0xff, 0xff, 0xff, 0xff),
		"header short": append([]byte(npyMagic), 1, 0, 0xff, 0xff),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadNpy(bytes.NewReader(file), 0)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: read", name)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("%s: took %d bytes of memory for a file of %d", name, taken, len(file))
		}
	}
}

func TestReadNpyRefuses(t *testing.T) {
	const f4 = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}"
	for _, c := range []struct {
		file []byte
		size int64
		want string
	}{
		{npy(1, f4, make([]byte, 7)), 0, "8 bytes are needed, but only 7 are there"},
		{npy(1, f4, make([]byte, 9)), 0, "data goes on after the 8 bytes of shape (2,)"},
		{npy(1, f4, make([]byte, 8)), 7, "more than the 7 bytes allowed for all arrays together"},
		{npy(1, "{'descr': '|O', 'fortran_order': False, 'shape': ()}", nil), 0, "entries of type |O are not understood"},
		{npy(4, f4, nil), 0, ".npy format version 4.0 is unknown: 1.0, 2.0 and 3.0 are understood"},
		{npy(2, f4+strings.Repeat(" ", 1<<16), make([]byte, 8)), 0, "header of 65591 bytes: at most 65536 are read"},
		{[]byte("\x93NUMP"), 0, "10 bytes are needed, but only 5 are there"},
		{[]byte("1.0 2.0 3.0\n"), 0, "not an .npy array: the magic bytes \\x93NUMPY are missing"},
	} {
		if _, err := ReadNpy(bytes.NewReader(c.file), c.size); err == nil || err.Error() != c.want {
			t.Errorf("%.80q: got %v, want %s", c.file, err, c.want)
		}
	}
}

func arrays() *rapid.Generator[Array] {
	return rapid.Custom(func(t *rapid.T) Array {
		descr := rapid.SampledFrom([]string{
			"<f2", "<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "|b1", "<U3", "|S2",
		}).Draw(t, "type")
		shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(t, "shape")
		typ, _ := parseType(descr)
		n, _ := product(shape, typ.width)
		return Array{Type: descr, Shape: shape, Data: rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "data")}
	})
}

func TestNpyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := arrays().Draw(t, "array")
		var file bytes.Buffer
		if err := want.WriteNpy(&file); err != nil {
			t.Fatal(err)
		}
		if at := file.Len() - len(want.Data); at%64 != 0 {
			t.Fatalf("data begins at %d, which is not aligned", at)
		}
		got, err := ReadNpy(bytes.NewReader(file.Bytes()), 0)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

// The lengths are NumPy's for float32 headers of shapes (d,), (1, d), (1, 1, d) ...
func TestHeaderLength(t *testing.T) {
	for last, short := range map[int]int{1: 14, 10: 14, 100: 13} {
		for n := range 30 {
			want := 128
			if n >= short {
				want = 192
			}
			if head := formatHeader("<f4", append(slices.Repeat([]int{1}, n), last)); len(head) != want {
				t.Errorf("%d dimensions of 1 and one of %d: %d bytes, want %d", n, last, len(head), want)
			}
		}
	}
	const want = "{'descr': '<f8', 'fortran_order': False, 'shape': (123456789, 0), }" +
		"                                                  \n"
	if head := formatHeader("<f8", []int{123456789, 0}); string(head[10:]) != want {
		t.Errorf("%q", head)
	}
}

// Any format, byte order and memory order comes to the same array.
func TestNpyFlavours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := arrays().Draw(t, "array")
		typ, _ := parseType(want.Type)
		descr, data := want.Type, slices.Clone(want.Data)
		if descr[0] == '<' && rapid.Bool().Draw(t, "big-endian") {
			descr = ">" + descr[1:]
			for i := 0; i < len(data); i += typ.unit {
				slices.Reverse(data[i : i+typ.unit])
			}
		}
		order := "False"
		if rapid.Bool().Draw(t, "Fortran order") {
			order = "True"
			data = columns(data, want.Shape, typ.width)
		}
		major := rapid.ByteRange(1, 3).Draw(t, "format")
		dictionary := fmt.Sprintf("{'fortran_order': %s, 'shape': %s, 'descr': '%s'}\n", order, ShapeText(want.Shape), descr)
		got, err := ReadNpy(bytes.NewReader(npy(major, dictionary, data)), 0)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

// columns puts entries in C order into Fortran order, by the definition: entry
// (a, b, c ...) stands at a + A (b + B (c + ...)).
func columns(data []byte, shape []int, width int) []byte {
	out := make([]byte, len(data))
	for c := 0; c < len(data)/width; c++ {
		rest, to := c, 0
		index := make([]int, len(shape))
		for d := len(shape) - 1; d >= 0; d-- {
			index[d], rest = rest%shape[d], rest/shape[d]
		}
		for d := len(shape) - 1; d >= 0; d-- {
			to = to*shape[d] + index[d]
		}
		copy(out[to*width:], data[c*width:][:width])
	}
	return out
}

// An independent reader finds what was written.
func TestReadByNpyio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
		narrow := rapid.SliceOfN(rapid.Float32(), rows*columns, rows*columns).Draw(t, "float32")
		wide := rapid.SliceOfN(rapid.Float64(), rows*columns, rows*columns).Draw(t, "float64")
		read := func(a Array, values any) {
			var file bytes.Buffer
			if err := a.WriteNpy(&file); err != nil {
				t.Fatal(err)
			}
			r, err := npyio.NewReader(&file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]int{rows, columns}, r.Header.Descr.Shape); diff != "" || r.Header.Descr.Fortran {
				t.Fatalf("header %+v", r.Header)
			}
			if err := r.Read(values); err != nil {
				t.Fatal(err)
			}
		}
		var gotNarrow []float32
		var gotWide []float64
		read(ArrayOf([]int{rows, columns}, narrow), &gotNarrow)
		read(ArrayOf([]int{rows, columns}, wide), &gotWide)
		if !slices.Equal(narrow, gotNarrow) || !slices.Equal(wide, gotWide) {
			t.Fatalf("got %v and %v, want %v and %v", gotNarrow, gotWide, narrow, wide)
		}
	})
}
