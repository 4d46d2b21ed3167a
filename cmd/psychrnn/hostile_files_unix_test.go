//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/experiment"
	"psychrnn/internal/fault"
	"psychrnn/internal/hostile"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/session"
	"psychrnn/internal/weights"
)

// nets are experiments whose runs are small, and of every kind of network.
var nets = map[string]string{
	"basic": "model: {N_rec: 5, rec_noise: 0.1}\npopulations: {left: [0, 1], right: \"2:4\"}\nablate: {lesions: [{name: left, silence: left}, {name: some, random: {units: 2, repeats: 3}}]}\n",
	"dale":  "model: {N_rec: 6, transfer_function: softplus}\nconstraints: {dale_ratio: 0.8, autapses: false, rec_connectivity: {density: 0.5}}\ntest: {by: [coherence]}\n",
	"first": "model: {N_rec: 4, N_feedforward_out: 3}\n",
	"lstm":  "model: {N_rec: 3, kind: lstm}\n",
	"gru":   "model: {N_rec: 3, kind: gru}\nprecision: float64\n",
	"stage": "model: {N_rec: 4}\ncurriculum: {metric_epoch: 1, stages: [{threshold: 0}, {threshold: 1, task: {coherence: 0.5}}]}\n",
}

// tiny is what all of them have.
const tiny = "task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 100, N_batch: 4}\ntrain: {training_iters: 8, loss_epoch: 1}\n"

// a victim is a run, with the files that spoiled ones are made of.
type victim struct {
	folder                       string
	weights, checkpoints, trials *hostile.Files
}

// victims trains the nets, and gives all their files and the golden ones.
func victims(t testing.TB) (list []victim, all *hostile.Files) {
	t.Helper()
	var files [][]byte
	var texts []string
	content := func(path string) []byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, name := range []string{"basic", "dale", "first", "lstm", "gru", "stage"} {
		text := tiny + nets[name]
		if !strings.Contains(text, "test:") {
			text += "test: {trials: 4}\n"
		} else {
			text = strings.Replace(text, "test: {", "test: {trials: 4, ", 1)
		}
		folder := filepath.Join(t.TempDir(), name)
		succeed(t, "train", "-q", "-c", write(t, name+".yaml", text), "-o", folder)
		texts = append(texts, string(content(filepath.Join(folder, run.ExperimentFile))))
		w, c := content(filepath.Join(folder, run.WeightsFile)), content(filepath.Join(folder, run.CheckpointFile))
		files = append(files, w, c)
		list = append(list, victim{folder, hostile.NewFiles([][]byte{w}, texts), hostile.NewFiles([][]byte{c}, texts), nil})
	}
	saved := filepath.Join(t.TempDir(), "trials.npz")
	succeed(t, "test", list[0].folder, "--save", saved, "-q")
	trials := hostile.NewFiles([][]byte{content(saved)}, texts)
	for k := range list {
		list[k].trials = trials
	}
	goldens, err := filepath.Glob("../../testdata/goldens/*/*.npz")
	if err != nil || len(goldens) < 100 {
		t.Fatalf("%d golden files: %v", len(goldens), err)
	}
	for _, path := range goldens {
		if data := content(path); len(data) < 20000 {
			files = append(files, data)
		}
	}
	return list, hostile.NewFiles(files, texts)
}

// hostileWeights tries weight files, checkpoints, arrays and trials with every
// command that reads them.
func hostileWeights(t *testing.T, cases int) {
	runs, all := victims(t)
	endureAll(t, cases, func(c *trial) {
		v := hostile.One(c.Choices, runs...)
		files := hostile.One(c.Choices, all, v.weights, v.weights)
		path := c.put("w.npz", files.Spoiled(c.Choices))
		whole := c.run([]int{0, fault.File}, "inspect", path).status == 0
		hostile.One(c.Choices, uses...)(c, v, all, path, whole)
	})
}

// experiment is the file of the run.
func (v victim) experiment() string { return filepath.Join(v.folder, run.ExperimentFile) }

// references name parts of arrays, some of which are there.
var references = []string{"W_rec", "W_rec[0]", "W_rec[:2,:]", "W_rec[::-1, 0]", "W_in[left]", "W_rec[excitatory, inhibitory]", "theta", "x", "psychrnn_experiment", "transfer_function", "W_rec[99999999999999999999]", "W_rec[-1:0]", "W_rec[::0]", "init_state[0]", "nothing", "losses[:, 2]", "b_rec[0:5:9223372036854775807]", "W_rec[1, 2, 3]", "W_rec[", "Dale_rec", "W_rec/Adam"}

var edits = []string{"W_rec = 0", "W_rec *= 1e30", "W_rec[0] = mean", "b_rec += 0.1", "W_rec[left] = 1", "dale_ratio = 0.8", "dale_signs = {excitatory: 1}", "W_in = a.npy", "W_rec[0, 0] = -1e-300", "b_out = mean", "init_state = 5", "dale_signs = [1, -1, 1, 1, 1]", "nothing = 1", "W_rec[::2] *= 0"}

