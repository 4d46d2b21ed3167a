//go:build slow && linux

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/fault"
	"psychrnn/internal/run"
)

// mounted is a small disk in memory.
func mounted(t *testing.T, options string) string {
	t.Helper()
	disk := t.TempDir()
	if err := syscall.Mount("psychrnn", disk, "tmpfs", 0, options); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a disk cannot be mounted: %v", err)
		}
		t.Skipf("left out: full and read-only disks, since none can be mounted: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	return disk
}

// A disk that fills up ends the run; its files are whole, and with some room it goes on.
func TestSlowFullDisk(t *testing.T) {
	disk := mounted(t, "size=256k")
	folder := filepath.Join(disk, "run")
	wait := writing(t, folder)
	checkUnwritten(t, wait(), folder, "no space left on device")
	checkGoesOn(t, disk, folder)
}

// So does one that becomes read-only, as file systems do after an error.
func TestSlowReadOnlyDisk(t *testing.T) {
	disk := mounted(t, "size=16m")
	folder := filepath.Join(disk, "run")
	wait := writing(t, folder)
	for range 10000 { // busy while a file is being written
		if syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "") == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	checkUnwritten(t, wait(), folder, "read-only file system")
	checkGoesOn(t, disk, folder)
}

func checkGoesOn(t *testing.T, disk, folder string) {
	t.Helper()
	checkWhole(t, folder)
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	if o := invoke("train", "-q", "-o", folder, "--resume", "--stop-after", "1ms"); o.status != fault.Interrupted {
		t.Errorf("it does not go on: status %d\n%s", o.status, o.stderr)
	}
	for _, name := range []string{run.CheckpointFile, run.WeightsFile, run.LossesFile} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
}
