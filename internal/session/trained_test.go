package session

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"psychrnn/internal/eval"
	"psychrnn/internal/experiment"
	"psychrnn/internal/experiment/experimenttest"
	"psychrnn/internal/fault"
	"psychrnn/internal/kernel"
	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

// trainedAndRead trains an experiment for a moment and joins it with the file that
// comes of it.
func trainedAndRead(t *testing.T, text string) (*Training[float64], *Trained) {
	t.Helper()
	read := func(name string) ([]byte, error) {
		return []byte(map[string]string{"base.yaml": experimenttest.Base, "case.yaml": text}[name]), nil
	}
	e, err := experiment.Load(read, "case.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	training, err := NewTraining(e, kernel.Plain[float64](), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(training.Close)
	if _, err := training.Run(blind{}); err != nil {
		t.Fatal(err)
	}
	f, err := training.Weights("test")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	f, err = npz.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	joined, err := Join(e, Origin{Name: "case.yaml", Asked: true}, f, "w.npz")
	if err != nil {
		t.Fatal(err)
	}
	if len(joined.Notes) > 0 {
		t.Errorf("notes where all agrees: %q", joined.Notes)
	}
	return training, joined
}

type blind struct{}

func (blind) Observe(train.Event) (train.Action, error) { return train.Continue, nil }

// A trained network read back from its file does on test trials exactly what it
// did before, whatever its constraints: weights in a file are effective, and
// constraints are not applied to them twice.
func TestTrainedAsBefore(t *testing.T) {
	for about, text := range map[string]string{
		"plain":           "",
		"Dale":            "constraints: {dale_ratio: 0.7, autapses: false}\n",
		"masks of halves": "constraints: {dale_ratio: 0.7, rec_connectivity: 0.5, input_connectivity: {fill: 0.25}, output_connectivity: {fill: 1, set: [{rows: 0, value: 3}]}}\n",
		"noise, times":    "model: {rec_noise: 0.4, tau: {excitatory: 100, inhibitory: 50}}\nconstraints: {dale_ratio: 0.5}\n",
		"lstm":            "model: {kind: lstm}\n",
		"feed-forward":    "model: {N_feedforward_out: 4}\n",
	} {
		t.Run(about, func(t *testing.T) {
			training, joined := trainedAndRead(t, "extends: base.yaml\ntest: {trials: 100, seed: 7}\n"+text)
			want, err := training.Test(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			got, err := TestTrained(context.Background(), joined, kernel.Plain[float64](), 3, nil)
			if err != nil || got.Evaluation != want.Evaluation {
				t.Errorf("%+v, before %+v: %v", got, want, err)
			}
		})
	}
}

// What a record holds are the trials as the task makes them one by one, and
// outputs, states, answers and loss that follow from each other.
func TestRecord(t *testing.T) {
	const trials = 1050 // more than are held in memory at a time
	_, joined := trainedAndRead(t, "extends: base.yaml\ntest: {trials: 1050}\ntask: {T: 60}\n")
	r := &eval.Record[float64]{Trajectories: true}
	result, err := TestTrained(context.Background(), joined, kernel.Plain[float64](), 2, r)
	if err != nil {
		t.Fatal(err)
	}
	source, err := experiment.TestTask(joined.experiment, kernel.Plain[float64]())
	if err != nil {
		t.Fatal(err)
	}
	one := model.NewTrials[float64](1, r.T, r.I, r.O)
	eff := joined.Network.Effective()
	tensor := func(name string) []float64 {
		found, ok := joined.Network.Layout.Find(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		return model.View(found, eff)
	}
	wOut, bOut := tensor("W_out"), tensor("b_out")
	correct, loss := 0, 0.0
	for k := range trials {
		one.First = uint64(k)
		if err := source.Trials(one, task.Test); err != nil {
			t.Fatal(err)
		}
		at := func(all []float64, channels int) []float64 { return all[k*r.T*channels:][:r.T*channels] }
		outputs, states := at(r.Series[0], r.O), at(r.Series[1], r.Units)
		for name, pair := range map[string][2][]float64{"x": {at(r.X, r.I), one.X}, "y": {at(r.Y, r.O), one.Y}, "mask": {at(r.Mask, r.O), one.Mask}} {
			equal(t, name, pair[0], pair[1], 0)
		}
		for v := range r.Names {
			if values := r.Values[v]; values[k] != one.Variable[v] {
				t.Errorf("trial %d: %s is %v, want %v", k, r.Names[v], r.Values[v][k], one.Variable[v])
			}
		}
		readout := make([]float64, len(outputs))
		for step := range r.T {
			for o := range r.O {
				readout[step*r.O+o] = bOut[o]
				for n := range r.Units {
					readout[step*r.O+o] += wOut[o*r.Units+n] * math.Max(0, states[step*r.Units+n])
				}
			}
		}
		equal(t, "outputs", outputs, readout, 1e-12)
		var answer [1]bool
		source.Correct(answer[:], one, outputs)
		if answer[0] != r.Correct[k] {
			t.Errorf("trial %d: correct is %v", k, r.Correct[k])
		}
		if answer[0] {
			correct++
		}
		for e, v := range outputs {
			loss += math.Pow(one.Mask[e]*(v-one.Y[e]), 2)
		}
	}
	loss /= float64(trials * r.T * r.O)
	if correct != result.Correct || math.Abs(loss-result.Loss) > 1e-12 || result.Trials != trials {
		t.Errorf("%+v, but the record has %d right and a loss of %v", result, correct, loss)
	}
}

func equal(t *testing.T, name string, got, want []float64, tolerance float64) {
	t.Helper()
	for k := range want {
		if math.Abs(got[k]-want[k]) > tolerance {
			t.Fatalf("%s differs at %d: %v, want %v", name, k, got[k], want[k])
		}
	}
}

func TestInterruptedTest(t *testing.T) {
	_, joined := trainedAndRead(t, "extends: base.yaml\n")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var interrupted *fault.Error
	if _, err := TestTrained(ctx, joined, kernel.Plain[float64](), 2, nil); !errors.As(err, &interrupted) || interrupted.Status != fault.Interrupted {
		t.Errorf("a test that is told to stop ends with %v", err)
	}
}

// Where the experiment differs from the file it is said what is taken.
func TestNotes(t *testing.T) {
	_, joined := trainedAndRead(t, "extends: base.yaml\nconstraints: {dale_ratio: 0.7}\n")
	f, err := weights.ToFile[float64](joined.Network, joined.Network.Theta, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) ([]byte, error) {
		return []byte(map[string]string{"base.yaml": experimenttest.Base, "case.yaml": "extends: base.yaml\nconstraints: {dale_ratio: 0.5}\n"}[name]), nil
	}
	e, err := experiment.LoadTrained(read, "case.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Join(e, Origin{Name: "case.yaml", Asked: true}, f, "w.npz")
	if err != nil {
		t.Fatal(err)
	}
	want := "constraints.dale_ratio is 0.7, taken from w.npz; case.yaml says 0.5"
	if len(other.Notes) != 1 || other.Notes[0] != want {
		t.Errorf("notes %q, want %q", other.Notes, want)
	}
}
