package weights

import (
	"bytes"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// longdoubles is what testdata/longdouble.py wrote: arrays of longdouble, and
// beside each what NumPy rounds it to.
func longdoubles(t *testing.T) *File {
	t.Helper()
	data, err := os.ReadFile("testdata/longdouble.npz")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sameNumbers compares arrays to the bit; any NaN is like any other.
func sameNumbers(t *testing.T, name string, got, want Array) {
	t.Helper()
	a, err := got.Float64s()
	b, wrong := want.Float64s()
	if err != nil || wrong != nil || got.Type != "<f8" || !slices.Equal(got.Shape, want.Shape) {
		t.Fatalf("%s: %s %v, %v, %v", name, got.Type, got.Shape, err, wrong)
	}
	for i := range b {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			t.Errorf("%s%s is %v, want %v", name, want.Place(i), a[i], b[i])
		}
	}
}

func TestLongDoubles(t *testing.T) {
	f := longdoubles(t)
	count := 0
	for _, m := range f.Members {
		if want, ok := f.Get(m.Name + "_f8"); ok {
			count++
			sameNumbers(t, m.Name, m.Array, want.Array)
		}
	}
	if count != 7 {
		t.Errorf("%d arrays", count)
	}
	for _, name := range []string{"quad", "small"} {
		data, err := os.ReadFile("testdata/longdouble_" + name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadNpy(bytes.NewReader(data), 0)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := f.Get(name + "_f8")
		sameNumbers(t, name, got, want.Array)
	}
}

// On 32 bits there are 2 bytes behind each number: here those of the 16-byte
// form, cut.
func TestLongDoublesOf12Bytes(t *testing.T) {
	data, err := os.ReadFile("testdata/longdouble.npz")
	if err != nil {
		t.Fatal(err)
	}
	archive, err := openZip(bytes.NewReader(data), int64(len(data)), 100)
	if err != nil {
		t.Fatal(err)
	}
	in, err := archive.Open("garbage.npy")
	if err != nil {
		t.Fatal(err)
	}
	head, h, err := readHeader(in)
	if err != nil {
		t.Fatal(err)
	}
	long, err := readBytes(in, h.shape[0]*16, 0)
	if err != nil {
		t.Fatal(err)
	}
	var cut []byte
	for entry := range slices.Chunk(long, 16) {
		cut = append(cut, entry[:12]...)
	}
	file := append([]byte(strings.Replace(string(head), "<f16", "<f12", 1)), cut...)
	got, err := ReadNpy(bytes.NewReader(file), 0)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := longdoubles(t).Get("garbage_f8")
	sameNumbers(t, "12 bytes", got, want.Array)
}

// Steps of a longdouble array come one after the other, in either order.
func TestSlabsOfLongDoubles(t *testing.T) {
	f := longdoubles(t)
	want, _ := f.Get("matrix_f8")
	data, err := os.ReadFile("testdata/longdouble.npz")
	if err != nil {
		t.Fatal(err)
	}
	archive, err := openZip(bytes.NewReader(data), int64(len(data)), 100)
	if err != nil {
		t.Fatal(err)
	}
	in, err := archive.Open("matrix.npy")
	if err != nil {
		t.Fatal(err)
	}
	slabs, err := ReadSlabs(in)
	if err != nil {
		t.Fatal(err)
	}
	all := Array{Type: "<f8", Shape: slabs.Shape}
	for range slabs.Shape[0] {
		one, err := slabs.Next()
		if err != nil {
			t.Fatal(err)
		}
		all.Data = append(all.Data, one.Data...)
	}
	sameNumbers(t, "matrix", all, want.Array)
}

// What macOS adds to an archive is no member.
func TestLeftoversOfMacOS(t *testing.T) {
	var plain, packed bytes.Buffer
	f := &File{Members: []Member{{Name: "W_rec", Array: Of([]int{1, 1}, []float32{2})}, {Name: "runs/_x", Array: Of(nil, []float32{3})}}}
	if err := f.Write(&plain); err != nil {
		t.Fatal(err)
	}
	// AppleDouble: a magic number, a version, and what the Finder knows.
	double := Member{raw: []byte("\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \x00\x02"), bare: true}
	more := &File{Members: slices.Clone(f.Members)}
	for _, name := range []string{"__MACOSX/", "__MACOSX/._W_rec.npy", "__MACOSX/runs/.__x.npy", ".DS_Store", "runs/.DS_Store", "._W_rec.npy", "runs/._y.npy"} {
		double.Name = name
		more.Members = append(more.Members, double)
	}
	if err := more.Write(&packed); err != nil {
		t.Fatal(err)
	}
	got, err := Read(bytes.NewReader(packed.Bytes()), int64(packed.Len()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := got.Write(&again); err != nil || !bytes.Equal(again.Bytes(), plain.Bytes()) || len(got.Warnings) != 0 {
		t.Errorf("read as %v with warnings %q, %v", got.Members, got.Warnings, err)
	}
}
