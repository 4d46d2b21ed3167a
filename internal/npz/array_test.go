package npz

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		descr string
		data  string
		want  []float64
	}{
		{"<f2", "\x00\x00\x01\x00\x00\x3c\xff\x7b\x00\xfc\x00\x80", []float64{0, 0x1p-24, 1, 65504, math.Inf(-1), 0}},
		{"<f2", "\xff\x03\x00\x04\x55\x35\x00\xc0", []float64{0x1p-14 - 0x1p-24, 0x1p-14, 0.333251953125, -2}},
		{">f2", "\x3c\x00", []float64{1}},
		{"<f4", "\x00\x00\x80\x3f\x00\x00\x00\xc0", []float64{1, -2}},
		{">f8", "\x3f\xe9\x99\x99\x99\x99\x99\x9a", []float64{0.8}},
		{"|b1", "\x00\x01\x02", []float64{0, 1, 1}},
		{"|i1", "\xff\x7f", []float64{-1, 127}},
		{">i2", "\xff\xfe", []float64{-2}},
		{"<i4", "\xfe\xff\xff\xff", []float64{-2}},
		{"<i8", "\xfe\xff\xff\xff\xff\xff\xff\xff", []float64{-2}},
		{"|u1", "\xff", []float64{255}},
		{">u2", "\xff\xfe", []float64{65534}},
		{"<u4", "\xff\xff\xff\xff", []float64{4294967295}},
		{"<u8", "\x00\x00\x00\x00\x00\x00\x00\x80", []float64{0x1p63}},
	} {
		typ, ok := parseType(c.descr)
		if !ok {
			t.Fatalf("%s is no type", c.descr)
		}
		a := npyHeader{shape: []int{len(c.want)}, dtype: typ}.array([]byte(c.data))
		got, err := a.Float64s()
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s %x: %v\n%s", c.descr, c.data, err, diff)
		}
		integers, err := a.Int64s()
		if exact := c.descr[1] != 'f' && c.descr != "<u8"; exact != (err == nil) {
			t.Errorf("%s as int64: %v", c.descr, err)
		} else if exact && float64(integers[0]) != c.want[0] {
			t.Errorf("%s as int64: %v, want %v", c.descr, integers, c.want)
		}
	}
	if v := half(0x7e00); !math.IsNaN(v) {
		t.Errorf("half(0x7e00) = %v, want NaN", v)
	}
}

func TestOutOfRange(t *testing.T) {
	a := ArrayOf([]int{1, 3}, []float64{1, math.Inf(1), -1e300})
	if _, err := a.Float64s(); err != nil {
		t.Error(err)
	}
	const want = "value -1e+300 at [0, 2] is out of the range of float32"
	if _, err := Floats[float32](a); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestText(t *testing.T) {
	for _, want := range []string{"", "relu", "naïve Δt = 10 ms\n\U0001f600", "two\x00parts"} {
		got, err := TextOf(want).Strings()
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%q became %q, %v", want, got, err)
		}
	}
	latin := Array{Type: "|S3", Shape: []int{2}, Data: []byte("ab\x00\xe9\x00\x00")}
	got, err := latin.Strings()
	if diff := cmp.Diff([]string{"ab", "é"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	big, err := ReadNpy(bytes.NewReader(npy(1, "{'descr': '>U2', 'fortran_order': False, 'shape': ()}", []byte("\x00\x00\x03\x94\x00\x00\x00t"))), 0)
	if err != nil || big.Single() != "Δt" {
		t.Errorf("big-endian text is %q, %v", big.Single(), err)
	}
	if _, err := ArrayOf(nil, []float32{1}).Strings(); err == nil {
		t.Error("numbers are given as text")
	}
	if _, err := TextOf("1").Float64s(); err == nil {
		t.Error("text is given as numbers")
	}
}

func TestOfChecksTheShape(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("3 values were taken for shape (2, 2)")
		}
	}()
	ArrayOf([]int{2, 2}, []float32{1, 2, 3})
}
