package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
)

// A checkpoint may be anybody's, whatever stands beside it: neither the program of
// the experiment inside it runs, nor one of a file that it holds in the place of
// one that is gone.
func TestCheckpointBringsNoProgram(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const command = "task: {kind: command, command: [sh, -c, 'echo ran > ran; exec psychrnn-trials addressed'], dt: 10, tau: 100, T: 200, N_batch: 8, N_in: 2, N_out: 2}\n"
	const rest = "name: small\nmodel: {N_rec: 10}\ntrain: {training_iters: 64}\ntest: {trials: 20}\n"
	theirs, folder := put("theirs.yaml", command+rest), filepath.Join(dir, "run")
	if o := interrupt(filepath.Join(folder, run.ExperimentFile), "train", "-q", "-c", theirs, "-o", folder); o.status != fault.Interrupted {
		t.Fatalf("status %d\n%s", o.status, o.stderr)
	}
	ran := filepath.Join(dir, "ran")
	refused := func(want string, args ...string) {
		t.Helper()
		_ = os.Remove(ran)
		if o := invoke(args...); o.status == 0 || !strings.Contains(o.stderr, want) {
			t.Errorf("status %d, want %s\n%s", o.status, want, o.stderr)
		}
		if _, err := os.Stat(ran); err == nil {
			t.Errorf("%s ran the program", args)
		}
	}
	refused("runs a program, which was not allowed: sh -c", "train", "-o", folder, "--resume")
	if err := os.WriteFile(filepath.Join(folder, run.ExperimentFile), []byte(small), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("", "train", "-o", folder, "--resume")

	path := filepath.Join(folder, run.CheckpointFile)
	checkpoint, err := disk.ReadWeights(disk.OS{}, path, npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	checkpoint.Set(npz.Member{Name: "files", Array: npz.TextsOf([]string{"../base.yaml"})})
	checkpoint.Set(npz.Member{Name: "files/0", Array: npz.Array{Type: "|u1", Shape: []int{len(command)}, Data: []byte(command)}})
	if err := disk.WriteNamed(disk.OS{}, path, checkpoint.Write); err != nil {
		t.Fatal(err)
	}
	mine := put("mine.yaml", "extends: base.yaml\n"+rest)
	refused("base.yaml", "train", "-c", mine, "-o", folder, "--resume", "--set", "train.training_iters=640")
}
