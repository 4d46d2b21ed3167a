package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
)

// trials is a program that supplies trials, or a file of them:
//
//	psychrnn-trials addressed|forgetful|pretends|wanders|dies|hangs|twice
//	psychrnn-trials file NAME TRIALS [MEMBER=SHAPE]
func trials() {
	if os.Args[1] == "file" {
		n, err := strconv.Atoi(os.Args[3])
		if err == nil {
			err = disk.WriteNamed(disk.OS{}, os.Args[2], makeTrials(uint64(len(os.Args)), n).Write)
		}
		if err != nil {
			panic(err)
		}
		return
	}
	habit := os.Args[1]
	fmt.Printf("{\"N_in\": 2, \"N_out\": 2, \"T\": 200, \"dt\": 10, \"addressed\": %v}\n", habit != "forgetful")
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan() // the setting
	for count := 1; lines.Scan(); count++ {
		var r struct {
			Number, Trials int
			Purpose        string
			First, Seed    uint64
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			panic(err)
		}
		switch late := r.Purpose == "train" && r.First >= 40; {
		case habit == "dies" && late:
			fmt.Fprintln(os.Stderr, "ValueError: there are no more stimuli")
			os.Exit(1)
		case habit == "hangs" && late:
			time.Sleep(time.Hour)
		}
		number := 1000*r.First + r.Seed + uint64(len(r.Purpose))<<40
		if habit == "pretends" { // its generator draws on
			number += uint64(count) << 20
		}
		if habit == "wanders" && r.Purpose == "performance" { // draws on in what is measured alone
			number += uint64(count) << 20
		}
		var content bytes.Buffer
		if err := makeTrials(number, r.Trials).Write(&content); err != nil {
			panic(err)
		}
		answer := fmt.Sprintf("{\"number\": %d, \"bytes\": %d}\n%s", r.Number, content.Len(), content.Bytes())
		if habit == "twice" && r.Purpose == "train" && r.First == 40 {
			answer += answer
		}
		fmt.Print(answer)
	}
	fmt.Fprintln(os.Stderr, "the program has ended")
}

// makeTrials are trials of 20 steps: of two inputs one is higher.
func makeTrials(seed uint64, n int) *npz.File {
	const steps = 20
	x, y, mask, side := make([]float32, n*steps*2), make([]float32, n*steps*2), make([]float32, n*steps*2), make([]float32, n)
	for k := range n {
		right := int(seed/1000+uint64(k)) % 2
		side[k] = float32(right)
		for s := range steps * 2 {
			at := k*steps*2 + s
			x[at] = float32(math.Sin(float64(seed%99991) + float64(at)*1.7))
			if s%2 == right {
				x[at]++
				y[at] = 1
			}
			mask[at] = 1
		}
	}
	f := &npz.File{}
	f.Set(npz.Member{Name: "x", Array: npz.ArrayOf([]int{n, steps, 2}, x)})
	f.Set(npz.Member{Name: "y", Array: npz.ArrayOf([]int{n, steps, 2}, y)})
	f.Set(npz.Member{Name: "mask", Array: npz.ArrayOf([]int{n, steps, 2}, mask)})
	f.Set(npz.Member{Name: "side", Array: npz.ArrayOf([]int{n}, side)})
	return f
}

// asking is what makes small.yaml an experiment with the program.
func asking(habit string, more ...string) (args []string) {
	for _, s := range append([]string{"task.kind=command", "task.command=[psychrnn-trials, " + habit + "]", "task.N_in=2", "task.N_out=2"}, more...) {
		args = append(args, "--set", s)
	}
	return args
}

// settingsOf are the settings alone.
func settingsOf(args []string) (settings []string) {
	for k := 1; k < len(args); k += 2 {
		settings = append(settings, args[k])
	}
	return settings
}

// Trials from elsewhere come to the same bits for any number of threads, and
// in a run that was cut.
func TestTrialsFromElsewhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, "small.yaml", small)
	path := filepath.Join(dir, "trials.npz")
	if err := disk.WriteNamed(disk.OS{}, path, makeTrials(5, 21).Write); err != nil {
		t.Fatal(err)
	}
	fromFile := []string{"--set", "task.kind=file", "--set", "task.path=" + path, "--set", "task.order=shuffled"}
	stages := "curriculum={metric_epoch: 3, stages: [{threshold: 0}, {task: {N_batch: 25}, threshold: 2}]}"
	for name, args := range map[string][]string{
		"program": asking("addressed", "train.performance_measure=accuracy"), "program in stages": asking("addressed", "curriculum={metric_epoch: 3, stages: [{threshold: 0}, {task: {N_batch: 25}, threshold: 1}]}"),
		"file": fromFile, "file in stages": append(fromFile, "--set", strings.ReplaceAll(stages, "threshold: 2", "threshold: 1")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := func(folder string, more ...string) []string {
				return append(append([]string{"train", "-q", "-c", file, "-o", folder, "--resume", "--set", "train.loss_epoch=1", "--set", "task.N_batch=40", "--set", "train.training_iters=400"}, args...), more...)
			}
			train := func(folder, threads string) string {
				folder = filepath.Join(dir, name, folder)
				succeed(t, command(folder, "--threads", threads)...)
				return folder
			}
			whole := train("whole", "1")
			sameBytes(t, whole, train("threads", "5"))
			cut := filepath.Join(dir, name, "cut")
			if o := interrupt(filepath.Join(cut, run.ExperimentFile), command(cut)...); o.status != fault.Interrupted {
				t.Fatalf("status %d\n%s", o.status, o.stderr)
			}
			sameBytes(t, whole, train("cut", "2"))
		})
	}
}
