package run

import (
	"errors"
	"os"
	"path/filepath"
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

// A folder tells what is in it, and loses the files of a run and what is left of
// them, but no others.
func TestFolder(t *testing.T) {
	notes, weights := disk.TemporaryName("notes"), disk.TemporaryName(WeightsFile)
	type outcome struct{ files, created, cleared []string }
	for _, c := range []struct {
		about string
		files []string // nil: the folder is not there
		want  outcome
	}{
		{"not there", nil, outcome{}},
		{"empty", []string{}, outcome{}},
		{"a run", []string{ExperimentFile, WeightsFile, MetricsFile, LossesFile}, outcome{
			[]string{ExperimentFile, LossesFile, MetricsFile, WeightsFile}, []string{ExperimentFile, LossesFile, MetricsFile, WeightsFile}, []string{ExperimentFile},
		}},
		{"a run that was killed", []string{ExperimentFile}, outcome{[]string{ExperimentFile}, []string{ExperimentFile}, []string{ExperimentFile}}},
		{"a run and notes", []string{ExperimentFile, "notes.txt"}, outcome{[]string{ExperimentFile}, []string{ExperimentFile, "notes.txt"}, []string{ExperimentFile, "notes.txt"}}},
		{"notes", []string{"notes.txt"}, outcome{nil, []string{"notes.txt"}, []string{"notes.txt"}}},
		{"a leftover", []string{weights}, outcome{}},
		{"another's leftover", []string{notes}, outcome{nil, []string{notes}, []string{notes}}},
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
		f := Folder{Path: path, Disk: disk.OS{}}
		contents, err := f.Contents()
		if err := errors.Join(err, f.Create()); err != nil {
			t.Fatal(err)
		}
		got := outcome{files: contents, created: names(t, path)}
		if err := f.Clear(); err != nil {
			t.Fatal(err)
		}
		got.cleared = names(t, path)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%s (- wanted, + got):\n%s", c.about, diff)
		}
	}
}
