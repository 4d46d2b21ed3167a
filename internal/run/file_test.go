package run

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/weights"
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

// A file is written whole, or the old one stays and nothing is left beside it.
func TestWriteFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.txt")
	text := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, writeErr := io.WriteString(w, s)
			return errors.Join(writeErr, err)
		}
	}
	cause := errors.New("the disk is on fire")
	var file *FileError
	for _, c := range []struct {
		write func(io.Writer) error
		fails bool
		want  string
	}{
		{text("half", cause), true, ""},
		{text("old", nil), false, "old"},
		{text("half", cause), true, "old"},
		{text("new", nil), false, "new"},
	} {
		err := WriteFile(path, c.write)
		if c.fails != errors.Is(err, cause) || c.fails && (!errors.As(err, &file) || file.Path != path) {
			t.Errorf("error %v", err)
		}
		got, _ := os.ReadFile(path)
		if string(got) != c.want {
			t.Errorf("it holds %q, want %q", got, c.want)
		}
		if list := names(t, folder); len(list) > 1 {
			t.Errorf("left behind: %v", list)
		}
	}
	if err := WriteFile(filepath.Join(folder, "no", "b.txt"), text("", nil)); !errors.As(err, &file) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// The hint of a path that does not exist is what may have been meant.
func TestHint(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"runs/hello/weights.npz", "exp.yaml"} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"runs/hello/wieghts.npz": "runs/hello/weights.npz",
		"runs/helo/weights.npz":  "runs/hello",
		"rnus/helo/weights.npz":  "runs",
		"ex.yaml":                "exp.yaml",
		"unlike/anything":        "",
	} {
		_, err := ReadWeights(filepath.Join(folder, path), weights.Limits{})
		var file *FileError
		if !errors.As(err, &file) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		hint := "did you mean " + filepath.Join(folder, want) + "?"
		if want == "" {
			hint = "check the path"
		}
		if !strings.HasPrefix(file.Hint(), hint) {
			t.Errorf("%s: %s, want %s", path, file.Hint(), hint)
		}
	}
}

func TestNumber(t *testing.T) {
	got, err := json.Marshal([]Number{1, 0.1, -1e-300, Number(math.NaN()), Number(math.Inf(1))})
	if want := "[1,0.1,-1e-300,null,null]"; err != nil || string(got) != want {
		t.Errorf("%s, want %s: %v", got, want, err)
	}
}

func TestFolder(t *testing.T) {
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
		{"a leftover", []string{".weights.npz.12.tmp"}, false, outcome{}},
		{"another's leftover", []string{".notes.12.tmp"}, false, outcome{foreign, []string{".notes.12.tmp"}}},
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
		for _, ask := range []func(bool) error{Folder{path}.Free, Folder{path}.Create} {
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
