package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"psychrnn/configs"
)

// tauList is an experiment whose units have time constants of their own.
const tauList = `
task: {kind: perceptual_discrimination, dt: 20, tau: 100, T: 800, N_batch: 16}
model: {N_rec: 6, rec_noise: 0.1, tau: [20, 40, 80, 100, 200, 500], transfer_function: tanh}
constraints: {dale_ratio: 0.5}
train: {training_iters: 160}
test: {trials: 10}
`

// Where all agrees nothing is noted of a run, whatever its experiment.
// What is noted where something differs are the values, as an experiment has them.
func TestNotesOfRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	texts := map[string]string{"tau_list": tauList,
		"tau_file":  strings.Replace(tauList, "[20, 40, 80, 100, 200, 500]", "{file: tau.npy}", 1),
		"tau_parts": strings.Replace(tauList, "[20, 40, 80, 100, 200, 500]", "{excitatory: 100, inhibitory: 50}", 1)}
	files, err := fs.Glob(configs.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	header := "{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }"
	if err := os.WriteFile(filepath.Join(dir, "tau.npy"), []byte("\x93NUMPY\x01\x00\x76\x00"+fmt.Sprintf("%-117s\n", header)+"\x14\x28\x50\x64\xc8\xfa"), 0o644); err != nil {
		t.Fatal(err)
	}
	short := []string{"-q", "--set", "test.trials=5", "--set", "task.N_batch=2", "--set", "task.T=60", "--set", "train.training_iters=2"}
	succeed(t, append([]string{"train", "-o", filepath.Join(dir, "runs", "hello")}, short...)...) // which some start from
	for _, f := range files {
		texts[strings.TrimSuffix(f, ".yaml")] = succeed(t, "example", strings.TrimSuffix(f, ".yaml"))
	}
	note := regexp.MustCompile(`^note: [\w.]+ is (none|[\w.]+|\[[\d., ]+\]), taken from (--set )?[^ ;]+; [^ ]+ says (none|[\w.]+|\[[\d., ]+\])$`)
	for _, name := range sample(slices.Sorted(maps.Keys(texts))) {
		text := texts[name]
		file, folder := filepath.Join(dir, name+".yaml"), filepath.Join(dir, "out", name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		succeed(t, append([]string{"train", "-c", file, "-o", folder}, short...)...)
		for _, command := range []string{"test", "simulate", "ablate"} {
			args := []string{command, folder}
			switch command {
			case "simulate":
				args = append(args, "-o", filepath.Join(folder, "simulation.npz"))
			case "ablate":
				args = append(args, "--lesion", "name: one, silence: 0")
			}
			if o := invoke(args...); o.status != 0 || command != "simulate" && command != "ablate" && o.stderr != "" || strings.Contains(o.stderr, "taken from") {
				t.Errorf("%s %s: status %d\n%s", command, name, o.status, o.stderr)
			}
		}
		for _, set := range []string{"task.dt=12", "task.tau=50", "model.tau=30", "model.rec_noise=0.25", "precision=float64", "model.transfer_function=sigmoid", "model.kind=basic_scan"} {
			o := invoke("test", folder, "--set", set)
			if o.status != 0 {
				t.Errorf("%s --set %s: status %d\n%s", name, set, o.status, o.stderr)
			}
			for line := range strings.Lines(o.stderr) {
				if strings.HasPrefix(line, "note: ") && !note.MatchString(strings.TrimSpace(line)) {
					t.Errorf("%s --set %s: %s", name, set, line)
				}
			}
			if set == "model.rec_noise=0.25" && !strings.Contains(o.stderr, "note: model.rec_noise is 0.25, taken from --set model.rec_noise; ") {
				t.Errorf("%s --set %s: %s", name, set, o.stderr)
			}
		}
	}
}
