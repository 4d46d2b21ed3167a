package task

import (
	"bytes"
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/random"
)

// Drawing a batch of Hello World's size, group by group as training does.
// bench/trials.py times numpy at the same.
func BenchmarkDraw(b *testing.B) {
	for _, kind := range Names() {
		b.Run(kind, func(b *testing.B) {
			set, err := kernel.Choose[float32]("")
			if err != nil {
				b.Fatal(err)
			}
			source, err := New(section("{kind: %s, dt: 10, tau: 100, T: 2000, N_batch: 128}", kind), random.NewKey(1), set)
			if err != nil {
				b.Fatal(err)
			}
			t, i, o := source.Shape()
			group := model.NewTrials[float32](16, t, i, o)
			b.ReportAllocs()
			for b.Loop() {
				for group.First = 0; group.First < 128; group.First += 16 {
					if err := source.Trials(group, Train); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// A batch of 128 trials of 200 steps that come from a file.
func BenchmarkFile(b *testing.B) {
	var f npz.File
	for name, n := range map[string]int{"x": 2, "y": 2, "mask": 2} {
		f.Set(npz.Member{Name: name, Array: npz.Of([]int{128, 200, n}, make([]float32, 128*200*n))})
	}
	var content bytes.Buffer
	if err := f.Write(&content); err != nil {
		b.Fatal(err)
	}
	c, err := loadTask("{kind: file, path: trials.npz, dt: 10, tau: 100, N_batch: 128}", content.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	a, err := c.Archive()
	if err != nil {
		b.Fatal(err)
	}
	task, trials := NewSupplied(c, rows{a}, kernel.Plain[float32]()), model.NewTrials[float32](128, 200, 2, 2)
	for b.Loop() {
		if err := task.Trials(trials, Train); err != nil {
			b.Fatal(err)
		}
	}
}
