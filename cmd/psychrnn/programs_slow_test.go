//go:build slow && unix

package main

import (
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/run"
)

// A program that hangs keeps no training from ending, nor from its checkpoint.
func TestSlowHangingProgram(t *testing.T) {
	folder, said := interruptGroup(t, "hangs")
	if strings.Contains(said, "the program has ended") || !strings.Contains(said, "interrupted after update ") {
		t.Errorf("said %s", said)
	}
	if there, err := (run.Folder{Path: folder, Disk: disk.OS{}}).Has(run.CheckpointFile); err != nil || !there {
		t.Error("there is no checkpoint")
	}
}
