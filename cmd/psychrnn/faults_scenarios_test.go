package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/disk/disktest"
	"psychrnn/internal/npz"
)

// scenario is a command that is disturbed.
type scenario struct {
	name    string
	before  []string // a command that ran before, if any
	half    bool     // it was killed halfway
	command string
	again   string // what is appended to go on, or to do it again
	once    bool   // done twice it would give something else
	expends string // the paths of earlier files that the command takes away while it runs
}

var scenarios = []scenario{
	{name: "train", command: "train -q -c /w/all.yaml -o /w/run", again: "--resume"},
	{name: "train on trials of a file", command: "train -q -c /w/file.yaml -o /w/run", again: "--resume"},
	{name: "resume", before: []string{"train -q -c /w/all.yaml -o /w/run"}, half: true, command: "train -q -c /w/all.yaml -o /w/run --resume"},
	{
		name: "resume a complete run", before: []string{"train -q -c /w/all.yaml -o /w/run"}, command: "train -q -o /w/run --resume",
	},
	{
		name: "train longer", before: []string{"train -q -c /w/file.yaml -o /w/run"},
		command: "train -q -o /w/run --resume --set train.training_iters=24", expends: `^/w/run/(metrics\.json|final\.npz)$`,
	},
	{
		name: "rename outputs", before: []string{"train -q -c /w/file.yaml -o /w/run"},
		command: "train -q -o /w/run --resume --set train.training_iters=24 --set train.save_weights_path=last --set train.training_weights_path=new/v",
		expends: `^/w/run/(metrics\.json|final\.npz)$`,
	},
	{
		name: "overwrite", before: []string{"train -q -c /w/all.yaml -o /w/run"},
		command: "train -q -c /w/file.yaml -o /w/run --overwrite", expends: `^/w/run/`,
	},
	{name: "test", command: "test /w/first --save /w/out.npz --csv /w/out.csv", again: "--overwrite"},
	{name: "test again", before: []string{"test /w/first --save /w/out.npz --csv /w/out.csv"}, command: "test /w/first --save /w/out.npz --csv /w/out.csv --overwrite --seed 7"},
	{name: "simulate", command: "simulate /w/first --trials 2 -o /w/out.npz", again: "--overwrite"},
	{name: "simulate a table", command: "simulate /w/first --inputs /w/x.npy --t-connectivity /w/tc.npy -o /w/out.csv", again: "--overwrite"},
	{name: "ablate", command: "ablate /w/first --lesion 'name: unit, each: unit' --save /w/out.npz --csv /w/out.csv", again: "--overwrite"},
	{name: "edit", command: "edit /w/first /w/out.npz 'b_rec += 1' 'W_out = /w/W_out.npy'", again: "--overwrite"},
	{name: "edit in place", before: []string{"edit /w/first /w/out.npz 'b_rec += 1'"}, command: "edit /w/out.npz /w/out.npz --overwrite 'b_rec = 1'", once: true},
	{name: "inspect", command: "inspect /w/first --get W_rec -o /w/out.npy", again: "--overwrite"},
	{name: "check", command: "check -c /w/all.yaml"},
}

// words are those of a command line.
func words(line string) (list []string) {
	for _, w := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1) {
		list = append(list, strings.Trim(w, "'"))
	}
	return list
}

// on runs a command line on a disk. A panic is no way to end.
func on(d disk.Disk, line string) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o = outcome{-1, "", fmt.Sprint("panic: ", p)}
		}
	}()
	args := words(line)
	if !strings.HasPrefix(line, "edit") && !strings.HasPrefix(line, "inspect") {
		args = append(args, "--threads", "1")
	}
	return invokeOn(d, args...)
}

// furnished is a disk with what the scenarios need.
func furnished(t *testing.T) *disktest.Memory {
	t.Helper()
	m := disktest.New()
	m.Put("/w/tiny.yaml", []byte(`name: tiny
task: {kind: perceptual_discrimination, dt: 20, tau: 100, T: 60, stim_duration: 20, onset_time: 20, N_batch: 4}
model: {N_rec: 3}
train: {training_iters: 16, loss_epoch: 1, checkpoint_every: 2 updates}
test: {trials: 3}
`))
	settle := func(line string) {
		t.Helper()
		if o := on(m, line); o.status != 0 {
			t.Fatalf("%s: status %d\n%s", line, o.status, o.stderr)
		}
	}
	settle("train -q -c /w/tiny.yaml -o /w/first")
	settle("test /w/first --save /w/trials.npz")
	m.Put("/w/all.yaml", []byte(`extends: tiny.yaml
initializer: {load_weights_path: first/weights.npz}
train: {training_weights_path: steps/w, save_training_weights_epoch: 2, save_weights_path: final}
curriculum: {metric_epoch: 1, output_file: deep/metric, stages: [{threshold: 0}, {task: {coherence: 0.5}, threshold: 0}, {threshold: 0}]}
`))
	m.Put("/w/file.yaml", []byte(`name: file
task: {kind: file, path: trials.npz, N_batch: 4, dt: 20, tau: 100}
model: {N_rec: 3}
test: {trials: 3}
train: {training_iters: 16, loss_epoch: 1, checkpoint_every: 2 updates, training_weights_path: steps/w, save_training_weights_epoch: 2, save_weights_path: final}
`))
	for name, shape := range map[string][]int{"/w/x.npy": {2, 4, 2}, "/w/tc.npy": {4, 3, 3}, "/w/W_out.npy": {2, 3}} {
		values := make([]float64, shape[0]*shape[1]*append(shape, 1)[2])
		for k := range values {
			values[k] = float64(k%5) / 10
		}
		var npy bytes.Buffer
		if err := npz.ArrayOf(shape, values).WriteNpy(&npy); err != nil {
			t.Fatal(err)
		}
		m.Put(name, npy.Bytes())
	}
	return m
}
