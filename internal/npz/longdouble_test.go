package npz

import (
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"math"
	bits64 "math/bits"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
	quad, err := os.ReadFile("testdata/longdouble_quad.npy")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadNpy(bytes.NewReader(quad), 0)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := f.Get("quad_f8")
	sameNumbers(t, "quad", got, want.Array)
}

// Numbers of the 128-bit form that have no bits where x86's has its own are 0
// with something behind it; what stands beside them in a file tells.
func TestLongDoublesOfEitherForm(t *testing.T) {
	quad, err := os.ReadFile("testdata/longdouble_quad.npy")
	if err != nil {
		t.Fatal(err)
	}
	small, err := os.ReadFile("testdata/longdouble_small.npy")
	if err != nil {
		t.Fatal(err)
	}
	packed := func(members map[string][]byte) *File {
		var archive bytes.Buffer
		f := &File{}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			f.Members = append(f.Members, Member{Name: name, raw: members[name]})
		}
		if err := f.Write(&archive); err != nil {
			t.Fatal(err)
		}
		got, err := Read(bytes.NewReader(archive.Bytes()), int64(archive.Len()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := longdoubles(t)
	number, _ := want.Get("small_f8")
	zeros := ArrayOf([]int{4}, make([]float64, 4))

	alone := packed(map[string][]byte{"small": small})
	sameNumbers(t, "alone", alone.Members[0].Array, zeros)
	if len(alone.Warnings) != 1 || !strings.Contains(alone.Warnings[0], "member small: its longdoubles are read as zeros") {
		t.Errorf("warnings: %q", alone.Warnings)
	}
	for _, beside := range []string{"a", "z"} {
		f := packed(map[string][]byte{"small": small, beside: quad})
		got, _ := f.Get("small")
		sameNumbers(t, "beside "+beside, got.Array, number.Array)
		if len(f.Warnings) > 0 {
			t.Errorf("warnings: %q", f.Warnings)
		}
	}
	// Beside numbers of x86 they are zeros.
	var x86 bytes.Buffer
	x86.Write(formatHeader("<f16", []int{1}))
	x86.Write(extendedBytes(0.25, [6]byte{}))
	f := packed(map[string][]byte{"small": small, "x86": x86.Bytes()})
	sameNumbers(t, "beside x86", f.Members[0].Array, zeros)
	if len(f.Warnings) > 0 {
		t.Errorf("warnings: %q", f.Warnings)
	}
}

// extendedBytes is a number in the 80-bit form, and what stands behind it. Below
// the sign and 15 bits of exponent are 64 of mantissa, the first of them written.
func extendedBytes(x float64, padding [6]byte) []byte {
	bits := math.Float64bits(x)
	exponent, mantissa := bits>>52&0x7ff, bits<<12>>1
	switch {
	case exponent == 0x7ff:
		exponent, mantissa = 0x7fff, mantissa|1<<63
	case exponent > 0:
		exponent, mantissa = exponent-1023+16383, mantissa|1<<63
	case mantissa != 0: // subnormal in float64 alone
		shift := bits64.LeadingZeros64(mantissa)
		exponent, mantissa = uint64(1+16383-1023-shift), mantissa<<shift
	}
	entry := binary.LittleEndian.AppendUint64(nil, mantissa)
	entry = binary.LittleEndian.AppendUint16(entry, uint16(bits>>63<<15|exponent))
	return append(entry, padding[:]...)
}

// Whatever stands behind the 80 bits means nothing, be it like numbers of the
// 128-bit form: what numpy does not clear is mostly a number from before.
func TestPaddingOfLongDoubles(t *testing.T) {
	padding := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) [6]byte { return [6]byte(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "bytes")) }),
		rapid.Custom(func(t *rapid.T) (p [6]byte) {
			old := binary.LittleEndian.AppendUint64(nil, math.Float64bits(rapid.Float64Range(-2, 2).Draw(t, "before")))
			copy(p[:], old[2:])
			return p
		}),
		rapid.SampledFrom([][6]byte{{}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f}, {0x11, 0x22, 0x33, 0x44, 0, 0x40}}),
	)
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 0.25, 1, 5e-324, 1e-310, math.Inf(-1), math.NaN()}))
	rapid.Check(t, func(c *rapid.T) {
		same := rapid.Bool().Draw(c, "the same everywhere")
		numbers := rapid.SliceOfN(number, 1, 9).Draw(c, "numbers")
		var wide, narrow, swapped []byte
		p := padding.Draw(c, "padding")
		for k, x := range numbers {
			if same {
				numbers[k] = numbers[0]
				x = numbers[0]
			} else {
				p = padding.Draw(c, "padding")
			}
			entry := extendedBytes(x, p)
			wide, narrow = append(wide, entry...), append(narrow, entry[:12]...)
			slices.Reverse(entry)
			swapped = append(swapped, entry...)
		}
		want := ArrayOf([]int{len(numbers)}, numbers)
		for descr, data := range map[string][]byte{"<f16": wide, "<f12": narrow, ">f16": swapped} {
			got, err := ReadNpy(bytes.NewReader(append(formatHeader(descr, want.Shape), data...)), 0)
			if err != nil {
				t.Fatal(err)
			}
			sameNumbers(t, descr, got, want)
		}
	})
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

// A step of either form is of the one that another step can only be of.
func TestSlabsOfEitherForm(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile("testdata/longdouble_" + name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	f := longdoubles(t)
	small, quad := read("small"), read("quad")
	small, quad = small[len(small)-4*16:], quad[2*16:]
	quad = quad[len(formatHeader("<f16", []int{31})):][:4*16] // numbers 2 to 5
	all, _ := f.Get("quad_f8")
	few, _ := f.Get("small_f8")

	slabs, err := ReadSlabs(io.MultiReader(bytes.NewReader(formatHeader("<f16", []int{2, 4})), bytes.NewReader(quad), bytes.NewReader(small)))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []Array{{Type: "<f8", Shape: []int{4}, Data: all.Array.Data[2*8 : 6*8]}, few.Array} {
		got, err := slabs.Next()
		if err != nil {
			t.Fatal(err)
		}
		sameNumbers(t, strconv.Itoa(k), got, want)
	}
	slabs, err = ReadSlabs(io.MultiReader(bytes.NewReader(formatHeader("<f16", []int{2, 4})), bytes.NewReader(small), bytes.NewReader(quad)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = slabs.Next(); err == nil {
		_, err = slabs.Next()
	}
	if err == nil || err.Error() != "the longdoubles of an earlier step are of another kind than those of step 1" {
		t.Errorf("a step of the other form: %v", err)
	}
}

// What macOS adds to an archive is no member.
func TestLeftoversOfMacOS(t *testing.T) {
	var plain, packed bytes.Buffer
	f := &File{Members: []Member{{Name: "W_rec", Array: ArrayOf([]int{1, 1}, []float32{2})}, {Name: "runs/_x", Array: ArrayOf(nil, []float32{3})}}}
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
