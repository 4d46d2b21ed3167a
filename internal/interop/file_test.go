//go:build interop

package interop_test

import (
	"io"
	"math"
	"os"
	"testing"

	"psychrnn/internal/npz"
)

// write makes a file.
func write(t *testing.T, path string, content func(io.Writer) error) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := content(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// read opens an archive.
func read(t *testing.T, path string) *npz.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	file, err := npz.Read(f, info.Size(), npz.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return file
}

func member(t *testing.T, f *npz.File, name string) npz.Array {
	t.Helper()
	m, ok := f.Get(name)
	if !ok || !m.Array.Numeric() {
		t.Fatalf("%s is not in the file", name)
	}
	return m.Array
}

func numbers(t *testing.T, a npz.Array) []float64 {
	t.Helper()
	v, err := a.Float64s()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// tolerance is the largest difference of two tensors, in float32 and as a part
// of the largest entry.
const tolerance = 5e-6

// agree compares two tensors: max|got-want| <= tolerance max|want|.
func agree(t *testing.T, name string, got, want npz.Array) {
	t.Helper()
	a, b := numbers(t, got), numbers(t, want)
	if len(a) != len(b) {
		t.Errorf("%s: shape %v, want %v", name, got.Shape, want.Shape)
		return
	}
	var most, scale float64
	for k := range a {
		if d := math.Abs(a[k] - b[k]); d > most || math.IsNaN(d) {
			most = d
		}
		scale = max(scale, math.Abs(b[k]))
	}
	t.Logf("%-24s %.1e of %.3g", name, most, scale)
	if !(most <= tolerance*scale) {
		t.Errorf("%s differs by %.3g, largest entry %.3g: %.2g of it", name, most, scale, most/scale)
	}
}
