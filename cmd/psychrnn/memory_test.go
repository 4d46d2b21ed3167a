package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"psychrnn/internal/memory"
	"psychrnn/internal/run"
)

// A weight file that is read gets the memory that its size may take, or that
// somebody allows it.
func TestGranted(t *testing.T) {
	t.Parallel()
	weights := filepath.Join(trained(t), run.WeightsFile)
	info, err := os.Stat(weights)
	if err != nil {
		t.Fatal(err)
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for _, c := range []struct {
		args []string
		more int64
	}{
		{[]string{"inspect", weights}, info.Size()},
		{[]string{"inspect", weights, weights}, 2 * info.Size()},
		{[]string{"inspect", weights, "--max-size", "4GiB"}, 4 << 30},
		{[]string{"edit", weights, filepath.Join(t.TempDir(), "out.npz"), "b_rec = 0", "--max-size", "4GiB"}, 4 << 30},
	} {
		debug.SetMemoryLimit(memory.Reading)
		succeed(t, c.args...)
		if limit := debug.SetMemoryLimit(-1); limit < memory.Reading+c.more {
			t.Errorf("%q: %d bytes, %d more than at first", c.args, limit, limit-memory.Reading)
		}
	}
}
