package eval

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/model"
	"psychrnn/internal/npz"
	"psychrnn/internal/sim"
	"psychrnn/internal/task"
)

var recorded = &Record[float32]{
	Trials: 2, T: 3, I: 1, O: 1, Units: 2,
	X: make([]float32, 6), Y: []float32{1, 2, 3, 4, 5, 6}, Mask: make([]float32, 6), Trajectories: true,
	Series: [][]float32{make([]float32, 6), make([]float32, 12), make([]float32, 12)}, series: sim.SeriesOf[float32](model.Dims{N: 2, O: 1}, true),
	Names: []string{"coherence", "rates"}, Correct: []bool{true, false},
	Columns: []task.Column{{Name: "coherence"}, {Name: "rates"}, {Name: "choice", Labels: []string{"left", "right"}}, {Name: "correct"}, {Name: "rt"}},
	Values:  [][]float64{{0.1, 0.7}, {1, 0}, {1, 0}, {1, 0}, {120.5, math.NaN()}},
}

// The file reads back with every array in its shape, and is not pickled.
func TestTrials(t *testing.T) {
	var file bytes.Buffer
	if err := recorded.File().Write(&file); err != nil {
		t.Fatal(err)
	}
	f, err := npz.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]int{}
	for _, m := range f.Members {
		if m.Object != nil {
			t.Errorf("%s is pickled", m.Name)
		}
		got[m.Name] = m.Array.Shape
	}
	want := map[string][]int{
		"coherence": {2}, "rates": {2}, "choice": {2}, "correct": {2}, "rt": {2}, "answer_rates": {2, 3, 2}, "answers/names": {6},
		"x": {2, 3, 1}, "y": {2, 3, 1}, "mask": {2, 3, 1}, "outputs": {2, 3, 1}, "states": {2, 3, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string][]string{"choice": {"right", "left"}, "answers/names": {"choice", "correct", "rt", "outputs", "states", "answer_rates"}} {
		m, _ := f.Get(name)
		if texts, err := m.Array.Strings(); err != nil || !cmp.Equal(texts, want) {
			t.Errorf("%s is %v: %v", name, texts, err)
		}
	}
	y, _ := f.Get("y")
	values, err := npz.Floats[float32](y.Array)
	if err != nil || !cmp.Equal(values, recorded.Y) {
		t.Errorf("y is %v: %v", values, err)
	}
}

func TestTrialTable(t *testing.T) {
	var table bytes.Buffer
	if err := recorded.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	if want := "trial,coherence,rates,choice,correct,rt\n0,0.1,1,right,1,120.5\n1,0.7,0,left,0,NaN\n"; table.String() != want {
		t.Errorf("%s, want %s", table.String(), want)
	}
}
