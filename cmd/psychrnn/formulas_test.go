package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"testing"

	"psychrnn/internal/run"
)

// The formulas of docs/networks.md, written out here, give the losses that a
// test reports: the squared error squares the mask, the cross entropy has it
// once and takes the outputs as they are, and masked steps count in the divisor.
func TestLossFormulas(t *testing.T) {
	const e = 1e-7
	for loss, of := range map[string]func(output, y, mask float64) float64{
		"mean_squared_error": func(output, y, mask float64) float64 { return (mask * (output - y)) * (mask * (output - y)) },
		"binary_cross_entropy": func(output, y, mask float64) float64 {
			p := math.Min(math.Max(output, e), 1-e)
			return -mask * (y*math.Log(p+e) + (1-y)*math.Log(1-p+e))
		},
	} {
		folder := trained(t, "precision=float64", "loss="+loss, "train.training_iters=0",
			"initializer.W_out=3", // some outputs lie outside of 0 to 1
			"task.lo=0", "task.mask=[{set: 2}, {channel: 1, set: 0.5}, {when: t < 50, set: 0}]")
		var metrics struct {
			Loss float64 `json:"test_loss"`
		}
		if err := json.Unmarshal([]byte(read(t, folder, run.MetricsFile)), &metrics); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "trials.npz")
		succeed(t, "test", folder, "--save", file)
		trials := arrays(t, file)
		values := map[string]func(int) float64{}
		size := 0
		for _, name := range []string{"outputs", "y", "mask"} {
			a, _ := trials.Get(name)
			values[name], size = a.Array.Reader(), a.Array.Len()
		}
		var sum float64
		masks, above, below := map[float64]bool{}, 0, 0
		for k := range size {
			output, mask := values["outputs"](k), values["mask"](k)
			sum += of(output, values["y"](k), mask)
			masks[mask] = true
			if output < 0 {
				below++
			} else if output > 1 {
				above++
			}
		}
		if want := sum / float64(size); !(math.Abs(metrics.Loss-want) <= 1e-12*want) || want == 0 {
			t.Errorf("%s: the test says %v, the formula %v", loss, metrics.Loss, want)
		}
		if len(masks) != 3 || above == 0 || below == size {
			t.Errorf("%s: masks %v, %d outputs above 1, %d below 0 of %d", loss, masks, above, below, size)
		}
	}
}
