//go:build unix

package main

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psychrnn/configs"
	"psychrnn/internal/disk"
	"psychrnn/internal/experiment"
	"psychrnn/internal/expr"
	"psychrnn/internal/fault"
	"psychrnn/internal/hostile"
	"psychrnn/internal/run"
	"psychrnn/internal/task"
)

// manyExperiments are those that are embedded, small ones of every kind of network,
// and files that are wrong already.
func manyExperiments(t testing.TB) (texts []string) {
	t.Helper()
	for _, name := range []string{"basic", "dale", "first", "lstm", "gru", "stage"} {
		texts = append(texts, tiny+nets[name], tiny+nets[name])
	}
	files := os.DirFS(mistakesFolder)
	for _, from := range []fs.FS{configs.Files, files} {
		err := fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			text, err := fs.ReadFile(from, path)
			texts = append(texts, string(text))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(texts) < 50 {
		t.Fatalf("%d experiments", len(texts))
	}
	return texts
}

// hostileExperiments tries experiments.
func hostileExperiments(t *testing.T, cases int) {
	runs, _ := victims(t)
	texts := manyExperiments(t)
	endureAll(t, cases, func(c *trial) {
		file := c.put("my.yaml", []byte(hostile.Experiment(c.Choices, texts)))
		c.put("base.yaml", []byte(hostile.One(c.Choices, texts...)))
		c.put("weights.npz", []byte(read(t, runs[0].folder, run.WeightsFile)))
		c.experiment(file)
	})
}

// settings are those that leave little to compute.
var settings = []string{"task.N_batch=2", "train.training_iters=2", "test.trials=2"}

// experiment tries a file with every command that takes one.
func (c *trial) experiment(file string) {
	var sets []string
	e, status := c.load(file, nil)
	if e != nil && !affordable(e) {
		if e, status = c.load(file, settings); e != nil && !affordable(e) {
			return
		}
		for _, s := range settings {
			sets = append(sets, "--set", s)
		}
	}
	with := func(args ...string) []string { return append(args, sets...) }
	if status != 0 {
		checked := c.run([]int{status}, with("check", "-c", file)...)
		trained := c.run([]int{status}, with("train", "-c", file, "-o", c.file("run"))...)
		if checked.stderr != trained.stderr {
			c.fault("check says something else:\n%.600s", checked.stderr)
		}
		c.absent("run")
		c.run([]int{0, status, fault.Usage}, with("task", "preview", "--trials", "1", "-c", file)...)
		return
	}
	checked := c.run([]int{0, fault.Failed, fault.Usage, fault.Diverged}, with("check", "-q", "-c", file)...)
	previewed := c.run([]int{0, fault.Usage, fault.Failed}, with("task", "preview", "--trials", "1", "-c", file)...)
	if checked.status != 0 {
		return
	}
	if previewed.status != 0 {
		c.fault("check finds nothing wrong")
	}
	again := c.put("again.yaml", []byte(checked.stdout))
	if s := c.run([]int{0}, "check", "-q", "-c", again); s.status == 0 && s.stdout != checked.stdout {
		c.fault("what check prints is another experiment:\n%s\n%s", checked.stdout, s.stdout)
	}
	trained := c.run([]int{0, fault.Diverged, fault.File}, with("train", "-q", "-c", file, "-o", c.file("run"))...)
	switch trained.status {
	case 0:
		c.sound("run/" + run.WeightsFile)
		c.run([]int{0}, "test", c.file("run"), "-q")
		c.run([]int{0}, "train", "-q", "-o", c.file("run"), "--resume")
	case fault.File:
		if !strings.Contains(c.content("my.yaml")+c.content("base.yaml"), "path") && !strings.Contains(c.content("my.yaml"), "file") {
			c.fault("check finds nothing wrong")
		}
	}
}

// load reads an experiment, without anything else.
func (c *trial) load(file string, assignments []string) (e *experiment.Experiment, status int) {
	s := c.do("load "+filepath.Base(file), func() (o outcome) {
		var err error
		e, err = experiment.Load(func(name string) ([]byte, error) { return disk.ReadText(disk.OS{}, name) }, file, assignments)
		if err != nil {
			_, o.status = explain(err)
		}
		return o
	})
	return e, s.status
}

// hostileDefinitions tries definitions of tasks, and expressions wherever one
// may stand.
func hostileDefinitions(t *testing.T, cases int) {
	functions := hostile.Functions{Usage: map[string]string{"ring": "ring(angle, width)"}}
	for _, plain := range []map[string]*expr.Function{expr.Standard(), expr.Reductions(expr.Steps)} {
		for name, f := range plain {
			functions.Usage[name] = f.Usage
		}
	}
	for name, d := range task.Distributions {
		if name != task.Weighted {
			functions.Usage[name], functions.Draws = d.Usage, append(functions.Draws, name)
		}
	}
	endureAll(t, cases, func(c *trial) {
		var text string
		if c.Chance(2) {
			text = hostile.Definition(c.Choices, functions)
		} else {
			text = definitionWith(c.Choices, functions)
		}
		text = "task:\n  " + strings.ReplaceAll(text, "\n", "\n  ") + "\nmodel: {N_rec: 3}\ntrain: {training_iters: 2}\ntest: {trials: 2}\n"
		file := c.put("my.yaml", []byte(text))
		if e, _ := c.load(file, nil); e != nil && !affordable(e) {
			return
		}
		previewed := c.run([]int{0, fault.Usage}, "task", "preview", "--trials", "3", "-c", file)
		if previewed.status != 0 {
			return
		}
		if table, err := csv.NewReader(strings.NewReader(previewed.stdout)).ReadAll(); err != nil {
			c.fault("no table: %v", err)
		} else if column := notFinite(table); column != "" {
			c.fault("%s is not finite", column)
		}
		c.run([]int{0, fault.Failed, fault.Usage, fault.Diverged}, "check", "-q", "-c", file)
	})
}

// notFinite is the name of a column of inputs, targets or the mask that holds a
// number which is none.
func notFinite(table [][]string) string {
	for _, row := range table[1:] {
		for k, cell := range row {
			name := table[0][k]
			if number, err := strconv.ParseFloat(cell, 64); err == nil && number-number != 0 && slices.ContainsFunc([]string{"x", "y", "mask"}, func(of string) bool { return strings.HasPrefix(name, of) }) {
				return name
			}
		}
	}
	return ""
}

// definitionWith is a definition that is right but for its expressions.
func definitionWith(c *hostile.Choices, functions hostile.Functions) string {
	places := map[string]string{
		"trial": "1", "signal": "t", "period": "100", "from": "0", "x": "a", "when": "t > 50", "channel": "0", "y": "1", "mask": "1", "noise": "0.1", "parameter": "2", "accuracy": "mean(output)", "T": "200", "each": "2",
	}
	for range 1 + c.Pick(2) {
		place := hostile.One(c, "trial", "signal", "period", "from", "x", "when", "channel", "y", "mask", "noise", "parameter", "accuracy", "T", "each")
		places[place] = hostile.Expression(c, functions)
	}
	q := func(place string) string { return strconv.Quote(places[place]) }
	return fmt.Sprintf(`dt: 10
tau: 100
T: %s
N_batch: 2
inputs: {ring: 3, left: 1}
outputs: 2
parameters: {p: %s, m: [[1, 2], [3, 4]]}
trial: {a: %s, b: "uniform(0, 1)", v: {value: b, each: %s}}
signals: {s: %s, u: {value: t, each: 2}}
periods: {q: %s, r: 50, loose: {from: %s, to: 150}}
noise: %s
x: [{set: %s, when: %s, channel: %s}]
y: [{set: %s}]
mask: [{set: %s}]
accuracy: %s`, q("T"), q("parameter"), q("trial"), q("each"), q("signal"), q("period"), q("from"), q("noise"), q("x"), q("when"), q("channel"), q("y"), q("mask"), q("accuracy"))
}
