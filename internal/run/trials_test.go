package run

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psychrnn/internal/train"
	"psychrnn/internal/weights"
)

var recorded = &train.Record[float32]{
	Trials: 2, T: 3, I: 1, O: 1, Units: 2,
	X: make([]float32, 6), Y: []float32{1, 2, 3, 4, 5, 6}, Mask: make([]float32, 6), Outputs: make([]float32, 6), States: make([]float32, 12),
	Names: []string{"coherence", "direction"}, Variables: [][]float64{{0.1, 0.7}, {1, 0}}, Correct: []bool{true, false},
}

// The file reads back with every array in its shape, and is not pickled.
func TestTrials(t *testing.T) {
	var file bytes.Buffer
	if err := Trials(recorded).Write(&file); err != nil {
		t.Fatal(err)
	}
	f, err := weights.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), weights.Limits{})
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
		"coherence": {2}, "direction": {2},
		"x": {2, 3, 1}, "y": {2, 3, 1}, "mask": {2, 3, 1}, "outputs": {2, 3, 1}, "states": {2, 3, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	y, _ := f.Get("y")
	values, err := weights.Floats[float32](y.Array)
	if err != nil || !cmp.Equal(values, recorded.Y) {
		t.Errorf("y is %v: %v", values, err)
	}
}

func TestTrialTable(t *testing.T) {
	var table bytes.Buffer
	if err := WriteTrialTable(&table, recorded); err != nil {
		t.Fatal(err)
	}
	if want := "trial,coherence,direction,correct\n0,0.1,1,1\n1,0.7,0,0\n"; table.String() != want {
		t.Errorf("%s, want %s", table.String(), want)
	}
}
