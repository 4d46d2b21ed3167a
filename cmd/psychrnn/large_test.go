//go:build !race

// The race detector takes a minute for an experiment of so many numbers, in which
// goroutines share nothing.

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
)

// brief trains a network of many units in no time.
const brief = `name: brief
task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 40, N_batch: 2}
model: {N_rec: 300}
initializer: {kind: weight_initializer}
train: {training_iters: 2, loss_epoch: 1}
test: {trials: 2}
`

// A large matrix that stands in the experiment lies in a file beside the run's,
// and in the checkpoint, and gives the same bits as one in a file of the user's.
func TestLargeMatrixInline(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	const n = 300
	var rows strings.Builder
	values := make([]float64, 0, n*n)
	for i := range n {
		var row []string
		for j := range n {
			v := 1 / float64(3+i+2*j)
			values, row = append(values, v), append(row, fmt.Sprintf("%.17g", v))
		}
		fmt.Fprintf(&rows, "    - [%s]\n", strings.Join(row, ","))
	}
	inline := brief + "constraints:\n  rec_connectivity:\n" + rows.String()
	if len(inline) < 1_300_000 {
		t.Fatalf("only %d bytes", len(inline))
	}
	if err := disk.WriteNamed(disk.OS{}, in("mask.npy"), npz.ArrayOf([]int{n, n}, values).WriteNpy); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"inline.yaml": inline, "named.yaml": brief + "constraints: {rec_connectivity: {file: mask.npy}}\n"} {
		if err := os.WriteFile(in(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"inline", "named"} {
		succeed(t, "train", "-q", "-c", in(name+".yaml"), "-o", in(name))
	}
	matrix := filepath.Join(in("inline"), experiment.MatricesFolder, "constraints.rec_connectivity.npy")
	record := read(t, in("inline"), run.ExperimentFile)
	if len(record) > 10_000 || !strings.Contains(record, "file: "+experiment.MatricesFolder+"/constraints.rec_connectivity.npy") {
		t.Fatalf("the record has %d bytes:\n%.3000s", len(record), record)
	}
	more := func(args ...string) { // after whatever happened to the run
		t.Helper()
		succeed(t, append([]string{"train", "-q", "--resume"}, args...)...)
		if _, err := os.Stat(matrix); err != nil {
			t.Error(err)
		}
		if now := read(t, in("inline"), run.LossesFile); now != read(t, in("named"), run.LossesFile) {
			t.Errorf("%v: the losses differ from those of a run whose matrix is in a file", args)
		}
	}
	more("-c", in("inline.yaml"), "-o", in("inline"))
	if err := os.RemoveAll(filepath.Dir(matrix)); err != nil {
		t.Fatal(err)
	}
	more("-o", in("inline"))
	if err := os.RemoveAll(filepath.Dir(matrix)); err != nil {
		t.Fatal(err)
	}
	succeed(t, "train", "-q", "-c", in("named.yaml"), "-o", in("named"), "--resume", "--set", "train.training_iters=6")
	succeed(t, "train", "-q", "-o", in("inline"), "--resume", "--set", "train.training_iters=4")
	more("-c", in("inline.yaml"), "-o", in("inline"), "--set", "train.training_iters=6")
	for _, args := range [][]string{{"test", "-q", in("inline")}, {"test", "-q", filepath.Join(in("inline"), run.WeightsFile)}} {
		succeed(t, args...)
	}
	changed := strings.Replace(inline, "    - [0.33", "    - [0.34", 1)
	if err := os.WriteFile(in("changed.yaml"), []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	o := invoke("train", "-q", "-c", in("changed.yaml"), "-o", in("inline"), "--resume", "--set", "train.training_iters=6")
	if o.status != fault.Usage || !strings.Contains(o.stderr, "constraints.rec_connectivity") {
		t.Errorf("another matrix: status %d\n%s", o.status, o.stderr)
	}
	succeed(t, "train", "-q", "-c", in("named.yaml"), "-o", in("inline"), "--overwrite")
	if left, err := os.Stat(filepath.Dir(matrix)); err == nil {
		t.Errorf("left of the run that was replaced: %v", left.Name())
	}
}

// An experiment that would be written larger than it can be read is refused
// before anything is done.
func TestTooLargeToBeWritten(t *testing.T) {
	t.Parallel()
	units := make([]string, 300)
	for k := range units {
		units[k] = fmt.Sprint(k)
	}
	text := brief + "x-all: &all [" + strings.Join(units, ",") + "]\nablate:\n  lesions:\n"
	for k := range 1500 {
		text += fmt.Sprintf("    - {name: n%d, silence: *all}\n", k)
	}
	out := filepath.Join(t.TempDir(), "out")
	o := invoke("train", "-q", "-c", write(t, "aliases.yaml", text), "-o", out)
	if o.status != fault.Usage || !strings.Contains(o.stderr, "error: the experiment, written with every default and without aliases, cannot be read again: the file is larger than 4 MiB\nhint: ") {
		t.Errorf("status %d\n%.1000s", o.status, o.stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder was made")
	}
}
