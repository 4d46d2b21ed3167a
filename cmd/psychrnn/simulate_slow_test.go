//go:build slow && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
)

// Connectivity of 500 steps and 1000 units, two gigabytes, is read step by
// step: the memory is that of the weights.
func TestSlowConnectivityOfGigabytes(t *testing.T) {
	const steps, n = 500, 1000
	folder := trained(t, "model.N_rec=1000", "train.training_iters=0", "test.trials=1")
	out := t.TempDir()
	factors := filepath.Join(out, "tc.npy")
	f, err := os.Create(factors)
	if err != nil {
		t.Fatal(err)
	}
	// A header, and zeros that take no room on the disk.
	if err := npz.ArrayOf([]int{1, 1, 1}, []float32{0}).WriteNpy(f); err != nil {
		t.Fatal(err)
	}
	head := []byte(strings.Replace(read(t, factors)[:128], "(1, 1, 1), }              ", fmt.Sprintf("(%d, %d, %d), }     ", steps, n, n), 1))
	if _, err := f.WriteAt(head, 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(128 + 4*steps*n*n); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	peak := int(peakOf(t, "simulate", folder, "-q", "--steps", fmt.Sprint(steps), "--t-connectivity", factors, "-o", filepath.Join(out, "o.npz"))) >> 20
	t.Logf("%d MiB", peak)
	if peak > 400 {
		t.Errorf("%d MiB of memory", peak)
	}
}

// A long simulation leaves most of itself in the file.
func TestSlowLongSimulation(t *testing.T) {
	folder, out := trained(t), t.TempDir()
	peak := int(peakOf(t, "simulate", folder, "-q", "--steps", "5000000", "--rec-noise", "0.1", "--intervention", "connections: {from: ':'}, scale: 0.5", "-o", filepath.Join(out, "o.npz"))) >> 20
	t.Logf("%d MiB", peak)
	if peak > 200 {
		t.Errorf("%d MiB of memory for a file of 480 MB", peak)
	}
}

// A disk that fills up ends the simulation; nothing of it stays.
func TestSlowSimulateOnFullDisk(t *testing.T) {
	disk, folder := mounted(t, "size=256k"), trained(t)
	for _, args := range [][]string{
		{"simulate", folder, "--steps", "100000", "-o", filepath.Join(disk, "o.npz")},
		{"simulate", folder, "--steps", "10000", "-o", filepath.Join(disk, "o.csv")},
		{"ablate", folder, "--set", "test.trials=200", "--lesion", "name: unit, each: unit", "--save", filepath.Join(disk, "l.npz")},
	} {
		o := invoke(args...)
		if o.status != fault.File || !strings.Contains(o.stderr, "no space left on device") {
			t.Errorf("%v: status %d\n%s", args, o.status, o.stderr)
		}
		if left, err := os.ReadDir(disk); err != nil || len(left) > 0 {
			t.Errorf("%v: left are %v, %v", args, left, err)
		}
	}
}
