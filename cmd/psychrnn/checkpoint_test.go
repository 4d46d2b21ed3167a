package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psychrnn/internal/disk"
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
	for name, claims := range map[string]map[string]weights.Array{
		"updates":          {"update": weights.Whole(huge)},
		"both":             {"update": weights.Whole(huge), "trials": weights.Whole(huge)},
		"trials":           {"trials": weights.Whole(56)},
		"fewer of both":    {"update": weights.Whole(7), "trials": weights.Whole(56)},
		"another end":      {"stop_reason": weights.Text("curriculum")},
		"no end":           {"stop_reason": weights.Text("")},
		"more than asked":  {"update": weights.Whole(80), "trials": weights.Whole(640)},
		"another stage":    {"stage": weights.Whole(1)},
		"a list of counts": {"update": weights.Of([]int{2}, []float64{8, 8})},
	} {
		f, err := disk.ReadWeights(disk.OS{}, path, weights.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for member, a := range claims {
			f.Set(weights.Member{Name: member, Array: a})
		}
		if err := disk.WriteNamed(disk.OS{}, path, f.Write); err != nil {
			t.Fatal(err)
		}
		lie := read(t, folder, run.CheckpointFile)
		for _, args := range [][]string{{}, {"--set", "train.training_iters=9007199254740992"}} {
			o := invoke(append([]string{"train", "-q", "-o", folder, "--resume", "--stop-after", "1s"}, args...)...)
			if o.status != statusFile || !strings.HasPrefix(o.stderr, "error: "+path+": ") || !strings.Contains(o.stderr, "\nhint: ") {
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
