package run

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/disk"
)

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestNumber(t *testing.T) {
	got, err := json.Marshal([]Number{1, 0.1, -1e-300, Number(math.NaN()), Number(math.Inf(1))})
	if want := "[1,0.1,-1e-300,null,null]"; err != nil || string(got) != want {
		t.Errorf("%s, want %s: %v", got, want, err)
	}
}

func TestFolder(t *testing.T) {
	notes, weights := disk.TemporaryName("notes"), disk.TemporaryName(WeightsFile)
	type outcome struct {
		err  string
		left []string
	}
	const run, foreign = "already holds a run", "is not empty and holds no run"
	for _, c := range []struct {
		about     string
		files     []string // nil: the folder is not there
		overwrite bool
		want      outcome
	}{
		{"not there", nil, false, outcome{}},
		{"empty", []string{}, false, outcome{}},
		{"a run", []string{ExperimentFile, WeightsFile, MetricsFile}, false, outcome{run, []string{ExperimentFile, MetricsFile, WeightsFile}}},
		{"a run to be replaced", []string{ExperimentFile, WeightsFile, MetricsFile, LossesFile}, true, outcome{"", []string{ExperimentFile}}},
		{"a run that was killed", []string{ExperimentFile}, false, outcome{run, []string{ExperimentFile}}},
		{"a run and notes", []string{ExperimentFile, "notes.txt"}, true, outcome{"", []string{ExperimentFile, "notes.txt"}}},
		{"notes", []string{"notes.txt"}, true, outcome{foreign, []string{"notes.txt"}}},
		{"a leftover", []string{weights}, false, outcome{}},
		{"another's leftover", []string{notes}, false, outcome{foreign, []string{notes}}},
	} {
		path := filepath.Join(t.TempDir(), "deep", "run")
		if c.files != nil {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range c.files {
			if err := os.WriteFile(filepath.Join(path, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		var got outcome
		for _, ask := range []func(bool) error{Folder{path, disk.OS{}}.Free, Folder{path, disk.OS{}}.Create} {
			got = outcome{}
			if err := ask(c.overwrite); err != nil {
				got.err = strings.TrimPrefix(err.Error(), path+" ")
			}
			if got.err != c.want.err {
				break
			}
		}
		got.left = names(t, path)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%s (- wanted, + got):\n%s", c.about, diff)
		}
	}
}
