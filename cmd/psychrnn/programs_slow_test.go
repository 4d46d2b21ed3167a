//go:build slow && unix

package main

import (
	"strings"
	"testing"

	"psychrnn/internal/run"
)

// A program that hangs keeps no training from ending, nor from its checkpoint.
func TestSlowHangingProgram(t *testing.T) {
	folder, said := interruptGroup(t, "hangs")
	if strings.Contains(said, "the program has ended") || !strings.Contains(said, "interrupted after update ") {
		t.Errorf("said %s", said)
	}
	if !(run.Folder{Path: folder}).Has(run.CheckpointFile) {
		t.Error("there is no checkpoint")
	}
}
