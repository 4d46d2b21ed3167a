package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"psychrnn/internal/run"
)

// Every embedded experiment is listed with a line about it, and can be trained.
func TestExamples(t *testing.T) {
	t.Parallel()
	names := exampleNames()
	if len(names) == 0 {
		t.Fatal("no examples")
	}
	list := succeed(t, "example")
	for _, name := range sample(names) {
		if !regexp.MustCompile(`(?m)^` + name + `  +\S.{10}`).MatchString(list) {
			t.Errorf("%s is not told about:\n%s", name, list)
		}
		folder := trainExample(t, name)
		read(t, folder, run.MetricsFile)
		if !strings.HasPrefix(read(t, folder, run.ExperimentFile), "name: "+name+"\n") {
			t.Errorf("%s names itself otherwise", name)
		}
	}
}

// trainExample trains an embedded experiment for a moment and returns the run
// folder.
func trainExample(t *testing.T, name string) string {
	t.Helper()
	text := succeed(t, "example", name)
	file := write(t, name+".yaml", text)
	train := func(args ...string) {
		t.Helper()
		args = append(args, "-q", "--set", "train.training_iters=1", "--set", "test.trials=16")
		succeed(t, append([]string{"train"}, args...)...)
	}
	if strings.Contains(text, "runs/hello/") { // it goes on from there
		train("-o", filepath.Join(filepath.Dir(file), "runs", "hello"))
	}
	folder := filepath.Join(t.TempDir(), name)
	train("-c", file, "-o", folder)
	return folder
}
