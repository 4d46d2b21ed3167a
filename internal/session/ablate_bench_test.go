package session

import (
	"runtime"
	"testing"

	"psychrnn/configs"
	"psychrnn/internal/experiment"
	"psychrnn/internal/kernel"
	"psychrnn/internal/weights"
)

// helloTrained is Hello World's network, not trained: time does not depend on it.
func helloTrained(b testing.TB, assignments ...string) *Trained {
	b.Helper()
	e, err := experiment.Load(configs.Files.ReadFile, "hello.yaml", assignments)
	if err != nil {
		b.Fatal(err)
	}
	net, err := e.Network()
	if err != nil {
		b.Fatal(err)
	}
	f, err := weights.ToFile(net, net.Theta, nil)
	if err != nil {
		b.Fatal(err)
	}
	t, err := Join(e, Origin{Name: "hello.yaml"}, f, "weights.npz")
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// Each of Hello World's 50 units silenced for 1000 trials of 200 steps; the
// intact network and the trials' drawing are in the time too.
func BenchmarkAblate(b *testing.B) {
	b.Run("float32", ablateUnits[float32])
	b.Run("float64", ablateUnits[float64])
}

func ablateUnits[F kernel.Float](b *testing.B) {
	t := helloTrained(b, "test.trials=1000")
	list, err := t.Lesions([]string{"name: unit, each: unit"})
	if err != nil || len(list) != 50 || t.Steps() != 200 {
		b.Fatalf("%d lesions of %d steps, %v", len(list), t.Steps(), err)
	}
	set, err := kernel.Choose[F]("")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := AblateTrained(b.Context(), t, set, runtime.GOMAXPROCS(0), list, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*len(list)), "ms/lesion")
}
