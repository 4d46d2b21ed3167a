package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/hostile"
	"psychrnn/internal/npz"
)

// spoilable are small golden files.
func spoilable(f *testing.F) *hostile.Files {
	f.Helper()
	names, err := filepath.Glob(filepath.Join(goldens, "*", "*.npz"))
	if err != nil || len(names) < 100 {
		f.Fatalf("%d golden files: %v", len(names), err)
	}
	var files [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 6000 {
			files = append(files, data)
		}
	}
	return hostile.NewFiles(files, []string{"name: a\n", "task: {kind: x}\n"})
}

// FuzzLook describes, compares and takes apart any file that is an archive.
func FuzzLook(f *testing.F) {
	files := spoilable(f)
	for k := range 30 {
		seed := make([]byte, 40)
		for i := range seed {
			seed[i] = byte((i + 5) * (k*k + 3) * (i%11 + 1) >> 1)
		}
		f.Add(seed, "W_rec[0, :2]")
	}
	f.Add([]byte(nil), "W_rec[::-1]")
	whole := open(f, "02_basic_dale_masks_reg/after_1_updates.npz")
	f.Fuzz(func(t *testing.T, choices []byte, name string) {
		data := files.Spoiled(hostile.Given(choices))
		file, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{Size: 1 << 24})
		if err != nil {
			return
		}
		report, _ := Look(file, false)
		if _, err := json.Marshal(report); err != nil {
			t.Error(err)
		}
		Compare(file, whole)
		Compare(whole, file)
		if d := Compare(file, file); len(d.Differences) > 0 {
			t.Errorf("it differs from itself: %+v", d.Differences)
		}
		reference, err := ParseArrayReference(name)
		var array npz.Array
		if err == nil {
			array, err = Get(file, reference, UnitNames{})
		}
		var mistake *fault.Error
		if err != nil {
			if !errors.As(err, &mistake) || mistake.Column < 1 || mistake.Column > len(name)+1 {
				t.Errorf("%q: %v", name, err)
			}
			return
		}
		if err := array.WriteNpy(io.Discard); err != nil {
			t.Error(err)
		}
		_ = WriteRows(io.Discard, array, ",") // some cannot be shown
	})
}
