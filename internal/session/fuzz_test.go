package session

import (
	"bytes"
	"strings"
	"testing"

	"psychrnn/internal/experiment"
	"psychrnn/internal/hostile"
	"psychrnn/internal/kernel"
	"psychrnn/internal/npz"
)

const fuzzedSmall = `task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 100, N_batch: 2}
model: {N_rec: 4}
populations: {left: [0, 1], right: "2:4"}
constraints: {dale_ratio: 0.5, rec_connectivity: {density: 0.5}}
train: {training_iters: 4, loss_epoch: 1}
curriculum: {metric_epoch: 1, stages: [{threshold: 0.5}, {task: {coherence: 0.5}}]}
test: {trials: 2, by: [coherence]}
ablate: {lesions: [{name: left, silence: left}]}
`

// FuzzRestore goes on from any checkpoint: what is taken is written again as it was.
func FuzzRestore(f *testing.F) {
	load := func(text string) *experiment.Experiment {
		e, err := experiment.Load(func(string) ([]byte, error) { return []byte(text), nil }, "my.yaml", nil)
		if err != nil {
			f.Fatal(err)
		}
		return e
	}
	e := load(fuzzedSmall)
	training, err := NewTraining(e, kernel.Plain[float64](), 1)
	if err != nil {
		f.Fatal(err)
	}
	defer training.Close()
	if _, err := training.Run(silent{}); err != nil {
		f.Fatal(err)
	}
	var whole bytes.Buffer
	if err := training.Checkpoint(".").Write(&whole); err != nil {
		f.Fatal(err)
	}
	files := hostile.NewFiles([][]byte{whole.Bytes()}, []string{fuzzedSmall})
	for k := range 30 {
		seed := make([]byte, 40)
		for i := range seed {
			seed[i] = byte((i + 5) * (k*k + 3) * (i%11 + 1) >> 1)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		data := files.Spoiled(hostile.Given(choices))
		file, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{})
		if err != nil {
			return
		}
		saved, err := experiment.SavedIn(file)
		if err != nil {
			return
		}
		if other, err := saved.Experiment("my.yaml"); err != nil || string(other.Resolved()) != string(e.Resolved()) {
			return // another network
		}
		again, err := NewTraining(load(fuzzedSmall), kernel.Plain[float64](), 1)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if again.Restore(file) != nil {
			return
		}
		for _, m := range again.Checkpoint(".").Members {
			old, _ := file.Get(m.Name)
			if strings.HasPrefix(m.Name, "slots/") || m.Name == "theta" {
				if !m.Same(old) {
					t.Errorf("%s became other numbers", m.Name)
				}
			}
		}
	})
}