// beside are the statuses of a command that is given a weight file which may be
// wrong, and may carry an experiment that is.
var beside = []int{0, fault.Failed, fault.Usage, fault.Diverged, fault.File, fault.Misfit}

// uses are what is done with a spoiled file at path. whole says that inspect
// finds a network in it.
var uses = []func(c *trial, v victim, all *hostile.Files, path string, whole bool){
	func(c *trial, _ victim, _ *hostile.Files, path string, whole bool) {
		s := c.run([]int{0, fault.File}, "inspect", "--json", path)
		if (s.status == 0) != whole {
			c.fault("another status than without --json")
		}
	},
	func(c *trial, v victim, _ *hostile.Files, path string, _ bool) {
		format := hostile.One(c.Choices, "npy", "csv", "text")
		s := c.run([]int{0, fault.Usage, fault.File, fault.Misfit}, "inspect", path, "--get", hostile.One(c.Choices, references...), "--format", format, "-o", c.file("got"))
		if s.status == 0 && format == "npy" {
			if _, err := npz.ReadNpy(strings.NewReader(c.content("got")), 1<<30); err != nil {
				c.fault("what --get wrote cannot be read: %v", err)
			}
		}
	},
	func(c *trial, v victim, all *hostile.Files, path string, _ bool) {
		other := hostile.One(c.Choices, v.folder, path, c.put("other.npz", all.Spoiled(c.Choices)))
		s := c.run([]int{0, fault.File}, "inspect", path, other)
		if s.status == 0 && other == path && strings.Contains(s.stdout, "->") {
			c.fault("it differs from itself: %s", s.stdout)
		}
		c.run([]int{s.status}, "inspect", "--json", other, path)
	},
	func(c *trial, v victim, all *hostile.Files, path string, whole bool) {
		c.put("a.npy", all.Array(c.Choices))
		args := []string{"edit", path, c.file("out.npz"), hostile.One(c.Choices, edits...)}
		if c.Chance(3) {
			args = append(args, "--plain")
		}
		s := c.run([]int{0, fault.Usage, fault.File, fault.Misfit}, args...)
		if s.status == 0 && whole {
			c.run([]int{0}, "inspect", c.file("out.npz"))
		}
	},
	func(c *trial, v victim, _ *hostile.Files, path string, _ bool) { // a lone file, with its experiment inside or beside it
		args := []string{"test", path, "--log-format", "json"}
		if c.Chance(3) {
			args = []string{"test", "-c", v.experiment(), "--weights", path, "--log-format", "json"}
		}
		if c.Chance(3) {
			args = append(args, "--save", c.file("saved.npz"), "--csv", c.file("saved.csv"), "--save-rates")
		}
		c.trained(path, args...)
	},
	func(c *trial, v victim, _ *hostile.Files, _ string, _ bool) { // the weights of a run
		folder := c.folderOf(v)
		c.put("run/"+run.WeightsFile, v.weights.Spoiled(c.Choices))
		c.trained(c.file("run/"+run.WeightsFile), "test", folder, "--log-format", "json")
	},
	func(c *trial, v victim, _ *hostile.Files, path string, _ bool) {
		args := []string{"ablate", path, "--lesion", `{name: one, silence: "0:2"}`, "--lesion", "{name: two, connections: {from: 0}, scale: 1e300}"}
		if c.Chance(2) {
			args = append(args, "-c", v.experiment())
		}
		c.trained(path, args...)
	},
	func(c *trial, v victim, _ *hostile.Files, path string, _ bool) {
		c.simulated(path, "simulate", path, "--trials", "3")
	},
	func(c *trial, v victim, _ *hostile.Files, path string, _ bool) {
		c.simulated("", "simulate", "--weights", path, "--steps", "5", "--dt", "10", "--tau", "100", "--trials", "2")
	},
	func(c *trial, v victim, all *hostile.Files, path string, _ bool) { // other inputs, states and factors
		a := c.put("a.npy", all.Array(c.Choices))
		flag := hostile.One(c.Choices, "--inputs", "--initial-state", "--t-connectivity", "--inputs")
		if flag == "--inputs" && c.Chance(2) {
			a = path
		}
		args := []string{"simulate", v.folder, flag, a}
		if flag != "--inputs" {
			args = append(args, "--steps", "4")
		}
		c.simulated("", args...)
	},
	func(c *trial, v victim, _ *hostile.Files, path string, whole bool) { // to start from
		s := c.run(beside, "train", "-q", "-c", v.experiment(), "-o", c.file("new"), "--set", "initializer.load_weights_path="+path)
		if s.status == 0 {
			c.sound("new/" + run.WeightsFile)
		}
		if s.status != 0 && s.status != fault.Diverged {
			c.absent("new")
		}
	},
	func(c *trial, v victim, all *hostile.Files, _ string, _ bool) { // to go on from
		folder := c.folderOf(v)
		made := v.checkpoints.Spoiled(c.Choices)
		if c.Chance(8) {
			made = all.Spoiled(c.Choices)
		}
		c.put("run/"+run.CheckpointFile, made)
		args := []string{"train", "-q", "-o", folder, "--resume"}
		if c.Chance(2) {
			args = append(args, "--set", "train.training_iters=16")
		}
		if !c.affordableIn(c.file("run/"+run.CheckpointFile), true) {
			return
		}
		before := c.content("run/" + run.WeightsFile)
		s := c.run(beside, args...)
		if s.status == 0 {
			c.sound("run/" + run.WeightsFile)
		} else if s.status != fault.Diverged && c.content("run/"+run.WeightsFile) != before {
			c.fault("the weights are others")
		}
	},
	func(c *trial, v victim, all *hostile.Files, path string, _ bool) { // as trials
		if !c.Chance(4) {
			path = c.put("trials.npz", v.trials.Spoiled(c.Choices))
		}
		text := fmt.Sprintf("task: {kind: file, path: %s, dt: 10, tau: 100, N_batch: 2}\nmodel: {N_rec: 3}\ntrain: {training_iters: 2}\ntest: {trials: 2}\n", path)
		file := c.put("trials.yaml", []byte(text))
		s := c.run([]int{0, fault.Usage, fault.File}, "task", "preview", "-c", file)
		if s.status == 0 {
			c.run([]int{0, fault.Failed, fault.Diverged}, "check", "-c", file)
		}
	},
}

