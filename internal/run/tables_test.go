package run

import (
	"psychrnn/internal/grad"
	"psychrnn/internal/task"
	"psychrnn/internal/train"
	"testing"
)

func TestLosses(t *testing.T) {
	var losses []train.Progress
	for k := 1; k <= 2; k++ {
		losses = append(losses, train.Progress{Update: k, Trials: 8 * k, Stage: k - 1, GradNorm: 1e-7, Loss: &grad.Value{Loss: 1.0 / 3, Regularization: 2}})
	}
	want := "update,trials,loss,regularization,gradient_norm,stage\n1,8,0.3333333333333333,2,1e-07,0\n2,16,0.3333333333333333,2,1e-07,1\n"
	if got := string(LossTable(losses)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Both measures of an update have a row each, in the order in which they were made.
func TestPerformanceTable(t *testing.T) {
	want := "update,trials,stage,measure,value\n10,80,0,curriculum,0.625\n10,80,1,performance,1\n12,112,1,performance,0.3333333333333333\n"
	got := string(PerformanceTable([]train.Measurement{
		{Update: 10, Trials: 80, Stage: 0, Purpose: task.Curriculum, Value: 0.625},
		{Update: 10, Trials: 80, Stage: 1, Purpose: task.Performance, Value: 1},
		{Update: 12, Trials: 112, Stage: 1, Purpose: task.Performance, Value: 1.0 / 3},
	}))
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
