package external

import (
	"bytes"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/task"
	"testing"
)

// A batch of 128 trials of 200 steps that come from a file.
func BenchmarkFile(b *testing.B) {
	var f npz.File
	for name, n := range map[string]int{"x": 2, "y": 2, "mask": 2} {
		f.Set(npz.Member{Name: name, Array: npz.ArrayOf([]int{128, 200, n}, make([]float32, 128*200*n))})
	}
	var content bytes.Buffer
	if err := f.Write(&content); err != nil {
		b.Fatal(err)
	}
	p, files, err := loadTask("{kind: file, path: trials.npz, dt: 10, tau: 100, N_batch: 128}", content.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	a, err := files.archive(p.Config)
	if err != nil {
		b.Fatal(err)
	}
	source, trials := NewTask[float32](p, rows{a}), model.NewTrials[float32](128, 200, 2, 2)
	for b.Loop() {
		if err := source.Trials(trials, task.Train); err != nil {
			b.Fatal(err)
		}
	}
}
