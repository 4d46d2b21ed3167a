package userfiles

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
)

// A signal while a table is written ends it, and nothing of it stays.
func TestTableInterrupted(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.csv")
	ctx, cancel := context.WithCancel(t.Context())
	shapes := []npz.StoredArray{{Name: "outputs", Type: "<f8", Shape: []int{2, 3, 1}}, {Name: "states", Type: "<f8", Shape: []int{2, 3, 4}}}
	err := WriteSteps(ctx, Places{Disk: disk.OS{}}.Output(out), shapes, []string{"output_0"}, 10, func(*npz.Store) error {
		cancel() // once the simulation is done
		return nil
	})
	var interrupted *fault.Error
	if !errors.As(err, &interrupted) || interrupted.Status != fault.Interrupted {
		t.Errorf("it ends with %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
