package task

import (
	"testing"

	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
)

// Drawing a batch of Hello World's size, shard by shard as training does.
// bench/trials.py times numpy at the same.
func BenchmarkDraw(b *testing.B) {
	for _, kind := range Names() {
		b.Run(kind, func(b *testing.B) {
			set, err := kernel.Choose[float32]("")
			if err != nil {
				b.Fatal(err)
			}
			source, err := New(section("{kind: %s, dt: 10, tau: 100, T: 2000, N_batch: 128}", kind), kernel.NewKey(1), set)
			if err != nil {
				b.Fatal(err)
			}
			t, i, o := source.Shape()
			shard := model.NewTrials[float32](16, t, i, o)
			b.ReportAllocs()
			for b.Loop() {
				for shard.First = 0; shard.First < 128; shard.First += 16 {
					if err := source.Trials(shard, Train); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
