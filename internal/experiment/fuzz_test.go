package experiment

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"psychrnn/configs"
	"psychrnn/internal/fault"
	"psychrnn/internal/hostile"
)

// fuzzed are experiments from which others are made.
func fuzzed(f *testing.F) (texts []string) {
	f.Helper()
	err := fs.WalkDir(configs.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := fs.ReadFile(configs.Files, path)
		texts = append(texts, string(text))
		return err
	})
	if err != nil || len(texts) < 20 {
		f.Fatalf("%d experiments: %v", len(texts), err)
	}
	return append(texts, overlaid, fuzzedSmall)
}

const fuzzedSmall = `task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 100, N_batch: 2}
model: {N_rec: 4}
populations: {left: [0, 1], right: "2:4"}
constraints: {dale_ratio: 0.5, rec_connectivity: {density: 0.5}}
train: {training_iters: 4, loss_epoch: 1}
curriculum: {metric_epoch: 1, stages: [{threshold: 0.5}, {task: {coherence: 0.5}}]}
test: {trials: 2, by: [coherence]}
ablate: {lesions: [{name: left, silence: left}]}
`

// loads reads an experiment, every mistake of which must be told in a known
// way; what is read without one is the same once it was written.
func loads(t *testing.T, text string, assignments []string) {
	read := func(name string) ([]byte, error) {
		switch name {
		case "my.yaml":
			return []byte(text), nil
		case "base.yaml":
			return []byte(fuzzedSmall), nil
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	e, err := Load(read, "my.yaml", assignments)
	var problems fault.Errors
	switch {
	case errors.As(err, &problems), errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		t.Fatalf("%T %v", err, err)
	}
	resolved := e.Resolved()
	again, err := Load(func(name string) ([]byte, error) {
		if name == "my.yaml" {
			return resolved, nil
		}
		return read(name)
	}, "my.yaml", nil)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, resolved)
	}
	if twice := again.Resolved(); !bytes.Equal(twice, resolved) {
		t.Errorf("%s\nbecame\n%s", resolved, twice)
	}
}

// FuzzLoad reads any text, with what a flag may put into it.
func FuzzLoad(f *testing.F) {
	for _, text := range fuzzed(f) {
		f.Add(text, "train.learning_rate=0.1")
	}
	f.Add(fuzzedSmall, "constraints.rec_connectivity={density: 0.1, set: [{rows: left, value: 0}]}")
	f.Add(fuzzedSmall, "task={kind: file, path: trials.npz}")
	f.Add("extends: base.yaml\nmodel: {N_rec: 5}", "populations.left=[]")
	f.Fuzz(func(t *testing.T, text, assignment string) {
		loads(t, text, nil)
		loads(t, text, []string{assignment})
	})
}

// FuzzExperiment reads what follows the form of an experiment.
func FuzzExperiment(f *testing.F) {
	texts := fuzzed(f)
	seedChoices(f)
	f.Fuzz(func(t *testing.T, choices []byte) { loads(t, hostile.Experiment(hostile.Given(choices), texts), nil) })
}

// seedChoices adds choices that differ.
func seedChoices(f *testing.F) {
	for k := range 30 {
		seed := make([]byte, 40)
		for i := range seed {
			seed[i] = byte((i + 5) * (k*k + 3) * (i%11 + 1) >> 1)
		}
		f.Add(seed)
	}
}
