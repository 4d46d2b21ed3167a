package disk

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// A folder is let go of at once, though a program that is being started has it
// open still.
func TestHoldIsLetGoOf(t *testing.T) {
	folder := t.TempDir()
	release, err := Hold(OS{}, folder)
	if err != nil {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	shared := 0
	for _, e := range open {
		to, _ := os.Readlink(filepath.Join("/proc/self/fd", e.Name()))
		number, _ := strconv.Atoi(e.Name())
		if to != folder {
			continue
		}
		if shared, err = syscall.Dup(number); err != nil {
			t.Fatal(err)
		}
	}
	if shared == 0 {
		t.Fatal("the folder is not open")
	}
	defer func() { _ = syscall.Close(shared) }()
	release()
	again, err := Hold(OS{}, folder)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
