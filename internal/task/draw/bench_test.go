package draw

import (
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/random"
	"psychrnn/internal/task"
)

// Drawing a batch of Hello World's size, group by group as training does.
// bench/trials.py times numpy at the same.
func BenchmarkDraw(b *testing.B) {
	for _, kind := range task.BuiltInNames() {
		b.Run(kind, func(b *testing.B) {
			set, err := kernel.Choose[float32]("")
			if err != nil {
				b.Fatal(err)
			}
			source := New(section("{kind: %s, dt: 10, tau: 100, T: 2000, N_batch: 128}", kind), random.NewKey(1), set, nil)
			t, i, o := source.Shape()
			group := model.NewTrials[float32](16, t, i, o)
			b.ReportAllocs()
			for b.Loop() {
				for group.First = 0; group.First < 128; group.First += 16 {
					if err := source.Trials(group, task.Train); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
