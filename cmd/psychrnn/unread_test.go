package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/ui"
)

// A command whose output nobody reads, as with | head, ends without a word and
// with the status of its own; what it writes into files is complete.
func TestUnreadOutput(t *testing.T) {
	folder := t.TempDir()
	config, results := filepath.Join(folder, "small.yaml"), filepath.Join(folder, "run")
	if err := os.WriteFile(config, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	weights := filepath.Join(results, "weights.npz")
	for _, args := range [][]string{
		{"train", "-q", "-c", config, "-o", results},
		{"test", results},
		{"check", "-c", config},
		{"inspect", weights},
		{"inspect", weights, "--get", "W_rec"},
		{"task", "list"},
		{"task", "show", "match_to_category"},
		{"task", "preview", "-c", config},
		{"schema"},
		{"example"},
		{"example", "new_task"},
		{"completion", "bash"},
		{"version"},
	} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := read.Close(); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		status := execute(args, ui.Streams{In: &bytes.Buffer{}, Out: write, Err: &said, Disk: disk.OS{}})
		if status != fault.Unread || said.Len() > 0 {
			t.Errorf("%v: status %d, %q", args, status, said.String())
		}
		if err := write.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(weights); err != nil {
		t.Error(err)
	}
}
