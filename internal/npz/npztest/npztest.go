// Package npztest is for tests of npz and weights: the golden files, as they are and as
// seeds of fuzzing, and a bound on the memory that something takes.
package npztest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Goldens is the folder of the golden files, as packages beside npz see it.
const Goldens = "../../testdata/goldens/13_files"

// Golden reads a golden file.
func Golden(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Goldens, name)) //nolint:forbidigo,gosec // golden files are no files of the program, and are named by tests
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Seeds calls add with every golden file that is short enough to be altered well.
func Seeds(f *testing.F, add func(name string, data []byte)) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join(Goldens, "*.npz")) //nolint:forbidigo // as in Golden
	if err != nil || len(names) < 100 {
		f.Fatalf("%d golden files: %v", len(names), err)
	}
	for _, name := range names {
		if data := Golden(f, filepath.Base(name)); len(data) < 6000 {
			add(name, data)
		}
	}
}

// Frugal runs do and fails if it takes more memory than that.
func Frugal(t *testing.T, most uint64, do func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > most {
		t.Errorf("took %d bytes of memory", taken)
	}
}
