//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
)

// Two programs do not train into one folder at a time, and one that has ended,
// however it ended, keeps nobody out.
func TestHeldFolder(t *testing.T) {
	t.Parallel()
	folder, file := filepath.Join(t.TempDir(), "run"), write(t, "small.yaml", small)
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"--resume"}, {"--resume", "--set", "train.training_iters=80"}, {"--overwrite"}} {
		args = append([]string{"train", "-q", "-c", file, "-o", folder}, args...)
		release, err := disk.Hold(disk.OS{}, folder)
		if err != nil {
			t.Fatal(err)
		}
		o := invoke(args...)
		if o.status != fault.Failed || !strings.HasPrefix(o.stderr, "error: another program trains into "+folder+"\nhint: ") {
			t.Errorf("%v: status %d\n%s", args[6:], o.status, o.stderr)
		}
		release()
		succeed(t, args...)
	}
	succeed(t, "test", "-q", folder)
}