// folderOf copies a run into the folder.
func (c *trial) folderOf(v victim) string {
	folder := c.file("run")
	if err := os.CopyFS(folder, os.DirFS(v.folder)); err != nil {
		panic(err)
	}
	return folder
}

// content is what a file of the case holds.
func (c *trial) content(name string) string {
	data, err := os.ReadFile(c.file(name))
	if err != nil {
		c.fault("%v", err)
	}
	return string(data)
}

// archive reads an archive of the case.
func (c *trial) archive(path string) (*npz.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
}

// sound asserts that a file holds a network of finite numbers.
func (c *trial) sound(name string) {
	f, err := c.archive(c.file(name))
	if err == nil {
		_, err = weights.FromFile(f)
	}
	if err != nil {
		c.fault("status 0, but %v", err)
	}
}

// finite asserts that arrays of an archive hold finite numbers.
func (c *trial) finite(name string, arrays ...string) {
	f, err := c.archive(c.file(name))
	if err != nil {
		c.fault("status 0, but %v", err)
		return
	}
	for _, name := range arrays {
		m, _ := f.Get(name)
		values, err := m.Array.Float64s()
		if err != nil {
			c.fault("status 0, but %s: %v", name, err)
		}
		for _, v := range values {
			if v-v != 0 {
				c.fault("status 0, but %s holds %v", name, v)
				break
			}
		}
	}
}

// absent asserts that nothing was written under a name.
func (c *trial) absent(name string) {
	if _, err := os.Lstat(c.file(name)); err == nil {
		c.fault("%s is there all the same", name)
	}
}

// trained runs a command on a network, if what its experiment asks for is
// little; a result must be numbers.
func (c *trial) trained(path string, args ...string) {
	if !c.affordableIn(path, false) {
		return
	}
	s := c.run(beside, args...)
	for line := range strings.Lines(s.stdout) {
		if s.status == 0 && strings.HasPrefix(line, `{"event":"test"`) && strings.Contains(line, `"loss":null`) {
			c.fault("status 0, but no loss: %s", line)
		}
	}
}

// simulated runs a simulation, whose numbers must be finite or said not to be.
func (c *trial) simulated(path string, args ...string) {
	if path != "" && !c.affordableIn(path, false) {
		return
	}
	if s := c.run(beside, append(args, "-q", "-o", c.file("s.npz"))...); s.status == 0 {
		c.finite("s.npz", "outputs", "states")
	}
}

// affordableIn says whether the experiment in a file asks for little enough.
func (c *trial) affordableIn(path string, checkpoint bool) bool {
	f, err := c.archive(path)
	if err != nil {
		return true
	}
	var e *experiment.Experiment
	if checkpoint {
		saved, err := experiment.SavedIn(f)
		if err != nil {
			return true
		}
		if e, err = saved.Experiment(run.ExperimentFile); err != nil {
			return true
		}
	} else if e, err = experiment.Inside(f, path, nil); err != nil || e == nil {
		return true
	}
	return affordable(e)
}

// affordable says whether what an experiment asks for, rightly, is little: it
// is reading that has to be cheap, whatever is read.
func affordable(e *experiment.Experiment) bool {
	c := e.TaskPlan
	i, o := c.Channels()
	width := float64(e.Model.N_rec + e.Model.FeedForward + i + o)
	batch := float64(c.Steps) * float64(c.Config.N_batch)
	trials := float64(e.Test.Trials) + float64(e.Train.TrainingIters)
	work := width*width*width/10 + (batch+float64(c.Steps)*trials)*width*width + trials*float64(c.Work())
	memory := session.TrainingMemory(e, 1)
	return work < 3e6 && memory.Total() < 150e6
}
