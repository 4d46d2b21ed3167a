package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psychrnn/internal/disk"
	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/run"
	"psychrnn/internal/weights"
)

// A checkpoint that claims what its experiment cannot have led to is refused at
// once, and nothing is touched.
func TestCheckpointThatLies(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder)
	path := filepath.Join(folder, run.CheckpointFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const huge = 1 << 53
	for name, claims := range map[string]map[string]npz.Array{
		"updates":          {"update": npz.Whole(huge)},
		"both":             {"update": npz.Whole(huge), "trials": npz.Whole(huge)},
		"trials":           {"trials": npz.Whole(56)},
		"fewer of both":    {"update": npz.Whole(7), "trials": npz.Whole(56)},
		"another end":      {"stop_reason": npz.TextOf("curriculum")},
		"no end":           {"stop_reason": npz.TextOf("")},
		"more than asked":  {"update": npz.Whole(80), "trials": npz.Whole(640)},
		"another stage":    {"stage": npz.Whole(1)},
		"a list of counts": {"update": npz.ArrayOf([]int{2}, []float64{8, 8})},
	} {
		f, err := disk.ReadWeights(disk.OS{}, path, npz.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for member, a := range claims {
			f.Set(npz.Member{Name: member, Array: a})
		}
		if err := disk.WriteNamed(disk.OS{}, path, f.Write); err != nil {
			t.Fatal(err)
		}
		lie := read(t, folder, run.CheckpointFile)
		for _, args := range [][]string{{}, {"--set", "train.training_iters=9007199254740992"}} {
			o := invoke(append([]string{"train", "-q", "-o", folder, "--resume", "--stop-after", "1s"}, args...)...)
			if o.status != fault.File || !strings.HasPrefix(o.stderr, "error: "+path+": ") || !strings.Contains(o.stderr, "\nhint: ") {
				t.Errorf("%s %v: status %d\n%s", name, args, o.status, o.stderr)
			}
			if read(t, folder, run.CheckpointFile) != lie {
				t.Errorf("%s: it was written anew", name)
			}
		}
		if err := os.WriteFile(path, good, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	succeed(t, "train", "-q", "-o", folder, "--resume")
}

// changeWeights changes a weight file where it lies.
func changeWeights(t *testing.T, path string, change func(*npz.File)) {
	t.Helper()
	f, err := disk.ReadWeights(disk.OS{}, path, npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	if err := disk.WriteNamed(disk.OS{}, path, f.Write); err != nil {
		t.Fatal(err)
	}
}

// What somebody has put into the weights of a run is not lost.
func TestMoreInWeights(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder)
	path := filepath.Join(folder, run.WeightsFile)
	changeWeights(t, path, func(f *npz.File) {
		f.Set(npz.Member{Name: "my_analysis", Array: npz.Whole(3)})
	})
	more := read(t, path)
	config := write(t, "small.yaml", small)
	for _, args := range [][]string{{"--resume"}, {"--resume", "--set", "train.training_iters=80"}, {"-c", config, "--overwrite"}} {
		o := invoke(append([]string{"train", "-q", "-o", folder}, args...)...)
		if o.status != fault.Usage || !strings.Contains(o.stderr, path+" is not what training wrote there") || read(t, path) != more {
			t.Errorf("%v: status %d\n%s", args, o.status, o.stderr)
		}
	}
}

// A run of another version of the program, in which the experiment had fewer keys,
// goes on.
func TestRunOfAnotherVersion(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder)
	older := func(text string) string {
		lines := strings.SplitAfter(text, "\n")
		fewer := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.HasPrefix(line, "  clip_grads:") })
		if len(fewer) != len(lines)-1 {
			t.Fatalf("the key is not there, or more than once:\n%s", text)
		}
		return strings.Join(fewer, "")
	}
	record := filepath.Join(folder, run.ExperimentFile)
	if err := os.WriteFile(record, []byte(older(read(t, record))), 0o644); err != nil {
		t.Fatal(err)
	}
	changeWeights(t, filepath.Join(folder, run.CheckpointFile), func(f *npz.File) {
		m, _ := f.Get("experiment")
		texts, err := m.Array.Strings()
		if err != nil {
			t.Fatal(err)
		}
		f.Set(npz.Member{Name: "experiment", Array: npz.TextOf(older(texts[0]))})
	})
	changeWeights(t, filepath.Join(folder, run.WeightsFile), func(f *npz.File) {
		p, _ := weights.ProvenanceOf(f)
		p.Experiment, p.Version = older(p.Experiment), "0.0.9"
		weights.SetProvenance(f, p)
	})
	succeed(t, "train", "-q", "-o", folder, "--resume", "--set", "train.training_iters=80")
	succeed(t, "train", "-q", "-c", write(t, "small.yaml", small), "-o", folder, "--overwrite")
}
